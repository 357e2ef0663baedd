"""What tests of whole programs share."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running import Run


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    running = Run(tmp_path)
    yield running
    for program in running.started:
        # Killed at once, it could not end what it started.
        program.terminate()
        try:
            program.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            program.kill()
            program.communicate()
