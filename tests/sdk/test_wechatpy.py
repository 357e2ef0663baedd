"""What wechatpy does in its own way: token before login, signatures, bad keys."""

import pytest

from tests.control import Mock
from tests.sdk.conftest import Sdk
from tests.sdk.conftest import StartSdk


pytestmark = [pytest.mark.external, pytest.mark.timeout(120, func_only=True)]

PHONE = "/wxa/business/getuserphonenumber"


def test_a_token_is_fetched_before_the_code_is_exchanged(mock: Mock, sdk: Sdk) -> None:
    sdk("code2session", mock.login_code())

    assert mock.paths() == ["/cgi-bin/token", "/sns/jscode2session"]


def test_signature_of_raw_data_is_accepted(mock: Mock, sdk: Sdk) -> None:
    session = sdk("code2session", mock.login_code())
    shown = mock.wx("getUserInfo")

    sdk("check_signature", session["session_key"], shown["rawData"], shown["signature"])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("微信用户", "somebody"), id="another nickname"),
        pytest.param((",", ", "), id="serialised again with blanks"),
    ],
)
def test_changed_raw_data_is_refused(
    mock: Mock, sdk: Sdk, change: tuple[str, str]
) -> None:
    session = sdk("code2session", mock.login_code())
    shown = mock.wx("getUserInfo")

    error = sdk.refusal(
        "check_signature",
        session["session_key"],
        shown["rawData"].replace(*change),
        shown["signature"],
    )

    assert error["error"] == "InvalidSignatureException"


def test_wrong_secret_is_noticed_at_the_token(mock: Mock, start_sdk: StartSdk) -> None:
    sdk = start_sdk(secret="f" * 32)

    sdk.refusal("code2session", mock.login_code())

    assert mock.errcodes("/cgi-bin/token") == [40125]
    assert mock.errcodes("/sns/jscode2session") == []


def test_token_that_never_serves_is_named_a_retry_loop(mock: Mock, sdk: Sdk) -> None:
    sdk("code2session", mock.login_code())
    mock.arm_for_good({"path": PHONE}, errcode=40001)

    error = sdk.refusal("get_phone_number", mock.wx("getPhoneNumber")["code"])

    assert error["error"] == "RecursionError"
    (loop,) = mock.retry_loops()
    assert (loop["path"], loop["errcode"]) == (PHONE, 40001)
    assert loop["finding"] == "retry_loop"
    assert loop["count"] == len(mock.errcodes(PHONE)) > 100
