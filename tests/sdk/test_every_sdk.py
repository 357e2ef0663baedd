"""What every SDK must find at the mock: login, tokens, open data, errors, retries."""

import re

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.control import Mock
from tests.sdk.conftest import Sdk
from tests.sdk.conftest import StartSdk


pytestmark = [pytest.mark.external, pytest.mark.timeout(120, func_only=True)]

OTHER_APPID = "wx6d6f636b77780002"
OTHER_SECRET = "00112233445566778899aabbccddeeff"
CODE2SESSION = "/sns/jscode2session"
TOKEN = "/cgi-bin/token"
PHONE = "/wxa/business/getuserphonenumber"


def test_code_becomes_openid_and_session_key(mock: Mock, sdk: Sdk) -> None:
    session = sdk("code2session", mock.login_code())

    assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", session["openid"])
    assert re.fullmatch(r"[A-Za-z0-9+/]{22}==", session["session_key"])
    assert "errcode" not in session
    assert mock.errcodes(CODE2SESSION) == [0]


def test_one_person_keeps_the_openid_over_logins(mock: Mock, sdk: Sdk) -> None:
    openids = [
        sdk("code2session", mock.login_code(user=user))["openid"]
        for user in ("alice", "bob", "alice")
    ]

    assert openids[0] == openids[2]
    assert openids[0] != openids[1]


def test_unknown_code_is_40029(mock: Mock, sdk: Sdk) -> None:
    error = sdk.refusal("code2session", "0" + "a" * 31)

    assert error["errcode"] == 40029
    assert re.fullmatch(
        r"invalid code, rid: [0-9a-f]{8}(-[0-9a-f]{8}){2}", error["errmsg"]
    )
    assert mock.errcodes(CODE2SESSION) == [40029]


def test_code_used_twice_is_40163(mock: Mock, sdk: Sdk) -> None:
    code = mock.login_code()
    sdk("code2session", code)

    assert sdk.refusal("code2session", code)["errcode"] == 40163


def test_code_older_than_five_minutes_is_40029(mock: Mock, sdk: Sdk) -> None:
    code = mock.login_code()
    mock.advance(301)

    assert sdk.refusal("code2session", code)["errcode"] == 40029


def test_code_of_another_mini_program_is_40029_and_burnt(
    mock: Mock, start_sdk: StartSdk
) -> None:
    mock.add_mini_program(appid=OTHER_APPID, secret=OTHER_SECRET)
    code = mock.login_code()

    wrong = start_sdk(OTHER_APPID, OTHER_SECRET).refusal("code2session", code)
    right = start_sdk().refusal("code2session", code)

    assert wrong["errcode"] == 40029
    assert right["errcode"] == 40163


def test_wrong_secret_is_40125(mock: Mock, start_sdk: StartSdk) -> None:
    sdk = start_sdk(secret="f" * 32)

    error = sdk.refusal("code2session", mock.login_code())

    assert error["errcode"] == 40125
    assert "invalid appsecret" in error["errmsg"]


def test_unknown_appid_is_40013(mock: Mock, start_sdk: StartSdk) -> None:
    sdk = start_sdk(appid="wx0000000000000000")

    assert sdk.refusal("code2session", mock.login_code())["errcode"] == 40013


def test_anonymous_user_info_decrypts_and_says_who_it_is(mock: Mock, sdk: Sdk) -> None:
    session = sdk("code2session", mock.login_code())
    shown = mock.wx("getUserInfo")

    opened = sdk("decrypt", session["session_key"], shown["iv"], shown["encryptedData"])

    assert opened.pop("watermark")["appid"] == DEFAULT_APPID
    assert opened == shown["userInfo"] | {
        "openId": session["openid"],
        "unionId": session["unionid"],
    }
    assert opened["nickName"] == "微信用户"


@pytest.mark.parametrize(
    "base_library",
    [
        pytest.param("2.20.0", id="before anonymity"),
        pytest.param("3.0.0", id="anonymous"),
    ],
)
def test_user_profile_decrypts_to_what_the_phone_showed(
    mock: Mock, sdk: Sdk, base_library: str
) -> None:
    session = sdk("code2session", mock.login_code())
    shown = mock.wx("getUserProfile", desc="for your page", base_library=base_library)

    opened = sdk("decrypt", session["session_key"], shown["iv"], shown["encryptedData"])

    assert opened.pop("watermark")["appid"] == DEFAULT_APPID
    assert opened == shown["userInfo"]
    assert (opened["nickName"] == "微信用户") is ("is_demote" in opened)


def test_emoji_in_a_nickname_survive(mock: Mock, sdk: Sdk) -> None:
    mock.add_user(name="zoe", nickName="小明🐼👨‍👩‍👧")
    session = sdk("code2session", mock.login_code(user="zoe"))
    shown = mock.wx(
        "getUserProfile", user="zoe", desc="for your page", base_library="2.20.0"
    )

    opened = sdk("decrypt", session["session_key"], shown["iv"], shown["encryptedData"])

    assert opened["nickName"] == "小明🐼👨‍👩‍👧"


def test_phone_payload_decrypts_to_what_the_phone_code_buys(
    mock: Mock, sdk: Sdk
) -> None:
    session = sdk("code2session", mock.login_code())
    sheet = mock.wx("getPhoneNumber")

    opened = sdk("decrypt", session["session_key"], sheet["iv"], sheet["encryptedData"])
    bought = sdk("get_phone_number", sheet["code"])

    assert bought["errcode"] == 0
    assert bought["phone_info"] == opened
    assert re.fullmatch(r"\d{11}", opened["purePhoneNumber"])
    assert opened["countryCode"] == "86"


def test_phone_code_used_twice_is_40029(mock: Mock, sdk: Sdk) -> None:
    sdk("code2session", mock.login_code())
    code = mock.wx("getPhoneNumber")["code"]
    sdk("get_phone_number", code)

    assert sdk.refusal("get_phone_number", code)["errcode"] == 40029
    assert mock.errcodes(PHONE) == [0, 40029]


def test_login_code_is_no_phone_code(mock: Mock, sdk: Sdk) -> None:
    assert sdk.refusal("get_phone_number", mock.login_code())["errcode"] == 40029


def test_payload_of_another_mini_program_is_detected(
    mock: Mock, start_sdk: StartSdk
) -> None:
    mock.add_mini_program(appid=OTHER_APPID, secret=OTHER_SECRET)
    other = start_sdk(OTHER_APPID, OTHER_SECRET)
    session = other("code2session", mock.login_code(appid=OTHER_APPID))
    shown = mock.wx("getUserInfo", appid=OTHER_APPID)
    sealed = (session["session_key"], shown["iv"], shown["encryptedData"])

    error = start_sdk().refusal("decrypt", *sealed)

    assert other("decrypt", *sealed)["watermark"]["appid"] == OTHER_APPID
    assert error["error"] in {"InvalidAppIdException", "Error"}
    assert error["errmsg"] in {"Invalid AppId", "Illegal Buffer"}


def test_payload_made_before_the_login_does_not_open(mock: Mock, sdk: Sdk) -> None:
    mock.login_code()
    shown = mock.wx("getUserInfo")
    mock.advance(86_400)
    session = sdk("code2session", mock.login_code())

    sdk.refusal("decrypt", session["session_key"], shown["iv"], shown["encryptedData"])


def test_token_is_fetched_once_and_reused(mock: Mock, sdk: Sdk) -> None:
    sdk("code2session", mock.login_code())
    token = sdk("access_token")
    for _ in range(2):
        sdk("get_phone_number", mock.wx("getPhoneNumber")["code"])

    assert re.fullmatch(r"\d\d_[A-Za-z0-9_-]{130,}", token)
    assert sdk("access_token") == token
    assert mock.errcodes(TOKEN) == [0]


def test_expired_token_is_renewed_and_the_call_repeated(mock: Mock, sdk: Sdk) -> None:
    stale = sdk("access_token")
    mock.advance(7201)
    mock.login_code()

    bought = sdk("get_phone_number", mock.wx("getPhoneNumber")["code"])

    assert bought["errmsg"] == "ok"
    assert sdk("access_token") != stale
    assert mock.errcodes(PHONE) == [42001, 0]
    assert mock.errcodes(TOKEN) == [0, 0]


def test_superseded_token_is_renewed_and_the_call_repeated(
    mock: Mock, sdk: Sdk
) -> None:
    sdk("access_token")
    mock.ask(
        TOKEN,
        grant_type="client_credential",
        appid=DEFAULT_APPID,
        secret=DEFAULT_SECRET,
    )
    mock.login_code()
    within_the_overlap = sdk("get_phone_number", mock.wx("getPhoneNumber")["code"])
    mock.advance(301)

    after_it = sdk("get_phone_number", mock.wx("getPhoneNumber")["code"])

    assert within_the_overlap["errcode"] == after_it["errcode"] == 0
    assert mock.errcodes(PHONE) == [0, 40001, 0]
    assert mock.errcodes(TOKEN) == [0, 0, 0]
