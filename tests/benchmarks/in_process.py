"""In a test process: a mock up and down, a new world, a reset, what stays behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from mockwx import MockServer
from tests.benchmarks.goal import Goal


CYCLES = 1_000
# So many people's records are what a reset has to forget.
CROWD = 20_000


def goals(*, cycles: int = CYCLES, crowd: int = CROWD) -> Iterator[Goal]:
    """Measure by the clock of this process; warm, as in a test run."""
    with MockServer():
        pass
    before = _threads_and_files()
    ups, downs = [], []
    for _ in range(cycles):
        mock = MockServer()
        ups.append(_ms(mock.start))
        downs.append(_ms(mock.stop))
    after = _threads_and_files()
    yield _at_most("MockServer up, median", median(ups), 5)
    yield _at_most("MockServer down, median", median(downs), 5)
    name = f"threads and files left over {cycles} cycles"
    yield Goal("in a test", name, after - before, "", "at most", 0)
    yield from _worlds(crowd)


def _worlds(crowd: int) -> Iterator[Goal]:
    mock = MockServer()
    names = iter(range(1_000_000))
    new = [_ms(lambda: mock.worlds.named(f"test-{next(names)}")) for _ in range(300)]
    yield _at_most("a new world, median", median(new), 0.2)
    mock.worlds.reset()
    for number in range(crowd):
        mock.wechat.device.answer("login", {"user": f"p{number}"})
    full = _ms(mock.worlds.reset)
    yield _at_most(f"reset after {crowd} logins", full, 1)


def _ms(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _at_most(name: str, measured: float, wanted: float) -> Goal:
    return Goal("in a test", name, measured, "ms", "at most", wanted)


def _threads_and_files() -> int:
    files = Path("/proc/self/fd")
    open_files = len(os.listdir(files)) if files.is_dir() else 0
    return threading.active_count() + open_files
