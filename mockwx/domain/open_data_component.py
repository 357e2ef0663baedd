"""<open-data>: what the component shows of the person who looks at it.

https://developers.weixin.qq.com/miniprogram/dev/component/open-data.html
"""

from __future__ import annotations

from mockwx.domain import base_library
from mockwx.domain.base_library import Era
from mockwx.domain.open_data import UserInfo
from mockwx.domain.open_data import anonymous_user_info
from mockwx.domain.open_data import user_info
from mockwx.domain.user import User


_GENDERS = {
    "en": ("", "Male", "Female"),
    "zh_CN": ("", "男", "女"),
    "zh_TW": ("", "男", "女"),
}

OPEN_DATA_TYPES = (
    "userNickName",
    "userAvatarUrl",
    "userGender",
    "userCity",
    "userProvince",
    "userCountry",
    "userLanguage",
)


def rendered(kind: str, user: User, lang: str, era: Era) -> str:
    """Return the text, or the address of the picture, that the component shows."""
    if era.has(base_library.OPEN_DATA_ANONYMOUS):
        seen = anonymous_user_info(is_demote=False)
    else:
        withdrawn = era.has(base_library.REGION_WITHDRAWN)
        seen = user_info(user, lang, region_withdrawn=withdrawn)
    return _shown(seen, lang)[kind]


def _shown(seen: UserInfo, lang: str) -> dict[str, str]:
    genders = _GENDERS.get(lang, _GENDERS["en"])
    return {
        "userNickName": seen.nick_name,
        "userAvatarUrl": seen.avatar_url,
        "userGender": genders[seen.gender],
        "userCity": seen.city,
        "userProvince": seen.province,
        "userCountry": seen.country,
        "userLanguage": seen.language,
    }
