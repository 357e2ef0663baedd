"""Old and new Node, unchanged under `mockwx run`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import OF_THE_TEST_RUN
from tests.environments import InstallError
from tests.environments import node_environment
from tests.sdk.row import DRIVERS


# The installation has a limit of its own.
pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(800, func_only=True),
    pytest.mark.needs("node"),
    pytest.mark.needs("npm"),
]

SECONDS = 60
VERSIONS = ("8.17.0", "12.22.12", "24.11.1")
NO_APPID = '{"errcode":41002,"errmsg":"appid missing'


@pytest.fixture(scope="module")
def installed() -> Path:
    packages = [f"node-{version}@npm:node@{version}" for version in VERSIONS]
    try:
        return node_environment(*packages) / "node_modules"
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.mark.parametrize("version", VERSIONS)
def test_version_leads_to_the_mock(
    version: str, installed: Path, tmp_path: Path
) -> None:
    node = installed / f"node-{version}" / "bin" / "node"
    environ = {k: v for k, v in os.environ.items() if k not in OF_THE_TEST_RUN}

    ran = subprocess.run(
        [
            *(sys.executable, "-m", "mockwx", "run", "--"),
            *(node, DRIVERS / "node_of_any_age.js"),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env=environ | {"MOCKWX_DATA": str(tmp_path)},
    )

    assert ran.stdout.count(NO_APPID) == 3, ran.stderr
