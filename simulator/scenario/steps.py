"""The shape of a step: one word of the language, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.scenario.actions import ACTIONS
from simulator.scenario.actions import CONSENTS
from simulator.scenario.acts import ACTS
from simulator.scenario.model import FOR_EACH
from simulator.scenario.model import PARALLEL
from simulator.scenario.model import Expect
from simulator.scenario.model import Retry
from simulator.scenario.model import Step
from simulator.scenario.rules import RulesShape
from simulator.scenario.shapes import WAIT
from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import Flag
from simulator.scenario.shapes import ListOf
from simulator.scenario.shapes import MapOf
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Schema
from simulator.scenario.shapes import Shape
from simulator.scenario.shapes import Text
from simulator.scenario.shapes import misplaced
from simulator.scenario.shapes import near
from simulator.scenario.source import Node
from simulator.scenario.talks import BACKEND
from simulator.scenario.templates import PathShape
from simulator.scenario.templates import Template
from simulator.scenario.templates import Templated


BLOCKS = (PARALLEL, FOR_EACH)
KEYS = ("latest", "older", "other_person", "wrong")
SEALING = (
    "wx.getUserInfo",
    "wx.getUserProfile",
    "wx.getWeRunData",
    "wx.getShareInfo",
    "wx.getGroupEnterInfo",
    "wx.authPrivateMessage",
    "button.getUserInfo",
    "button.createUserInfoButton",
    "button.getPhoneNumber",
)
"""The words whose answer holds a payload, and so a choice of key."""

BESIDE = (
    *("name", "device", "answer", "tap", "shared", "expect", "save", "if", "unless"),
    *("retry", "within", "key"),
)
"""What stands beside a word; inside it, somebody has indented too far."""

_OUTCOMES = ("ok", "fail", "any")
_RETRY = Record(
    "a retry",
    {"times": Number(minimum=1, maximum=1000), "every": WAIT},
    ("times",),
    build=lambda read: Retry(**read),
)


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
            "retry": _RETRY,
            "within": Number(),
            "timeout": Number(minimum=1),
            "key": Templated(Choice(KEYS)),
        },
    )

    def read(self, node: Node, report: Report) -> Step | None:
        """Return the step."""
        before = len(report.problems)
        if isinstance(node.value, str):
            node = Node({node.value: Node(None, node.line)}, node.line)
        words = [name for name in node.members() if "." in name or name in BLOCKS]
        if len(words) != 1:
            _blame_step(node, words, report)
            return None
        word = words[0]
        if word in BLOCKS:
            return self._read_block(word, node, report)
        arguments = _arguments(word, node.members()[word], report)
        members = {name: each for name, each in node.members().items() if name != word}
        said = self._about.read_members(Node(members, node.line), report)
        if "expect" in members:
            said["expect"] = EXPECT.read(members["expect"], report)
        if "save" in members:
            said["save"] = SAVE.read(members["save"], report)
        _blame_misplaced(word, members, report)
        said["only_if"] = said.pop("if", ())
        if len(report.problems) > before:
            return None
        line = node.members()[word].line
        lines = {n: each.line for n, each in node.members()[word].members().items()}
        if "expect" in members:
            lines["expect"] = members["expect"].line
        return Step(action=word, arguments=arguments, line=line, lines=lines, **said)

    def _read_block(self, word: str, node: Node, report: Report) -> Step | None:
        """Return a block: branches side by side, or steps again and again."""
        before = len(report.problems)
        members = node.members()
        read = self._block(word).read_members(node, report)
        block: dict[str, Any] = {"name": read.get("name", "")}
        block["only_if"], block["unless"] = read.get("if", ()), read.get("unless", ())
        if word == PARALLEL:
            block["steps"] = read[PARALLEL]
        else:
            block["names"], block["over"] = _loop(members[FOR_EACH], report)
            block["steps"] = read.get("steps", ())
            block["at_once"] = read.get("at_once", False)
        if not block["steps"]:
            report.add(node, f"{word} needs at least one step")
        if len(report.problems) > before:
            return None
        line = members[word].line
        return Step(action=word, arguments={}, line=line, **block)

    def _block(self, word: str) -> Record:
        rules = RulesShape()
        about: dict[str, Shape] = {"name": Text(), "if": rules, "unless": rules}
        if word == PARALLEL:
            branches = ListOf(_Branch(self), "a list of steps, or of lists of steps")
            return Record("parallel", {PARALLEL: branches, **about})
        steps = ListOf(self, "a list of steps")
        loop: dict[str, Shape]
        loop = {FOR_EACH: Template(), "steps": steps, "at_once": Flag()}
        return Record("for_each", {**loop, **about}, ("steps",))

    def schema(self) -> Schema:
        """Point to the definition: steps stand inside of steps."""
        return {"$ref": "#/$defs/step"}

    def definition(self) -> Schema:
        """Say a word alone, an object with one, or a block."""
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
                *map(self._block_schema, BLOCKS),
            ]
        }

    def _block_schema(self, word: str) -> Schema:
        schema = self._block(word).schema()
        inside = PARALLEL if word == PARALLEL else "steps"
        schema["properties"][inside]["minItems"] = 1
        return schema | {"required": sorted({word, inside})}


@dataclass(frozen=True, slots=True)
class _Branch:
    """What is played beside other branches: a step, or a list of them."""

    step: StepShape

    def read(self, node: Node, report: Report) -> Step | None:
        """Return the step, or a block without an action."""
        if not isinstance(node.value, list):
            return self.step.read(node, report)
        if not node.items():
            report.add(node, "a branch needs at least one step")
            return None
        steps = tuple(self.step.read(each, report) for each in node.items())
        found = tuple(each for each in steps if each is not None)
        return Step(action="", arguments={}, line=node.line, steps=found)

    def schema(self) -> Schema:
        """Say either."""
        one = self.step.schema()
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


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

    taken = ("storage", "device")

    def read(self, node: Node, report: Report) -> dict[str, object]:
        """Return names and paths; no path is the whole answer."""
        if isinstance(node.value, dict):
            read = MapOf(PathShape()).read(node, report)
        else:
            read = {Text("a name").read(node, report): None}
        for name in read:
            if name in self.taken or not name.isidentifier():
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
    node = _without_misplaced(word, node, action.fields, report)
    arguments: Mapping[str, object] = action.shape.read(node, report) or {}
    return arguments


def _without_misplaced(
    word: str, node: Node, fields: Mapping[str, Shape], report: Report
) -> Node:
    """Blame what stands inside a word and is meant to stand beside it."""
    if not fields and not node.members():
        return node
    kept: dict[str, Node] = {}
    for name, member in node.members().items():
        if name in BESIDE and name not in fields and not ACTIONS[word].free:
            report.add(member, misplaced(name, word))
        else:
            kept[name] = member
    return Node(kept, node.line) if isinstance(node.value, dict) else node


def _loop(node: Node, report: Report) -> tuple[str, object]:
    """Read what a loop goes over: one name, and a list or a look-up that gives it."""
    members = node.members()
    if len(members) != 1:
        report.add(node, "expected one name with a list, as in {person: [alice, bob]}")
        return "", None
    ((name, values),) = members.items()
    if not isinstance(values.value, list) and "${" not in str(values.value):
        report.add(values, f"expected a list of values, found {values.kind}")
    if name in SaveShape.taken or not name.isidentifier():
        report.add(values, f"a loop cannot call its values '{name}'; choose another")
    return name, values.plain()


def _blame_misplaced(word: str, members: Mapping[str, Node], report: Report) -> None:
    """Blame what is said beside a word to which it means nothing."""
    if "shared" in members and word not in ACTS:
        report.add(members["shared"], f"{word} is no act on the mock; leave it out")
    if "key" in members and word not in SEALING:
        listed = ", ".join(SEALING)
        report.add(members["key"], f"{word} seals nothing; 'key' stands with {listed}")
    if "timeout" in members and not word.startswith(BACKEND):
        report.add(members["timeout"], "'timeout' stands with calls of the backend")


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
