"""Foreign SDKs, each in a process of its own that answers a test's questions."""

import json
import subprocess
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.control import Mock
from tests.environments import InstallError
from tests.environments import child_environment
from tests.environments import node_environment
from tests.environments import python_environment


DRIVERS = Path(__file__).parent / "drivers"

Command = Callable[[], Sequence[str | Path]]
StartSdk = Callable[..., "Sdk"]


class Sdk:
    """One running driver: a question and an answer, line by line."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        """Start the driver."""
        self._driver = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=child_environment(),
        )

    def __call__(self, call: str, *arguments: object) -> Any:
        """Ask for a call; return its result."""
        answer = self._ask(call, arguments)
        if "error" in answer:
            pytest.fail(f"{call} failed: {answer}")
        return answer["result"]

    def refusal(self, call: str, *arguments: object) -> dict[str, Any]:
        """Ask for a call that has to fail; return the error that the SDK raised."""
        answer = self._ask(call, arguments)
        if "error" not in answer:
            pytest.fail(f"{call} was to fail, and answered {answer}")
        return answer

    def close(self) -> None:
        """End the driver, which ends when its input does."""
        self._driver.communicate(timeout=10)

    def _ask(self, call: str, arguments: Sequence[object]) -> dict[str, Any]:
        question, answers = self._driver.stdin, self._driver.stdout
        if question is None or answers is None:
            raise RuntimeError("The driver was started without pipes.")
        question.write(json.dumps({"call": call, "arguments": arguments}) + "\n")
        question.flush()
        line = answers.readline()
        if not line:
            pytest.fail(f"The driver ended during {call}, see its standard error.")
        answer: dict[str, Any] = json.loads(line)
        return answer


def wechatpy(version: str) -> Sequence[str | Path]:
    """Return the command of a wechatpy driver."""
    python = python_environment(f"wechatpy=={version}", "cryptography>=42")
    return [python, DRIVERS / "wechatpy_driver.py"]


def co_wechat_api() -> Sequence[str | Path]:
    """Return the command of the co-wechat-api driver."""
    folder = node_environment("co-wechat-api@3.11.0", "wafer-node-session@1.0.10")
    return ["node", DRIVERS / "co_wechat_api_driver.js", folder]


WECHATPY = [
    pytest.param(partial(wechatpy, version), id=f"wechatpy-{version}")
    for version in ("1.8.18", "2.0.0a26")
]
CO_WECHAT_API = [
    pytest.param(
        co_wechat_api,
        id="co-wechat-api",
        marks=[pytest.mark.needs("npm"), pytest.mark.needs("node")],
    )
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play a test with every SDK, or in the file of one SDK with this one only."""
    if "command" not in metafunc.fixturenames:
        return
    only = {
        "test_wechatpy": WECHATPY,
        "test_wechatpy_messages": WECHATPY,
        "test_co_wechat_api": CO_WECHAT_API,
    }
    sdks = only.get(metafunc.definition.path.stem, WECHATPY + CO_WECHAT_API)
    metafunc.parametrize("command", sdks)


@pytest.fixture
def start_sdk(command: Command, mock: Mock) -> Iterator[StartSdk]:
    """Start the SDK for a mini program, as often as a test likes."""
    try:
        words = command()
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)
    with ExitStack() as running:

        def start(appid: str = DEFAULT_APPID, secret: str = DEFAULT_SECRET) -> Sdk:
            sdk = Sdk([*words, f"{mock.url}/", appid, secret])
            running.callback(sdk.close)
            return sdk

        yield start


@pytest.fixture
def sdk(start_sdk: StartSdk) -> Sdk:
    """The SDK, set up for the default mini program."""
    return start_sdk()
