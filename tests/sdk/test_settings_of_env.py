"""`mockwx env`: the same rows, unchanged, against a mock that runs already."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.control import Mock
from tests.environments import OF_THE_TEST_RUN
from tests.environments import InstallError
from tests.sdk.matrix import ROWS
from tests.sdk.row import Row


# The installation has a limit of its own.
pytestmark = [pytest.mark.external, pytest.mark.timeout(800, func_only=True)]

SECONDS = 100
MOCKWX = (sys.executable, "-m", "mockwx")
# One by fetch, one whose agent is its own.
CHOSEN = ("express-weapp-auth", "co-wechat-api")


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[list[str]]:
    """Run a mock with all its doors; give the ports of HTTP, HTTPS and proxy."""
    doors = ["--port", "0", "--tls", "--tls-port", "0", "--proxy", "--proxy-port", "0"]
    server = subprocess.Popen(
        [*MOCKWX, "serve", "--seed", "1", *doors],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=environ,
    )
    try:
        said = [server.stdout.readline() if server.stdout else "" for _ in range(3)]
        yield [line.rpartition(":")[2].strip() for line in said]
    finally:
        server.terminate()
        server.communicate(timeout=SECONDS)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=[pytest.mark.needs(t) for t in row.needs])
        for row in ROWS
        if row.sdk in CHOSEN
    ],
)
def test_settings_lead_an_sdk_to_a_running_mock(row: Row, tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if k not in OF_THE_TEST_RUN}
    environ["MOCKWX_DATA"] = str(tmp_path)
    try:
        driver = row.command()
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)
    with serving(environ) as (http, https, proxy):
        ports = ["--port", http, "--tls-port", https, "--proxy-port", proxy]
        settings = subprocess.run(
            [*MOCKWX, "env", "--shell", "json", "--runtime", "node", *ports],
            capture_output=True,
            encoding="utf-8",
            check=True,
            env=environ,
        )
        driven = subprocess.run(
            driver,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=True,
            env=environ | json.loads(settings.stdout),
        )
        asked = Mock(f"http://127.0.0.1:{http}").errcodes("/sns/jscode2session")

    assert sorted(json.loads(driven.stdout.splitlines()[-1])) == sorted(row.flows)
    assert 0 in asked
