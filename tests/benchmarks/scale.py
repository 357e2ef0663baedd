"""A million known people beside a thousand: speed, memory, and how soon they are gone.

Each world lives in a process of its own, so that neither collects the other's garbage.
"""

from __future__ import annotations

import gc
import http.client
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from io import BytesIO
from random import Random
from statistics import median
from typing import Any

import click

from mockwx import create_app
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.people import KEPT
from mockwx.web.context import EXTENSION
from mockwx.worlds import Worlds
from tests.benchmarks.goal import Goal
from tests.benchmarks.load import Logins
from tests.benchmarks.load import logins
from tests.benchmarks.peers import OURS
from tests.benchmarks.peers import PEERS
from tests.benchmarks.running import Running
from tests.benchmarks.running import running
from tests.benchmarks.speed import core


CONNECTIONS = 16
FEW = 1_000
MANY = 1_000_000
SLICE = 2_000
# So many are weighed: tracemalloc makes everything slower.
WEIGHED = 100_000


def goals(*, rounds: int, seconds: int, many: int = MANY) -> Iterator[Goal]:
    """Measure by HTTP, where servers are asked, and inside of them."""
    yield from _by_http(rounds=rounds, seconds=seconds, many=many)
    yield from in_process(rounds=rounds, many=many)


def in_process(
    *, rounds: int, many: int = MANY, weighed: int = WEIGHED, size: int = SLICE
) -> Iterator[Goal]:
    """Let both worlds take turns; the figures are medians of the rounds."""
    with ExitStack() as stack:
        small = stack.enter_context(_world(FEW))
        large = stack.enter_context(_world(many))
        for ask in (small, large):
            ask("again", size)
        for act, who in (("again", "known"), ("first", "new")):
            ratios = []
            for number in range(4 * rounds):
                # Whoever comes first has the warmer machine, or the colder.
                pair = (small, large) if number % 2 else (large, small)
                seconds = {ask: ask(act, size) for ask in pair}
                ratios.append(seconds[small] / seconds[large])
            name = f"in process: logins of {who} people, {many:,} known: {FEW:,} = 1"
            yield Goal("scale", name, median(ratios), "×", "at least", 0.95)
        name = f"a person who logged in, {many:,} known"
        yield Goal("scale", name, large("weight", 0), "B", "at most", 1_024)
        reset = large("reset", 0) * 1000
        yield Goal("scale", f"reset of {many:,} people", reset, "ms", "at most", 1)
    weights = json.loads(_asked("weigh", weighed))
    for name, bytes_each in weights.items():
        wanted = 1_024 if name == "touched" else 0
        told = f"a person {name}, tracemalloc of {weighed:,}"
        yield Goal("scale", told, bytes_each, "B", "at most", wanted)


# -- over HTTP ------------------------------------------------------------------------


def _by_http(*, rounds: int, seconds: int, many: int) -> Iterator[Goal]:
    ours = next(each for each in PEERS if each.name == OURS)
    with running(ours, core()) as small, running(ours, core()) as large:
        _fill(small, FEW)
        known = _fill(large, many)
        ratios, wrong = [], 0
        for number in range(2 * rounds):
            pair = (small, large) if number % 2 else (large, small)
            rates = {}
            for server in pair:
                people = FEW if server is small else known
                done = _logins(server, seconds, people)
                rates[server.port] = done.rate
                wrong += done.wrong
                _a_minute_later(server)
            ratios.append(rates[large.port] / rates[small.port])
    name = f"logins of known people, {many:,} known: {FEW:,} = 1"
    yield Goal("scale", name, median(ratios), "×", "at least", 0.95)
    yield Goal("scale", "wrong answers among them", wrong, "", "at most", 0)


def _fill(server: Running, people: int) -> int:
    """Log so many in, one after another; return how many did."""
    known = 0
    while known < people:
        most = FEW if people == FEW else people + 10**6
        known += _logins(server, 5, most, since=known).exchanged
        _a_minute_later(server)
    return min(known, most)


def _logins(
    server: Running, seconds: int, people: int, since: int | None = None
) -> Logins:
    url = f"http://127.0.0.1:{server.port}"
    return logins(
        url, connections=CONNECTIONS, seconds=seconds, people=people, since=since
    )


def _a_minute_later(server: Running) -> None:
    """Let everybody log in as often as WeChat allows, which counts by the minute."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    said = {"Content-Type": "application/json"}
    connection.request("POST", "/_mockwx/api/clock/advance", b'{"seconds": 61}', said)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(answer.read().decode())
    connection.close()


# -- the other process ----------------------------------------------------------------


@contextmanager
def _world(people: int) -> Iterator[Callable[[str, int], float]]:
    """Start a world in which so many people logged in; yield what asks it."""
    with subprocess.Popen(
        [sys.executable, "-m", __name__, "play", str(people)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the world has no pipes")

        def ask(act: str, count: int) -> float:
            click.echo(f"{act} {count}", file=stdin)
            return float(stdout.readline())

        yield ask
        stdin.close()


def _asked(*words: object) -> str:
    command = [sys.executable, "-m", __name__, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class _Crowd:
    """A world, and people who log in."""

    def __init__(self) -> None:
        self._app = create_app()
        worlds: Worlds = self._app.extensions[EXTENSION]
        self.wechat = worlds.default
        self.known = 0
        self._looked_at = 0
        self._chance = Random(1)

    def first(self, count: int) -> None:
        """Let people log in who never did."""
        for _ in range(count):
            self._login(self.known)
            self.known += 1

    def again(self, count: int) -> None:
        """Let people log in again, anybody of those known."""
        for _ in range(count):
            self._login(self._chance.randrange(self.known))

    def look(self, count: int) -> None:
        """Look at people who never did anything."""
        for _ in range(count):
            self.wechat.world.user(f"passer-by {self._looked_at:07}")
            self._looked_at += 1

    def _login(self, number: int) -> None:
        person = f"person {number:07}"
        said = json.dumps({"user": person}).encode()
        code = json.loads(self._ask("POST", "/_mockwx/api/wx/login", "", said))["code"]
        query = f"appid={DEFAULT_APPID}&secret={DEFAULT_SECRET}&js_code={code}"
        query += "&grant_type=authorization_code"
        answer = self._ask("GET", "/sns/jscode2session", query, b"")
        if b"session_key" not in answer:
            raise RuntimeError(answer.decode())

    def _ask(self, method: str, path: str, query: str, body: bytes) -> bytes:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "7778",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:7778",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "http",
        }
        return b"".join(self._app.wsgi_app(environ, lambda *_: lambda _: None))


def _play(people: int) -> None:
    crowd = _Crowd()
    crowd.first(1)
    empty = _resident()
    crowd.first(people - 1)
    weight = (_resident() - empty) / people
    acts: dict[str, Callable[[int], object]] = {
        "again": crowd.again,
        "first": crowd.first,
        "reset": lambda _: crowd.wechat.world.reset(),
    }
    for line in sys.stdin:
        act, count = line.split()
        if act == "weight":
            click.echo(weight)
            continue
        # A reset is waited for; what logs in competes for the processor.
        timer = time.perf_counter if act == "reset" else time.process_time
        started = timer()
        acts[act](int(count))
        click.echo(timer() - started)


def _resident() -> int:
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as told:
        return int(told.read().split()[1]) * 4096


def _weigh(people: int) -> None:
    """Print what one person weighs: who logged in, and who was only looked at."""
    tracemalloc.start()
    crowd = _Crowd()
    # The journal and the people kept at hand fill up first.
    crowd.first(crowd.wechat.settings.journal_size)
    crowd.look(2 * KEPT)
    touched = _bytes_each(crowd.first, people)
    # A nickname may be a letter longer than the one it replaces, or shorter.
    untouched = round(_bytes_each(crowd.look, KEPT), -1) + 0
    click.echo(json.dumps({"touched": touched, "untouched": untouched}))


def _bytes_each(act: Callable[[int], object], count: int) -> float:
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    act(count)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    return (after - before) / count


if __name__ == "__main__":
    {"play": _play, "weigh": _weigh}[sys.argv[1]](int(sys.argv[2]))
