"""A queue of processes: the system wakes the next one as soon as its turn has come.

SQLite alone lets them ask again after a pause that grows to a tenth of a second. Where
the system has no such queue, that is what happens.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType


if sys.platform != "win32":
    import fcntl


class Queue:
    """Lets one process at a time in; one thread of each may stand in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place: int | None = None

    def __enter__(self) -> None:
        if sys.platform == "win32":
            return
        try:
            if self._place is None:
                self._place = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._place, fcntl.LOCK_EX)
        except OSError:
            # A full disk, say: it is quicker with a queue, but right without.
            self.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if sys.platform != "win32" and self._place is not None:
            fcntl.flock(self._place, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave it for good, or until it is entered again."""
        place, self._place = self._place, None
        if place is not None:
            os.close(place)
