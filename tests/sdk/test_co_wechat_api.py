"""What co-wechat-api does in its own way: no token for the login."""

import pytest

from tests.control import Mock
from tests.sdk.conftest import Sdk
from tests.sdk.conftest import StartSdk


pytestmark = [pytest.mark.external, pytest.mark.timeout(120, func_only=True)]


def test_the_code_is_exchanged_without_a_token(mock: Mock, sdk: Sdk) -> None:
    sdk("code2session", mock.login_code())

    assert mock.paths() == ["/sns/jscode2session"]


def test_wrong_secret_is_noticed_at_the_login(mock: Mock, start_sdk: StartSdk) -> None:
    sdk = start_sdk(secret="f" * 32)

    sdk.refusal("code2session", mock.login_code())

    assert mock.errcodes("/sns/jscode2session") == [40125]


def test_wrong_secret_leaves_the_code_unused(mock: Mock, start_sdk: StartSdk) -> None:
    code = mock.login_code()
    start_sdk(secret="f" * 32).refusal("code2session", code)

    assert start_sdk()("code2session", code)["session_key"]
