"""All the programs of a course of logins: started, watched, ended."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import AbstractContextManager
from contextlib import ExitStack
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from mockwx.listeners.port import bind
from tests.redis_server import running_redis


MILLION = 1_000_000
WORKERS = 2

_HERE = Path(__file__).parent
_LOOK_SECONDS = 0.5
_PARTS = 20
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Course:
    """How many logins of how many people, by how many virtual persons at a time."""

    logins: int
    people: int
    users: int

    @property
    def people_each(self) -> int:
        """How many people each virtual person is in turn."""
        return max(self.people // self.users, 1)


@dataclass(frozen=True)
class Memory:
    """Resident megabytes at one moment."""

    redis: float
    workers: float

    def __str__(self) -> str:
        return f"{self.redis:.0f}/{self.workers:.0f}"


@dataclass(frozen=True)
class Result:
    """What came of a course."""

    wanted: int
    logins: int
    seconds: float
    wrong: Mapping[str, int]
    memory: Sequence[Memory]
    cpu: Mapping[str, float]
    """The seconds that each part kept a core busy, whoever else used the machine."""

    @property
    def right(self) -> bool:
        """Say whether all were judged, and none wrong."""
        return self.logins >= self.wanted and not self.wrong

    def line(self) -> str:
        """Say it in one line."""
        kinds = "".join(f", {count} {kind}" for kind, count in self.wrong.items())
        memory = " → ".join(map(str, self.memory))
        cost = ", ".join(
            f"{name} {seconds / self.logins * 1_000:.2f}"
            for name, seconds in self.cpu.items()
        )
        return (
            f"{self.logins:,} logins in {self.seconds:,.0f} s "
            f"({self.logins / self.seconds:.0f}/s), "
            f"{sum(self.wrong.values())} wrong answers{kinds}; "
            f"MB of Redis/workers at begin → middle → end: {memory}; "
            f"ms of CPU per login: {cost}"
        )


def run(course: Course, *, tell: Callable[[str], None]) -> Result:
    """Play a course from begin to end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = stack.enter_context(running_redis(folder))
        serve = ["mockwx", "serve", "--port", "0"]
        serve += ["--workers", str(WORKERS), "--store", redis.url]
        mock = stack.enter_context(_program(*serve))
        mock_url = _said_url(mock)
        backend = stack.enter_context(
            _program("tests.endurance.million.backend", mock_url)
        )
        locust = _Locust(course, folder, mock_url, _said_url(backend))
        master = stack.enter_context(locust.started())
        parts = {"Redis": redis.pid, "mock": mock.pid, "backend": backend.pid}
        watch = _Watch(course, locust.result, parts, locust.workers)
        return watch.until_end(master, tell)


class _Locust:
    """A master and its workers."""

    def __init__(self, course: Course, folder: Path, mock: str, backend: str) -> None:
        self.result = folder / "result.json"
        self.workers: list[int] = []
        self._course = course
        self._environ = {
            "WXSIM_MOCK": mock,
            "WXSIM_BACKEND": str(_HERE / "shop.backend.yaml"),
            "WXSIM_BACKEND_URL": backend,
            "MILLION_LOGINS": str(course.logins),
            "MILLION_PEOPLE": str(course.people_each),
            "MILLION_RESULT": str(self.result),
        }
        with bind("127.0.0.1", 0) as free:
            self._port = str(free.getsockname()[1])

    @contextmanager
    def started(self) -> Iterator["subprocess.Popen[str]"]:
        """Run them while the block runs; the master is what ends by itself."""
        users = str(self._course.users)
        order = ["--master", "--headless", "--only-summary", "--users", users]
        order += ["--spawn-rate", users, "--expect-workers", str(WORKERS)]
        order += ["--master-bind-host", "127.0.0.1", "--master-bind-port", self._port]
        led = ["--worker", "--master-host", "127.0.0.1", "--master-port", self._port]
        with ExitStack() as stack:
            master = stack.enter_context(self._part(order))
            for _ in range(WORKERS):
                self.workers.append(stack.enter_context(self._part(led)).pid)
            yield master

    def _part(
        self, options: Sequence[str]
    ) -> "AbstractContextManager[subprocess.Popen[str]]":
        file = str(_HERE / "locustfile.py")
        told = ["--locustfile", file, "--loglevel", "WARNING", *options]
        return _program("locust", *told, environ=self._environ)


class _Watch:
    """Looks at a course while it runs."""

    def __init__(
        self,
        course: Course,
        progress: Path,
        servers: Mapping[str, int],
        workers: Sequence[int],
    ) -> None:
        self._course = course
        self._progress = progress
        self._servers = servers
        self._workers = [psutil.Process(each) for each in workers]
        self._logins, self._wrong = 0, dict[str, int]()
        self._latest = self._began = time.monotonic()
        self._memory: list[Memory] = []
        self._cpu, self._cpu_before = dict[str, float](), dict[str, float]()

    def until_end(
        self, master: "subprocess.Popen[str]", tell: Callable[[str], None]
    ) -> Result:
        """Wait until the master has ended, or nothing goes on; say what came of it."""
        while master.poll() is None and not self._stands_still():
            time.sleep(_LOOK_SECONDS)
            part = self._logins * _PARTS // self._course.logins
            self._look()
            if self._logins * _PARTS // self._course.logins > part:
                tell(f"{self._logins:,} logins, {sum(self._wrong.values())} wrong")
        self._memory.append(self._memory_now())
        return Result(
            wanted=self._course.logins,
            logins=self._logins,
            seconds=time.monotonic() - self._began,
            wrong=self._wrong,
            memory=self._memory,
            cpu={
                name: spent - self._cpu_before.get(name, 0.0)
                for name, spent in self._cpu.items()
            },
        )

    def _stands_still(self) -> bool:
        return time.monotonic() - self._latest > _PATIENCE_SECONDS

    def _look(self) -> None:
        before = self._logins
        self._read_progress()
        self._look_at_cpu()
        if self._logins > before:
            self._latest = time.monotonic()
        if self._logins and not before:
            self._began, self._cpu_before = self._latest, dict(self._cpu)
            self._memory.append(self._memory_now())
        if self._logins >= self._course.logins // 2 > before:
            self._memory.append(self._memory_now())

    def _read_progress(self) -> None:
        with suppress(FileNotFoundError):
            told = json.loads(self._progress.read_text())
            self._logins, self._wrong = told["logins"], told["wrong"]

    def _look_at_cpu(self) -> None:
        parts = {name: _family(number) for name, number in self._servers.items()}
        for name, part in {**parts, "Locust": self._workers}.items():
            # Locust's workers end with their master.
            with suppress(psutil.NoSuchProcess):
                spent = [each.cpu_times() for each in part]
                self._cpu[name] = sum(each.user + each.system for each in spent)

    def _memory_now(self) -> Memory:
        parts = (_family(self._servers[name]) for name in ("Redis", "mock"))
        return Memory(*map(_megabytes, parts))


@contextmanager
def _program(
    module: str, *options: str, environ: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[str]"]:
    program = subprocess.Popen(
        [sys.executable, "-m", module, *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_HERE.parents[2],
        env={**os.environ, **(environ or {})},
    )
    try:
        yield program
    finally:
        program.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.wait(_PATIENCE_SECONDS)
        program.kill()
        program.communicate()


def _said_url(program: "subprocess.Popen[str]") -> str:
    assert program.stdout is not None
    return program.stdout.readline().split()[-1]


def _family(number: int) -> list[psutil.Process]:
    process = psutil.Process(number)
    return [process, *process.children(recursive=True)]


def _megabytes(part: Sequence[psutil.Process]) -> float:
    return float(sum(each.memory_info().rss for each in part) / 1_048_576)
