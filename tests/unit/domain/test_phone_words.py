"""errMsg and errno per API, reason and platform."""

import pytest

from mockwx.domain import phone_words as words
from mockwx.domain.base_library import Era


NEW = Era((2, 24, 0))
OLD = Era((2, 23, 999))

WRAPPED = "系统错误，错误码："

def failed(api, reason, *, platform, era):
    return words.fail(api, words.WxFailError(reason), platform=platform, era=era)


WORDED = [
    ("authorize", words.AUTH_DENY, "ios", "authorize:fail auth deny"),
    ("authorize", words.AUTH_DENY, "android", "authorize:fail:auth denied"),
    (
        "authorize",
        words.AUTH_DENY,
        "devtools",
        f"authorize:fail {WRAPPED}-12006,auth deny",
    ),
    ("authorize", words.INVALID_SCOPE, "ios", "authorize:fail invalid scope"),
    ("authorize", words.INVALID_SCOPE, "android", "authorize:fail invalid scope"),
    (
        "authorize",
        words.INVALID_SCOPE,
        "devtools",
        f"authorize:fail {WRAPPED}-12001,invalid scope",
    ),
    (
        "checkSession",
        words.SESSION_TIME_OUT,
        "ios",
        "checkSession:fail session time out, need relogin",
    ),
    (
        "checkSession",
        words.SESSION_TIME_OUT,
        "android",
        "checkSession:fail session time out, need relogin",
    ),
    (
        "checkSession",
        words.SESSION_TIME_OUT,
        "devtools",
        f"checkSession:fail {WRAPPED}-13001,session time out, need relogin",
    ),
    ("getUserInfo", words.AUTH_DENY, "ios", "getUserInfo:fail auth deny"),
    ("getUserInfo", words.AUTH_DENY, "android", "getUserInfo:fail:auth denied"),
    (
        "getUserInfo",
        words.AUTH_DENY,
        "devtools",
        f"getUserInfo:fail {WRAPPED}-12006,auth deny",
    ),
    (
        "getUserInfo",
        words.SCOPE_UNAUTHORIZED,
        "devtools",
        "getUserInfo:fail scope unauthorized",
    ),
    ("getUserProfile", words.AUTH_DENY, "ios", "getUserProfile:fail auth deny"),
    ("getUserProfile", words.AUTH_DENY, "devtools", "getUserProfile:fail auth deny"),
    (
        "getUserProfile",
        words.NOT_A_TAP,
        "android",
        "getUserProfile:fail can only be invoked by user TAP gesture.",
    ),
    (
        "getUserProfile",
        words.DESC_LENGTH,
        "ios",
        "getUserProfile:fail desc length does not meet the requirements",
    ),
    (
        "openSetting",
        words.NOT_A_TAP,
        "ios",
        "openSetting:fail can only be invoked by user TAP gesture.",
    ),
    ("getPhoneNumber", words.USER_DENY, "ios", "getPhoneNumber:fail user deny"),
    ("getPhoneNumber", words.USER_DENY, "devtools", "getPhoneNumber:fail user deny"),
    ("getPhoneNumber", words.USER_DENY, "android", "getPhoneNumber:fail:user deny"),
    ("getPhoneNumber", words.USER_CANCEL, "ios", "getPhoneNumber:fail user cancel"),
    (
        "getPhoneNumber",
        words.USER_CANCEL,
        "android",
        "getPhoneNumber:fail:user cancel",
    ),
    (
        "getPhoneNumber",
        words.USER_CANCEL_BIND,
        "android",
        "getPhoneNumber:fail user cancel bind",
    ),
    ("getPhoneNumber", words.NO_PERMISSION, "ios", "getPhoneNumber:fail no permission"),
]


@pytest.mark.fidelity("logged", "errMsg per platform")
@pytest.mark.parametrize(("api", "reason", "platform", "err_msg"), WORDED)
def test_failure_is_worded_as_on_the_platform(api, reason, platform, err_msg):
    answer = failed(api, reason, platform=platform, era=OLD)
    assert answer == {"errMsg": err_msg}


@pytest.mark.fidelity("documented", "errno since library 2.24.0")
@pytest.mark.parametrize(
    ("reason", "errno"),
    [
        (words.AUTH_DENY, 103),
        (words.USER_DENY, 103),
        (words.USER_CANCEL, 104),
        (words.NOT_SUPPORTED, 100),
    ],
)
@pytest.mark.parametrize("platform", words.PLATFORMS)
def test_errno_comes_with_the_library_that_has_it(reason, errno, platform):
    new = failed("getPhoneNumber", reason, platform=platform, era=NEW)
    old = failed("getPhoneNumber", reason, platform=platform, era=OLD)
    assert new == {**old, "errno": errno}
    assert "errno" not in old


@pytest.mark.parametrize(
    "reason", [words.SESSION_TIME_OUT, words.NOT_A_TAP, words.DESC_LENGTH]
)
def test_reason_without_a_registered_number_has_no_errno(reason):
    assert "errno" not in failed("login", reason, platform="ios", era=NEW)


def test_success_is_worded_alike_everywhere():
    assert words.ok("login") == "login:ok"


def test_failure_keeps_its_reason():
    assert words.WxFailError("auth deny").reason == "auth deny"
