"""`pytest --wx-exec`: the backend of the stories is started, led here, and ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running import SECONDS
from tests.e2e.test_exec import Stage
from tests.plugins import plugin_options
from tests.processes import eventually
from tests.processes import runs


# Every test starts programs that start others.
pytestmark = [pytest.mark.slow, pytest.mark.needs("sh")]

PHONE = """
def test_phone(wx, wx_stage):
    sent = {"code": wx.login().code}
    url = f"{wx_stage.file.base_url}/login"
    assert wx.request(url, method="POST", data=sent).data["openid"]
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    staged = Stage(tmp_path)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\nwx_backend = x.backend.yaml\n"
    )
    yield staged
    for pid in staged.started():
        if runs(pid):
            os.kill(pid, signal.SIGKILL)


def play(stage: Stage, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin_options(), *options],
        cwd=stage.folder,
        env={**os.environ, "MOCKWX_DATA": str(stage.folder / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def test_backend_is_started_led_and_ended(stage: Stage) -> None:
    (stage.folder / "test_phone.py").write_text(PHONE)

    ran = play(stage, "--wx-exec", stage.line, "--wx-exec-log", "backend.log")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout
    assert len(stage.started()) == 2
    assert eventually(lambda: not any(map(runs, stage.started())))


def test_configuration_says_it_too(stage: Stage) -> None:
    with (stage.folder / "pytest.ini").open("a") as out:
        out.write(f"wx_exec = {stage.line}\n")
        out.write("wx_exec_timeout = 30\nwx_exec_log = backend.log\n")

    ran = play(stage)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(stage.started()) == 2


def test_nothing_is_started_that_nobody_asks_for(stage: Stage) -> None:
    (stage.folder / "x.scenario.yaml").unlink()
    (stage.folder / "test_plain.py").write_text("def test_plain(): pass\n")

    ran = play(stage, "--wx-exec", "touch started")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not (stage.folder / "started").exists()


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
        ran = play(stage, "--mockwx-url", url, "--wx-exec", stage.line)
    finally:
        serving.terminate()
        serving.communicate(timeout=SECONDS)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_backend_that_ends_early_is_quoted_without_a_traceback(stage: Stage) -> None:
    ran = play(stage, "--wx-exec", "echo no database here >&2; exit 3")

    assert ran.returncode == 1
    assert "wxsim: The backend ended with status 3 before it " in ran.stdout
    assert "wxsim：后端还没有在 " in ran.stdout
    assert "  | no database here" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("given", ["soon", "0", "-1", "nan", "inf"])
def test_time_that_is_none_is_refused(stage: Stage, given: str) -> None:
    ran = play(stage, "--wx-exec", stage.line, f"--wx-exec-timeout={given}")

    assert ran.returncode == 1
    assert f"wxsim: --wx-exec-timeout is no number of seconds: {given}." in ran.stdout
    assert f"wxsim：--wx-exec-timeout 不是秒数：{given}。" in ran.stdout


def test_several_workers_are_told_that_one_backend_is_too_few(stage: Stage) -> None:
    ran = play(stage, "--wx-exec", stage.line, "-n2")

    assert ran.returncode == 1
    assert "wxsim: --wx-exec starts one backend, and each of 2 workers" in ran.stdout
    assert "wxsim：--wx-exec 只启动一个后端" in ran.stdout


def test_one_worker_starts_it_as_well(stage: Stage) -> None:
    ran = play(stage, "--wx-exec", stage.line, "-n1")

    assert ran.returncode == 0, ran.stdout + ran.stderr
