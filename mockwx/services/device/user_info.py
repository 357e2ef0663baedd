"""用户信息 user info: wx.getUserInfo and its button, wx.getUserProfile.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/user-info/wx.getUserInfo.html
"""

from __future__ import annotations

from mockwx.crypto.signature import sign_raw_data
from mockwx.domain import base_library
from mockwx.domain import phone_words
from mockwx.domain.consent import ALLOW
from mockwx.domain.consent import USER_INFO
from mockwx.domain.open_data import UserInfo
from mockwx.domain.open_data import anonymous_user_info
from mockwx.domain.open_data import sealed_user_info
from mockwx.domain.open_data import sealed_user_profile
from mockwx.domain.open_data import to_json
from mockwx.domain.open_data import user_info
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.session import SessionKey
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap
from mockwx.services.device.desk import tapped
from mockwx.services.device.sealing import NO_LOGIN_STATE
from mockwx.services.device.sealing import sealed
from mockwx.services.device.sealing import sealing_key


DESC_MAX = 30


def get_user_info(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Give the profile, anonymous since 2021 (wx.getUserInfo and its button)."""
    if tap.era.has(base_library.USER_INFO_ANONYMOUS):
        desk.allow(tap, USER_INFO)
        info = anonymous_user_info(is_demote=False)
    else:
        _ask(desk, tap, button=bool(arguments.get("button")))
        info = _seen(tap, arguments)
    if not arguments.get("withCredentials", True):
        return _unsigned(info)
    key = sealing_key(desk, tap)
    if key is None:
        raise WxFailError(NO_LOGIN_STATE)
    plain = sealed_user_info(
        info,
        tap.watermark,
        openid=desk.directory.openid(tap.mini_program, tap.name),
        unionid=desk.directory.unionid(tap.mini_program, tap.name),
    )
    return sealed(desk, tap, key, plain, signed=_signed(info, key))


def create_user_info_button(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Tap the button of a mini game; it speaks as wx.getUserInfo does."""
    if not tap.mini_program.mini_game:
        raise WxFailError(phone_words.NOT_SUPPORTED)
    return get_user_info(desk, tap, {**arguments, "button": True})


def get_user_profile(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Ask for the profile, every time (wx.getUserProfile)."""
    if tap.mini_program.mini_game or not tap.era.has(base_library.GET_USER_PROFILE):
        # Mini games keep wx.createUserInfoButton instead.
        raise WxFailError(phone_words.NOT_SUPPORTED)
    if not tapped(arguments):
        raise WxFailError(phone_words.NOT_A_TAP)
    desc = str(arguments.get("desc", ""))
    if not 0 < _js_length(desc) <= DESC_MAX:
        raise WxFailError(phone_words.DESC_LENGTH)
    if tap.handset.consent != ALLOW:
        raise WxFailError(phone_words.AUTH_DENY)
    if tap.era.has(base_library.PROFILE_ANONYMOUS):
        info = anonymous_user_info(is_demote=True)
    else:
        info = _seen(tap, arguments)
    key = sealing_key(desk, tap)
    if key is None:
        # No page says that it fails without a login: nothing is signed (inferred).
        return _unsigned(info)
    signed = _signed(info, key)
    if not tap.era.has(base_library.PROFILE_SEALED):
        return signed
    return sealed(
        desk, tap, key, sealed_user_profile(info, tap.watermark), signed=signed
    )


def _ask(desk: Desk, tap: Tap, *, button: bool) -> None:
    answered = desk.consent(tap).answered(USER_INFO)
    by_button = tap.era.has(base_library.USER_INFO_BY_BUTTON)
    if answered is None and by_button and not button:
        raise WxFailError(phone_words.SCOPE_UNAUTHORIZED)
    desk.ask(tap, USER_INFO)


def _seen(tap: Tap, arguments: Arguments) -> UserInfo:
    return user_info(
        tap.user,
        str(arguments.get("lang", "en")),
        region_withdrawn=tap.era.has(base_library.REGION_WITHDRAWN),
    )


def _unsigned(info: UserInfo) -> Answer:
    shown = info.as_json()
    return {"userInfo": shown, "rawData": to_json(shown)}


def _signed(info: UserInfo, key: SessionKey) -> Answer:
    answer = _unsigned(info)
    signature = sign_raw_data(str(answer["rawData"]), key.session_key)
    return {**answer, "signature": signature}


def _js_length(text: str) -> int:
    """Count as JavaScript does: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
