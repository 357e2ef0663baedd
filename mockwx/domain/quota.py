"""Counters per interface and window, as WeChat limits its callers."""

from __future__ import annotations

from dataclasses import dataclass


SECOND = 1
MINUTE = 60
DAY = 86_400

CODE2SESSION_PER_MINUTE = 100
"""Per user; stated by older editions of the code2Session page only."""
RESET_SESSION_KEY_PER_MINUTE = 60_000

# WeChat's day ends at midnight in China, which knows no summer time.
_CHINA = 8 * 3600


@dataclass(frozen=True, slots=True)
class Window:
    """How often something happened in one stretch of time."""

    start: int
    count: int

    def counted(self, now: int, period: int) -> Window:
        """Return the window with one more call in it, or a fresh one."""
        start = window_start(now, period)
        return Window(start, self.count + 1 if start == self.start else 1)


def window_start(now: int, period: int) -> int:
    """Return when the running minute or day began."""
    return now - (now + _CHINA) % period
