"""What `mockwx run` says at the end."""

import pytest

from mockwx import MockServer
from mockwx.domain.exchange import Exchange
from mockwx.launch import summary
from tests.control import Mock


def _asked(*paths: str) -> list[Exchange]:
    with MockServer() as running:
        Mock(running.url).login_code()
        client = running.app.test_client()
        for path in paths:
            client.get(path)
        return list(running.wechat.journal.tail())


def test_calls_are_counted_by_endpoint_and_errcode() -> None:
    asked = _asked(
        "/sns/jscode2session",
        "/sns/jscode2session",
        "/cgi-bin/token?grant_type=client_credential"
        "&appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b",
        "/nowhere",
    )

    assert list(summary(asked, "python")) == [
        "4 calls reached WeChat:",
        "     1  GET  /cgi-bin/token  ok",
        "     1  GET  /nowhere  HTTP 404",
        "     2  GET  /sns/jscode2session  errcode 41002",
    ]


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("python3", "-I or -E"),
        ("node", "Bun"),
        ("java", "useSystemProperties()"),
        ("go", "http.ProxyFromEnvironment"),
        ("php", "CA file"),
        ("make", "ignores HTTPS_PROXY"),
    ],
)
def test_no_call_is_said_with_what_to_do(program: str, cause: str) -> None:
    said = list(summary(_asked(), program))

    assert len(said) == 1
    assert said[0].startswith("0 calls reached WeChat.")
    assert cause in said[0]
    assert "MOCKWX_URL" in said[0]


def test_where_it_works_a_network_of_its_own_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    on_linux = list(summary([], "go"))
    monkeypatch.setattr("sys.platform", "darwin")
    elsewhere = list(summary([], "go"))
    inside = list(summary([], "go", isolated=True))

    assert "try --netns, or set its base URL" in on_linux[0]
    assert "--netns" not in elsewhere[0]
    assert "--netns" not in inside[0]
