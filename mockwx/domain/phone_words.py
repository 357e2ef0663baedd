"""The errMsg and errno a phone shows, per API, reason and platform.

DevTools wrap what their server refuses in a sentence with a number; Android builds
write a colon where the others write a blank.
"""

from __future__ import annotations

from mockwx.domain.base_library import ERRNO
from mockwx.domain.base_library import Era


PLATFORMS = ("ios", "android", "devtools")

AUTH_DENY = "auth deny"
INVALID_SCOPE = "invalid scope"
SESSION_TIME_OUT = "session time out, need relogin"
SCOPE_UNAUTHORIZED = "scope unauthorized"
NOT_A_TAP = "can only be invoked by user TAP gesture."
DESC_LENGTH = "desc length does not meet the requirements"
USER_DENY = "user deny"
USER_CANCEL = "user cancel"
USER_CANCEL_BIND = "user cancel bind"
NO_PERMISSION = "no permission"
NOT_SUPPORTED = "jsapi not supported"
CANCELLED = "cancel"
# The page gives these two a number each and no text (the texts are inferred).
WRONG_SCENE = "wrong scene"
NOT_IN_GROUP = "user not in group"
NO_SHARE_TICKET = (
    "parameter error: parameter.shareTicket should be String instead of Undefined;"
)

_ERRNO = {
    AUTH_DENY: 103,
    USER_DENY: 103,
    USER_CANCEL: 104,
    NOT_SUPPORTED: 100,
    WRONG_SCENE: 40097,
    NOT_IN_GROUP: 65206,
    NO_SHARE_TICKET: 1001,
}

# The number of before errno, which getWeRunData still sends.
_ERR_CODE = {("getWeRunData", AUTH_DENY): -12006}

# The DevTools number of what their server refused, for these APIs only: the popup of
# getUserProfile and the phone sheet answer there as on iOS.
_DEVTOOLS_NUMBER = {AUTH_DENY: -12006, INVALID_SCOPE: -12001, SESSION_TIME_OUT: -13001}
_DEVTOOLS_WRAPPED = frozenset({"authorize", "getUserInfo", "checkSession"})

_ANDROID = {
    AUTH_DENY: ":auth denied",
    USER_DENY: ":user deny",
    USER_CANCEL: ":user cancel",
}


class WxFailError(Exception):
    """The `fail` branch of a wx call."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def ok(api: str) -> str:
    """Return the errMsg of success."""
    return f"{api}:ok"


def fail(api: str, reason: str, *, platform: str, era: Era) -> dict[str, object]:
    """Return the object that `fail` gets."""
    answer: dict[str, object] = {
        "errMsg": f"{api}:fail{_worded(api, reason, platform)}"
    }
    if era.has(ERRNO) and reason in _ERRNO:
        answer["errno"] = _ERRNO[reason]
    if (api, reason) in _ERR_CODE:
        answer["err_code"] = _ERR_CODE[api, reason]
    return answer


def _worded(api: str, reason: str, platform: str) -> str:
    if platform == "devtools" and api in _DEVTOOLS_WRAPPED:
        number = _DEVTOOLS_NUMBER.get(reason)
        if number is not None:
            return f" 系统错误，错误码：{number},{reason}"
    if platform == "android" and reason in _ANDROID:
        return _ANDROID[reason]
    return f" {reason}"
