"""What WeChat tells the developer's server about a person, in JSON and in XML.

https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
https://developers.weixin.qq.com/miniprogram/dev/framework/security.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias
from urllib.parse import urlsplit

from mockwx.domain import control


USER_INFO_MODIFIED = "user_info_modified"
USER_AUTHORIZATION_REVOKE = "user_authorization_revoke"
USER_AUTHORIZATION_CANCELLATION = "user_authorization_cancellation"
EVENTS = (
    USER_INFO_MODIFIED,
    USER_AUTHORIZATION_REVOKE,
    USER_AUTHORIZATION_CANCELLATION,
)

PLAIN = "plain"
COMPATIBLE = "compatible"
SECURE = "secure"
MODES = (PLAIN, COMPATIBLE, SECURE)

JSON = "json"
XML = "xml"
FORMATS = (JSON, XML)

Fields: TypeAlias = Mapping[str, str | int]

_PRINTABLE = re.compile("[!-~]+")
# Compiled by whom it is searched for: that takes as long as several modules to import.
_NOT_IN_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


class RevokeInfo(IntEnum):
    """What a person took back: the number WeChat sends, and its meaning in Chinese."""

    zh: str

    def __new__(cls, number: int, zh: str) -> RevokeInfo:
        member = int.__new__(cls, number)
        member._value_ = number
        member.zh = zh
        return member

    LICENCE_PLATE = 1, "车牌号"
    ADDRESS = 2, "地址"
    INVOICE = 3, "发票信息"
    BLUETOOTH = 4, "蓝牙"
    MICROPHONE = 5, "麦克风"
    NICK_NAME_AND_AVATAR = 6, "昵称和头像"
    CAMERA = 7, "摄像头"
    PHONE_NUMBER = 8, "手机号"
    WE_RUN = 12, "微信运动步数"
    LOCATION = 13, "位置信息"
    CHOSEN_MEDIA = 14, "选中的图片或视频"
    CHOSEN_FILE = 15, "选中的文件"
    EMAIL = 16, "邮箱地址"
    CHOSEN_LOCATION = 18, "选择的位置信息"
    TYPED_NICK_NAME = 19, "昵称输入键盘中选择的微信昵称"
    CHOSEN_AVATAR = 20, "获取用户头像组件中选择的微信头像"


REVOKED_BY_SCOPE: Mapping[str, RevokeInfo] = {
    "scope.userInfo": RevokeInfo.NICK_NAME_AND_AVATAR,
    "scope.userLocation": RevokeInfo.LOCATION,
    "scope.userFuzzyLocation": RevokeInfo.LOCATION,
    "scope.userLocationBackground": RevokeInfo.LOCATION,
    "scope.record": RevokeInfo.MICROPHONE,
    "scope.camera": RevokeInfo.CAMERA,
    "scope.bluetooth": RevokeInfo.BLUETOOTH,
    "scope.werun": RevokeInfo.WE_RUN,
}
"""What is told when a scope is switched off; of the others WeChat tells nothing."""


@control.reads({"enum": [each.value for each in RevokeInfo]})
def read_revoke_info(field: str, value: object) -> RevokeInfo:
    """Read what is taken back, by WeChat's number for it."""
    if type(value) is not int or value not in RevokeInfo.__members__.values():
        numbers = ", ".join(str(each.value) for each in RevokeInfo)
        control.refuse(field, f"one of: {numbers}", f"其中之一：{numbers}")
    return RevokeInfo(value)  # type: ignore[call-arg]  # by number, not as in __new__


@control.reads({"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[!-~]+$"})
def read_push_url(field: str, value: object) -> str:
    """Read where to push; WeChat takes only ports 80 and 443, a mock any."""
    found = control.text(field, value)
    try:
        parts = urlsplit(found)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and parts.port != 0 and _PRINTABLE.fullmatch(found) is not None
    except ValueError:
        usable = False
    if not usable:
        control.refuse(
            field,
            "an http or https address such as 'http://127.0.0.1:8000/wechat'",
            " http 或 https 地址，如 'http://127.0.0.1:8000/wechat'",
        )
    return found


read_encoding_aes_key = control.matching(
    re.compile("[A-Za-z0-9]{43}"), "43 letters and digits", " 43 位字母和数字"
)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Something a person takes back, perhaps from a plugin and not from the app."""

    revoke_info: RevokeInfo
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class PushEvent:
    """One event about one person: changed, took something back, or closed the account.

    `plugin_id` and `openpid` belong together: the data was given to a plugin.
    """

    event: str
    to_user_name: str
    from_user_name: str
    create_time: int
    openid: str
    appid: str
    unionid: str = ""
    revoke_info: RevokeInfo | None = None
    plugin_id: str = ""
    openpid: str = ""

    def __post_init__(self) -> None:
        if self.event not in EVENTS:
            raise ValueError(
                f"there is no event {self.event!r}: use one of {', '.join(EVENTS)}"
            )
        if (self.event == USER_AUTHORIZATION_REVOKE) != (self.revoke_info is not None):
            raise ValueError(
                f"revoke_info goes with {USER_AUTHORIZATION_REVOKE}, and only with it"
            )
        if bool(self.plugin_id) != bool(self.openpid):
            raise ValueError("plugin_id and openpid go together: give both or neither")

    def as_fields(self) -> dict[str, str | int]:
        """Order the fields as WeChat's samples do; what does not apply is left out."""
        fields: dict[str, str | int] = {
            "ToUserName": self.to_user_name,
            "FromUserName": self.from_user_name,
            "CreateTime": self.create_time,
            "MsgType": "event",
            "Event": self.event,
            "OpenID": self.openid,
        }
        if self.unionid:
            fields["UnionID"] = self.unionid
        fields["AppID"] = self.appid
        if self.revoke_info is not None:
            # A number, but WeChat sends it as text.
            fields["RevokeInfo"] = str(self.revoke_info.value)
        if self.plugin_id:
            fields["PluginID"] = self.plugin_id
            fields["OpenPID"] = self.openpid
        return fields


def secure_fields(fields: Fields, encrypt: str) -> dict[str, str | int]:
    """Return what the secure mode sends: whom it is for, the rest sealed."""
    return {"ToUserName": fields["ToUserName"], "Encrypt": encrypt}


def compatible_fields(fields: Fields, encrypt: str) -> dict[str, str | int]:
    """Return what the compatible mode sends: the plain fields and the sealed ones."""
    return {**fields, "Encrypt": encrypt}


def to_xml(fields: Fields) -> str:
    """Write a push as XML, the twin of `to_json`: text in CDATA, numbers bare."""
    elements = (f"<{name}>{_content(value)}</{name}>" for name, value in fields.items())
    return "\n".join(("<xml>", *elements, "</xml>"))


def _content(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    if found := re.search(_NOT_IN_XML, value):
        raise ValueError(f"XML cannot hold the character {found[0]!r}: push as JSON")
    # The one sequence that would end the section: cut it in two sections.
    return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
