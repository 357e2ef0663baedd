"""`mockwx demo` as a program: every flow, and nothing left behind."""

import subprocess
import sys

import pytest

from mockwx.demo import demo_files


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
