"""axios reaches every other host as ever; it would not through a proxy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import OF_THE_TEST_RUN
from tests.environments import PROXIES
from tests.environments import InstallError
from tests.sdk.row import DRIVERS
from tests.sdk.rows.node import installed


# The installation has a limit of its own.
pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(800, func_only=True),
    pytest.mark.needs("node"),
    pytest.mark.needs("npm"),
    pytest.mark.needs("openssl"),
]

SECONDS = 60


def test_certificates_of_the_program_reach_another_host(tmp_path: Path) -> None:
    try:
        packages = installed()
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=a shop"),
            *("-addext", "subjectAltName=IP:127.0.0.2"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    left_out = OF_THE_TEST_RUN | PROXIES
    environ = {k: v for k, v in os.environ.items() if k.upper() not in left_out}

    ran = subprocess.run(
        [
            *(sys.executable, "-m", "mockwx", "run", "--"),
            *("node", DRIVERS / "node_axios_elsewhere.js", packages, tmp_path),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env=environ | {"MOCKWX_DATA": str(tmp_path / "data")},
    )

    assert ran.stdout == "hello a shop\n" * 3, ran.stderr
