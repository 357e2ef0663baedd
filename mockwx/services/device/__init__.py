"""What the WeChat app does on a person's phone: the wx calls, seen from WeChat.

One module per section of the documentation; every verb answers exactly the object
that `success` or `fail` gets.
https://developers.weixin.qq.com/miniprogram/dev/api/open-api/
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass

from mockwx.domain import base_library
from mockwx.domain import control
from mockwx.domain import phone_words
from mockwx.domain.base_library import Era
from mockwx.domain.handset import Handset
from mockwx.domain.handset import read_user
from mockwx.domain.handset import split_call
from mockwx.domain.mini_program import read_appid
from mockwx.domain.open_data_component import OPEN_DATA_TYPES
from mockwx.domain.phone_words import SilentError
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.push import Withdrawal
from mockwx.domain.variant import TRUE
from mockwx.domain.variant import VARIANTS
from mockwx.services.device import account
from mockwx.services.device import admission
from mockwx.services.device import avatar
from mockwx.services.device import environment
from mockwx.services.device import login
from mockwx.services.device import phone_number
from mockwx.services.device import privacy
from mockwx.services.device import settings
from mockwx.services.device import share
from mockwx.services.device import subscribe
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
        name = call.speaks_as or api
        if not handset.appid:
            return _without_appid(name, handset)
        tap = self.tap(api, handset, VARIANTS[variant] if variant else TRUE)
        try:
            self._admit(tap, call, arguments)
            answer = call.verb(self, tap, arguments)
        except WxFailError as failure:
            return _failed(name, failure, tap)
        except SilentError:
            return {}
        return {**answer, "errMsg": phone_words.ok(name)}

    def revoke(self, appid: str, user: str, withdrawal: Withdrawal) -> None:
        """Take back something that a person gave an app, which is told of it."""
        account.revoke(self, appid, user, withdrawal)

    def close_account(self, user: str) -> None:
        """Forget a person's every answer and session."""
        account.close(self, user)

    def _admit(self, tap: Tap, call: Call, arguments: Arguments) -> None:
        """Let the call pass, or fail it before it does anything."""
        if not call.local:
            admission.need_network(tap)
        if call.rated:
            admission.keep_rate(self, tap)
        if call.private:
            privacy.demand(
                self, tap, str(arguments.get("scope", call.speaks_as or tap.api))
            )


def _failed(name: str, failure: WxFailError, tap: Tap) -> Answer:
    """Word a failure as this phone does."""
    handset = tap.handset
    answer = phone_words.fail(name, failure, platform=handset.platform, era=tap.era)
    err_msg = phone_words.WORDINGS[handset.wording](str(answer["errMsg"]))
    stamp = phone_words.stamp(tap.now, handset.appid)
    if handset.wording == phone_words.STAMPED and not err_msg.endswith(stamp):
        err_msg += stamp
    return {**answer, "errMsg": err_msg}


def _without_appid(name: str, handset: Handset) -> Answer:
    """Fail as DevTools do in a project without an appid; no phone opens one."""
    if handset.platform != "devtools":
        control.refuse(
            "appid",
            "an appid (only the platform 'devtools' knows projects without one)",
            "有效的 appid（仅 'devtools' 平台可以没有）",
        )
    era = Era(base_library.parse_version(handset.base_library))
    missing = WxFailError(phone_words.APPID_MISSING)
    return phone_words.fail(name, missing, platform=handset.platform, era=era)


@dataclass(frozen=True, slots=True)
class Call:
    """A wx call: the verb behind it and the arguments it takes."""

    verb: Callable[[Desk, Tap, Arguments], Answer]
    arguments: Mapping[str, control.Reader]
    speaks_as: str | None = None
    """The name its errMsg bears, where that is another API's."""
    local: bool = False
    """The phone answers alone: it works without network."""
    rated: bool = False
    """Its rate is limited, by person and by day."""
    private: bool = False
    """It gives personal data: the privacy agreement stands before it."""


_REVIEW = control.one_of(*avatar.REVIEWS)

CALLS: dict[str, Call] = {
    "login": Call(login.login, {"timeout": control.whole()}, rated=True),
    "backgroundFetch": Call(login.background_fetch, {}),
    "checkSession": Call(login.check_session, {}, rated=True),
    "getSetting": Call(
        settings.get_setting, {"withSubscriptions": control.flag}, rated=True
    ),
    "authorize": Call(settings.authorize, {"scope": control.text}, private=True),
    "openSetting": Call(
        settings.open_setting,
        {
            "withSubscriptions": control.flag,
            "authSetting": settings.read_switches,
            "subscriptionsSetting": settings.read_subscriptions,
            "tap": control.flag,
        },
    ),
    "deleteMiniProgram": Call(settings.delete_mini_program, {}, local=True),
    "getUserInfo": Call(
        user_info.get_user_info,
        {
            "withCredentials": control.flag,
            "lang": control.text,
            "button": control.flag,
        },
        rated=True,
        private=True,
    ),
    "getUserProfile": Call(
        user_info.get_user_profile,
        {"desc": control.text, "lang": control.text, "tap": control.flag},
        rated=True,
        private=True,
    ),
    "createUserInfoButton": Call(
        user_info.create_user_info_button,
        {"withCredentials": control.flag, "lang": control.text},
        # That its errMsg begins with getUserInfo is inferred.
        speaks_as="getUserInfo",
        private=True,
    ),
    "getPhoneNumber": Call(phone_number.get_phone_number, {}, private=True),
    "getRealtimePhoneNumber": Call(
        phone_number.get_realtime_phone_number, {}, private=True
    ),
    "chooseAvatar": Call(
        avatar.choose_avatar,
        {"inProgress": control.flag, "review": _REVIEW},
        local=True,
        private=True,
    ),
    "nicknameReview": Call(
        avatar.nickname_review,
        {"value": control.text, "review": _REVIEW},
        local=True,
    ),
    "openData": Call(
        environment.open_data,
        {"type": control.one_of(*OPEN_DATA_TYPES), "lang": control.text},
        local=True,
    ),
    "getWeRunData": Call(werun.get_we_run_data, {}, private=True),
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
    "requestSubscribeMessage": Call(
        subscribe.request_subscribe_message,
        {
            "tmplIds": control.list_of(control.text),
            "answers": subscribe.read_answers,
            "keep": control.flag,
            "tap": control.flag,
        },
    ),
    "getLatestUserKey": Call(user_crypto.get_latest_user_key, {}),
    "getPrivacySetting": Call(privacy.get_privacy_setting, {}),
    "requirePrivacyAuthorize": Call(privacy.require_privacy_authorize, {}),
    "openPrivacyContract": Call(privacy.open_privacy_contract, {}),
    "agreePrivacyAuthorization": Call(privacy.agree_privacy_authorization, {}),
    "canIUse": Call(environment.can_i_use, {"schema": control.text}, local=True),
    "getAccountInfoSync": Call(
        environment.get_account_info,
        {
            "envVersion": control.one_of(*environment.ENV_VERSIONS),
            "version": control.text,
        },
        local=True,
    ),
    "getSystemInfo": Call(environment.get_system_info, {}, local=True),
}
