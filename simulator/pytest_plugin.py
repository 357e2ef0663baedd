"""pytest: scenario files as tests, a step an item; fixtures for the phone.

Imports nothing until a fixture is asked for or a scenario found: plugins load before
coverage starts, and `pytest --version` loads them too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import pytest


if TYPE_CHECKING:
    from simulator.device import Device
    from simulator.mapping import BackendFile
    from simulator.scenario.turn import Stage
    from simulator.under_pytest.stories import ScenarioFile
    from simulator.wx import Wx

_SUFFIXES = (".scenario.yaml", ".scenario.yml")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where the backend is."""
    group = parser.getgroup("wxsim", "the simulated phone (wxsim)")
    group.addoption(
        "--wx-backend",
        metavar="FILE|URL",
        help="How to talk to the backend: a *.backend.yaml, or only its address.",
    )
    group.addoption(
        "--wx-backend-url",
        metavar="URL",
        help="Where the backend runs now, instead of the file's base_url.",
    )
    group.addoption(
        "--wx-exec",
        metavar="COMMAND",
        help="Start the backend by this, led to the mock as by `mockwx run`.",
    )
    group.addoption(
        "--wx-exec-timeout",
        metavar="SECONDS",
        help="How long it may take to answer; default: 60.",
    )
    group.addoption("--wx-exec-log", metavar="FILE", help="Write there what it prints.")
    parser.addini("wx_backend", "as --wx-backend, from the root folder", default="")
    parser.addini("wx_backend_url", "as --wx-backend-url", default="")
    parser.addini("wx_exec", "as --wx-exec", default="")
    parser.addini("wx_exec_timeout", "as --wx-exec-timeout", default="")
    parser.addini("wx_exec_log", "as --wx-exec-log, from the root folder", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker means."""
    config.addinivalue_line(
        "markers", "wx(person, **device): whose phone the fixture wx is, and which"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Send the steps of a story to one worker where pytest-xdist would cut it in two.

    Its other distributions go by file or by group already.
    """
    if config.getoption("dist", "no") != "load":
        return None
    from simulator.under_pytest.distribution import WholeStories

    return WholeStories(config, log)


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> ScenarioFile | None:
    """Collect scenario files."""
    if not file_path.name.endswith(_SUFFIXES):
        return None
    from simulator.under_pytest.stories import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def wx_backend_file(request: pytest.FixtureRequest) -> BackendFile | None:
    """How the backend speaks; override it to read or make another."""
    with _told():
        from simulator.under_pytest.stories import backend_file

        return backend_file(request.config)


@pytest.fixture(scope="session")
def wx_backend(
    request: pytest.FixtureRequest,
    mockwx_server: Any,
    wx_backend_file: BackendFile | None,
) -> Iterator[Any]:
    """The backend: an address or a WSGI application; override it to start one.

    For example with subprocess and the fixture mockwx_environ.
    """
    if wx_backend_file is None:
        yield None
        return
    with _told(), contextlib.ExitStack() as opened:
        from simulator.playing import connect_file
        from simulator.under_pytest.started import command
        from simulator.under_pytest.started import started

        program = command(request.config)
        if program is not None:
            opened.enter_context(started(program, wx_backend_file.base_url, request))
        elif not option(request.config, "mockwx_url"):
            _refuse_address(wx_backend_file.base_url)
        yield connect_file(wx_backend_file, mockwx_server.url)


@pytest.fixture(scope="session")
def wx_stage(
    request: pytest.FixtureRequest,
    mockwx_server: Any,
    wx_backend: Any,
    wx_backend_file: BackendFile | None,
) -> Iterator[Stage]:
    """Where stories are played: the mock, the backend, and how it speaks."""
    from simulator.adapters import connect_backend
    from simulator.adapters.mockwx_http import MockWx
    from simulator.mapping import BackendFile
    from simulator.scenario.turn import Stage

    token = option(request.config, "mockwx_token") or None
    with _told(), contextlib.ExitStack() as opened:
        transport = _closing(opened, connect_backend(mockwx_server.url))
        backend = wx_backend
        if backend is not None and not hasattr(backend, "send"):
            backend = _closing(opened, connect_backend(backend))
        file = wx_backend_file
        if file is None and backend is not None:
            file = BackendFile(backend.base_url)
        yield Stage(MockWx(transport, token=token), backend, file)


@pytest.fixture
def wx_device(mockwx: Any, wx_stage: Stage) -> Callable[..., Device]:
    """Make phones in this test's world: ``wx_device("bob", platform="android")``."""
    from simulator.adapters import connect_backend
    from simulator.device import Device
    from simulator.scenario.journal import Watch
    from simulator.story import introduce

    shared = Watch(wx_stage.wechat)
    wechat = wx_stage.wechat.in_world(mockwx.world)
    with _told():
        introduce(wx_stage.in_world(mockwx.world, shared=shared))
    backend = wx_stage.backend or connect_backend("http://localhost")
    appid = None if wx_stage.file is None else wx_stage.file.appid

    def make(person: str = "alice", **device: Any) -> Device:
        return Device(wechat, backend, user=person, **{"appid": appid, **device})

    return make


@pytest.fixture
def wx(request: pytest.FixtureRequest, wx_device: Callable[..., Device]) -> Wx:
    """The wx object of alice's phone, or of whom the marker wx names."""
    marker = request.node.get_closest_marker("wx")
    given = ((), {}) if marker is None else (marker.args, marker.kwargs)
    return wx_device(*given[0], **given[1]).wx


def _refuse_address(url: str) -> None:
    """Refuse a backend that runs already: a mock of this session is news to it."""
    if not url.startswith("wsgi:"):
        pytest.fail(
            f"wxsim: the backend at {url} cannot know a mock that starts only now: "
            "start it with --wx-exec COMMAND, give --mockwx-url URL of a mock that "
            "runs, or start the backend in a fixture wx_backend, with "
            "mockwx_environ.\n"
            f"wxsim：{url} 上的后端无法得知临时启动的 mock：请用 --wx-exec 命令 "
            "启动后端，用 --mockwx-url 给出已运行的 mock，或在 fixture wx_backend "
            "中用 mockwx_environ 启动后端。",
            pytrace=False,
        )


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong with files and addresses without a traceback."""
    from simulator.ports import SimulatorError
    from simulator.under_pytest.stories import in_both_languages

    try:
        yield
    except SimulatorError as error:
        raise pytest.fail.Exception(in_both_languages(error), pytrace=False) from None


def option(config: pytest.Config, name: str) -> str:
    """Return what the command line says, else what the configuration file says."""
    return str(config.getoption(name, None) or config.getini(name) or "")


def _closing(opened: contextlib.ExitStack, backend: Any) -> Any:
    close = getattr(backend, "close", None)
    if close is not None:
        opened.callback(close)
    return backend
