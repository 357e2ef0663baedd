"""`wxsim run --exec`: the backend is started, led to the mock, and ended."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockwx.listeners.port import bind
from tests.e2e.running import SECONDS
from tests.e2e.running import heed_signals
from tests.processes import eventually
from tests.processes import runs


# Every test starts programs that start others.
pytestmark = [pytest.mark.slow, pytest.mark.needs("sh")]

# It knows nothing of a mock, and leaves something running beside it.
BACKEND = """
import json, os, subprocess, sys, time, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

class Login(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_error(404)

    def do_POST(self):
        if self.path == "/hang":
            time.sleep(600)
        code = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["code"]
        asked = "https://api.weixin.qq.com/sns/jscode2session?js_code=" + code + (
            "&appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"
            "&grant_type=authorization_code"
        )
        with urllib.request.urlopen(asked) as answer:
            body = answer.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

beside = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("processes:", beside.pid, os.getpid())
HTTPServer(("127.0.0.1", int(sys.argv[1])), Login).serve_forever()
"""
STORY = """
name: a login
steps:
- wx.login: {}
  save: login
- backend.login: {code: "${login.code}"}
  expect: {data.openid: {present: true}}
"""


class Stage:
    """A folder with a backend, its file and a story."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with bind("127.0.0.1", 0) as free:
            self.port = free.getsockname()[1]
        (folder / "backend.py").write_text(BACKEND)
        (folder / "x.backend.yaml").write_text(
            f"base_url: http://127.0.0.1:{self.port}\n"
            'calls: {login: {path: /login, json: {code: "${code}"}}, '
            "hang: {path: /hang}}\n"
        )
        (folder / "x.scenario.yaml").write_text(STORY)
        self.log = folder / "backend.log"

    @property
    def line(self) -> str:
        """How the backend is started."""
        return shlex.join([sys.executable, "backend.py", str(self.port)])

    def start(self, *options: str) -> "subprocess.Popen[str]":
        """Start wxsim run."""
        return subprocess.Popen(
            [sys.executable, "-m", "simulator", "run", "x.scenario.yaml", *options],
            cwd=self.folder,
            env={**os.environ, "MOCKWX_DATA": str(self.folder / "data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_signals,
        )

    def run(self, *options: str) -> "subprocess.CompletedProcess[str]":
        """Let wxsim run play to its end."""
        program = self.start("--backend", "x.backend.yaml", *options)
        out, err = program.communicate(timeout=SECONDS)
        return subprocess.CompletedProcess(options, program.returncode, out, err)

    def started(self) -> list[int]:
        """Return which processes the backend said there were."""
        said = self.log.read_text() if self.log.exists() else ""
        found = re.search(r"processes: (\d+) ?(\d*)\n", said)
        return [int(each) for each in found.groups() if each] if found else []


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    staged = Stage(tmp_path)
    yield staged
    for pid in staged.started():
        if runs(pid):
            os.kill(pid, signal.SIGKILL)


def test_backend_is_started_led_and_ended(stage: Stage) -> None:
    ran = stage.run("--exec", stage.line, "--exec-log", "backend.log")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(stage.started()) == 2
    assert eventually(lambda: not any(map(runs, stage.started())))


def test_audit_starts_its_backend_too(stage: Stage) -> None:
    audit = [sys.executable, "-m", "simulator", "audit", "--backend", "x.backend.yaml"]
    ran = subprocess.run(
        [*audit, "--only", "login-in-callback", "--exec", stage.line],
        cwd=stage.folder,
        env={**os.environ, "MOCKWX_DATA": str(stage.folder / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )

    assert ran.returncode in (0, 1), ran.stderr
    assert "login-in-callback" in ran.stdout


def test_backend_is_led_to_a_mock_that_runs(stage: Stage) -> None:
    serve = [sys.executable, "-m", "mockwx", "serve", "--port", "0", "--tls"]
    doors = ["--proxy", "--tls-port", "0", "--proxy-port", "0"]
    serving = subprocess.Popen(
        [*serve, *doors],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "MOCKWX_DATA": str(stage.folder / "data")},
    )
    assert serving.stdout is not None
    try:
        url = serving.stdout.readline().split()[-1]
        ran = stage.run("--mock", url, "--exec", stage.line)
    finally:
        serving.terminate()
        serving.communicate(timeout=SECONDS)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_backend_that_ends_early_is_quoted(stage: Stage) -> None:
    ran = stage.run("--exec", "echo no database here >&2; exit 3")

    assert (ran.returncode, ran.stdout) == (2, "")
    english, chinese, quoted = ran.stderr.splitlines()
    assert english.startswith("wxsim: The backend ended with status 3 before it ")
    assert chinese.startswith("wxsim：后端还没有在 ")
    assert quoted == "  | no database here"


def test_backend_that_never_answers_is_quoted_and_ended(stage: Stage) -> None:
    line = "echo processes: $$; sleep 600"

    ran = stage.run(
        "--exec", line, "--exec-timeout", "0.5", "--exec-log", "backend.log"
    )

    assert ran.returncode == 2
    english, chinese, quoted = ran.stderr.splitlines()
    assert "did not answer" in english
    assert "--exec-timeout" in english
    assert "--exec-timeout" in chinese
    assert quoted.startswith("  | processes: ")
    assert eventually(lambda: not any(map(runs, stage.started())))


def test_backend_that_runs_already_is_not_played_by_mistake(stage: Stage) -> None:
    other = subprocess.Popen(
        [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    assert other.stdout is not None
    port = other.stdout.readline().partition("port ")[2].split()[0]
    try:
        ran = stage.run("--backend-url", f"http://127.0.0.1:{port}", "--exec", "exit 3")
    finally:
        other.terminate()
        other.communicate(timeout=SECONDS)

    assert ran.returncode == 2
    assert "answers at" in ran.stderr
    assert "already" in ran.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_backend_ends_with_us_however_we_end(number: int, stage: Stage) -> None:
    (stage.folder / "x.scenario.yaml").write_text(
        "name: x\nsteps:\n- backend.hang: {}\n"
    )
    program = stage.start(
        *("--backend", "x.backend.yaml", "--exec", stage.line),
        *("--exec-log", "backend.log"),
    )
    try:
        assert eventually(lambda: len(stage.started()) == 2)
        program.send_signal(number)
        program.communicate(timeout=SECONDS)
    finally:
        program.kill()
        program.communicate()

    assert eventually(lambda: not any(map(runs, stage.started())))
