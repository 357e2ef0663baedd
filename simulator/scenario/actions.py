"""Every word a step may say, and what it does: the dictionary from WeChat to Python."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from typing import cast

from simulator.ports import RefusedError
from simulator.scenario.action import Action
from simulator.scenario.action import refused
from simulator.scenario.acts import ACTS
from simulator.scenario.shapes import WAIT
from simulator.scenario.shapes import Choice
from simulator.scenario.shapes import Flag
from simulator.scenario.shapes import ListOf
from simulator.scenario.shapes import MapOf
from simulator.scenario.shapes import Number
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Text
from simulator.scenario.talks import SENDING_HINTS
from simulator.scenario.talks import play_request
from simulator.scenario.talks import snake_case
from simulator.scenario.templates import Template
from simulator.scenario.templates import Templated
from simulator.scenario.turn import Play
from simulator.scenario.turn import Played
from simulator.scenario.turn import Turn
from simulator.wx import WxError
from simulator.wx.host import Done
from simulator.wx.request import METHODS


CONSENTS = ("allow", "deny", "cancel")
PRIVACY_ANSWERS = ("agree", "disagree", "unclicked")
WORDINGS = ("usual", "colon", "error", "canceled", "bare", "stamped")
NETWORKS = ("online", "slow", "offline", "null")


def _wx(method: str, *, tap: bool = False, asks: bool = False, **fixed: object) -> Play:
    """Call a method of Device.wx with its arguments in Python's case."""

    def play(turn: Turn, arguments: Mapping[str, Any]) -> Played:
        named = {snake_case(name): value for name, value in arguments.items()} | fixed
        if asks:
            named["consent"] = turn.answer
        tapped = tap if turn.tap is None else turn.tap
        with turn.device.tap() if tapped else contextlib.nullcontext():
            return _played(lambda: getattr(turn.device.wx, method)(**named))

    return play


def _played(act: Callable[[], Done | None]) -> Played:
    """Tell what a wx call came to; None is an event that nobody was told of."""
    try:
        result = act()
    except WxError as error:
        return Played(False, error.answer)
    except RefusedError as error:
        return refused(error)
    return Played(True, result.answer if result else {})


def _tap_user_info_button(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    named = {snake_case(name): value for name, value in arguments.items()}
    button = turn.device.wx.create_user_info_button(**named)
    return _played(lambda: button.tap(consent=turn.answer))


def _latest_user_key(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    return _played(turn.device.wx.get_user_crypto_manager().get_latest_user_key)


def _open_data(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    kind, lang = arguments["type"], arguments.get("lang")
    return _played(lambda: turn.device.wx.open_data(kind, lang=lang))


def _launch_options(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    return Played(True, asdict(turn.device.wx.get_launch_options_sync()))


def _relaunch(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    return Played(True, asdict(turn.device.relaunch(**arguments)))


def _open(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.open(arguments["page"])
    return Played(True, {})


def _delete_mini_program(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.delete_mini_program()
    return Played(True, {})


def _hide(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.hide()
    return Played(True, {})


def _show(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.show()
    return Played(True, {})


def _privacy(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.privacy = arguments["answer"]
    return Played(True, {})


def _network(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.network = arguments["state"]
    return Played(True, {})


def _state(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    """Look at the phone: what is stored on it, what its person has allowed."""
    device = turn.device
    played = _played(device.wx.get_setting)
    return Played(
        True,
        {
            "person": device.user,
            "appid": device.mini_program_id,
            "page": device.page,
            "launch": asdict(device.launch),
            "hidden": device.hidden,
            "network": device.network or "online",
            "storage": {key: device.wx.get_storage_sync(key) for key in device.storage},
            "permissions": played.answer.get("authSetting", {}),
        },
    )


def _wait(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.stage.pacing.pause(arguments["ms"] / 1000)
    return Played(True, {})


def _answers(turn: Turn, arguments: Mapping[str, Any]) -> Played:
    turn.device.answer(**arguments)
    return Played(True, dict(turn.device.answers))


_FLAG = Templated(Flag())
_NUMBER = Templated(Number())
_TEXT = Templated(Text())
_PAGE = Templated(Text("a page such as pages/pay/index", r"[^/?#\s][^?#\s]{0,127}"))
_ANY = Template()
_LANG = Templated(Choice(("en", "zh_CN", "zh_TW")))
_REVIEW = Templated(Choice(("pass", "reject", "timeout")))
_SUBSCRIPTION = Choice(("accept", "reject"))
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
    "wx.pluginLogin": Action(_wx("plugin_login"), {"plugin": _TEXT}),
    "wx.getUserProfile": Action(
        _wx("get_user_profile", tap=True, asks=True), {"desc": _TEXT, "lang": _LANG}
    ),
    "wx.getPrivacySetting": Action(_wx("get_privacy_setting")),
    "wx.requirePrivacyAuthorize": Action(_wx("require_privacy_authorize")),
    "wx.openPrivacyContract": Action(_wx("open_privacy_contract")),
    "wx.getWeRunData": Action(_wx("get_we_run_data", asks=True)),
    "wx.getShareInfo": Action(
        _wx("get_share_info"),
        {"shareTicket": _TEXT, "timeout": _NUMBER, "group": _TEXT},
        ("shareTicket",),
    ),
    "wx.getGroupEnterInfo": Action(
        _wx("get_group_enter_info"),
        {
            "allowSingleChat": _FLAG,
            "needGroupOpenID": _FLAG,
            "group": _TEXT,
            "friend": _TEXT,
        },
    ),
    "wx.authPrivateMessage": Action(
        _wx("auth_private_message"),
        {"shareTicket": _TEXT, "activityId": _TEXT, "recipient": _FLAG},
        ("shareTicket",),
    ),
    "wx.getLatestUserKey": Action(_latest_user_key),
    "wx.requestSubscribeMessage": Action(
        _wx("request_subscribe_message", tap=True, asks=True),
        {
            "tmplIds": ListOf(_TEXT, "a list of template ids"),
            "answers": MapOf(_SUBSCRIPTION, "answers by template id (a mapping)"),
            "keep": _FLAG,
        },
        ("tmplIds",),
    ),
    "wx.canIUse": Action(_wx("can_i_use"), {"schema": _TEXT}, ("schema",)),
    "wx.getAccountInfoSync": Action(_wx("get_account_info_sync")),
    "wx.getSystemInfoSync": Action(_wx("get_system_info_sync")),
    "button.createUserInfoButton": Action(
        _tap_user_info_button, {"withCredentials": _FLAG, "lang": _LANG}
    ),
    "button.agreePrivacyAuthorization": Action(
        _wx("agree_privacy_authorization", tap=True)
    ),
    "button.chooseAvatar": Action(
        _wx("choose_avatar", tap=True, asks=True),
        {"review": _REVIEW, "agreePrivacy": _FLAG},
    ),
    "input.nickname": Action(
        _wx("nickname_input"), {"value": _TEXT, "review": _REVIEW}
    ),
    "component.openData": Action(_open_data, {"type": _TEXT, "lang": _LANG}, ("type",)),
    "button.getUserInfo": Action(
        _wx("get_user_info", tap=True, asks=True, button=True),
        {"lang": _LANG, "agreePrivacy": _FLAG},
    ),
    "button.getPhoneNumber": Action(
        _wx("get_phone_number", tap=True, asks=True), {"agreePrivacy": _FLAG}
    ),
    "button.getRealtimePhoneNumber": Action(
        _wx("get_realtime_phone_number", tap=True, asks=True), {"agreePrivacy": _FLAG}
    ),
    "wx.setStorage": Action(
        _wx("set_storage"),
        {"key": _TEXT, "data": _ANY, "encrypt": _FLAG},
        ("key", "data"),
    ),
    "wx.getStorage": Action(
        _wx("get_storage"), {"key": _TEXT, "encrypt": _FLAG}, ("key",)
    ),
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
            **dict.fromkeys(SENDING_HINTS, _ANY),
        },
        ("url",),
    ),
    "device.relaunch": Action(
        _relaunch, {"scene": _NUMBER, "query": MapOf(_TEXT, "a query (a mapping)")}
    ),
    "device.open": Action(_open, {"page": _PAGE}, ("page",)),
    "device.delete_mini_program": Action(_delete_mini_program),
    "device.state": Action(_state),
    "device.wait": Action(_wait, {"ms": Templated(WAIT)}, ("ms",)),
    "device.hide": Action(_hide),
    "device.show": Action(_show),
    "device.privacy": Action(
        _privacy, {"answer": Choice(PRIVACY_ANSWERS)}, ("answer",)
    ),
    "device.network": Action(_network, {"state": Choice(NETWORKS)}, ("state",)),
    "device.answers": Action(
        _answers,
        {
            api: Choice(CONSENTS)
            for api in (
                "authorize",
                "openSetting",
                "getUserInfo",
                "getUserProfile",
                "createUserInfoButton",
                "getPhoneNumber",
                "getRealtimePhoneNumber",
                "chooseAvatar",
                "getWeRunData",
                "requestSubscribeMessage",
            )
        },
    ),
    **ACTS,
}
ANSWERS_SHAPE = cast("Record", ACTIONS["device.answers"].shape)
