"""A table: the p99 of calls, best of ten rounds, beside a thousand slow connections.

    python -m tests.endurance.slow [--connections 1000] [--calls 200]

Bounded in count, on loopback only; nothing is asserted on time.
"""

import argparse
import os
import socket
import tempfile
from collections.abc import Callable
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import islice
from types import MappingProxyType

import click

from mockwx import MockServer
from mockwx.listeners.crowd import raise_file_limit
from tests.endurance.listeners import DOORS
from tests.endurance.listeners import Listener
from tests.endurance.listeners import hold
from tests.endurance.listeners import listeners_of
from tests.endurance.listeners import served


THOUSAND = 1_000
ROUNDS = 10
HEADLINES = """\
| listener | beside | connections | quiet p99 ms | p99 ms | ratio | ≤ 3 × |
|---|---|---|---|---|---|---|"""
TIMES = 3

Slow = tuple[Callable[[], socket.socket], bytes]

_HEAD = b"GET /cgi-bin/token HTTP/1.1\r\nHost: 127.0.0.1\r\nA"
_BODY = (
    b"POST /cgi-bin/stable_token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Length: 100\r\n\r\n{"
)
_HALF_HELLO = b"\x16\x03\x01\x02\x00\x01"

SLOW: Mapping[str, Callable[[Listener], Slow]] = MappingProxyType(
    {
        "idle": lambda listener: (listener.knock, b""),
        "slow headers": lambda listener: (listener.dial, _HEAD),
        "slow bodies": lambda listener: (listener.dial, _BODY),
        "half-open TLS": lambda listener: (listener.knock, _HALF_HELLO),
    }
)


def p99(listener: Listener, calls: int) -> float:
    """Make calls over one connection; return the 99th percentile in milliseconds."""
    with listener.dial() as connection:
        listener.call(connection)
        took = sorted(listener.call(connection) for _ in range(calls))
    return took[int(len(took) * 0.99)] * 1_000


def measured(listener: Listener, kind: str, *, connections: int, calls: int) -> str:
    """Measure one listener under one kind of slowness; return the row."""
    dial, said = SLOW[kind](listener)
    quiet = min(p99(listener, calls) for _ in range(ROUNDS))
    with ExitStack() as stack:
        for each in islice(hold(dial, said), connections):
            stack.enter_context(each)
        crowded = min(p99(listener, calls) for _ in range(ROUNDS))
    ratio = crowded / quiet
    verdict = "met" if ratio <= TIMES else "missed"
    return (
        f"| {listener.name} | {kind} | {connections} | {quiet:.2f} | {crowded:.2f} "
        f"| {ratio:.1f} | {verdict} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=THOUSAND)
    parser.add_argument("--calls", type=int, default=200)
    chosen = parser.parse_args()
    raise_file_limit()
    click.echo(HEADLINES)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MOCKWX_DATA"] = folder
        with ExitStack() as stack:
            serving = stack.enter_context(served())
            mock = stack.enter_context(MockServer(DOORS))
            for listener in (serving, *listeners_of(mock).values()):
                for kind in SLOW:
                    if kind == "half-open TLS" and not listener.tls:
                        continue
                    counts = {
                        "connections": chosen.connections,
                        "calls": chosen.calls,
                    }
                    click.echo(measured(listener, kind, **counts))


if __name__ == "__main__":
    main()
