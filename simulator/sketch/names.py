"""Which names backends give to what a phone sends, and to what they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any


_GIVEN: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("code", "jscode", "authcode", "logincode", "xcxcode", "openidcode"),
            *(
                "wxcode",
                "wechatcode",
                "weixincode",
                "xwxcode",
                "minicode",
                "wxlogincode",
            ),
        ),
        "${code}",
    ),
    **dict.fromkeys(("phonecode", "mobilecode", "phonenumbercode"), "${phoneCode}"),
    **dict.fromkeys(("encrypteddata", "xwxencrypteddata"), "${encryptedData}"),
    **dict.fromkeys(("iv", "xwxiv"), "${iv}"),
    "rawdata": "${rawData}",
    "signature": "${signature}",
    "userinfo": "${userInfo}",
    "appid": "${device.appid}",
}
_TOKENS = (
    *("token", "accesstoken", "jwt", "skey", "sessionkey3rd", "session", "sessionid"),
    *("sessiontoken", "thirdsession", "sid", "authorization", "idtoken", "key"),
)
# What says in a body whether all is well, the surest first.
_VERDICTS = ("errno", "errcode", "error_code", "ret", "code", "success")
_MESSAGES = ("errmsg", "error_msg", "errormsg", "msg", "message")
_LOGIN = re.compile(
    r"log_?in|sign_?in|auth|session|wechat|weixin|\bwx|mini|jscode|code2", re.IGNORECASE
)
_PHONE = re.compile(r"phone|mobile|tel\b", re.IGNORECASE)
_PAGE = re.compile(r"(?:^|/)(?:me|whoami|user|users/me|profile|account|info)/?$", re.I)


def template_for(name: str) -> str | None:
    """Say what a phone gives under this name; None if it is something else."""
    return _GIVEN.get(_bare(name))


def is_token(name: str) -> bool:
    """Say whether a name is that of a login state."""
    return _bare(name) in _TOKENS


def verdict_in(body: object) -> str:
    """Name what says in an answer whether all is well; nothing if the status does."""
    return _first_of(_VERDICTS, body, (int, bool, str))


def message_in(body: object) -> str:
    """Name what says in an answer what went wrong."""
    return _first_of(_MESSAGES, body, (str, type(None)))


def looks_like_login(text: str) -> int:
    """Count the words of a login in a path or a summary."""
    return len(set(map(str.lower, _LOGIN.findall(text))))


def is_about_phone(text: str) -> bool:
    """Say whether a path or a summary is about a phone number."""
    return _PHONE.search(text) is not None


def is_page(path: str) -> bool:
    """Say whether a path shows the one who is logged in."""
    return _PAGE.search(path) is not None


def templates_in(value: object) -> Iterator[str]:
    """List every template inside a value."""
    if isinstance(value, Mapping):
        for member in value.values():
            yield from templates_in(member)
    elif isinstance(value, str) and "${" in value:
        yield value


def for_phone(value: Any) -> Any:
    """Write the same for a call about a phone number: its code is another one."""
    if isinstance(value, Mapping):
        return {name: for_phone(member) for name, member in value.items()}
    return "${phoneCode}" if value == "${code}" else value


def _first_of(names: tuple[str, ...], body: object, kinds: tuple[type, ...]) -> str:
    if not isinstance(body, Mapping):
        return ""
    there = {str(each).lower(): each for each in body}
    found = (there[name] for name in names if name in there)
    return next((str(each) for each in found if isinstance(body[each], kinds)), "")


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
