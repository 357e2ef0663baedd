"""What the mock does by itself, beside the threads that answer calls."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from mockwx.domain.refusal import RefusalError


logger = logging.getLogger(__name__)

# Who never answers holds up those behind; a test that makes more is a mistake.
MOST_WAITING = 10_000

Job: TypeAlias = "Callable[[], Job | None]"
"""Something to do; it may return what has to be done right after it."""


class Sender:
    """Does jobs one after another, beside the threads that answer calls.

    Its thread lives while there is something to do: nothing to stop, nothing to leak.
    """

    def __init__(self) -> None:
        self._waiting: deque[Job] = deque()
        self._forgotten = 0
        self._working = False
        self._changed = threading.Condition()

    def submit(self, job: Job) -> None:
        """Do a job soon; the one that waited longest goes when too many wait."""
        with self._changed:
            if len(self._waiting) == MOST_WAITING:
                self._waiting.popleft()
            self._waiting.append(job)
            if self._working:
                return
            self._working = True
        threading.Thread(target=self._work, name="mockwx-sender", daemon=True).start()

    def forget(self) -> None:
        """Drop every job that has not begun, and what would follow the running one."""
        with self._changed:
            self._waiting.clear()
            self._forgotten += 1

    def wait(self, timeout: float) -> bool:
        """Wait until nothing is left to do; say whether that came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._working, timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._working = False
                    self._changed.notify_all()
                    return
                job, forgotten = self._waiting.popleft(), self._forgotten
            following = _done(job)
            with self._changed:
                if following is not None and forgotten == self._forgotten:
                    self._waiting.appendleft(following)


def _done(job: Job) -> Job | None:
    """Do a job; whatever happens, the others get their turn."""
    try:
        return job()
    except RefusalError as error:
        # The store is out of reach: what was sent is not recorded.
        logger.error("%s", error)  # a sentence, not a bug
        return None
    except Exception:
        logger.exception("A bug in mockwx, in what it sends by itself")
        return None
