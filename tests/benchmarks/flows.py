"""Complete logins a second: wx.login, the backend's exchange, profile, unseal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.goal import Goal
from tests.benchmarks.peers import OURS
from tests.benchmarks.peers import PEERS
from tests.benchmarks.running import running
from tests.environments import python_environment


CLIENTS = Path(__file__).parent / "clients"
FLOWS = 500


def goals(*, rounds: int) -> Iterator[Goal]:
    """Play the same flow by our phone and by requests, in turn, against one mock."""
    requests = python_environment("requests==2.32.3", "cryptography>=45")
    ours = next(each for each in PEERS if each.name == OURS)
    with running(ours) as mock:
        url = f"http://127.0.0.1:{mock.port}"
        players = {
            "in process": (sys.executable, "by_phone.py", "here"),
            "over HTTP": (sys.executable, "by_phone.py", url),
            "requests": (requests, "by_requests.py", url),
        }
        rates: dict[str, list[float]] = {name: [] for name in players}
        for _ in range(rounds):
            for name, (python, script, where) in players.items():
                rates[name].append(_rate(python, script, where))
    bar = median(rates["requests"])
    for name in ("in process", "over HTTP"):
        ratio = median(rates[name]) / bar
        what = f"logins by our phone {name}, requests.Session = 1"
        yield Goal("simulator", what, ratio, "×", "at least", 3)


def _rate(python: str | Path, script: str, where: str) -> float:
    command = [str(python), str(CLIENTS / script), where, str(FLOWS)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(ran.stdout)
