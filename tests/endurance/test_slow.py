"""The table of calls beside slow connections, on a small scale."""

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_row_tells_of_each_listener_that_can_be_slow_so() -> None:
    program = [sys.executable, "-m", "tests.endurance.slow", "--only", "half-open"]
    terms = ["--connections", "3", "--calls", "40", "--rounds", "1"]

    done = subprocess.run([*program, *terms], capture_output=True, text=True)

    *_, https, proxy = done.stdout.splitlines()
    assert https.startswith("| HTTPS door | half-open TLS | 3 |"), done.stderr
    assert proxy.startswith("| proxy door | half-open TLS | 3 |")
