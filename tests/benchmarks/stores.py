"""What each store costs: codes handed out and exchanged by 1, 2 and 4 workers."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.load import Logins
from tests.benchmarks.load import logins
from tests.benchmarks.peers import Command
from tests.benchmarks.peers import Peer
from tests.benchmarks.running import Running
from tests.benchmarks.running import running
from tests.redis_server import running_redis


MEMORY = "memory:"
CONNECTIONS = 16
PEOPLE = 2_000

WORKERS = (1, 2, 4)

_MOST_ROUNDS = 3
_WARM_SECONDS = 1


@dataclass(frozen=True, slots=True)
class StoreCost:
    """Logins with a store: wx.login and the exchange of its code."""

    store: str
    workers: int
    pairs: float
    p99_ms: float
    wrong: int


def measure(*, rounds: int, seconds: int) -> list[StoreCost]:
    """Load each store in turn; the last core's server has it with wrk to share.

    A round takes half a minute, so there are three at most.
    """
    found: dict[tuple[str, int], list[StoreCost]] = {}
    for _ in range(min(rounds, _MOST_ROUNDS)):
        for each in _round(seconds):
            found.setdefault((each.store, each.workers), []).append(each)
    return [
        StoreCost(
            store=store,
            workers=workers,
            pairs=median(each.pairs for each in runs),
            p99_ms=median(each.p99_ms for each in runs),
            wrong=sum(each.wrong for each in runs),
        )
        for (store, workers), runs in found.items()
    ]


def rows(costs: Sequence[StoreCost]) -> Iterator[tuple[str, ...]]:
    """Return the rows of the table; memory is 1."""
    bar = next(each for each in costs if each.store == MEMORY)
    for each in costs:
        yield (
            each.store,
            str(each.workers),
            f"{each.pairs:.0f}",
            f"{each.pairs / bar.pairs:.2f} ×",
            f"{each.p99_ms / bar.p99_ms:.1f} ×",
            str(each.wrong),
        )


HEADINGS = ("store", "workers", "codes a second", "memory = 1", "p99", "wrong answers")


def _round(seconds: int) -> Iterator[StoreCost]:
    yield _measured(MEMORY, "memory:", workers=1, seconds=seconds)
    for workers in WORKERS:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/state.db"
            yield _measured("sqlite:///FILE", url, workers=workers, seconds=seconds)
    for workers in WORKERS if shutil.which("redis-server") else ():
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = stack.enter_context(running_redis(Path(folder))).url
            yield _measured("unix:///SOCKET", url, workers=workers, seconds=seconds)


def _measured(name: str, url: str, *, workers: int, seconds: int) -> StoreCost:
    def command(port: int, folder: Path) -> Command:
        ours = [sys.executable, "-m", "mockwx", "serve", "--port", str(port)]
        return [*ours, "--store", url, "--workers", str(workers)]

    with running(Peer(name, "logs in", command)) as server:
        # Each worker makes up its first person, which loads Faker.
        _logins(server, _WARM_SECONDS)
        done = _logins(server, seconds)
    return StoreCost(
        store=name,
        workers=workers,
        pairs=done.rate,
        p99_ms=done.p99_ms,
        wrong=done.wrong,
    )


def _logins(server: Running, seconds: int) -> Logins:
    address = f"http://127.0.0.1:{server.port}"
    return logins(address, connections=CONNECTIONS, seconds=seconds, people=PEOPLE)
