"""Web frameworks log a person in through WeChat's QR page, in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockwx import MockServer
from mockwx.config import DEFAULT_APPID
from tests.control import Mock
from tests.environments import InstallError
from tests.sdk.web_login import FRAMEWORKS
from tests.sdk.web_login import LogIn
from tests.sdk.web_login import framework_host
from tests.sdk.web_login import https_door
from tests.sdk.web_login import play


pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(120, func_only=True),
    pytest.mark.needs("chromium"),
    pytest.mark.needs("node"),
    pytest.mark.needs("npm"),
]

QR_PAGE = "https://open.weixin.qq.com/connect/qrconnect"


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


@pytest.fixture
def mock(server: MockServer) -> Mock:
    return Mock(server.url)


@pytest.fixture(params=FRAMEWORKS)
def log_in(
    request: pytest.FixtureRequest, server: MockServer, tmp_path: Path
) -> Iterator[LogIn]:
    """Begin at a page of the framework's, and answer WeChat's."""
    try:
        with (
            https_door(server.app) as port,
            framework_host(request.param, tmp_path, server.url) as address,
        ):

            def log_in(**answer: str) -> dict[str, Any]:
                return play(port, start=address, **answer)

            yield log_in
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)


def _openid(server: MockServer, user: str) -> str:
    return server.wechat.directory.openid_of(DEFAULT_APPID, user)


def test_person_who_is_picked_and_allows_is_logged_in(
    server: MockServer, mock: Mock, log_in: LogIn
) -> None:
    mock.add_user(name="zoe", nickName="小明🐼")

    ended = log_in(user="zoe", consent="allow")

    assert ended["asked"]["url"].startswith(f"{QR_PAGE}?")
    assert ended["url"].endswith("/me/")
    assert json.loads(ended["text"]) == {
        "uid": _openid(server, "zoe"),
        "nickname": "小明🐼",
    }
    assert mock.errcodes("/sns/oauth2/access_token") == [0]
    assert mock.errcodes("/sns/userinfo") == [0]


def test_person_named_in_the_text_field_is_logged_in(
    server: MockServer, log_in: LogIn
) -> None:
    ended = log_in(other="a newcomer", consent="allow")

    assert json.loads(ended["text"])["uid"] == _openid(server, "a newcomer")


def test_person_who_refuses_stays_on_wechats_page(mock: Mock, log_in: LogIn) -> None:
    ended = log_in(user="alice", consent="deny")

    assert ended["url"].startswith(f"{QR_PAGE}?")
    assert "leads back nowhere" in ended["text"]
    assert mock.errcodes("/sns/oauth2/access_token") == []


def test_person_who_refuses_on_an_old_client_comes_back_as_nobody(
    server: MockServer, mock: Mock, log_in: LogIn
) -> None:
    ended = log_in(user="alice", consent="deny_on_old_client")

    assert not ended["url"].startswith(QR_PAGE)
    assert _openid(server, "alice") not in ended["text"]
    # One of the frameworks asks for a token all the same, with an empty code.
    assert set(mock.errcodes("/sns/oauth2/access_token")) <= {41008}
