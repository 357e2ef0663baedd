"""What the WeChat app does on a person's phone: the wx calls, seen from WeChat.

One module per section of the documentation; every verb answers exactly the object
that `success` or `fail` gets.
https://developers.weixin.qq.com/miniprogram/dev/api/open-api/
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass

from mockwx.domain import control
from mockwx.domain import phone_words
from mockwx.domain.handset import read_user
from mockwx.domain.handset import split_call
from mockwx.domain.mini_program import read_appid
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.variant import TRUE
from mockwx.domain.variant import VARIANTS
from mockwx.services.device import login
from mockwx.services.device import phone_number
from mockwx.services.device import settings
from mockwx.services.device import share
from mockwx.services.device import user_crypto
from mockwx.services.device import user_info
from mockwx.services.device import werun
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap


class Device(Desk):
    """Answers wx calls."""

    def answer(
        self, api: str, body: Mapping[str, object], *, variant: str | None = None
    ) -> Answer:
        """Play a wx call; the answer is what `success` or `fail` gets.

        A `variant` makes its payload wrong in a named way (domain.variant). Raises
        ControlError for an unknown call, field or mini program.
        """
        call = CALLS.get(api)
        if call is None:
            raise control.ControlError(
                "not_found",
                f"no wx call {api!r}; known: {', '.join(CALLS)}.",
                f"没有 wx 接口 {api!r}；可用：{'、'.join(CALLS)}。",
                field="api",
            )
        handset, arguments = split_call(
            body, call.arguments, default_appid=self.default_appid
        )
        tap = self.tap(api, handset, VARIANTS[variant] if variant else TRUE)
        try:
            answer = call.verb(self, tap, arguments)
        except WxFailError as failure:
            return phone_words.fail(
                api, failure.reason, platform=handset.platform, era=tap.era
            )
        return {**answer, "errMsg": phone_words.ok(api)}


@dataclass(frozen=True, slots=True)
class Call:
    """A wx call: the verb behind it and the arguments it takes."""

    verb: Callable[[Desk, Tap, Arguments], Answer]
    arguments: Mapping[str, control.Reader]


CALLS: dict[str, Call] = {
    "login": Call(login.login, {"timeout": control.whole()}),
    "checkSession": Call(login.check_session, {}),
    "getSetting": Call(settings.get_setting, {"withSubscriptions": control.flag}),
    "authorize": Call(settings.authorize, {"scope": control.text}),
    "openSetting": Call(
        settings.open_setting,
        {
            "withSubscriptions": control.flag,
            "authSetting": settings.read_switches,
            "tap": control.flag,
        },
    ),
    "getUserInfo": Call(
        user_info.get_user_info,
        {
            "withCredentials": control.flag,
            "lang": control.text,
            "button": control.flag,
        },
    ),
    "getUserProfile": Call(
        user_info.get_user_profile,
        {"desc": control.text, "lang": control.text, "tap": control.flag},
    ),
    "getPhoneNumber": Call(phone_number.get_phone_number, {}),
    "getRealtimePhoneNumber": Call(phone_number.get_realtime_phone_number, {}),
    "getWeRunData": Call(werun.get_we_run_data, {}),
    "getShareInfo": Call(
        share.get_share_info,
        {
            "shareTicket": control.text,
            "timeout": control.whole(),
            "group": read_user,
            "friend": read_user,
        },
    ),
    "getGroupEnterInfo": Call(
        share.get_group_enter_info,
        {
            "allowSingleChat": control.flag,
            "needGroupOpenID": control.flag,
            "group": read_user,
            "friend": read_user,
        },
    ),
    "authPrivateMessage": Call(
        share.auth_private_message,
        {
            "shareTicket": control.text,
            "activityId": control.text,
            "recipient": control.flag,
        },
    ),
    "pluginLogin": Call(login.plugin_login, {"plugin": read_appid}),
    "getLatestUserKey": Call(user_crypto.get_latest_user_key, {}),
}
