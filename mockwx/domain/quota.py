"""Counters per interface and window, as WeChat limits its callers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from datetime import timezone

from mockwx.frozen import made_fast


SECOND = 1
MINUTE = 60
DAY = 86_400

TOKEN_PATH = "/cgi-bin/token"
STABLE_TOKEN_PATH = "/cgi-bin/stable_token"

CODE2SESSION_PER_MINUTE = 100
"""Per user; stated by older editions of the code2Session page only."""
RESET_SESSION_KEY_PER_MINUTE = 60_000

PLUGIN_OPENPID_PER_MINUTE = 100
"""Per user; no page names the figure, so it is that of code2Session (inferred)."""

# WeChat's day ends at midnight in China, which knows no summer time.
_CHINA = 8 * 3600


@made_fast
@dataclass(frozen=True, slots=True)
class Window:
    """How often something happened in one stretch of time."""

    start: int
    count: int

    def counted_since(self, start: int) -> Window:
        """Return the window that began then, with one more call in it."""
        return Window(start, self.count + 1 if start == self.start else 1)


def window_start(now: int, period: int) -> int:
    """Return when the running minute or day began."""
    return now - (now + _CHINA) % period


def month_start(now: int) -> int:
    """Return when the running month began."""
    china = timezone(timedelta(seconds=_CHINA))
    today = datetime.fromtimestamp(now, china)
    return int(today.replace(day=1, hour=0, minute=0, second=0).timestamp())
