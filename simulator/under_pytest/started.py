"""The backend under pytest as a program of its own: `--wx-exec`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.adapters import connect_wechat
from simulator.adapters.backend_program import SECONDS
from simulator.adapters.backend_program import Command
from simulator.adapters.backend_program import running
from simulator.playing import environment_of
from simulator.ports import SimulatorError


def command(config: pytest.Config) -> Command | None:
    """Read how the backend is started, from the command line or the configuration."""
    line = config.getoption("wx_exec", None) or config.getini("wx_exec")
    if not line:
        return None
    return Command(str(line), _seconds(config), _log(config))


@contextlib.contextmanager
def started(
    program: Command, url: str, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Start the backend, led to the mock, and wait until it answers; end it at last."""
    config = request.config
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    if workers > 1:
        raise SimulatorError(
            f"--wx-exec starts one backend, and each of {workers} workers of "
            "pytest-xdist would start one at the same address: leave -n out, or start "
            "one for each in a fixture wx_backend.",
            f"--wx-exec 只启动一个后端，而 pytest-xdist 的 {workers} 个 worker "
            "会各启动一个并使用同一地址：请去掉 -n，或在 fixture wx_backend "
            "中为每个 worker 各启动一个。",
        )
    with running(program, url, _environ(request)):
        yield


def _environ(request: pytest.FixtureRequest) -> dict[str, str]:
    config = request.config
    mock = config.getoption("mockwx_url", None) or config.getini("mockwx_url")
    if mock:
        token = config.getoption("mockwx_token", None) or config.getini("mockwx_token")
        return environment_of(connect_wechat(mock, token=token or None), str(mock))
    told: dict[str, str] = request.getfixturevalue("mockwx_environ")
    return told


def _seconds(config: pytest.Config) -> float:
    given: Any = config.getoption("wx_exec_timeout", None)
    given = given or config.getini("wx_exec_timeout") or SECONDS
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise SimulatorError(
            f"--wx-exec-timeout is no number of seconds: {given}.",
            f"--wx-exec-timeout 不是秒数：{given}。",
        )
    return seconds


def _log(config: pytest.Config) -> Path | None:
    given = config.getoption("wx_exec_log", None)
    if given:
        return Path(given)
    written = config.getini("wx_exec_log")
    # A file is named from where the configuration stands.
    return config.rootpath / written if written else None
