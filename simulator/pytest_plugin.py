"""pytest: scenario files as tests, a step an item; fixtures for the phone.

Imports nothing until a fixture is asked for or a scenario found: plugins load before
coverage starts, and `pytest --version` loads them too.
"""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import pytest


if TYPE_CHECKING:
    from simulator.device import Device
    from simulator.events import StepFailed
    from simulator.mapping import BackendFile
    from simulator.scenario.model import Scenario
    from simulator.scenario.turn import Stage
    from simulator.story import StepEvent
    from simulator.story import Story
    from simulator.wx import Wx

_SUFFIXES = (".scenario.yaml", ".scenario.yml")
_ADDRESSES = ("http://", "https://", "wsgi:")
_FILE = pytest.StashKey["BackendFile | None"]()
_NO_BACKEND = (
    "this story calls the backend, and none is known: give --wx-backend FILE, set "
    "wx_backend in the configuration of pytest, or override the fixtures wx_backend "
    "and wx_backend_file.",
    "此场景要调用后端，但尚未指定：请用 --wx-backend 文件、pytest 配置中的 wx_backend，"
    "或覆盖 fixture wx_backend 与 wx_backend_file。",
)


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
    parser.addini("wx_backend", "as --wx-backend, from the root folder", default="")
    parser.addini("wx_backend_url", "as --wx-backend-url", default="")


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
    from simulator.whole_stories import WholeStories

    return WholeStories(config, log)


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> ScenarioFile | None:
    """Collect scenario files."""
    if not file_path.name.endswith(_SUFFIXES):
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def wx_backend_file(request: pytest.FixtureRequest) -> BackendFile | None:
    """How the backend speaks; override it to read or make another."""
    return _backend_file(request.config)


@pytest.fixture(scope="session")
def wx_backend(
    request: pytest.FixtureRequest,
    mockwx_server: Any,
    wx_backend_file: BackendFile | None,
) -> Any:
    """The backend: an address or a WSGI application; override it to start one.

    For example with subprocess and the fixture mockwx_environ.
    """
    if wx_backend_file is None:
        return None
    with _told():
        from simulator.playing import connect_file

        own = hasattr(mockwx_server, "stop")
        if own and not wx_backend_file.base_url.startswith("wsgi:"):
            pytest.fail(
                f"wxsim: the backend at {wx_backend_file.base_url} cannot know a mock "
                "that starts only now: give --mockwx-url URL of one that runs, or "
                "start the backend in a fixture wx_backend, with mockwx_environ.\n"
                f"wxsim：{wx_backend_file.base_url} 上的后端无法得知临时启动的 mock："
                "请用 --mockwx-url 给出已运行的 mock，或在 fixture wx_backend 中用 "
                "mockwx_environ 启动后端。",
                pytrace=False,
            )
        return connect_file(wx_backend_file, mockwx_server.url)


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

    token = request.config.getoption("mockwx_token", None)
    token = token or request.config.getini("mockwx_token") or None
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

    wechat = wx_stage.wechat.in_world(mockwx.world)
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


class ScenarioFile(pytest.Module):
    """One story; a Module, as text files of doctest are, for module-scoped fixtures."""

    obj = None

    def collect(self) -> Iterable[pytest.Item]:
        """Read the file; each of its steps is a test."""
        from simulator.ports import SimulatorError
        from simulator.scenario.loader import check_calls
        from simulator.scenario.loader import load_scenario

        try:
            scenario = load_scenario(self.path)
            file = _backend_file(self.config)
            if file is not None and file.calls:
                check_calls(scenario, file)
        except SimulatorError as error:
            raise self.CollectError(_both(error)) from error
        telling = Telling(scenario, self.nodeid)
        for index, step in enumerate(scenario.steps):
            title = (step.name or step.action).replace("::", ":")
            item: pytest.Item = StepItem.from_parent(
                self, name=f"{index + 1:02} {title}", telling=telling, index=index
            )
            item.add_marker(pytest.mark.xdist_group(self.nodeid))
            yield item


class StepItem(pytest.Function):
    """One step; what comes before it in its story is played first."""

    def __init__(self, *, telling: Telling, index: int, **named: Any) -> None:
        super().__init__(callobj=_play, **named)
        self.telling = telling
        self.index = index

    def reportinfo(self) -> tuple[Path, int, str]:
        """Lead to the step's line."""
        line = self.telling.scenario.steps[self.index].line
        return self.path, line - 1, f"{self.path.name}: {self.name}"

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> Any:
        """Tell what was sent, what came and what WeChat was asked; no traceback."""
        from simulator.ports import SimulatorError

        error = excinfo.value
        if isinstance(error, StepFailedError):
            return error.failure
        if isinstance(error, SimulatorError):
            return _both(error)
        return super().repr_failure(excinfo)


def _play(request: pytest.FixtureRequest, wx_stage: Stage) -> None:
    """Play one step; the fixtures are asked for as those of any test."""
    step = request.node
    step.telling.tell(step.index, wx_stage)


@dataclass
class Telling:
    """A story in a world of its own, played as far as somebody asks for."""

    scenario: Scenario
    nodeid: str
    story: Story | None = None
    played: list[list[StepEvent]] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    unplayable: bool = False

    def tell(self, index: int, stage: Stage) -> None:
        """Pass, fail or skip as the step did; raises StepFailedError."""
        if self.unplayable:
            pytest.skip("not played: the story could not begin")
        if self.story is None or index in self.told:
            self._begin(stage)
        while len(self.played) <= index:
            self.played.append(self._next())
        # What no other test has told yet is told by this one, above all a failure.
        news = [at for at in range(index + 1) if at not in self.told]
        self.told |= set(news)
        self._blame(event for at in news for event in self.played[at])
        self._excuse(self.played[index])

    def _begin(self, stage: Stage) -> None:
        """Begin in an empty world, again if a step is played a second time."""
        import time

        from simulator.scenario.journal import Watch
        from simulator.story import Story

        self.unplayable = True
        self._refuse_without_backend(stage)
        world = _world_name(self.nodeid)
        shared = Watch(stage.wechat)
        shared.skip()
        stage.wechat.control("POST", "reset", {"world": world})
        self.played.clear()
        self.told.clear()
        own = stage.in_world(world, shared=shared)
        self.story = Story(self.scenario, own, time.perf_counter)
        self.unplayable = False

    def _refuse_without_backend(self, stage: Stage) -> None:
        from simulator.ports import SimulatorError
        from simulator.scenario.model import single_steps

        steps = single_steps(self.scenario.steps)
        calls = any(each.action.startswith("backend.") for each in steps)
        if calls and not (stage.file is not None and stage.file.calls):
            raise SimulatorError(*_NO_BACKEND)

    def _next(self) -> list[StepEvent]:
        from simulator.events import StepFailed
        from simulator.runner import EARLIER
        from simulator.runner import play_step
        from simulator.runner import skip_step

        if self.story is None:
            return []
        step = self.scenario.steps[len(self.played)]
        before = (event for events in self.played for event in events)
        if any(isinstance(event, StepFailed) for event in before):
            return list(skip_step(self.story, step, EARLIER))
        return list(play_step(self.story, step))

    def _blame(self, events: Iterable[StepEvent]) -> None:
        from simulator.events import StepFailed

        failed = [event for event in events if isinstance(event, StepFailed)]
        if failed:
            raise StepFailedError(_Failure.of(failed))

    def _excuse(self, events: Sequence[StepEvent]) -> None:
        from simulator.events import StepSkipped

        reasons = [each.reason for each in events if isinstance(each, StepSkipped)]
        # Of a block, some steps may be left out and the others still count.
        if len(reasons) == len(events) and reasons:
            pytest.skip(f"not played: {reasons[0]}")


class StepFailedError(Exception):
    """A step did not do what was expected of it."""

    def __init__(self, failure: _Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(frozen=True)
class _Failure:
    """What pytest shows of a failed step, and says in its summary."""

    message: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, events: Iterable[StepFailed]) -> _Failure:
        """Tell a failed step, or those of a block."""
        from simulator.evidence import evidence

        lines: list[str] = []
        reasons: list[str] = []
        for event in events:
            lines += [f"✗ {event.step.title}", *evidence(event)]
            reasons += event.reasons
        return cls("; ".join(reasons), tuple(lines))

    @property
    def reprcrash(self) -> _Failure:
        """Give pytest's summary and JUnit the reasons alone."""
        return self

    def toterminal(self, out: Any) -> None:
        """Write on pytest's terminal."""
        for line in self.lines:
            out.line(line)

    def __str__(self) -> str:
        return "\n".join(self.lines)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong with files and addresses without a traceback."""
    from simulator.ports import SimulatorError

    try:
        yield
    except SimulatorError as error:
        raise pytest.fail.Exception(_both(error), pytrace=False) from None


def _both(error: Any) -> str:
    if error.located:
        return f"{error.message}\n{error.zh}".rstrip()
    return f"wxsim: {error.message}\nwxsim：{error.zh}"


def _backend_file(config: pytest.Config) -> BackendFile | None:
    from simulator.playing import read_backend

    if _FILE not in config.stash:
        given = config.getoption("wx_backend", None)
        written = config.getini("wx_backend")
        if given is None and written:
            # A file is named from where the configuration stands.
            given = str(config.rootpath / written)
            if written.startswith(_ADDRESSES):
                given = written
        url = config.getoption("wx_backend_url", None)
        url = url or config.getini("wx_backend_url") or None
        with _told():
            config.stash[_FILE] = read_backend(given, url)
    return config.stash[_FILE]


def _world_name(nodeid: str) -> str:
    spelt = re.sub(r"[^A-Za-z0-9._/-]+", "-", nodeid)[-100:]
    return f"wxsim/{spelt}@{zlib.crc32(nodeid.encode()):08x}"


def _closing(opened: contextlib.ExitStack, backend: Any) -> Any:
    close = getattr(backend, "close", None)
    if close is not None:
        opened.callback(close)
    return backend
