"""Somebody plays on the page in a browser; the recording plays green elsewhere."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler
from wsgiref.simple_server import WSGIServer
from wsgiref.simple_server import make_server

import pytest
from flask import Flask
from flask import Response
from flask import request

from docs.examples.flask_backend.app import create_app
from mockwx import MockServer
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.browser import Page
from tests.browser import browser
from tests.environments import InstallError


pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(120, func_only=True),
    pytest.mark.needs("chromium"),
    pytest.mark.needs("node"),
    pytest.mark.needs("npm"),
]

BACKEND = "fixtures/backends/flask_backend.backend.yaml"
APP = "wsgi:docs.examples.flask_backend.app:create_app"


class SideBySide(ThreadingMixIn, WSGIServer):
    """Answers side by side: a browser connects ahead of time, and then says nothing."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def one_browser() -> Iterator[Page]:
    try:
        with browser() as page:
            yield page
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


@pytest.fixture
def backend(server: MockServer) -> Iterator[str]:
    """The sample backend, which lets the mock's page in."""
    app = create_app(wechat_api=server.url, appid=DEFAULT_APPID, secret=DEFAULT_SECRET)
    let_in(app, server.url)
    listening = make_server(
        "127.0.0.1", 0, app, server_class=SideBySide, handler_class=Quiet
    )
    thread = Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    listening.server_close()


def let_in(app: Flask, origin: str) -> None:
    @app.before_request
    def preflight() -> Response | None:
        return Response(status=204) if request.method == "OPTIONS" else None

    @app.after_request
    def allow(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = origin
        allowed = "content-type, authorization"
        response.headers["Access-Control-Allow-Headers"] = allowed
        return response


@pytest.fixture
def recorder(server: MockServer, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """`wxsim record`, listening."""
    command = [sys.executable, "-m", "simulator", "record"]
    file = tmp_path / "told.scenario.yaml"
    with subprocess.Popen(
        [*command, file, "--mock", server.url, "--backend", BACKEND],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        assert "recording what happens" in process.stderr.readline()
        yield process
        process.kill()


def test_what_was_done_on_the_page_plays_green_elsewhere(
    one_browser: Page,
    server: MockServer,
    backend: str,
    recorder: "subprocess.Popen[str]",
    tmp_path: Path,
) -> None:
    play_on_the_page(one_browser, server, backend)
    recorder.send_signal(signal.SIGINT)
    said, _ = recorder.communicate(timeout=30)

    text = (tmp_path / "told.scenario.yaml").read_text(encoding="utf-8")
    assert recorder.returncode == 0
    assert "play them with `wxsim run" in said
    for words in (
        "backend.login: {code: '${login.code}'}",
        "rawData: ${profile.rawData}",
        "answer: deny",
        "clock.advance: {seconds: 300}",
        "fault.arm:",
        "statusCode: 429",
    ):
        assert words in text
    played = subprocess.run(
        [
            *(sys.executable, "-m", "simulator", "run", str(tmp_path)),
            *("--backend", BACKEND, "--backend-url", APP),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert "1 scenario" in played.stdout


def play_on_the_page(page: Page, server: MockServer, backend: str) -> None:
    """Log in, show a profile, refuse, wait, and log in again in bad weather."""
    page.open(f"{server.url}/_mockwx/", locale="en-US")
    page.wait("#live[data-state=live]")
    page.click("#backend summary")
    page.fill("#backend-url", backend)
    page.fill("#data-path", "/user-info")
    page.fill("#token-field", "token")
    page.click("[data-wx=login]")
    page.wait("#screen >> text=POST /login")
    page.click("[data-wx=getUserProfile]")
    page.wait("#screen >> text=POST /user-info")
    page.click("label:has-text('Refuse')")
    page.click("[data-wx=authorize]")
    page.wait("#screen >> text=authorize:fail")
    page.click("label:has-text('Allow')")
    page.click("#tab-weather")
    page.click("text=+5 minutes")
    page.fill("#fault-path", "/sns/jscode2session")
    page.click("role=button[name='Arm']")
    page.wait("#armed >> text=errcode 45011")
    page.click("[data-wx=login]")
    page.wait("#screen >> text=HTTP 429")
