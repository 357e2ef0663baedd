"""Requests a second and the slowest hundredth, side by side in one interleaved run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.benchmarks.goal import Goal
from tests.benchmarks.load import Load
from tests.benchmarks.load import wrk
from tests.benchmarks.peers import BAR
from tests.benchmarks.peers import EXPRESS
from tests.benchmarks.peers import FLOOR
from tests.benchmarks.peers import OURS
from tests.benchmarks.peers import Peer
from tests.benchmarks.running import Running
from tests.benchmarks.running import running


CONNECTIONS = (1, 16, 64)
USUAL = 16
LOGIN = "the phone's login"
TOKEN = "token"
NUMBER = "getuserphonenumber"
_APP = f"appid={DEFAULT_APPID}&secret={DEFAULT_SECRET}"
_TOKEN_URL = f"/cgi-bin/token?grant_type=client_credential&{_APP}"
# Each person may log in a hundred times a minute, and has a history of a thousand.
PEOPLE = 5_000


@dataclass(frozen=True, slots=True)
class Speed:
    """What a server did at one number of connections: medians over the rounds."""

    peer: str
    does: str
    connections: int
    rate: float
    p99_ms: float
    refused: int
    resident_mb: float


def measure(
    peers: Sequence[Peer], *, rounds: int, seconds: int
) -> tuple[list[Speed], dict[str, float]]:
    """Load each server in turn, again and again; return also what other calls did."""
    loads: dict[tuple[str, int], list[Load]] = {}
    others: dict[str, list[float]] = {}
    with ExitStack() as stack, TemporaryDirectory() as folder:
        servers = [stack.enter_context(running(each, core())) for each in peers]
        codes = Path(folder) / "codes"
        for _ in range(rounds):
            for connections in CONNECTIONS:
                for server in servers:
                    if server.peer.name == OURS:
                        load, rate = _exchange(server, codes, connections, seconds)
                        others.setdefault(LOGIN, []).append(rate)
                    else:
                        load = wrk(server.url, connections=connections, seconds=seconds)
                    loads.setdefault((server.peer.name, connections), []).append(load)
            for server in servers:
                if server.peer.name == OURS:
                    for name, rate in _other_calls(server, codes, seconds):
                        others.setdefault(name, []).append(rate)
        found = [
            _median(each, connections, loads[each.peer.name, connections])
            for each in servers
            for connections in CONNECTIONS
        ]
    return found, {name: median(rates) for name, rates in others.items()}


def goals(speeds: Sequence[Speed], others: Mapping[str, float]) -> Iterator[Goal]:
    """Hold the figures against what was wanted."""
    at = {(each.peer, each.connections): each for each in speeds}
    for connections in CONNECTIONS:
        ours, bar = at[OURS, connections], at[BAR, connections]
        where = f"at {connections} connections"
        rate, p99 = ours.rate / bar.rate, ours.p99_ms / bar.p99_ms
        yield _at_least(f"jscode2session, requests: {BAR} = 1, {where}", rate, 0.9)
        yield _at_least(f"moonshot: the same, {where}", rate, 3)
        yield _at_most(f"moonshot: its p99, {BAR} = 1, {where}", p99, 0.5)
        for name in sorted({each.peer for each in speeds} - {OURS, BAR, FLOOR}):
            peer = at[name, connections]
            ahead = 3 if name == EXPRESS else 1
            yield _at_least(f"{name} = 1, {where}", ours.rate / peer.rate, ahead)
            yield _at_most(f"{name}'s p99 = 1, {where}", ours.p99_ms / peer.p99_ms, 1)
    for call, per_second in others.items():
        rate = per_second / at[BAR, USUAL].rate
        where = f"at {USUAL} connections"
        yield _at_least(f"moonshot: {call}, {BAR} = 1, {where}", rate, 3)


def _at_least(name: str, measured: float, wanted: float) -> Goal:
    return Goal("speed", name, measured, "×", "at least", wanted)


def _at_most(name: str, measured: float, wanted: float) -> Goal:
    return Goal("speed", name, measured, "×", "at most", wanted)


def _exchange(
    server: Running, codes: Path, connections: int, seconds: int
) -> tuple[Load, float]:
    """Exchange codes, each once; return also the rate at which they were made."""
    return _spend(
        server,
        codes,
        seconds,
        made_by="login",
        spent_by=("exchange.lua",),
        connections=connections,
    )


def _other_calls(
    server: Running, codes: Path, seconds: int
) -> Iterator[tuple[str, float]]:
    """Ask for tokens, and for phone numbers, each with a code of its own."""
    url = f"http://127.0.0.1:{server.port}{_TOKEN_URL}"
    yield TOKEN, wrk(url, connections=USUAL, seconds=seconds).rate
    with urlopen(url) as answer:
        token = json.load(answer)["access_token"]
    load, _ = _spend(
        server,
        codes,
        seconds,
        made_by="getPhoneNumber",
        spent_by=("number.lua", token),
        connections=USUAL,
    )
    yield NUMBER, load.rate


def _spend(
    server: Running,
    codes: Path,
    seconds: int,
    *,
    made_by: str,
    spent_by: tuple[str, ...],
    connections: int,
) -> tuple[Load, float]:
    """Let phones make codes by a wx call, and spend each once."""
    url = f"http://127.0.0.1:{server.port}"
    # One connection spends them slower than sixteen make them; no heap shall be left.
    making = seconds if connections == 1 else 2 * seconds
    script, *further = spent_by
    while True:
        codes.unlink(missing_ok=True)
        made = wrk(
            url,
            connections=USUAL,
            seconds=making,
            script="phones.lua",
            arguments=(str(codes), str(PEOPLE), made_by),
        )
        load = wrk(
            url,
            connections=connections,
            seconds=seconds,
            script=script,
            arguments=(str(codes), *further),
        )
        # A code that comes again is refused, which is another thing to measure.
        if load.done < codes.read_bytes().count(b"\n"):
            return load, made.rate
        making *= 2


def _median(server: Running, connections: int, loads: Sequence[Load]) -> Speed:
    return Speed(
        peer=server.peer.name,
        does=server.peer.does,
        connections=connections,
        rate=median(each.rate for each in loads),
        p99_ms=median(each.p99_ms for each in loads),
        refused=sum(each.refused for each in loads),
        resident_mb=server.resident_mb(),
    )


def core() -> int | None:
    """Return the core for servers, if the load can have another."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores[0] if len(cores) > 1 else None
