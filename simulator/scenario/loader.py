"""YAML → model. Every problem names its file, its line and what was expected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.expressions import look_ups
from simulator.expressions import parse_path
from simulator.mapping import ROOTS
from simulator.mapping import BackendFile
from simulator.ports import SimulatorError
from simulator.scenario.grammar import BACKEND_FILE
from simulator.scenario.grammar import SCENARIO
from simulator.scenario.model import Scenario
from simulator.scenario.model import Step
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Schema
from simulator.scenario.shapes import near
from simulator.scenario.source import FileError
from simulator.scenario.source import Node
from simulator.scenario.source import read_source
from simulator.scenario.talks import BACKEND


SCENARIO_SUFFIX = ".scenario.yaml"
BACKEND_SUFFIX = ".backend.yaml"


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file; raise FileError with everything that is wrong."""
    scenario: Scenario = _load(path, SCENARIO)
    scenario = replace(scenario, file=str(path))
    _check_names(scenario)
    return scenario


def load_backend(path: Path) -> BackendFile:
    """Read a backend file; raise FileError with everything that is wrong."""
    backend: BackendFile = _load(path, BACKEND_FILE)
    return backend


def check_calls(scenario: Scenario, backend: BackendFile) -> None:
    """Check that a scenario uses only the backend's calls and gives what they need."""
    report = Report(scenario.file)
    for step in scenario.steps:
        if step.action.startswith(BACKEND):
            _check_call(step, backend, report)
    if report.problems:
        raise FileError(tuple(report.problems))


def kind_of(path: Path) -> str:
    """Tell from a file's name what it is: scenario or backend."""
    for kind, suffix in (("scenario", SCENARIO_SUFFIX), ("backend", BACKEND_SUFFIX)):
        if path.name.endswith((suffix, suffix.replace(".yaml", ".yml"))):
            return kind
    raise SimulatorError(
        f"{path} is neither a scenario nor a backend file: "
        f"name it *{SCENARIO_SUFFIX} or *{BACKEND_SUFFIX}.",
        f"{path} 既不是场景文件也不是后端文件："
        f"请命名为 *{SCENARIO_SUFFIX} 或 *{BACKEND_SUFFIX}。",
    )


def json_schema(kind: str) -> Schema:
    """Write the JSON Schema of scenario or backend files, for editors."""
    shape = {"scenario": SCENARIO, "backend": BACKEND_FILE}[kind]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"mockwx {kind} file",
        **shape.schema(),
    }


def _load(path: Path, shape: Record) -> Any:
    report = Report(str(path))
    read = shape.read(read_source(path), report)
    if report.problems:
        raise FileError(tuple(report.problems))
    return read


def _check_names(scenario: Scenario) -> None:
    """Check that each step speaks of devices and values that are there by then."""
    report = Report(scenario.file)
    known = {*ROOTS, *scenario.values}
    for step in scenario.steps:
        node = Node(None, step.line)
        if step.device is not None and step.device not in scenario.devices:
            hint = near(step.device, scenario.devices)
            report.add(node, f"there is no device '{step.device}'{hint}")
        expected = [rule.expected for rule in step.expect.rules]
        conditions = [str(rule.path) for rule in (*step.only_if, *step.unless)]
        used = [path for path, _ in look_ups([step.arguments, expected])]
        for path in (*used, *map(parse_path, conditions)):
            name = str(path.parts[0])
            if name not in known:
                hint = near(name, known) or f"; known here: {', '.join(sorted(known))}"
                report.add(node, f"nothing was saved as '{name}' before{hint}")
        known |= set(step.save)
    if not scenario.steps:
        report.add(Node(None, 1), "a scenario needs at least one step")
    if report.problems:
        raise FileError(tuple(report.problems))


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
