"""Load from wrk, and what it says: requests a second, and the slowest hundredth."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.environments import tool


SCRIPTS = Path(__file__).parent / "servers"

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_P99 = re.compile(r"99%\s+([\d.]+)(us|ms|s)\b")
_DONE = re.compile(r"(\d+) requests in")
_WRONG = re.compile(r"Wrong: (\d+)")
_EXCHANGED = re.compile(r"Exchanged: (\d+)")
_REFUSED = re.compile(r"Non-2xx or 3xx responses: (\d+)")


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk measured."""

    rate: float
    p99_ms: float
    done: int
    refused: int


@dataclass(frozen=True, slots=True)
class Logins:
    """Whole logins, wx.login and the exchange of its code, in one run of wrk."""

    rate: float
    p99_ms: float
    exchanged: int
    wrong: int


def wrk(
    url: str,
    *,
    connections: int,
    seconds: int,
    script: str | None = None,
    arguments: Sequence[str] = (),
) -> Load:
    """Load a URL from the last core, the servers being on the others."""
    said = _ran(url, connections, seconds, script, arguments)
    return read(said)


def logins(
    address: str,
    *,
    connections: int,
    seconds: int,
    people: int,
    since: int | None = None,
) -> Logins:
    """Log in anybody of so many people, or each after another from a number on."""
    arguments = [str(people)] if since is None else [str(people), str(since)]
    said = _ran(address, connections, seconds, "pairs.lua", arguments)
    load, wrong, exchanged = read(said), _WRONG.search(said), _EXCHANGED.search(said)
    if wrong is None or exchanged is None:
        raise ValueError(f"wrk did not count the logins: {said}")
    return Logins(load.rate / 2, load.p99_ms, int(exchanged[1]), int(wrong[1]))


def read(text: str) -> Load:
    """Read what wrk prints; raises ValueError if that is no report."""
    rate, p99, done = _RATE.search(text), _P99.search(text), _DONE.search(text)
    if rate is None or p99 is None or done is None:
        raise ValueError(f"wrk reported nothing: {text}")
    refused = _REFUSED.search(text)
    return Load(
        rate=float(rate[1]),
        p99_ms=float(p99[1]) * _UNITS[p99[2]],
        done=int(done[1]),
        refused=int(refused[1]) if refused else 0,
    )


def _ran(
    url: str,
    connections: int,
    seconds: int,
    script: str | None,
    arguments: Sequence[str],
) -> str:
    command = [tool("wrk", "wrk (apt-get install wrk)"), "--latency", "-t1"]
    command += [f"-c{connections}", f"-d{seconds}s"]
    if script is not None:
        command += ["-s", str(SCRIPTS / script)]
    command += [url, "--", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
