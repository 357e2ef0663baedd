"""`mockwx demo` as a program: every flow, and nothing left behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mockwx.demo import demo_files
from tests.e2e.running import heed_signals


pytestmark = pytest.mark.slow


def test_demo_plays_every_flow_and_succeeds() -> None:
    played = subprocess.run(
        [sys.executable, "-m", "mockwx", "demo"],
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )

    assert played.returncode == 0, played.stdout + played.stderr
    scenarios = len(demo_files().scenarios)
    assert f"{scenarios} scenarios" in played.stdout
    assert "Traceback" not in played.stderr


@pytest.mark.needs("sh")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=str)
def test_demo_that_is_ended_leaves_nothing(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-m", "mockwx", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=heed_signals,
    ) as demo:
        assert demo.stdout is not None
        demo.stdout.read(1)
        demo.send_signal(number)

        # Whoever was left would hold it open.
        demo.stdout.read()

    assert demo.returncode == 128 + number
    assert list(tmp_path.iterdir()) == []
