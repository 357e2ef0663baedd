"""What scenario and backend files may say: the shapes of everything in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.mapping import BackendFile
from simulator.mapping import Call
from simulator.mapping import Judgement
from simulator.mapping import LoginState
from simulator.scenario.actions import ACTIONS
from simulator.scenario.actions import ANSWERS_SHAPE
from simulator.scenario.actions import CONSENTS
from simulator.scenario.actions import NETWORKS
from simulator.scenario.actions import PRIVACY_ANSWERS
from simulator.scenario.actions import WORDINGS
from simulator.scenario.acts import ACTS
from simulator.scenario.model import DeviceSpec
from simulator.scenario.model import Expect
from simulator.scenario.model import Scenario
from simulator.scenario.model import Step
from simulator.scenario.rules import RulesShape
from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import Flag
from simulator.scenario.shapes import ListOf
from simulator.scenario.shapes import MapOf
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import PathShape
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Schema
from simulator.scenario.shapes import Template
from simulator.scenario.shapes import TemplateText
from simulator.scenario.shapes import Text
from simulator.scenario.shapes import near
from simulator.scenario.source import Node
from simulator.scenario.talks import BACKEND
from simulator.wx.request import METHODS


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


def _build_scenario(read: dict[str, Any]) -> Scenario:
    devices = read.pop("devices", None)
    if "device" in read:
        devices = {"phone": read.pop("device")}
    if devices:
        read["devices"] = devices
    if "with" in read:
        read["values"] = read.pop("with")
    return Scenario(**read)


def _build_backend(read: dict[str, Any]) -> BackendFile:
    judgement = Judgement(
        read.pop("success", _GOOD_STATUS),
        read.pop("failure", ()),
        read.pop("message", None),
    )
    calls = {
        name: _with_defaults(name, call, judgement)
        for name, call in read.pop("calls", {}).items()
    }
    if "send" in read:
        read["state"] = read.pop("send")
    return BackendFile(calls=calls, **read)


def _with_defaults(name: str, read: dict[str, Any], default: Judgement) -> Call:
    read = dict(read)
    judgement = Judgement(
        read.pop("success", default.success),
        read.pop("failure", default.failure),
        read.pop("message", default.message),
    )
    for kind in ("json", "form", "text"):
        if kind in read:
            read |= {"body_kind": kind, "body": read.pop(kind)}
    return Call(name=name, judgement=judgement, **read)


def _literal_rules(rules: dict[str, Any]) -> Any:
    report = Report("")
    nodes = {
        path: Node({name: Node(value, 0) for name, value in rule.items()}, 0)
        for path, rule in rules.items()
    }
    return RulesShape().read(Node(nodes, 0), report)


_GOOD_STATUS = _literal_rules({"statusCode": {"less_than": 400}})
EXPECT = ExpectShape()
SAVE = SaveShape()

_TEXTS = MapOf(Template(), "texts by name (a mapping)")
_DEVICE = Record(
    "a device",
    {
        "person": Text(),
        "appid": Text("an appid", "wx[0-9a-f]{16}"),
        "base_library": Text("a version such as 2.27.1", r"\d+\.\d+\.\d+"),
        "platform": Choice(("ios", "android", "devtools")),
        "version": Text(),
        "privacy": Choice(PRIVACY_ANSWERS),
        "network": Choice(NETWORKS),
        "wording": Choice(WORDINGS),
        "check_domains": ListOf(
            Text("a domain such as https://api.example"), "domains"
        ),
        "answers": ANSWERS_SHAPE,
    },
    build=lambda read: DeviceSpec(**read),
)
SCENARIO = Record(
    "a scenario",
    {
        "name": Text(),
        "about": Text(),
        "device": _DEVICE,
        "devices": MapOf(_DEVICE, "devices by name (a mapping)"),
        "with": MapOf(Template(), "values by name (a mapping)"),
        "steps": ListOf(StepShape(), "a list of steps"),
    },
    ("name", "steps"),
    _build_scenario,
    one_of=("device", "devices"),
)
_CALL = Record(
    "a call",
    {
        "method": Choice(METHODS),
        "path": TemplateText(Text("a path such as /login", r"/.*")),
        "query": _TEXTS,
        "header": _TEXTS,
        "cookie": _TEXTS,
        "json": Template(),
        "form": _TEXTS,
        "text": Template(),
        "send": Flag(),
        "success": RulesShape(),
        "failure": RulesShape(),
        "message": PathShape(),
        "keep": MapOf(PathShape(), "paths by name (a mapping)"),
        "forget": ListOf(Text(), "a list of stored names"),
        "timeout": Number(),
        "redirect": Choice(("follow", "manual")),
    },
    ("path",),
    one_of=("json", "form", "text"),
)
BACKEND_FILE = Record(
    "a backend file",
    {
        "name": Text(),
        "base_url": Text(
            "http(s)://HOST or wsgi:MODULE:ATTRIBUTE", r"(https?|wsgi):.+"
        ),
        "appid": Text("an appid", "wx[0-9a-f]{16}"),
        "factory": MapOf(Template(), "arguments by name (a mapping)"),
        "header": _TEXTS,
        "success": RulesShape(),
        "failure": RulesShape(),
        "message": PathShape(),
        "send": Record(
            "what to send",
            {
                "header": _TEXTS,
                "cookie": _TEXTS,
                "query": _TEXTS,
                "body": MapOf(Template()),
            },
            build=lambda read: LoginState(**read),
        ),
        "keep": MapOf(PathShape(), "paths by name (a mapping)"),
        "calls": MapOf(_CALL, "calls by name (a mapping)"),
    },
    ("base_url",),
    _build_backend,
)
