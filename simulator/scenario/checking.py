"""What one file says of another, and of itself: names, calls, arguments, devices."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from simulator.expressions import Path
from simulator.expressions import look_ups
from simulator.mapping import ROOTS
from simulator.mapping import BackendFile
from simulator.matchers import Rule
from simulator.scenario.model import FOR_EACH
from simulator.scenario.model import PARALLEL
from simulator.scenario.model import PERSON
from simulator.scenario.model import Scenario
from simulator.scenario.model import Step
from simulator.scenario.model import single_steps
from simulator.scenario.model import steps_of
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import misplaced
from simulator.scenario.shapes import near
from simulator.scenario.source import Node
from simulator.scenario.steps import BESIDE
from simulator.scenario.talks import BACKEND


FACTS = ("appid", "person", "query", "scene")
"""What a look-up may ask of the ``device``."""

# The name of a phone that only playing would tell.
_ANYBODY = ""


def check_names(scenario: Scenario, report: Report) -> None:
    """Check that each step speaks of devices and values that are there by then."""
    if not scenario.steps:
        report.add(Node(None, 1), "a scenario needs at least one step")
    _Names(set(scenario.devices), report).walk(
        scenario.steps, {*ROOTS, *scenario.values}
    )


def check_calls(scenario: Scenario, backend: BackendFile, report: Report) -> None:
    """Check that a story uses only the backend's calls, and gives what they take."""
    stored = stored_names(scenario)
    known = None if stored is None else stored | kept_names(backend)
    for step in single_steps(scenario.steps):
        if step.action.startswith(BACKEND):
            _check_call(step, backend, report)
        if known is not None:
            _check_storage(step, known, report)


def check_stored(
    root: Node, backend: BackendFile, also: set[str], report: Report
) -> None:
    """Check that what a backend file looks up in the storage is stored by somebody."""
    known = also | kept_names(backend)
    for name, member in root.members().items():
        if name != "factory":
            for path, optional, node in _located_look_ups(member):
                _check_root(path, node, report)
                if not optional:
                    _check_stored_path(path, known, node, report)


def stored_names(scenario: Scenario) -> set[str] | None:
    """List what a story stores itself; None if only playing it would tell."""
    steps = single_steps(scenario.steps)
    keys = [s.arguments.get("key") for s in steps if s.action == "wx.setStorage"]
    return None if any("${" in str(key) for key in keys) else set(map(str, keys))


def kept_names(backend: BackendFile) -> set[str]:
    """List what the calls of a backend leave on the phone."""
    return {*backend.keep, *chain.from_iterable(c.keep for c in backend.calls.values())}


@dataclass(frozen=True, slots=True)
class _Names:
    devices: set[str]
    report: Report

    def walk(self, steps: Iterable[Step], known: set[str]) -> set[str]:
        """Check steps in their order; return all the names known after them."""
        for step in steps:
            node = Node(None, step.line)
            for rule in (*step.only_if, *step.unless):
                self._look(rule.path, known, node)
            if step.action == PARALLEL:
                branches = [
                    self.walk(steps_of(each), set(known)) for each in step.steps
                ]
                known = known.union(*branches)
            elif step.action == FOR_EACH:
                self._look_all(step.over, known, node)
                self._lend_phones(step)
                inside = self.walk(step.steps, {*known, step.names})
                known = known | (inside - {step.names})
            else:
                self._check(step, known)
                known = known | set(step.save)
        return known

    def _check(self, step: Step, known: set[str]) -> None:
        node = Node(None, step.line)
        device = step.device or ""
        if "${" in device:
            self._look_all(device, known, node)
        elif device and self.devices.isdisjoint({device, _ANYBODY}):
            hint = near(device, self.devices)
            self.report.add(node, f"there is no device '{device}'{hint}")
        self._look_all(step.key, known, node)
        for name, value in step.arguments.items():
            self._look_all(value, known, Node(None, step.lines.get(name, step.line)))
        self._look_all(_expected(step.expect.rules), known, _line(step, "expect"))

    def _lend_phones(self, step: Step) -> None:
        """Know the phones that a loop over people gives them."""
        if step.names == PERSON:
            listed = step.over if isinstance(step.over, list) else [_ANYBODY]
            self.devices.update(_ANYBODY if "${" in str(n) else str(n) for n in listed)

    def _look_all(self, template: object, known: set[str], node: Node) -> None:
        for path, _ in look_ups(template):
            self._look(path, known, node)

    def _look(self, path: Path, known: set[str], node: Node) -> None:
        name = str(path.parts[0])
        if name not in known:
            hint = near(name, known) or f"; known here: {', '.join(sorted(known))}"
            self.report.add(node, f"nothing was saved as '{name}' before{hint}")
        _check_root(path, node, self.report)


def _check_call(step: Step, backend: BackendFile, report: Report) -> None:
    name = step.action.removeprefix(BACKEND)
    node = Node(None, step.line)
    call = backend.calls.get(name)
    if call is None:
        hint = near(name, backend.calls) or f"; known: {', '.join(backend.calls)}"
        report.add(node, f"{backend.name} has no call '{name}'{hint}")
        return
    for argument in sorted(call.arguments() - set(step.arguments)):
        report.add(node, f"{step.action} needs '{argument}'")
    takes = call.arguments(optional=True)
    for argument in step.arguments:
        here = Node(None, step.lines.get(argument, step.line))
        if argument not in takes and argument in BESIDE:
            report.add(here, misplaced(argument, step.action))
        elif argument not in takes:
            hint = near(argument, takes) or f"; it takes: {', '.join(sorted(takes))}"
            report.add(here, f"{step.action} takes no '{argument}'{hint}")


def _check_storage(step: Step, known: set[str], report: Report) -> None:
    for name, value in step.arguments.items():
        for path, optional in look_ups(value):
            if not optional:
                node = Node(None, step.lines.get(name, step.line))
                _check_stored_path(path, known, node, report)


def _check_stored_path(path: Path, known: set[str], node: Node, report: Report) -> None:
    if path.parts[0] != "storage" or len(path.parts) < 2:
        return
    name = str(path.parts[1])
    if name not in known:
        hint = near(name, known) or (
            f": add `keep: {{{name}: …}}` to a call, or write ${{storage.{name}?}} "
            "if it need not be there"
        )
        report.add(node, f"nothing keeps '{name}' on the phone{hint}")


def _check_root(path: Path, node: Node, report: Report) -> None:
    if path.parts[0] != "device" or len(path.parts) < 2 or path.parts[1] in FACTS:
        return
    name = str(path.parts[1])
    hint = near(name, FACTS) or f"; known: {', '.join(FACTS)}"
    report.add(node, f"a device has no '{name}'{hint}")


def _located_look_ups(node: Node) -> Iterator[tuple[Path, bool, Node]]:
    for member in (*node.members().values(), *node.items()):
        yield from _located_look_ups(member)
    if isinstance(node.value, str):
        for path, optional in look_ups(node.value):
            yield path, optional, node


def _expected(rules: Iterable[Rule]) -> list[object]:
    return [rule.expected for rule in rules]


def _line(step: Step, name: str) -> Node:
    return Node(None, step.lines.get(name, step.line))
