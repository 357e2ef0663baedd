"""What `mockwx run` says at the end."""

import base64
import hmac

import pytest

from mockwx import MockServer
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.launch import Tally
from mockwx.launch import findings
from mockwx.launch import summary
from tests.control import Mock


def _asked(*paths: str) -> Tally:
    """Ask the mock, which is reset after each call."""
    tally = Tally()
    running = MockServer()
    running.worlds.listener = tally.hear
    client = running.app.test_client()
    for path in paths:
        client.get(path)
        running.worlds.reset()
    client.post("/_mockwx/api/wx/login", json={})
    return tally


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
        ("node", "HTTP/2"),
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
    on_linux = list(summary(Tally(), "go"))
    monkeypatch.setattr("sys.platform", "darwin")
    elsewhere = list(summary(Tally(), "go"))
    inside = list(summary(Tally(), "go", isolated=True))

    assert "try --netns, or set its base URL" in on_linux[0]
    assert "--netns" not in elsewhere[0]
    assert "--netns" not in inside[0]


GRANT = {"grant_type": "authorization_code"}
APP = {"appid": DEFAULT_APPID, "secret": DEFAULT_SECRET}


def test_calls_of_every_world_are_counted() -> None:
    tally = Tally()
    running = MockServer()
    running.worlds.listener = tally.hear
    client = running.app.test_client()
    world = {"X-Mockwx-World": "of a test"}
    made = client.post("/_mockwx/api/wx/login", json={}, headers=world).get_json()

    client.get(
        "/sns/jscode2session", query_string={**APP, "js_code": made["code"], **GRANT}
    )

    assert len(running.worlds.all()) == 2
    assert dict(tally.counts) == {("GET", "/sns/jscode2session", "ok"): 1}


def test_doctor_has_the_last_word() -> None:
    with MockServer() as running:
        mock = Mock(running.url)
        code = mock.login_code()
        session = mock.ask("/sns/jscode2session", **APP, js_code=code, **GRANT)
        token = mock.ask("/cgi-bin/token", **APP, grant_type="client_credential")
        key = base64.b64decode(session["session_key"])
        for _ in range(2):
            mock.ask(
                "/wxa/checksession",
                access_token=token["access_token"],
                openid=session["openid"],
                signature=hmac.new(key, b"", "sha256").hexdigest(),
                sig_method="hmac_sha256",
            )
        said = list(findings(running.worlds.all()))

    assert len(said) == 2
    assert said[0].startswith("checksession_signature_decoded_key (proved): ")
    assert said[1].startswith("    ")


def test_doctor_is_silent_about_the_healthy() -> None:
    with MockServer() as running:
        mock = Mock(running.url)
        mock.ask("/sns/jscode2session", **APP, js_code=mock.login_code(), **GRANT)

        assert list(findings(running.worlds.all())) == []
