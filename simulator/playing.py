"""From files and addresses to a verdict: load, connect, play, report."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import partial
from itertools import compress
from pathlib import Path
from typing import Protocol
from typing import cast
from urllib.parse import urlsplit

from simulator.adapters import connect_backend
from simulator.adapters import connect_wechat
from simulator.adapters.backend_program import Command
from simulator.adapters.backend_program import running
from simulator.events import Event
from simulator.events import PlayStarted
from simulator.events import ScenarioFinished
from simulator.expressions import MissingError
from simulator.expressions import resolve
from simulator.mapping import BackendFile
from simulator.ports import Backend
from simulator.ports import SimulatorError
from simulator.ports import WeChat
from simulator.runner import needs_to_be_alone
from simulator.runner import run
from simulator.scenario.journal import Watch
from simulator.scenario.loader import BACKEND_SUFFIX
from simulator.scenario.loader import SCENARIO_SUFFIX
from simulator.scenario.loader import check_backend
from simulator.scenario.loader import check_calls
from simulator.scenario.loader import kind_of
from simulator.scenario.loader import load_backend
from simulator.scenario.loader import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.model import single_steps
from simulator.scenario.turn import Stage
from simulator.speech import moment
from simulator.story import Begin


WORLD = "wxsim"

_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_STEM = 80
_PASSWORD = re.compile(r"//[^/@]*@")


class Reporter(Protocol):
    """A reader of events."""

    def tell(self, event: Event) -> None:
        """Read one event."""
        ...

    def close(self) -> None:
        """Finish."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """What to play, where, and how many stories at a time."""

    scenarios: tuple[Path, ...]
    backend: str | None = None
    backend_url: str | None = None
    mock: str | None = None
    token: str | None = None
    at_a_time: int = 1
    world: str | None = WORLD
    """How the names of the stories' worlds begin; None: all share the default one."""
    program: Command | None = None
    """What starts the backend, if we are to do it."""


def play(
    order: Order, reporters: Sequence[Reporter], *, begin: Begin | None = None
) -> bool:
    """Play everything; return whether every step did what was expected."""
    scenarios = [load_scenario(path) for path in scenario_files(order.scenarios)]
    order = _with_backend_beside(order, scenarios)
    file = read_backend(order.backend, order.backend_url)
    if file is not None and file.calls:
        check_backend(Path(str(order.backend)), scenarios)
        for scenario in scenarios:
            check_calls(scenario, file)
    ok, begun = True, False
    try:
        with staged(order, file) as stage:
            told = play_all(
                scenarios,
                stage,
                at_a_time=order.at_a_time,
                world=order.world,
                begin=begin,
            )
            for event in _introduced(_started(order, file, len(scenarios)), told):
                begun = True
                ok = ok and not (isinstance(event, ScenarioFinished) and not event.ok)
                for reporter in reporters:
                    reporter.tell(event)
    finally:
        # What was played is told, also if a mock dies or somebody presses Control-C;
        # but "none failed" is not said of a run that came to no story.
        for reporter in reporters if begun else ():
            reporter.close()
    return ok


def play_all(
    scenarios: Iterable[Scenario],
    stage: Stage,
    *,
    at_a_time: int = 1,
    world: str | None = None,
    begin: Begin | None = None,
) -> Iterator[Event]:
    """Play stories, each in a world of its own, and so several at a time.

    Those that touch a world as a whole in which others play are played alone.
    """
    scenarios = list(scenarios)
    if world is None:
        stages = [stage] * len(scenarios)
    else:
        stages = _worlds(scenarios, stage, world)
    together = [
        not needs_to_be_alone(each, own_world=world is not None) for each in scenarios
    ]
    plays = list(zip(scenarios, stages, strict=True))
    if at_a_time < 2:
        together = [False] * len(plays)
    for (scenario, own), others_too in zip(plays, together, strict=True):
        if not others_too:
            yield from run(scenario, own, begin=begin)
    with ThreadPoolExecutor(at_a_time) as pool:
        for told in pool.map(partial(_told, begin=begin), compress(plays, together)):
            yield from told


def world_names(scenarios: Iterable[Scenario], prefix: str) -> list[str]:
    """Name a world for each story by its file; a counter tells equal names apart."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for scenario in scenarios:
        file = Path(scenario.file or scenario.name).name
        stem = _IN_A_NAME.sub("-", file.removesuffix(SCENARIO_SUFFIX))[:_LONGEST_STEM]
        seen[stem] += 1
        again = f"-{seen[stem]}" if seen[stem] > 1 else ""
        names.append(f"{prefix}/{stem}{again}")
    return names


def _with_backend_beside(order: Order, scenarios: Sequence[Scenario]) -> Order:
    """Take the one backend file of the folders, where stories call a backend."""
    if order.backend is not None or order.backend_url is not None:
        return order
    steps = (step for each in scenarios for step in single_steps(each.steps))
    if not any(step.action.startswith("backend.") for step in steps):
        return order
    folders = {path for path in order.scenarios if path.is_dir()}
    found = [each for path in folders for each in path.glob(f"*{BACKEND_SUFFIX}")]
    return replace(order, backend=str(found[0])) if len(found) == 1 else order


def _started(order: Order, file: BackendFile | None, scenarios: int) -> PlayStarted:
    name, address = ("", "") if file is None else (file.name, file.base_url)
    # An address may carry a password.
    plain = (_PASSWORD.sub("//", each) for each in (address, order.mock or ""))
    return PlayStarted(scenarios, moment.now(), name, *plain)


def _introduced(started: PlayStarted, told: Iterable[Event]) -> Iterator[Event]:
    """Tell of the start only with what comes after it: a mock may not even answer."""
    for count, event in enumerate(told):
        if not count:
            yield started
        yield event


def _worlds(scenarios: Sequence[Scenario], stage: Stage, prefix: str) -> list[Stage]:
    """Begin a world for each story, empty even if an earlier run left something."""
    shared = Watch(stage.wechat)
    shared.skip()
    names = world_names(scenarios, prefix)
    for name in names:
        stage.wechat.control("POST", "reset", {"world": name})
    return [stage.in_world(name, shared=shared) for name in names]


def _told(play: tuple[Scenario, Stage], *, begin: Begin | None) -> list[Event]:
    return list(run(*play, begin=begin))


def check(paths: Iterable[Path], *, backend: Path | None = None) -> None:
    """Validate files; raise SimulatorError with the first file's problems."""
    for error in problems(paths, backend=backend):
        raise error


def problems(
    paths: Iterable[Path], *, backend: Path | None = None
) -> list[SimulatorError]:
    """Validate files and folders of them; return an error for each bad one.

    Stories are checked against the backend's calls where there is one backend file.
    """
    found = _Checked()
    for path in _files_to_check(paths):
        found.read(path)
    if backend is not None:
        found.backends.clear()
        found.read(backend)
    for path in found.backends:
        found.tell(partial(check_backend, path, found.scenarios))
    if len(found.backends) == 1:
        (file,) = found.backends.values()
        for scenario in found.scenarios:
            found.tell(partial(check_calls, scenario, file))
    return found.errors


@dataclass(slots=True)
class _Checked:
    """What was read of the files to be checked, and what was wrong."""

    scenarios: list[Scenario] = field(default_factory=list)
    backends: dict[Path, BackendFile] = field(default_factory=dict)
    errors: list[SimulatorError] = field(default_factory=list)

    def read(self, path: Path) -> None:
        """Read a file of either kind."""
        try:
            if kind_of(path) == "backend":
                self.backends[path] = load_backend(path)
            else:
                self.scenarios.append(load_scenario(path))
        except SimulatorError as error:
            self.errors.append(error)

    def tell(self, ask: Callable[[], None]) -> None:
        """Note what a further check says."""
        try:
            ask()
        except SimulatorError as error:
            self.errors.append(error)


def _files_to_check(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = [
            each
            for suffix in (SCENARIO_SUFFIX, BACKEND_SUFFIX)
            for each in sorted(path.glob(f"*{suffix}"))
        ]
        if not inside:
            raise SimulatorError(
                f"{path} holds no *{SCENARIO_SUFFIX} or *{BACKEND_SUFFIX} file.",
                f"{path} 中没有 *{SCENARIO_SUFFIX} 或 *{BACKEND_SUFFIX} 文件。",
            )
        yield from inside


def scenario_files(paths: Iterable[Path]) -> list[Path]:
    """List files, and what lies in folders, in the order of their names."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(path.glob(f"*{SCENARIO_SUFFIX}"))
        if not inside:
            raise SimulatorError(
                f"{path} holds no *{SCENARIO_SUFFIX} file.",
                f"{path} 中没有 *{SCENARIO_SUFFIX} 文件。",
            )
        found += inside
    return found


def read_backend(target: str | None, url: str | None) -> BackendFile | None:
    """Read the backend file, or make one of an address alone."""
    if target is None:
        return None if url is None else BackendFile(url)
    if target.startswith(("http://", "https://", "wsgi:")):
        return BackendFile(url or target)
    file = load_backend(Path(target))
    return file if url is None else replace(file, base_url=url)


def connect_file(file: BackendFile, mock_url: str) -> Backend:
    """Connect to a file's backend; one in this process is told where WeChat is."""
    return connect_backend(file.base_url, arguments=_factory_arguments(file, mock_url))


@contextlib.contextmanager
def staged(order: Order, file: BackendFile | None) -> Iterator[Stage]:
    """Connect to the mock and to the backend, and let go of them at the end."""
    with _mock(order, file) as (wechat, url):
        if file is None:
            yield Stage(wechat)
            return
        yield Stage(wechat, connect_file(file, url), file)


def environment_of(wechat: WeChat, url: str) -> dict[str, str]:
    """Return what leads to a mock that runs already, if it has the doors for it.

    Raises SimulatorError if it has none, or is another machine's.
    """
    from simulator.adapters.mockwx_local import leading_environment

    told = wechat.control("GET", "health")
    at = urlsplit(url)
    doors = (told.get("https_port"), told.get("proxy_port"))
    if not all(doors) or not at.port or at.hostname not in ("127.0.0.1", "localhost"):
        raise SimulatorError(
            f"Nothing can lead a backend to the mock at {url}: run `mockwx serve --tls "
            "--proxy` on this machine, or leave --mock out.",
            f"无法把后端引到 {url} 上的 mock：请在本机运行 "
            "`mockwx serve --tls --proxy`，或去掉 --mock。",
        )
    return leading_environment(at.port, *(int(each or 0) for each in doors))


@contextlib.contextmanager
def _mock(order: Order, file: BackendFile | None) -> Iterator[tuple[WeChat, str]]:
    if order.program is not None:
        with _led(order.mock, order.token, order.program, file) as (led, url):
            yield led, url
        return
    if order.mock is not None:
        yield connect_wechat(order.mock, token=order.token), order.mock
        return
    if file is not None and not file.base_url.startswith("wsgi:"):
        raise SimulatorError(
            f"The backend at {file.base_url} cannot know a mock that starts only now: "
            "start the backend with --exec, or run `mockwx serve`, point the backend "
            "at it, and give --mock URL.",
            f"{file.base_url} 上的后端无法得知临时启动的 mock：请用 --exec 启动后端，"
            "或运行 `mockwx serve`，让后端指向它，并用 --mock 给出地址。",
        )
    # Flask and cryptography are loaded only if the mock is to run here.
    from simulator.adapters.mockwx_local import running_mock

    with running_mock() as wechat:
        yield wechat, wechat.url


@contextlib.contextmanager
def _led(
    mock: str | None, token: str | None, program: Command, file: BackendFile | None
) -> Iterator[tuple[WeChat, str]]:
    """Start the backend under an environment that leads it to the mock."""
    if file is None:
        raise SimulatorError(
            "--exec starts a backend, but none is named: say how to talk to it "
            "with --backend.",
            "--exec 要启动后端，但没有指定后端：请用 --backend 说明如何访问它。",
        )
    # Flask and cryptography are loaded only if the mock is to run here.
    from simulator.adapters.mockwx_local import leading_mock

    if mock is not None:
        environ = environment_of(connect_wechat(mock, token=token), mock)
        with running(program, file.base_url, environ):
            yield connect_wechat(mock, token=token), mock
        return
    with leading_mock() as (wechat, environ), running(program, file.base_url, environ):
        yield wechat, wechat.url


def _factory_arguments(file: BackendFile, mock_url: str) -> Mapping[str, object] | None:
    """Fill in ``${mock.url}``: a backend in this process is told where WeChat is."""
    if file.factory is None:
        return None
    try:
        filled = resolve(file.factory, {"mock": {"url": mock_url}})
    except MissingError as error:
        raise SimulatorError(
            f"The backend file's 'factory' asks for too much: {error}.",
            f"后端文件的 'factory' 有误：{error}。",
        ) from error
    return cast("Mapping[str, object]", filled)
