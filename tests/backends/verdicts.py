"""What audits of the open backends found: python -m tests.backends.verdicts [NAME ...].

That audits them anew and writes fixtures/audits; a test compares both. Look at what has
changed before you commit it: whose doing is it, the backend's or the probe's?
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.backends.hosted import BACKENDS
from tests.backends.hosted import Hosted
from tests.backends.wxsim import Event
from tests.backends.wxsim import start


def recorded(backend: Hosted) -> dict[str, str]:
    """Read what was found before: each probe with its outcome."""
    found: dict[str, str] = json.loads(backend.verdicts.read_text(encoding="utf-8"))
    return found


def verdicts(told: Iterable[Event]) -> dict[str, str]:
    """Read what an audit found, as its events tell it."""
    return {
        event["probe"]["id"]: event["outcome"]
        for event in told
        if event["event"] == "ProbeJudged"
    }


def main(names: Iterable[str]) -> None:
    """Audit backends, all or those named, side by side; write what was found."""
    chosen = set(names) or {backend.name for backend in BACKENDS}
    with tempfile.TemporaryDirectory() as folder:
        running = {
            backend: start(backend, Path(tempfile.mkdtemp(dir=folder)), "audit")
            for backend in BACKENDS
            if backend.name in chosen
        }
        for backend, play in running.items():
            found = json.dumps(verdicts(play.events()), indent=2)
            backend.verdicts.write_text(found + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
