"""What scenario and backend files may say: the shapes of everything in them."""

from __future__ import annotations

from typing import Any

from simulator.mapping import AuditHints
from simulator.mapping import BackendFile
from simulator.mapping import Call
from simulator.mapping import Judgement
from simulator.mapping import LoginState
from simulator.pacing import Pace
from simulator.scenario.actions import ANSWERS_SHAPE
from simulator.scenario.actions import NETWORKS
from simulator.scenario.actions import PRIVACY_ANSWERS
from simulator.scenario.actions import WORDINGS
from simulator.scenario.model import DeviceSpec
from simulator.scenario.model import Scenario
from simulator.scenario.rules import RulesShape
from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import Flag
from simulator.scenario.shapes import ListOf
from simulator.scenario.shapes import MapOf
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Report
from simulator.scenario.shapes import Text
from simulator.scenario.source import Node
from simulator.scenario.steps import StepShape
from simulator.scenario.templates import KeptShape
from simulator.scenario.templates import PathShape
from simulator.scenario.templates import Template
from simulator.scenario.templates import TemplateText
from simulator.wx.request import METHODS


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

_VERDICT = RulesShape(fixed=True)
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
STEP = StepShape()
SCENARIO = Record(
    "a scenario",
    {
        "name": Text(),
        "about": Text(),
        "device": _DEVICE,
        "devices": MapOf(_DEVICE, "devices by name (a mapping)"),
        "with": MapOf(Template(), "values by name (a mapping)"),
        "steps": ListOf(STEP, "a list of steps"),
    },
    ("name", "steps"),
    _build_scenario,
    one_of=("device", "devices"),
)
_PACE = Record(
    "a pace",
    {"calls": Number(minimum=1), "seconds": Number(whole=False, maximum=3600)},
    ("calls", "seconds"),
    build=lambda read: Pace(**read),
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
        "success": _VERDICT,
        "failure": _VERDICT,
        "message": PathShape(),
        "keep": MapOf(KeptShape(), "paths by name (a mapping)"),
        "forget": ListOf(Text(), "a list of stored names"),
        "pace": _PACE,
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
        "secret": Text("a secret of 32 hex digits", "[0-9a-f]{32}"),
        "factory": MapOf(Template(), "arguments by name (a mapping)"),
        "header": _TEXTS,
        "success": _VERDICT,
        "failure": _VERDICT,
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
        "keep": MapOf(KeptShape(), "paths by name (a mapping)"),
        "calls": MapOf(_CALL, "calls by name (a mapping)"),
        "audit": Record(
            "what an audit cannot guess",
            {
                "login": Text("the name of a call"),
                "whoami": Text("the name of a call"),
                "logout": Text("the name of a call"),
                "values": MapOf(Template(), "arguments by name (a mapping)"),
            },
            build=lambda read: AuditHints(**read),
        ),
    },
    ("base_url",),
    _build_backend,
)
