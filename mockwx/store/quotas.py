"""How often each caller asked in the running minute or day."""

from __future__ import annotations

from mockwx.domain.quota import Window
from mockwx.domain.quota import window_start
from mockwx.store.base import Store
from mockwx.store.tables import Table


class Quotas:
    """One window per interface and caller: the past ones are not kept."""

    def __init__(self, store: Store) -> None:
        self._windows: Table[Window] = Table(store, "quotas")

    def count(self, interface: str, caller: str, now: int, period: int) -> int:
        """Count one more call; return how many there were in this window."""
        key = f"{interface}/{period}/{caller}"
        while True:
            old = self._windows.get(key)
            if old is None:
                fresh = Window(window_start(now, period), 1)
                if self._windows.add(key, fresh):
                    return 1
                continue
            new = old.counted(now, period)
            if self._windows.swap(key, old, new):
                return new.count
