"""How fast a backend may be called: whoever comes too early waits for their turn."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field


@dataclass(frozen=True, slots=True)
class Pace:
    """So many calls in any so many seconds."""

    calls: int
    seconds: float


@dataclass(slots=True)
class Pacing:
    """When which call was made, for all stories that are played together."""

    timer: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    _turns: dict[str, deque[float]] = field(
        default_factory=lambda: defaultdict(deque), init=False, repr=False
    )
    _lock: threading.Lock = field(
        default_factory=threading.Lock, init=False, repr=False
    )

    def wait(self, name: str, pace: Pace) -> None:
        """Wait until one more call keeps the pace."""
        with self._lock:
            turns, now = self._turns[name], self.timer()
            while len(turns) >= pace.calls:
                now = max(now, turns.popleft() + pace.seconds)
            turns.append(now)
        # The turn is taken already: others wait meanwhile for later ones.
        early = now - self.timer()
        if early > 0:
            self.pause(early)
