"""How many may be connected at once, and how long each may keep us waiting.

Whoever opens a thousand connections and says nothing must not keep others out: beyond
these numbers, those who have not finished saying anything leave first.
"""

import sys
from dataclasses import dataclass


MOST_CONNECTIONS = 2_000

_FEWEST = 100
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
    idle: float = 600
    """Without a word from either side of a tunnel."""


def most_connections() -> int:
    """Return how many connections one listener takes, by how many files we may open."""
    spare = (_file_limit() - _RESERVED_FILES) // _FILES_EACH
    return max(_FEWEST, min(MOST_CONNECTIONS, spare))


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
