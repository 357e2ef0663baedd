"""What goes inside encryptedData and rawData, in WeChat's key order.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from functools import cache

from mockwx.domain.places import region_in
from mockwx.domain.user import Phone
from mockwx.domain.user import User
from mockwx.domain.wire_json import encode


LANGUAGES = ("en", "zh_CN", "zh_TW")

ANONYMOUS_NICK_NAME = "微信用户"
ANONYMOUS_AVATAR_URL = (
    "https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6i"
    "cRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132"
)


@dataclass(frozen=True, slots=True)
class Watermark:
    """Which mini program the payload was made for, and when the person acted."""

    timestamp: int
    appid: str

    def as_json(self) -> dict[str, object]:
        """Order the keys as WeChat produces them (its pages list them reversed)."""
        return {"timestamp": self.timestamp, "appid": self.appid}


@dataclass(frozen=True, slots=True)
class UserInfo:
    """The object `userInfo`, whose JSON text is `rawData`."""

    nick_name: str
    gender: int
    language: str
    city: str
    province: str
    country: str
    avatar_url: str
    is_demote: bool = False

    def as_json(self) -> dict[str, object]:
        """Order the keys as rawData has them."""
        shown: dict[str, object] = {
            "nickName": self.nick_name,
            "gender": self.gender,
            "language": self.language,
            "city": self.city,
            "province": self.province,
            "country": self.country,
            "avatarUrl": self.avatar_url,
        }
        if self.is_demote:
            shown["is_demote"] = True
        return shown


def user_info(user: User, lang: str, *, region_withdrawn: bool) -> UserInfo:
    """Return what a mini program may see of a person, region names in `lang`.

    A language WeChat does not know counts as `en`, the default of the wx call.
    """
    lang = lang if lang in LANGUAGES else "en"
    city, province, country = region_in(lang, user)
    seen = UserInfo(
        nick_name=user.nick_name,
        gender=user.gender,
        language=user.language,
        city=city,
        province=province,
        country=country,
        avatar_url=user.avatar_url,
    )
    if region_withdrawn:
        return replace(seen, gender=0, language="", city="", province="", country="")
    return seen


@cache
def anonymous_user_info(*, is_demote: bool) -> UserInfo:
    """Return the values every person has since WeChat withdrew the profile."""
    return UserInfo(
        nick_name=ANONYMOUS_NICK_NAME,
        gender=0,
        language="",
        city="",
        province="",
        country="",
        avatar_url=ANONYMOUS_AVATAR_URL,
        is_demote=is_demote,
    )


def sealed_user_info(
    info: UserInfo, watermark: Watermark, *, openid: str, unionid: str | None
) -> dict[str, object]:
    """Return the plaintext of getUserInfo: with openId, and unionId if bound."""
    shown = {"openId": openid, **info.as_json()}
    if unionid:
        shown["unionId"] = unionid
    return {**shown, "watermark": watermark.as_json()}


def sealed_user_profile(info: UserInfo, watermark: Watermark) -> dict[str, object]:
    """Return the plaintext of getUserProfile: it names nobody."""
    return {**info.as_json(), "watermark": watermark.as_json()}


def sealed_phone(phone: Phone, watermark: Watermark) -> dict[str, object]:
    """Return the plaintext of getPhoneNumber, and the phone_info of its server twin."""
    return {**phone.as_json(), "watermark": watermark.as_json()}


def to_json(shown: Mapping[str, object]) -> str:
    r"""Write JSON as the WeChat app does: compact, no `\u`, no `\/`."""
    return encode(shown)
