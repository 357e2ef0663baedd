"""When something happens, for reports: the machine's time, never the mock's."""

from __future__ import annotations

import time
from datetime import datetime
from datetime import timezone


def now() -> float:
    """Tell the time in seconds since 1970."""
    return time.time()


def iso(at: float) -> str:
    """Write a moment as JUnit readers expect it: UTC, whole seconds, no zone."""
    return f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%dT%H:%M:%S}"
