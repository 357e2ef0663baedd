"""The shape of a step: one word of the language, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.scenario.actions import ACTIONS
from simulator.scenario.actions import CONSENTS
from simulator.scenario.acts import ACTS
from simulator.scenario.model import Expect
from simulator.scenario.model import Step
from simulator.scenario.rules import RulesShape
from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import Flag
from simulator.scenario.shapes import MapOf
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Schema
from simulator.scenario.shapes import Text
from simulator.scenario.shapes import near
from simulator.scenario.source import Node
from simulator.scenario.talks import BACKEND
from simulator.scenario.templates import PathShape
from simulator.scenario.templates import Template


_OUTCOMES = ("ok", "fail", "any")


class StepShape:
    """A step: exactly one word of the language, and what is said about it."""

    _about = Record(
        "a step",
        {
            "name": Text(),
            "device": Text(),
            "answer": Choice(CONSENTS),
            "tap": Flag(),
            "shared": Flag(),
            "expect": Template(),
            "save": Template(),
            "if": RulesShape(),
            "unless": RulesShape(),
        },
    )

    def read(self, node: Node, report: Report) -> Step | None:
        """Return the step."""
        before = len(report.problems)
        if isinstance(node.value, str):
            node = Node({node.value: Node(None, node.line)}, node.line)
        words = [name for name in node.members() if "." in name]
        if len(words) != 1:
            _blame_step(node, words, report)
            return None
        word = words[0]
        arguments = _arguments(word, node.members()[word], report)
        members = {name: each for name, each in node.members().items() if name != word}
        said = self._about.read_members(Node(members, node.line), report)
        if "expect" in members:
            said["expect"] = EXPECT.read(members["expect"], report)
        if "save" in members:
            said["save"] = SAVE.read(members["save"], report)
        if "shared" in members and word not in ACTS:
            report.add(members["shared"], f"{word} is no act on the mock; leave it out")
        said["only_if"] = said.pop("if", ())
        if len(report.problems) > before:
            return None
        line = node.members()[word].line
        return Step(action=word, arguments=arguments, line=line, **said)

    def schema(self) -> Schema:
        """Say a word alone, or an object with one."""
        bare = [word for word, action in ACTIONS.items() if not action.required]
        about = self._about.schema()["properties"]
        about |= {"expect": EXPECT.schema(), "save": SAVE.schema()}
        words = {word: _or_nothing(action.shape) for word, action in ACTIONS.items()}
        call = r"^backend\.[^.]+$"
        alone = {"anyOf": [{"enum": bare}, {"type": "string", "pattern": call}]}
        return {
            "anyOf": [
                alone,
                {
                    "type": "object",
                    "properties": {**words, **about},
                    "patternProperties": {call: {"type": ["object", "null"]}},
                    "additionalProperties": False,
                },
            ]
        }


class ExpectShape:
    """``ok``, ``fail``, rules, or ``{fail: rules}``."""

    def read(self, node: Node, report: Report) -> Expect:
        """Return the expectation."""
        members = node.members()
        if isinstance(node.value, dict) and set(members) <= set(_OUTCOMES):
            if len(members) == 1:
                ((outcome, rules),) = members.items()
                return Expect(outcome, RulesShape().read(rules, report))  # type: ignore[arg-type]  # one of _OUTCOMES
            report.add(node, "expected one of ok, fail and any, with its rules")
            return Expect()
        if isinstance(node.value, dict):
            return Expect("ok", RulesShape().read(node, report))
        return Expect(Choice(_OUTCOMES).read(node, report))  # type: ignore[arg-type]  # one of _OUTCOMES

    def schema(self) -> Schema:
        """Say a word, or rules."""
        rules = RulesShape().schema()
        nested = [
            {
                "type": "object",
                "properties": {outcome: rules},
                "required": [outcome],
                "additionalProperties": False,
            }
            for outcome in _OUTCOMES
        ]
        return {"anyOf": [{"enum": list(_OUTCOMES)}, *nested, rules]}


class SaveShape:
    """A name for the whole answer, or names for paths inside it."""

    _taken = ("storage", "device")

    def read(self, node: Node, report: Report) -> dict[str, object]:
        """Return names and paths; no path is the whole answer."""
        if isinstance(node.value, dict):
            read = MapOf(PathShape()).read(node, report)
        else:
            read = {Text("a name").read(node, report): None}
        for name in read:
            if name in self._taken or not name.isidentifier():
                report.add(node, f"'{name}' cannot be saved; choose another name")
        return read

    def schema(self) -> Schema:
        """Say string or object."""
        return {"anyOf": [{"type": "string"}, MapOf(PathShape()).schema()]}


def _or_nothing(shape: Any) -> Schema:
    return {"anyOf": [shape.schema(), {"type": "null"}]}


def _arguments(word: str, node: Node, report: Report) -> Mapping[str, object]:
    if node.value is None:
        node = Node({}, node.line)
    if word.startswith(BACKEND) and word.count(".") == 1 and len(word) > len(BACKEND):
        read: Mapping[str, object] = MapOf(Template(), "arguments").read(node, report)
        return read
    action = ACTIONS.get(word)
    if action is None:
        hint = near(word, ACTIONS) or "; see `wxsim schema scenario` for all words"
        report.add(node, f"there is no step '{word}'{hint}")
        return {}
    arguments: Mapping[str, object] = action.shape.read(node, report) or {}
    return arguments


def _blame_step(node: Node, words: list[str], report: Report) -> None:
    if words:
        listed = " and ".join(words)
        report.add(node, f"expected one action in a step, found {listed}; split it")
        return
    candidates = list(node.members()) or [node.kind]
    hints = (near(name, ACTIONS) for name in candidates)
    hint = next(filter(None, hints), "")
    found = ", ".join(candidates)
    report.add(node, f"expected a step such as wx.login, found {found}{hint}")


EXPECT = ExpectShape()
SAVE = SaveShape()
