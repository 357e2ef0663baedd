"""A table: memory, files and threads while hundreds of thousands of mixed calls come.

    python -m tests.endurance.soak [--requests 1000000]

Logins and their exchanges, malformed requests to every route, faults, worlds made and
dropped, over real connections to a mock in this process. Bounded in count, on loopback
only. Exits with 1 unless memory stays within 5 % once the bounds are reached.

Run it with MALLOC_ARENA_MAX=1, as `make soak` does: glibc else keeps what each of many
threads let go of for that thread alone, and a process seems to grow that holds no more.
"""

import argparse
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

import click

from mockwx import MockServer
from mockwx import Settings
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.fuzz.malformed import malformed
from tests.fuzz.malformed import routes


MILLION = 1_000_000
PEOPLE = 4
SAMPLES = 10
FLAT = 1.05
RECONNECT = 500
# What would end the run or hold it up, and what puts a state back.
NOT_ASKED = tuple(
    f"/_mockwx/api/{each}" for each in ("events", "snapshot", "exchanges/wait")
)
# The codes of each person are bounded by a thousand, the journal by its size.
WARM_UP_LOGINS = PEOPLE * 1_000

HEADLINES = """\
| requests | resident MB | files | threads | worlds |
|---|---|---|---|---|"""


@dataclass(frozen=True)
class Sample:
    """What the process held at one moment."""

    requests: int
    resident: int
    files: int
    threads: int
    worlds: int

    def row(self) -> str:
        """Return its row in the table."""
        megabytes = self.resident / 1_048_576
        return (
            f"| {self.requests:,} | {megabytes:.1f} | {self.files} | {self.threads} "
            f"| {self.worlds} |"
        )


class Soak:
    """Asks one mock after everything there is."""

    def __init__(self, mock: MockServer, seed: int = 1) -> None:
        self.asked = 0
        self._mock = mock
        self._chance = Random(seed)
        self._routes = [
            (rule, method)
            for rule, method in routes(mock.app)
            if not rule.startswith(NOT_ASKED)
        ]
        self._connection = self._connect()

    def play(self) -> None:
        """Do one of the things, more often those that are done more often."""
        drawn = self._chance.random()
        if drawn < 0.6:
            self.login(f"user{self._chance.randrange(PEOPLE)}")
        elif drawn < 0.9:
            self.abuse()
        elif drawn < 0.97:
            self.visit_world(f"soak {self._chance.randrange(1_000_000)}")
        else:
            self.break_something()

    def login(self, user: str, world: str = "default") -> None:
        """Log in on the phone and exchange the code."""
        answer = self._ask("POST", "/_mockwx/api/wx/login", {"user": user}, world)
        with suppress(ValueError, KeyError, TypeError):
            code = json.loads(answer)["code"]
            self._ask(
                "GET",
                f"/sns/jscode2session?appid={DEFAULT_APPID}&secret={DEFAULT_SECRET}"
                f"&js_code={code}&grant_type=authorization_code",
            )

    def abuse(self) -> None:
        """Send something malformed to any route, in a world that goes at once."""
        request = malformed(self._chance, self._routes)
        path = quote_from_bytes(request.path) or "/"
        query = quote_from_bytes(request.query, safe="=&%")
        self._send(request.method, f"{path}?{query}", request.body, "abused")
        if self.asked % 200 == 0:
            self._drop("abused")
            # Some of it may be about every world.
            self._ask("PUT", "/_mockwx/api/clock", {"real": True})

    def visit_world(self, name: str) -> None:
        """Make a world, live in it, and drop it."""
        for number in range(2):
            self.login(f"user{number}", name)
        self._drop(name)

    def break_something(self) -> None:
        """Arm a fault, meet it, disarm it."""
        fault = {"match": {"path": "/sns/jscode2session"}, "errcode": 45011, "times": 1}
        self._ask("POST", "/_mockwx/api/faults", fault)
        self.login("user0")
        self._ask("DELETE", "/_mockwx/api/faults")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _drop(self, world: str) -> None:
        self._ask("POST", "/_mockwx/api/reset", {}, world)

    def _ask(
        self, method: str, path: str, body: Any = None, world: str = "default"
    ) -> bytes:
        said = b"" if body is None else json.dumps(body).encode()
        return self._send(method, path, said, world)

    def _send(self, method: str, path: str, body: bytes, world: str) -> bytes:
        self.asked += 1
        if self.asked % RECONNECT == 0:
            self._connection.close()
        headers = {"X-Mockwx-World": world, "Content-Type": "application/json"}
        try:
            self._connection.request(method, path, body or None, headers)
            return self._connection.getresponse().read()
        except (OSError, HTTPException):
            # A fault that breaks the connection, or nothing to be read as an answer.
            self._connection.close()
            return b""

    def _connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._mock.port, timeout=30)


def samples(mock: MockServer, requests: int) -> Iterator[Sample]:
    """Play so many requests; yield what is held, after the bounds are reached."""
    soak = Soak(mock)
    try:
        for _ in range(2 * WARM_UP_LOGINS):
            soak.play()
        # Threads and the heap's arenas settle, too.
        while soak.asked < requests / 2:
            soak.play()
        warm = soak.asked
        for number in range(SAMPLES + 1):
            while soak.asked < warm + number * requests / SAMPLES:
                soak.play()
            yield _sample(mock, soak.asked)
    finally:
        soak.close()


def is_flat(seen: list[Sample]) -> bool:
    """Say whether nothing grows: memory within 5 %, files and threads not at all."""
    first, last = seen[0], seen[-1]
    memory = last.resident <= first.resident * FLAT
    # A connection that is just being closed, a thread that is just starting.
    return (
        memory and last.files <= first.files + 2 and last.threads <= first.threads + 2
    )


def _sample(mock: MockServer, requests: int) -> Sample:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Sample(
        requests=requests,
        resident=pages * os.sysconf("SC_PAGE_SIZE"),
        files=len(os.listdir("/proc/self/fd")),
        threads=threading.active_count(),
        worlds=len(mock.worlds.all()),
    )


def main() -> None:
    """Print the table and the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=MILLION)
    chosen = parser.parse_args()
    click.echo(HEADLINES)
    seen = []
    with MockServer(Settings(seed=1, journal_size=1_000)) as mock:
        for sample in samples(mock, chosen.requests):
            seen.append(sample)
            click.echo(sample.row())
    grown = seen[-1].resident / seen[0].resident - 1
    flat = is_flat(seen)
    verdict = "met" if flat else "missed"
    click.echo(f"\nresident memory {grown:+.1%} after warm-up, goal 5 %: {verdict}")
    sys.exit(0 if flat else 1)


if __name__ == "__main__":
    main()
