"""How often each caller asked in the running minute, day or month."""

from __future__ import annotations

from collections.abc import Callable

from mockwx.domain.quota import DAY
from mockwx.domain.quota import Window
from mockwx.domain.quota import month_start
from mockwx.domain.quota import window_start
from mockwx.store.base import Store
from mockwx.store.tables import Table


class Quotas:
    """One window per interface and caller: the past ones are not kept."""

    def __init__(self, store: Store) -> None:
        self._windows: Table[Window] = Table(store, "quotas")

    def count(
        self,
        interface: str,
        caller: str,
        now: int,
        period: int,
        *,
        uncounted: Callable[[int], int] = lambda since: 0,
    ) -> int:
        """Count one more call; return how many there were in this window.

        Where nothing was counted so far, `uncounted` tells how many came since then.
        """
        key = _key(interface, period, caller)
        return self._counted(key, window_start(now, period), uncounted)

    def count_this_month(self, interface: str, caller: str, now: int) -> int:
        """Count one more call; return how many there were this month."""
        return self._counted(_key(interface, "month", caller), month_start(now))

    def counted_today(self, interface: str, caller: str, now: int) -> int:
        """Return how many calls there were today."""
        window = self._windows.get(_key(interface, DAY, caller))
        today = window_start(now, DAY)
        return window.count if window and window.start == today else 0

    def forget_today(self, interface: str, caller: str) -> None:
        """Begin the day's count again."""
        self._windows.delete(_key(interface, DAY, caller))

    def _counted(
        self, key: str, start: int, uncounted: Callable[[int], int] = lambda since: 0
    ) -> int:
        def counted(old: Window | None) -> Window:
            if old is None:
                return Window(start, uncounted(start) + 1)
            return old.counted_since(start)

        _, window = self._windows.change(key, counted)
        return window.count


def _key(interface: str, period: int | str, caller: str) -> str:
    return f"{interface}/{period}/{caller}"
