"""设置与授权 settings and scopes: wx.getSetting, wx.openSetting, wx.authorize.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/setting/wx.getSetting.html
"""

from __future__ import annotations

from collections.abc import Mapping

from mockwx.domain import base_library
from mockwx.domain import control
from mockwx.domain import phone_words
from mockwx.domain.base_library import Change
from mockwx.domain.consent import ALLOW
from mockwx.domain.consent import ASKED_SCOPES
from mockwx.domain.consent import CANCEL
from mockwx.domain.consent import SCOPES
from mockwx.domain.consent import USER_INFO
from mockwx.domain.consent import Consent
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.push import REVOKED_BY_SCOPE
from mockwx.domain.subscribe_message import Subscriptions
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap
from mockwx.services.device.desk import tapped
from mockwx.services.device.subscribe import change_subscriptions
from mockwx.services.device.subscribe import read_answers


def get_setting(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """List the scopes asked for so far (wx.getSetting)."""
    desk.live_key(tap)
    return _settings(desk, tap, arguments, base_library.WITH_SUBSCRIPTIONS)


def open_setting(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Let the person change the switches (wx.openSetting).

    `authSetting` says what they set; without it, the answer `allow` switches all
    scopes asked for on, `deny` off, and `cancel` leaves the page as it was.
    """
    if tap.era.has(base_library.OPEN_SETTING_BY_TAP) and not tapped(arguments):
        raise WxFailError(phone_words.NOT_A_TAP)
    before = desk.consent(tap)
    switches = arguments.get("authSetting")
    if isinstance(switches, Mapping):
        desk.change_consent(tap, lambda consent: consent.switched(switches))
    elif tap.handset.consent != CANCEL:
        allowed = tap.handset.consent == ALLOW
        desk.change_consent(
            tap,
            lambda consent: consent.switched(dict.fromkeys(consent.asked, allowed)),
        )
    _tell_withdrawn(desk, tap, before)
    _switch_subscriptions(desk, tap, arguments.get("subscriptionsSetting"))
    with_subscriptions = base_library.OPEN_SETTING_WITH_SUBSCRIPTIONS
    return _settings(desk, tap, arguments, with_subscriptions)


def authorize(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Ask for a scope unless it was answered before (wx.authorize)."""
    scope = arguments.get("scope")
    if not isinstance(scope, str) or scope not in SCOPES:
        raise WxFailError(phone_words.INVALID_SCOPE)
    if scope == USER_INFO and tap.era.has(base_library.USER_INFO_ANONYMOUS):
        # Silent success: there is nothing personal left to ask for.
        desk.allow(tap, scope)
    elif scope == USER_INFO and tap.era.has(base_library.USER_INFO_BY_BUTTON):
        if not desk.consent(tap).answered(scope):
            raise WxFailError(phone_words.AUTH_DENY)
    else:
        desk.ask(tap, scope)
    return {}


def delete_mini_program(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Remove the mini program from the phone: every answer is forgotten."""
    desk.consents.delete(tap.owner)
    return {}


@control.reads(
    {
        "type": "object",
        "propertyNames": {"enum": list(ASKED_SCOPES)},
        "additionalProperties": control.flag.schema,
    }
)
def read_switches(field: str, value: object) -> dict[str, bool]:
    """Read what the person sets on the settings page."""
    if not isinstance(value, dict):
        control.refuse(field, "an object of scopes", "授权范围的对象")
    return {
        control.one_of(*ASKED_SCOPES)(field, scope): control.flag(
            f"{field}.{scope}", allowed
        )
        for scope, allowed in value.items()
    }


_SUBSCRIPTIONS: control.Spec = {
    "mainSwitch": control.flag,
    "itemSettings": read_answers,
}


@control.reads(control.object_schema(_SUBSCRIPTIONS))
def read_subscriptions(field: str, value: object) -> dict[str, object]:
    """Read what the person sets on the page of subscribe messages."""
    if not isinstance(value, dict):
        control.refuse(field, "an object", "对象")
    return control.read_fields(value, _SUBSCRIPTIONS)


def _tell_withdrawn(desk: Desk, tap: Tap, before: Consent) -> None:
    """Push what was switched off; two scopes of one kind are one message."""
    after = desk.consent(tap)
    withdrawn = {
        REVOKED_BY_SCOPE[scope]: None
        for scope in before.asked
        if scope in REVOKED_BY_SCOPE and before.answered(scope)
        if not after.answered(scope)
    }
    for revoke_info in withdrawn:
        desk.withdraw(tap.mini_program, tap.name, revoke_info, "")


def _switch_subscriptions(desk: Desk, tap: Tap, setting: object) -> None:
    if not isinstance(setting, Mapping):
        return
    change_subscriptions(
        desk,
        tap,
        lambda known: known.switched(
            main_switch=setting.get("mainSwitch", known.main_switch),
            kept=setting.get("itemSettings", {}),
        ),
    )


def _settings(
    desk: Desk, tap: Tap, arguments: Arguments, with_subscriptions: Change
) -> Answer:
    answer: Answer = {"authSetting": desk.consent(tap).auth_setting()}
    if arguments.get("withSubscriptions") and tap.era.has(with_subscriptions):
        subscriptions = desk.subscriptions.get(tap.owner) or Subscriptions()
        answer["subscriptionsSetting"] = subscriptions.setting()
    return answer
