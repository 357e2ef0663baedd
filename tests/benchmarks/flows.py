"""Complete logins a second: wx.login, the backend's exchange, profile, unseal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.goal import Goal
from tests.benchmarks.peers import OURS
from tests.benchmarks.peers import PEERS
from tests.benchmarks.running import running
from tests.environments import python_environment


CLIENTS = Path(__file__).parent / "clients"
FLOWS = 1_000
MANY = 16

HEADINGS = ("logins by", "in one process", "logins", "slowest / fastest round")

_PHONE_HERE = ("our phone, in process", 1)
_PHONE = ("our phone", 1)
_PHONES = ("our phone", MANY)
_REQUESTS = ("requests.Session", 1)
_MANY_REQUESTS = ("requests.Session", MANY)
_SOCKET = ("a raw socket", 1)
_FAST_USERS = ("Locust's FastHttpUser", MANY)
_WX_USERS = ("Locust's WxUser, as `wxsim load`", MANY)

# Who is held against whom.
_GOALS = (
    (_PHONE_HERE, _REQUESTS),
    (_PHONE, _REQUESTS),
    (_PHONES, _REQUESTS),
    (_PHONES, _MANY_REQUESTS),
)


@dataclass(frozen=True, slots=True)
class Flow:
    """How many logins a second one process plays, in each of the rounds."""

    player: str
    at_a_time: int
    rates: Sequence[float]

    @property
    def rate(self) -> float:
        """The median of the rounds."""
        return median(self.rates)

    @property
    def crowd(self) -> str:
        """How many play at a time, in words."""
        return f"{'one' if self.at_a_time == 1 else self.at_a_time} at a time"

    def __str__(self) -> str:
        """Say who plays, and how many at a time."""
        return f"{self.player}, {self.crowd}"


def measure(*, rounds: int) -> list[Flow]:
    """Play the same flow by everybody, in turn, against one mock."""
    python, theirs = (
        sys.executable,
        python_environment("requests==2.32.3", "cryptography>=45"),
    )
    ours = next(each for each in PEERS if each.name == OURS)
    with running(ours) as mock:
        url = f"http://127.0.0.1:{mock.port}"
        players = {
            _PHONE_HERE: (python, "by_phone.py", "here"),
            _PHONE: (python, "by_phone.py", url),
            _REQUESTS: (theirs, "by_requests.py", url),
            _SOCKET: (python, "by_socket.py", url),
            _PHONES: (python, "by_phone.py", url),
            _MANY_REQUESTS: (theirs, "by_requests.py", url),
            _FAST_USERS: (python, "by_locust.py", url, "fast"),
            _WX_USERS: (python, "by_locust.py", url, "wx"),
        }
        rates: dict[tuple[str, int], list[float]] = {who: [] for who in players}
        for _ in range(rounds):
            for who, (interpreter, script, where, *more) in players.items():
                asked = (where, str(FLOWS), str(who[1]), *more)
                rates[who].append(_rate(interpreter, script, asked))
    return [Flow(*who, each) for who, each in rates.items()]


def goals(flows: Sequence[Flow]) -> Iterator[Goal]:
    """Hold our phones against requests."""
    found = {(each.player, each.at_a_time): each for each in flows}
    for who, bar in _GOALS:
        ratio = found[who].rate / found[bar].rate
        what = f"logins by {found[who]}; {found[bar]} = 1"
        yield Goal("simulator", what, ratio, "×", "at least", 3)


def rows(flows: Sequence[Flow]) -> Iterator[tuple[str, ...]]:
    """Tell all rates as ratios to one requests.Session."""
    bar = next(each for each in flows if (each.player, each.at_a_time) == _REQUESTS)
    for each in flows:
        worst, best = min(each.rates) / bar.rate, max(each.rates) / bar.rate
        yield (
            each.player,
            each.crowd,
            f"{each.rate / bar.rate:.2f} ×",
            f"{worst:.2f} / {best:.2f}",
        )


def _rate(python: str | Path, script: str, asked: Sequence[str]) -> float:
    command = [str(python), str(CLIENTS / script), *asked]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(ran.stdout)
