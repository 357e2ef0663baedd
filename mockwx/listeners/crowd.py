"""How many may be connected at once, and how long each may keep us waiting.

Whoever opens a thousand connections and says nothing must not keep others out: beyond
these numbers, those who have not finished saying anything leave first.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    import asyncio


MOST_CONNECTIONS = 2_000
"""At one listener, if we may open files enough."""

MOST_HANDSHAKES = 500
"""So many may be about to agree on TLS at a time."""

_FEWEST = 100
_MOST_CALLERS = 8_000
# Python's own files, and those of the program that a mock may be part of.
_RESERVED_FILES = 124
# One at a door, one from the door to the mock, and the mock's end of that.
_FILES_EACH = 3
_FILES_WITHOUT_LIMIT = 512
_WANTED_FILES = 8_192


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds."""

    head: float = 30
    """To say what one wants."""
    handshake: float = 15
    """To agree on TLS."""
    body: float = 60
    """To say all of a request to `mockwx serve`, once its headers are there."""
    idle: float = 600
    """Without a word from either side of a tunnel."""


class Crowd:
    """Who is connected through the doors, in the order they came."""

    def __init__(self) -> None:
        self._most = most_connections()
        self._connected: dict[asyncio.Task[None], None] = {}
        # Who has not said yet what is wanted, and who has not even agreed on TLS.
        self._unheard: dict[asyncio.Task[None], None] = {}
        self._greeting: dict[asyncio.Task[None], None] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Count them, those included who are leaving."""
        return len(self._connected)

    def __iter__(self) -> Iterator[asyncio.Task[None]]:
        """Go through them."""
        return iter(self._connected)

    def enter(self, task: asyncio.Task[None], *, greets: bool) -> None:
        """Let one in, who agrees on TLS first or not; too many, and the eldest goes."""
        if greets and len(self._greeting) >= MOST_HANDSHAKES:
            self._send_away(next(iter(self._greeting)))
        if len(self._connected) - len(self._leaving) >= self._most:
            staying = (each for each in self._connected if each not in self._leaving)
            self._send_away(next(chain(self._unheard, staying)))
        self._connected[task] = self._unheard[task] = None
        if greets:
            self._greeting[task] = None

    def greeted(self, task: asyncio.Task[None]) -> None:
        """Note that TLS was agreed on."""
        self._greeting.pop(task, None)

    def heard(self, task: asyncio.Task[None]) -> None:
        """Note that one has said what is wanted."""
        self._unheard.pop(task, None)

    def leave(self, task: asyncio.Task[None]) -> None:
        """Forget one who is gone."""
        for each in (self._connected, self._unheard, self._greeting):
            each.pop(task, None)
        self._leaving.discard(task)

    def _send_away(self, task: asyncio.Task[None]) -> None:
        self._greeting.pop(task, None)
        self._unheard.pop(task, None)
        self._leaving.add(task)
        task.cancel()


def most_connections(*, files_each: int = _FILES_EACH) -> int:
    """Return how many connections one listener takes, by how many files we may open."""
    spare = (_file_limit() - _RESERVED_FILES) // files_each
    return max(_FEWEST, min(MOST_CONNECTIONS, spare))


def most_callers(*, doors: bool) -> int:
    """Return how many connections Granian takes, beside doors or without.

    Those beyond wait until another one ends: Granian sends nobody away. So it takes
    more of them, and an idle one costs it less than it costs others.
    """
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    spare = (_file_limit() - _RESERVED_FILES) // (_FILES_EACH if doors else 1)
    return max(_FEWEST, min(_MOST_CALLERS, spare))


def raise_file_limit() -> None:
    """Let this process open as many files as a crowd needs, if the system allows."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        wanted = _WANTED_FILES
    else:
        wanted = min(hard, _WANTED_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _file_limit() -> int:
    if sys.platform == "win32":
        return _FILES_WITHOUT_LIMIT
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _WANTED_FILES if soft == resource.RLIM_INFINITY else soft
