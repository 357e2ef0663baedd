"""A table: the p99 of calls, quiet and beside a thousand slow connections, in turns.

    python -m tests.endurance.slow [--connections 1000] [--calls 2000] [--rounds 5]

Whoever answers, whoever is slow and whoever calls has a process of its own. Bounded in
count, on loopback only; nothing is asserted on time.
"""

import argparse
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import click

from tests.endurance.listener import SLOW
from tests.endurance.listener import Listener
from tests.endurance.listeners import hosted
from tests.endurance.listeners import served


THOUSAND = 1_000
TIMES = 3
# Of so many calls one comes over a connection of its own.
FRESH = 20
HEADLINES = """\
| listener | beside | still open | quiet p99 ms | p99 ms | ratio | fresh: quiet p99 ms \
| p99 ms | ratio | ≤ 3 × |
|---|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Took:
    """The 99th percentiles of calls, over one connection and over fresh ones, in ms."""

    kept: float
    fresh: float


@dataclass(frozen=True)
class Terms:
    """How much is measured."""

    connections: int
    calls: int
    rounds: int


def rows(listener: Listener, kinds: list[str], terms: Terms) -> Iterator[str]:
    """Measure one listener, quiet and beside each kind, in turns; yield the rows."""
    quiet: list[Took] = []
    crowded: dict[str, list[Took]] = {kind: [] for kind in kinds}
    still_open: dict[str, list[int]] = {kind: [] for kind in kinds}
    for _ in range(terms.rounds):
        quiet.append(_timed(listener, terms.calls))
        for kind in kinds:
            with _held(listener, kind, terms.connections, still_open[kind]):
                crowded[kind].append(_timed(listener, terms.calls))
    before = _middle(quiet)
    for kind in kinds:
        yield _row(
            listener, kind, min(still_open[kind]), before, _middle(crowded[kind])
        )


def _row(listener: Listener, kind: str, still: int, quiet: Took, beside: Took) -> str:
    kept, fresh = beside.kept / quiet.kept, beside.fresh / quiet.fresh
    verdict = "met" if max(kept, fresh) <= TIMES else "missed"
    return (
        f"| {listener.name} | {kind} | {still} "
        f"| {quiet.kept:.2f} | {beside.kept:.2f} | {kept:.1f} "
        f"| {quiet.fresh:.2f} | {beside.fresh:.2f} | {fresh:.1f} | {verdict} |"
    )


def _timed(listener: Listener, calls: int) -> Took:
    kept, fresh = [], []
    with listener.dial() as connection:
        for _ in range(calls // 10):
            listener.call(connection)
        for number in range(calls):
            kept.append(listener.call(connection))
            if number % FRESH == 0:
                fresh.append(listener.call_afresh())
    return Took(_p99(kept), _p99(fresh))


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1_000


def _middle(took: list[Took]) -> Took:
    return Took(median(each.kept for each in took), median(each.fresh for each in took))


@contextmanager
def _held(
    listener: Listener, kind: str, connections: int, still_open: list[int]
) -> Iterator[None]:
    """Have them held while the block runs; note how many are not closed by then."""
    speaks = [each for each in ("tls", "tunnels") if getattr(listener, each)]
    holder = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.endurance.holder"),
            *(kind, str(connections), str(listener.port), *speaks),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
    except BaseException:
        holder.kill()
        raise
    finally:
        said, _ = holder.communicate()
    still_open.append(int(said))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=THOUSAND)
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="listeners or kinds with this word")
    chosen = parser.parse_args()
    terms = Terms(chosen.connections, chosen.calls, chosen.rounds)
    click.echo(HEADLINES)
    # The caller's own pauses are nobody's doing.
    gc.disable()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.environ["MOCKWX_DATA"] = folder
        serving = stack.enter_context(served())
        for listener in (serving, *stack.enter_context(hosted()).values()):
            kinds = [
                kind
                for kind, slowness in SLOW.items()
                if chosen.only in f"{listener.name}: {kind}" and slowness.fits(listener)
            ]
            for row in rows(listener, kinds, terms) if kinds else ():
                click.echo(row)


if __name__ == "__main__":
    main()
