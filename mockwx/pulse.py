"""Who a process is, and whether it still lives, as far as its machine can tell.

Linux alone tells it for certain; elsewhere nobody is known to have ended.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path


_PROC = Path("/proc")
_BOOT = _PROC / "sys/kernel/random/boot_id"
# Ended, and not yet missed by its parent.
_ENDED = ("Z", "X")


def own() -> str:
    """Return what tells this process from any other anywhere; '' where nothing does."""
    return _name_of(os.getpid())


def is_over(name: str) -> bool:
    """Say whether a process is known to have ended; False if that cannot be known."""
    where, _, who = name.rpartition("/")
    number, _, since = who.partition("@")
    if not where or where != _where() or not number.isdecimal():
        return False
    try:
        state, began = _state_of(int(number))
    except FileNotFoundError:
        return True
    except (OSError, ValueError, IndexError):
        return False
    # Another one may have got its number.
    return state in _ENDED or began != since


@lru_cache(maxsize=1)
def _name_of(number: int) -> str:
    try:
        _, began = _state_of(number)
    except (OSError, ValueError, IndexError):
        return ""
    where = _where()
    return f"{where}/{number}@{began}" if where else ""


@lru_cache(maxsize=1)
def _where() -> str:
    """Name this machine since it was started, and as whom and what of it we see.

    Some systems show nobody the processes of others.
    """
    try:
        boot = _BOOT.read_text("ascii").strip()
        seen = os.readlink(_PROC / "self/ns/pid")
    except OSError:
        return ""
    return f"{boot}/{seen}/{os.getuid()}"


def _state_of(number: int) -> tuple[str, str]:
    """Return in what state a process is, and when it began."""
    text = (_PROC / str(number) / "stat").read_text("utf-8", "replace")
    # Before that stands its name, in which anything may stand.
    parts = text.rpartition(")")[2].split()
    return parts[0], parts[19]
