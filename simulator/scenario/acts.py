"""Acts on the mock: its clock, its people, its weather and its journal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from simulator.ports import RefusedError
from simulator.scenario.action import Action
from simulator.scenario.action import refused
from simulator.scenario.faults import FAULT
from simulator.scenario.journal import exchanges
from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import ListOf
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Text
from simulator.scenario.templates import Templated
from simulator.scenario.turn import Play
from simulator.scenario.turn import Played
from simulator.scenario.turn import Turn


KINDS = ("server", "phone", "backend", "push", "act", "any")


def _control(method: str, path: str, *, person: bool = False) -> Play:
    """Call the mock's control API; ``{name}`` in the path takes an argument."""

    def play(turn: Turn, arguments: Mapping[str, Any]) -> Played:
        given = dict(arguments)
        whose = {"appid": turn.device.mini_program_id, "user": turn.device.user}
        if person:
            given = whose | given
        names = re.findall(r"{(\w+)}", path)
        places = {name: _quoted(given.pop(name, whose.get(name))) for name in names}
        return _asked(turn, method, path.format(**places), given)

    return play


def _asked(
    turn: Turn, method: str, path: str, given: Mapping[str, object] | None = None
) -> Played:
    try:
        return Played(True, turn.stage.wechat.control(method, path, given or {}))
    except RefusedError as error:
        return refused(error)


def _disarm(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    """Take one fault away, or all of them."""
    fault_id = arguments.get("id")
    path = "faults" if fault_id is None else f"faults/{_quoted(fault_id)}"
    return _asked(turn, "DELETE", path)


def _quoted(name: object) -> str:
    return quote(str(name), safe="")


def _reset(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    """Start this world anew, whoever else uses the mock."""
    return _asked(turn, "POST", "reset", {"world": turn.stage.world})


def _exchanges(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    """List what the backend asked since the story began."""
    return Played(True, exchanges(turn.stage.wechat, since=turn.since, **arguments))


def _verify(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    """Ask whether the journal of this story holds what is expected."""
    since = {"since": turn.since}
    asked = dict(arguments)
    if "order" in asked:
        asked["order"] = [since | each for each in asked["order"]]
    else:
        asked["match"] = since | asked.get("match", {})
    played = _asked(turn, "POST", "exchanges/verify", asked)
    if not played.ok or played.answer.get("ok", True):
        return played
    found = played.answer.get("found")
    if "order" in asked:
        reason = f"the first {found} of these came in this order, and no more"
    else:
        reason = f"the journal holds {found} of these"
    return Played(False, played.answer, (reason,))


_NUMBER = Templated(Number())
_TEXT = Templated(Text())
_FILTERS = {
    "path": _TEXT,
    "appid": _TEXT,
    "user": _TEXT,
    "errcode": Templated(Number(minimum=None)),
    "code": _TEXT,
    "kind": Templated(Choice(KINDS)),
}
_FILTER = Record("a filter", _FILTERS)
_PERSON = {"appid": _TEXT, "user": _TEXT}

ACTS: Mapping[str, Action] = {
    "clock.advance": Action(
        _control("POST", "clock/advance"),
        {"seconds": _NUMBER},
        ("seconds",),
        alone=True,
    ),
    "clock.freeze": Action(
        _control("POST", "clock/freeze"), {"at": _NUMBER}, alone=True
    ),
    "clock.resume": Action(_control("POST", "clock/resume"), alone=True),
    "session.rotate": Action(_control("POST", "sessions/rotate", person=True), _PERSON),
    "session.expire": Action(_control("POST", "sessions/expire", person=True), _PERSON),
    "mini_program.add": Action(
        _control("POST", "mini_programs"), free=True, alone=True
    ),
    "mini_program.patch": Action(
        _control("PATCH", "mini_programs/{appid}"), free=True, alone=True
    ),
    "user.patch": Action(_control("PATCH", "users/{user}"), free=True),
    "fault.arm": Action(_control("POST", "faults"), FAULT, ("effect",), alone=True),
    "fault.disarm": Action(_disarm, {"id": _TEXT}, alone=True),
    "fault.list": Action(_control("GET", "faults"), alone=True),
    "mock.reset": Action(_reset, alone=True),
    "mock.exchanges": Action(_exchanges, _FILTERS, alone=True),
    "mock.verify": Action(
        _verify,
        {
            "match": _FILTER,
            "count": _NUMBER,
            "at_least": _NUMBER,
            "at_most": _NUMBER,
            "order": ListOf(_FILTER, "a list of filters"),
        },
        alone=True,
    ),
    "mock.findings": Action(_control("GET", "exchanges/findings"), alone=True),
}
