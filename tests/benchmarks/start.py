"""How long it takes to begin: servers to their first answer, commands to their help."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from collections.abc import Sequence
from statistics import median

from tests.benchmarks.goal import Goal
from tests.benchmarks.peers import BAR
from tests.benchmarks.peers import OURS
from tests.benchmarks.peers import PEERS
from tests.benchmarks.running import running


_CLICK = [sys.executable, "-c", "import click"]
_HELP = {
    "mockwx --help": [sys.executable, "-m", "mockwx", "--help"],
    "wxsim --help": [sys.executable, "-m", "simulator", "--help"],
}


def goals(*, rounds: int) -> Iterator[Goal]:
    """Measure in turn: ours, the bar, ours, the bar."""
    pair = [each for each in PEERS if each.name in (BAR, OURS)]
    took: dict[str, list[float]] = {each.name: [] for each in pair}
    for _ in range(rounds):
        for each in pair:
            with running(each) as server:
                took[each.name].append(server.start_seconds)
    ratio = median(took[OURS]) / median(took[BAR])
    name = f"mockwx serve to its first answer, {BAR} = 1"
    yield Goal("start", name, ratio, "×", "at most", 1.25)
    for name, command in _HELP.items():
        ratio = _ratio(command, _CLICK, rounds=3 * rounds)
        yield Goal("start", f"{name}, import click = 1", ratio, "×", "at most", 1.5)


def _ratio(command: Sequence[str], other: Sequence[str], *, rounds: int) -> float:
    both: list[tuple[float, float]] = [
        (_seconds(command), _seconds(other)) for _ in range(rounds)
    ]
    return median(ours for ours, _ in both) / median(theirs for _, theirs in both)


def _seconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started
