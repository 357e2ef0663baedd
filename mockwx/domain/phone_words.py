"""The errMsg and errno a phone shows, per API, reason and platform.

DevTools wrap what their server refuses in a sentence with a number; Android builds
write a colon where the others write a blank.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from datetime import datetime
from datetime import timedelta
from datetime import timezone

from mockwx.domain.base_library import ERRNO
from mockwx.domain.base_library import Era


PLATFORMS = ("ios", "android", "devtools")

APPID_MISSING = "appid missing"
AUTH_DENY = "auth deny"
INVALID_SCOPE = "invalid scope"
SESSION_TIME_OUT = "session time out, need relogin"
SCOPE_UNAUTHORIZED = "scope unauthorized"
NOT_A_TAP = "can only be invoked by user TAP gesture."
DESC_LENGTH = "desc length does not meet the requirements"
USER_DENY = "user deny"
USER_CANCEL = "user cancel"
USER_CANCEL_BIND = "user cancel bind"
UNVERIFIED_PHONE = (
    "Error: The mobile phone user bound needs to be verified. Please complete the SMS "
    "verification step on the client"
)
NO_PERMISSION = "no permission"
JSAPI_NO_PERMISSION = "operateWXData:fail jsapi has no permission"
NO_PHONE_QUOTA = "appid no enough quota"
PHONE_BLOCKED = "user getPhoneNumber is blocked"
LOGIN_BLOCKED = "wxa login is blocked"
NOT_A_DEVELOPER = "登录用户不是该小程序的开发者"
AVATAR_IN_PROGRESS = "another chooseAvatar is in progress"
AVATAR_TIMEOUT = "timeout"
NOT_SUPPORTED = "jsapi not supported"
# Of requestSubscribeMessage only the numbers are documented, not all of the texts.
NO_TEMPLATE_IDS = "tmplIds can't be empty"
NO_TEMPLATE_DATA = "No template data return, verify the template id exist"
TOO_MANY_TEMPLATES = "Templates count out of max bounds"
MAIN_SWITCH_OFF = "The main switch is switched off"
SUBSCRIBING_BANNED = "The mini program is banned"
TIME_OUT = "time out"
NO_NETWORK = "cgi failed for network issues"
NULL_RESPONSE = "cgi failed for response null"
# The page on call rates gives no text: this is the registry's (inferred).
TOO_OFTEN = "meet server frequency limit"
PRIVACY_NOT_AUTHORIZED = "privacy permission is not authorized"
PRIVACY_IN_GAP = "privacy permission is not authorized in gap"
PRIVACY_NOT_DECLARED = "api scope is not declared in the privacy agreement"
PRIVACY_BANNED = "wxa appid privacy api banned"
CLICK_NEEDED = "click action before resolve is needed"
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
    JSAPI_NO_PERMISSION: 102,
    TIME_OUT: 5,
    NO_NETWORK: 108,
    NULL_RESPONSE: 109,
    TOO_OFTEN: 1003,
    LOGIN_BLOCKED: 1_402_101,
    PHONE_BLOCKED: 1_421_102,
    NO_PHONE_QUOTA: 1_400_001,
    PRIVACY_NOT_AUTHORIZED: 104,
    PRIVACY_IN_GAP: 104,
    PRIVACY_NOT_DECLARED: 112,
    PRIVACY_BANNED: 1025,
    WRONG_SCENE: 40097,
    NOT_IN_GROUP: 65206,
    NO_SHARE_TICKET: 1001,
}

# The number of before errno, which getWeRunData still sends.
_ERR_CODE = {("getWeRunData", AUTH_DENY): -12006}

# The numbers of requestSubscribeMessage, which has a spelling of its own for them.
_SUBSCRIBE_CODE = {
    NO_TEMPLATE_IDS: 10001,
    NO_TEMPLATE_DATA: 20001,
    TOO_MANY_TEMPLATES: 20003,
    MAIN_SWITCH_OFF: 20004,
    SUBSCRIBING_BANNED: 20005,
}

NETWORKS = {"slow": TIME_OUT, "offline": NO_NETWORK, "null": NULL_RESPONSE}
"""What a call says when WeChat's server is out of reach, by state of the network."""

# The DevTools number of what their server refused, for these APIs only: the popup of
# getUserProfile and the phone sheet answer there as on iOS.
_DEVTOOLS_NUMBER = {AUTH_DENY: -12006, INVALID_SCOPE: -12001, SESSION_TIME_OUT: -13001}
_DEVTOOLS_WRAPPED = frozenset({"authorize", "getUserInfo", "checkSession"})

_ANDROID = {
    AUTH_DENY: ":auth denied",
    USER_DENY: ":user deny",
    USER_CANCEL: ":user cancel",
}

_CHINA = timezone(timedelta(hours=8))


class WxFailError(Exception):
    """The `fail` branch of a wx call."""

    def __init__(self, reason: str, errno: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.errno = _ERRNO.get(reason) if errno is None else errno


class SilentError(Exception):
    """A wx call that ends without calling anybody back."""


def ok(api: str) -> str:
    """Return the errMsg of success."""
    return f"{api}:ok"


def fail(
    api: str, failure: WxFailError, *, platform: str, era: Era
) -> dict[str, object]:
    """Return the object that `fail` gets."""
    answer: dict[str, object] = {
        "errMsg": f"{api}:fail{_worded(api, failure.reason, platform)}"
    }
    if era.has(ERRNO) and failure.errno is not None:
        answer["errno"] = failure.errno
    if (api, failure.reason) in _ERR_CODE:
        answer["err_code"] = _ERR_CODE[api, failure.reason]
    if failure.reason in _SUBSCRIBE_CODE:
        answer["errCode"] = _SUBSCRIBE_CODE[failure.reason]
    return answer


def stamp(now: int, appid: str) -> str:
    """Return the time and appid that DevTools append to some failures."""
    shown = datetime.fromtimestamp(now, _CHINA).strftime("%Y%m%d %H:%M:%S")
    return f", [{shown}][{appid}]"


def _with_colon(err_msg: str) -> str:
    api, _, reason = err_msg.partition(":fail ")
    if not reason:
        return err_msg
    return f"{api}:{CANCELLED}" if reason == CANCELLED else f"{api}:fail:{reason}"


def _with_error(err_msg: str) -> str:
    return err_msg.replace(":fail ", ":fail Error: ", 1)


def _canceled(err_msg: str) -> str:
    return f"{err_msg}ed" if err_msg.endswith(USER_CANCEL) else err_msg


def _without_prefix(err_msg: str) -> str:
    return err_msg.partition(":fail ")[2] or err_msg


STAMPED = "stamped"

WORDINGS: Mapping[str, Callable[[str], str]] = {
    "usual": str,
    # Very old clients.
    "colon": _with_colon,
    # Seen with checkSession.
    "error": _with_error,
    # Seen with the phone sheet.
    "canceled": _canceled,
    # Some Android builds, about privacy.
    "bare": _without_prefix,
    # Some DevTools builds: the stamp is added by who knows time and appid.
    STAMPED: str,
}
"""The other spellings that were seen of a failure, each a rewriting of the usual."""


def _worded(api: str, reason: str, platform: str) -> str:
    if reason == APPID_MISSING:
        return f" 系统错误，错误码：41002,{reason}"
    if platform == "devtools" and api in _DEVTOOLS_WRAPPED:
        number = _DEVTOOLS_NUMBER.get(reason)
        if number is not None:
            return f" 系统错误，错误码：{number},{reason}"
    if platform == "android" and reason in _ANDROID:
        return _ANDROID[reason]
    return f" {reason}"
