"""Following a journal: whatever ends it, what was played until then is kept."""

import os
import signal
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.recording.sources import follow


def entry(number: int) -> dict[str, Any]:
    return {"number": number, "kind": "wx", "request": {}}


class Journal:
    """A mock in whose journal each look finds one entry more; a signal comes then."""

    def __init__(self, end: Callable[[], None], *, at: int) -> None:
        self.looks = 0
        self._end = end
        self._at = at

    def control(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if body["kind"] == "act":
            return {}
        self.looks += 1
        if self.looks == self._at:
            self._end()
        return {"exchanges": [entry(self.looks)]}


def interrupt() -> None:
    raise KeyboardInterrupt


def sender(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


ENDS = {
    "Ctrl-C": interrupt,
    "SIGTERM": sender(signal.SIGTERM),
    "SIGHUP": sender(signal.SIGHUP),
}


@pytest.fixture(autouse=True)
def default_signals() -> Iterator[None]:
    """Who started us may ignore some, as nohup does."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, signal.SIG_DFL) for each in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_was_played_until_the_end_is_kept(end: Callable[[], None]) -> None:
    journal: Any = Journal(end, at=3)

    found = follow(journal, idle=None)

    # The first look only tells where the recording begins; the last one is made then.
    assert [each["number"] for each in found] == [2, 4]


def test_signals_are_as_before_afterwards() -> None:
    journal: Any = Journal(sender(signal.SIGTERM), at=2)

    follow(journal, idle=None)

    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_DFL


def test_hang_up_that_is_ignored_ends_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    journal: Any = Journal(sender(signal.SIGHUP), at=2)
    try:
        found = follow(journal, idle=None, ready=lambda: later(journal, at=4))
    finally:
        signal.signal(signal.SIGHUP, before)

    assert [each["number"] for each in found] == [2, 3, 5]


def later(journal: Any, *, at: int) -> None:
    """End by Ctrl-C at a later look, besides."""
    look = journal.control

    def control(*asked: Any) -> Any:
        answer = look(*asked)
        if journal.looks == at:
            raise KeyboardInterrupt
        return answer

    journal.control = control
