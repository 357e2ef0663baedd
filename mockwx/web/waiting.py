"""Waiting for exchanges: bounded in time and number, and over when the server stops."""

import threading
from collections.abc import Callable

from mockwx.clock import monotonic_ns
from mockwx.domain.exchange import Exchange
from mockwx.store.base import Journal


# Each waiter holds a thread of the server, which must have some left for WeChat.
MOST_WAITERS = 16
LONGEST_WAIT = 60.0

# How soon a waiter notices that the server is stopping.
_SLICE = 0.2


class WaitingRoom:
    """Seats for those who wait; closing it sends everybody home."""

    def __init__(self) -> None:
        self._seats = threading.BoundedSemaphore(MOST_WAITERS)
        self._closed = threading.Event()

    def take_seat(self) -> bool:
        """Take a seat; False when all are taken."""
        return self._seats.acquire(blocking=False)

    def leave_seat(self) -> None:
        """Give the seat back."""
        self._seats.release()

    def linger(self, seconds: float) -> None:
        """Let time pass, but not beyond the end of the server."""
        self._closed.wait(seconds)

    def open(self) -> None:
        """Let people wait (again)."""
        self._closed.clear()

    def close(self) -> None:
        """End every wait."""
        self._closed.set()

    @property
    def closed(self) -> bool:
        """Say whether everybody was sent home."""
        return self._closed.is_set()

    def wait_for(self, journal: Journal, since: int, seconds: float) -> bool:
        """Wait for an exchange after `since`; say whether one came in time."""
        deadline = monotonic_ns() + int(seconds * 1e9)
        while (left := (deadline - monotonic_ns()) / 1e9) > 0 and not self.closed:
            if journal.wait(since, min(left, _SLICE)):
                return True
        return False

    def collect(
        self,
        journal: Journal,
        matches: Callable[[Exchange], bool],
        *,
        since: int,
        count: int,
        seconds: float,
    ) -> list[Exchange]:
        """Collect matching exchanges, old and new, until enough or time is up."""
        found: list[Exchange] = []
        deadline = monotonic_ns() + int(seconds * 1e9)
        while True:
            for exchange in journal.tail(since):
                since = exchange.number
                if matches(exchange):
                    found.append(exchange)
            left = (deadline - monotonic_ns()) / 1e9
            if len(found) >= count or left <= 0 or self._closed.is_set():
                return found
            journal.wait(since, min(left, _SLICE))
