"""Stories as pytest sees them: a file is a module, a step an item of it."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest

from simulator.events import StepFailed
from simulator.events import StepSkipped
from simulator.evidence import evidence
from simulator.mapping import BackendFile
from simulator.playing import read_backend
from simulator.ports import SimulatorError
from simulator.runner import EARLIER
from simulator.runner import play_step
from simulator.runner import skip_step
from simulator.scenario.journal import Watch
from simulator.scenario.loader import check_calls
from simulator.scenario.loader import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.model import single_steps
from simulator.scenario.turn import Stage
from simulator.story import StepEvent
from simulator.story import Story


_ADDRESSES = ("http://", "https://", "wsgi:")
_FILE = pytest.StashKey[BackendFile | None]()
_NO_BACKEND = (
    "this story calls the backend, and none is known: give --wx-backend FILE, set "
    "wx_backend in the configuration of pytest, or override the fixtures wx_backend "
    "and wx_backend_file.",
    "此场景要调用后端，但尚未指定：请用 --wx-backend 文件、pytest 配置中的 wx_backend，"
    "或覆盖 fixture wx_backend 与 wx_backend_file。",
)


class ScenarioFile(pytest.Module):
    """One story; a Module, as text files of doctest are, for module-scoped fixtures."""

    obj = None

    def collect(self) -> Iterable[pytest.Item]:
        """Read the file; each of its steps is a test."""
        try:
            scenario = load_scenario(self.path)
            file = backend_file(self.config)
            if file is not None and file.calls:
                check_calls(scenario, file)
        except SimulatorError as error:
            raise self.CollectError(in_both_languages(error)) from None
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
        error = excinfo.value
        if isinstance(error, StepFailedError):
            return error.failure
        if isinstance(error, SimulatorError):
            return in_both_languages(error)
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
        steps = single_steps(self.scenario.steps)
        calls = any(each.action.startswith("backend.") for each in steps)
        if calls and not (stage.file is not None and stage.file.calls):
            raise SimulatorError(*_NO_BACKEND)

    def _next(self) -> list[StepEvent]:
        if self.story is None:
            return []
        step = self.scenario.steps[len(self.played)]
        before = (event for events in self.played for event in events)
        if any(isinstance(event, StepFailed) for event in before):
            return list(skip_step(self.story, step, EARLIER))
        return list(play_step(self.story, step))

    def _blame(self, events: Iterable[StepEvent]) -> None:
        failed = [event for event in events if isinstance(event, StepFailed)]
        if failed:
            raise StepFailedError(_Failure.of(failed))

    def _excuse(self, events: Sequence[StepEvent]) -> None:
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


def backend_file(config: pytest.Config) -> BackendFile | None:
    """Read the backend file that the command line or the configuration names."""
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
        config.stash[_FILE] = read_backend(given, url)
    return config.stash[_FILE]


def in_both_languages(error: SimulatorError) -> str:
    """Say what is wrong in a sentence of each language, as wxsim does."""
    if error.located:
        return f"{error.message}\n{error.zh}".rstrip()
    said = [f"wxsim: {error.message}", f"wxsim：{error.zh}"]
    return "\n".join([*said, *(f"  | {line}" for line in error.output.splitlines())])


def _world_name(nodeid: str) -> str:
    spelt = re.sub(r"[^A-Za-z0-9._/-]+", "-", nodeid)[-100:]
    return f"wxsim/{spelt}@{zlib.crc32(nodeid.encode()):08x}"
