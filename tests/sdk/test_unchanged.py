"""Clients and SDKs whose address is hard coded, unchanged, under `mockwx run`."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.environments import OF_THE_TEST_RUN
from tests.environments import python_environment
from tests.sdk.conftest import DRIVERS


pytestmark = [pytest.mark.external, pytest.mark.timeout(120, func_only=True)]

SECONDS = 100
LOGIN = "https://api.weixin.qq.com/sns/jscode2session"
NO_APPID = '{"errcode":41002,"errmsg":"appid missing'
SOME_CODE = "0" + "a" * 31


def _run(data_folder: Path, *command: str | Path) -> "subprocess.CompletedProcess[str]":
    environ = {k: v for k, v in os.environ.items() if k not in OF_THE_TEST_RUN}
    return subprocess.run(
        [sys.executable, "-m", "mockwx", "run", "--", *command],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=environ | {"MOCKWX_DATA": str(data_folder)},
    )


def _python_clients() -> Sequence[str | Path]:
    wanted = ("requests==2.32.3", "urllib3==2.2.3", "httpx==0.27.2", "aiohttp==3.10.10")
    return [python_environment(*wanted), DRIVERS / "python_clients.py", LOGIN]


def test_every_python_client_asks_the_mock(tmp_path: Path) -> None:
    ran = _run(tmp_path, *_python_clients())

    assert ran.returncode == 0, ran.stderr
    answers = json.loads(ran.stdout)
    assert len(answers) == 5
    assert {answer[: len(NO_APPID)] for answer in answers.values()} == {NO_APPID}
    assert "5 calls reached WeChat" in ran.stderr


@pytest.mark.parametrize(
    ("name", "requirements"),
    [
        ("wechatpy", ["wechatpy==1.8.18", "cryptography>=42"]),
        ("python-weixin", ["python-weixin==0.5.0", "cryptography>=42"]),
        ("Flask-WXApp", ["Flask-WXApp==0.1.3", "flask", "requests", "pycryptodome"]),
    ],
    ids=["wechatpy", "python-weixin", "Flask-WXApp"],
)
def test_sdk_with_a_fixed_address_asks_the_mock(
    name: str, requirements: list[str], tmp_path: Path
) -> None:
    python = python_environment(*requirements)

    ran = _run(
        tmp_path,
        *(python, DRIVERS / "python_sdk.py"),
        *(name, DEFAULT_APPID, DEFAULT_SECRET, SOME_CODE),
    )

    assert "GET  /sns/jscode2session  errcode 40029" in ran.stderr
