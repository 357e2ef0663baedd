"""What the mock's operator reads while the store is out of reach."""

import logging
import threading

from mockwx.clock import monotonic_ns
from mockwx.store.base import StoreError


logger = logging.getLogger(__name__)


def complain(error: StoreError) -> None:
    """Log why nothing is answered, without saying it for every call."""
    _COMPLAINTS.log(error)


class _Complaints:
    """Says the same sentence once in ten seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[str, int] = {}

    def log(self, error: StoreError) -> None:
        now = monotonic_ns()
        with self._lock:
            last = self._said.get(error.message)
            if last is not None and now - last < _SILENCE_NS:
                return
            self._said = {error.message: now}
        logger.error("%s", error)


_SILENCE_NS = 10_000_000_000
_COMPLAINTS = _Complaints()
