"""How long it takes to begin: servers to their first answer, commands to their help.

All as they are once installed: with byte code, which pip writes, and which a checkout
under PYTHONDONTWRITEBYTECODE never has.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from collections.abc import Mapping
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
    with tempfile.TemporaryDirectory() as folder:
        environ = _with_byte_code(folder)
        yield _first_answer(environ, rounds=3 * rounds)
        for name, command in _HELP.items():
            ratio = _ratio(command, _CLICK, environ, rounds=8 * rounds)
            yield Goal("start", f"{name}, import click = 1", ratio, "×", "at most", 1.5)


def _with_byte_code(folder: str) -> Mapping[str, str]:
    """Make an environment in which all keep their byte code in a folder."""
    environ = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return environ


def _first_answer(environ: Mapping[str, str], *, rounds: int) -> Goal:
    pair = [each for each in PEERS if each.name in (BAR, OURS)]
    took: dict[str, list[float]] = {each.name: [] for each in pair}
    # The first round writes the byte code.
    for counts in (False, *(True,) * rounds):
        for each in pair:
            with running(each, environ=environ) as server:
                if counts:
                    took[each.name].append(server.start_seconds)
    pairs = zip(took[OURS], took[BAR], strict=True)
    ratio = median(ours / theirs for ours, theirs in pairs)
    name = f"mockwx serve to its first session_key, {BAR} = 1"
    return Goal("start", name, ratio, "×", "at most", 1.25)


def _ratio(
    command: Sequence[str],
    other: Sequence[str],
    environ: Mapping[str, str],
    *,
    rounds: int,
) -> float:
    for each in (command, other):
        _seconds(each, environ)
    # Of each pair, as what else the machine has to do changes from pair to pair.
    return median(
        _seconds(command, environ) / _seconds(other, environ) for _ in range(rounds)
    )


def _seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environ)
    return time.perf_counter() - started
