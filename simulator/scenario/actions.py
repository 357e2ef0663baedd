"""Every word a step may say, and what it does: the dictionary from WeChat to Python."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from typing import cast

from simulator.ports import RefusedError
from simulator.scenario.action import Action
from simulator.scenario.action import refused
from simulator.scenario.acts import ACTS
from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import Flag
from simulator.scenario.shapes import MapOf
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Shape
from simulator.scenario.shapes import Template
from simulator.scenario.shapes import Templated
from simulator.scenario.shapes import Text
from simulator.scenario.talks import play_request
from simulator.scenario.talks import snake_case
from simulator.scenario.turn import Play
from simulator.scenario.turn import Played
from simulator.scenario.turn import Turn
from simulator.wx import WxError
from simulator.wx.request import METHODS


CONSENTS = ("allow", "deny", "cancel")


def _wx(method: str, *, tap: bool = False, asks: bool = False, **fixed: object) -> Play:
    """Call a method of Device.wx with its arguments in Python's case."""

    def play(turn: Turn, arguments: Mapping[str, Any]) -> Played:
        named = {snake_case(name): value for name, value in arguments.items()} | fixed
        if asks:
            named["consent"] = turn.answer
        tapped = tap if turn.tap is None else turn.tap
        with turn.device.tap() if tapped else contextlib.nullcontext():
            try:
                result = getattr(turn.device.wx, method)(**named)
            except WxError as error:
                return Played(False, error.answer)
            except RefusedError as error:
                return refused(error)
        return Played(True, result.answer)

    return play


def _launch_options(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    return Played(True, asdict(turn.device.wx.get_launch_options_sync()))


def _relaunch(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    return Played(True, asdict(turn.device.relaunch(**arguments)))


def _delete_mini_program(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.delete_mini_program()
    return Played(True, {})


def _answers(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.answer(**arguments)
    return Played(True, dict(turn.device.answers))


_FLAG = Templated(Flag())
_NUMBER = Templated(Number())
_TEXT = Templated(Text())
_ANY = Template()
_LANG = Templated(Choice(("en", "zh_CN", "zh_TW")))
_HEADER = MapOf(Template(), "headers (a mapping)")

ACTIONS: Mapping[str, Action] = {
    "wx.login": Action(_wx("login"), {"timeout": _NUMBER}),
    "wx.checkSession": Action(_wx("check_session")),
    "wx.getSetting": Action(_wx("get_setting"), {"withSubscriptions": _FLAG}),
    "wx.authorize": Action(_wx("authorize", asks=True), {"scope": _TEXT}, ("scope",)),
    "wx.openSetting": Action(
        _wx("open_setting", tap=True, asks=True), {"withSubscriptions": _FLAG}
    ),
    "wx.getUserInfo": Action(
        _wx("get_user_info", asks=True), {"withCredentials": _FLAG, "lang": _LANG}
    ),
    "wx.getUserProfile": Action(
        _wx("get_user_profile", tap=True, asks=True), {"desc": _TEXT, "lang": _LANG}
    ),
    "button.getUserInfo": Action(
        _wx("get_user_info", tap=True, asks=True, button=True), {"lang": _LANG}
    ),
    "button.getPhoneNumber": Action(_wx("get_phone_number", tap=True, asks=True)),
    "button.getRealtimePhoneNumber": Action(
        _wx("get_realtime_phone_number", tap=True, asks=True)
    ),
    "wx.setStorage": Action(
        _wx("set_storage"), {"key": _TEXT, "data": _ANY}, ("key", "data")
    ),
    "wx.getStorage": Action(_wx("get_storage"), {"key": _TEXT}, ("key",)),
    "wx.removeStorage": Action(_wx("remove_storage"), {"key": _TEXT}, ("key",)),
    "wx.clearStorage": Action(_wx("clear_storage")),
    "wx.getStorageInfo": Action(_wx("get_storage_info")),
    "wx.getLaunchOptionsSync": Action(_launch_options),
    "wx.request": Action(
        play_request,
        {
            "url": _TEXT,
            "data": _ANY,
            "method": Templated(Choice(METHODS)),
            "header": _HEADER,
            "timeout": _NUMBER,
            "dataType": _TEXT,
            "responseType": Choice(("text", "arraybuffer")),
            "redirect": Choice(("follow", "manual")),
        },
        ("url",),
    ),
    "device.relaunch": Action(
        _relaunch, {"scene": _NUMBER, "query": MapOf(_TEXT, "a query (a mapping)")}
    ),
    "device.delete_mini_program": Action(_delete_mini_program),
    "device.answers": Action(
        _answers,
        {
            api: Choice(CONSENTS)
            for api in (
                "authorize",
                "openSetting",
                "getUserInfo",
                "getUserProfile",
                "getPhoneNumber",
                "getRealtimePhoneNumber",
            )
        },
    ),
    **ACTS,
}
ANSWERS_SHAPE = cast("Record", ACTIONS["device.answers"].shape)
