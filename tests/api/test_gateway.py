"""What never reaches an interface: paths, methods and sizes a gateway refuses."""

import pytest
from flask import Flask

from mockwx import Settings
from mockwx import create_app
from mockwx.web.endpoints import METHODS
from mockwx.web.interfaces import INTERFACES
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import error_body


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sns",
        "/sns/userinfo/",
        "//sns//jscode2session",
        "/SNS/jscode2session",
        "/cgi-bin/tokens",
        "/%ff%fe",
        "/_mockwxx",
    ],
)
def test_unknown_path_is_a_page_and_not_json(
    server: DeveloperServer, control: Control, path: str
) -> None:
    response = server.http.get(path)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/html"
    assert response.data.startswith(b"<html>")
    assert control.latest_exchange()["response"]["status"] == 404


@pytest.mark.parametrize(
    ("path", "near"),
    [
        # What WxJava asked for until 2026-09.
        ("/wxa/checksessionkey", "/wxa/checksession"),
        ("/cgi-bin//token", "/cgi-bin/token"),
        ("/wxa/business/getuserphonenumber/", "/wxa/business/getuserphonenumber"),
        ("/", None),
        ("/wxa/business/getliveinfo", None),
    ],
)
def test_journal_names_the_path_that_was_meant(
    server: DeveloperServer, control: Control, path: str, near: str | None
) -> None:
    server.http.get(path)

    told = near and f"WeChat has no such path; the nearest is {near}"
    assert control.latest_exchange()["note"] == told


@pytest.mark.slow
@pytest.mark.parametrize("interface", INTERFACES, ids=lambda each: each.name)
@pytest.mark.parametrize("method", [*METHODS, "TRACE", "NONSENSE"])
def test_every_method_has_an_answer_that_is_not_5xx(
    server: DeveloperServer, interface: object, method: str
) -> None:
    path = getattr(interface, "path", "")

    response = server.http.open(path, method=method)

    assert response.status_code == (200 if method in METHODS else 405)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "OPTIONS"])
def test_method_that_is_neither_get_nor_post_is_43001(
    server: DeveloperServer, control: Control, method: str
) -> None:
    server.http.open("/sns/jscode2session?js_code=x", method=method)

    assert control.latest_exchange()["errcode"] == 43001


def test_body_over_the_limit_is_413_and_recorded_without_it() -> None:
    app: Flask = create_app(Settings(max_body=1_024))

    response = DeveloperServer(app).http.post(
        "/cgi-bin/stable_token", data=b"x" * 1_025
    )

    recorded = Control(app).latest_exchange()
    assert response.status_code == 413
    assert b"<title>413 Request Entity Too Large</title>" in response.data
    assert response.headers["Content-Type"] == "text/html"
    assert recorded["request"]["body"] == ""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sns/jscode2session", "text/plain"),
        ("/cgi-bin/token", "application/json; encoding=utf-8"),
        ("/nowhere", "application/json; encoding=utf-8"),
    ],
)
def test_bug_outside_the_hooks_is_a_system_error_too(
    server: DeveloperServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    kind: str,
) -> None:
    monkeypatch.setattr("mockwx.web.hearing.parse_query", lambda query: 1 // 0)

    response = server.http.get(path)

    assert response.status_code == 200
    assert response.data == b'{"errcode":-1,"errmsg":"system error"}'
    assert response.headers["Content-Type"] == kind
    assert "ZeroDivisionError" in caplog.text


def test_journal_cuts_a_long_body(server: DeveloperServer, control: Control) -> None:
    server.http.post("/cgi-bin/stable_token", data=b"x" * 100_000)

    assert len(control.latest_exchange()["request"]["body"]) == 16_384


@pytest.mark.fidelity("inferred", "code2Session: a mistyped path")
@pytest.mark.parametrize("behind", ["/", "s", "%20", "/x", "&appid=wx1"])
def test_login_with_something_behind_its_path_is_40066(
    server: DeveloperServer, control: Control, behind: str
) -> None:
    answer = server.http.get(f"/sns/jscode2session{behind}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.data == error_body(40066, "invalid url, rid: RID", answer)
    assert control.latest_exchange()["errcode"] == 40066
