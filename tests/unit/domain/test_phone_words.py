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


@pytest.mark.fidelity("documented", "client errno registry")
@pytest.mark.parametrize(
    ("reason", "errno", "text"),
    [
        (words.TIME_OUT, 5, "time out"),
        (words.JSAPI_NO_PERMISSION, 102, "operateWXData:fail jsapi has no permission"),
        (words.NO_NETWORK, 108, "cgi failed for network issues"),
        (words.NULL_RESPONSE, 109, "cgi failed for response null"),
        (words.PRIVACY_NOT_AUTHORIZED, 104, "privacy permission is not authorized"),
        (words.PRIVACY_IN_GAP, 104, "privacy permission is not authorized in gap"),
        (
            words.PRIVACY_NOT_DECLARED,
            112,
            "api scope is not declared in the privacy agreement",
        ),
        (words.PRIVACY_BANNED, 1025, "wxa appid privacy api banned"),
        (words.TOO_OFTEN, 1003, "meet server frequency limit"),
        (words.NO_PHONE_QUOTA, 1400001, "appid no enough quota"),
        (words.LOGIN_BLOCKED, 1402101, "wxa login is blocked"),
        (words.PHONE_BLOCKED, 1421102, "user getPhoneNumber is blocked"),
    ],
)
def test_registered_number_comes_with_its_text(reason, errno, text):
    answer = failed("x", reason, platform="ios", era=NEW)
    assert answer == {"errMsg": f"x:fail {text}", "errno": errno}


def test_failure_may_name_a_number_of_its_own():
    failure = words.WxFailError(words.PRIVACY_NOT_AUTHORIZED, 101102)
    assert words.fail("x", failure, platform="ios", era=NEW)["errno"] == 101102


@pytest.mark.fidelity("logged", "other spellings of errMsg")
@pytest.mark.parametrize(
    ("wording", "usual", "expected"),
    [
        ("usual", "x:fail auth deny", "x:fail auth deny"),
        ("colon", "x:fail auth deny", "x:fail:auth deny"),
        ("colon", "x:fail:auth denied", "x:fail:auth denied"),
        ("colon", "x:fail cancel", "x:cancel"),
        (
            "error",
            "checkSession:fail session time out, need relogin",
            "checkSession:fail Error: session time out, need relogin",
        ),
        (
            "canceled",
            "getPhoneNumber:fail user cancel",
            "getPhoneNumber:fail user canceled",
        ),
        ("canceled", "x:fail user deny", "x:fail user deny"),
        (
            "bare",
            "getPhoneNumber:fail privacy permission is not authorized",
            "privacy permission is not authorized",
        ),
        ("bare", "x:fail:auth denied", "x:fail:auth denied"),
        ("stamped", "x:fail auth deny", "x:fail auth deny"),
    ],
)
def test_failure_is_reworded(wording, usual, expected):
    assert words.WORDINGS[wording](usual) == expected


@pytest.mark.fidelity("logged", "DevTools: time and appid after the text")
def test_stamp_is_the_time_in_china_and_the_appid():
    stamp = words.stamp(1_579_070_765, "wx6d6f636b77780001")
    assert stamp == ", [20200115 14:46:05][wx6d6f636b77780001]"


@pytest.mark.fidelity("logged", "DevTools: a project without an appid")
def test_missing_appid_is_a_sentence_of_devtools():
    answer = failed("login", words.APPID_MISSING, platform="devtools", era=NEW)
    assert answer == {"errMsg": f"login:fail {WRAPPED}41002,appid missing"}


def test_success_is_worded_alike_everywhere():
    assert words.ok("login") == "login:ok"


def test_failure_keeps_its_reason():
    assert words.WxFailError("auth deny").reason == "auth deny"
