"""A folder that the workers of one mock share; it goes with them, however they end.

Whoever is killed outright cleans up nothing, so its workers do, and the next mock to
start does where they were killed too. A lock of the system tells who is gone.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path


if sys.platform != "win32":
    import fcntl


_PREFIX = "mockwx-"
_OWNER = "owner"


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Make a folder for as long as the context lasts."""
    sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(
        prefix=_PREFIX, ignore_cleanup_errors=True
    ) as made:
        folder = Path(made)
        with _owned(folder):
            yield folder


def remove(folder: Path) -> None:
    """Remove a folder whose owner is gone, as far as that can be done."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path) -> None:
    """Remove the folders of ours whose owners are gone."""
    if sys.platform == "win32":
        return
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if _is_abandoned(folder):
                remove(folder)


def _is_abandoned(folder: Path) -> bool:
    """Say whether a folder is one of ours, and nobody holds its lock."""
    if sys.platform == "win32" or folder.is_symlink():
        return False
    if folder.stat().st_uid != os.getuid():
        return False
    lock = os.open(folder / _OWNER, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


@contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; workers that are forked hold it too."""
    if sys.platform == "win32":
        yield
        return
    unowned = folder / f"{_OWNER}.new"
    lock = os.open(unowned, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Only now: nobody shall find it there and free.
        unowned.rename(folder / _OWNER)
        yield
    finally:
        os.close(lock)
