"""What history is by age: nothing older is shown, and some time later it is gone.

By the clock of the world, which may be moved: whoever moves it on by years empties the
history. What is too old is let go of piece by piece, so that no call waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from mockwx.clock import Clock
from mockwx.domain.quota import DAY


if TYPE_CHECKING:
    from mockwx.domain.exchange import Exchange
    from mockwx.store.base import Journal


AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Age:
    """How old history gets, by the clock of its world."""

    clock: Clock
    days: int

    def too_old(self, at: int) -> bool:
        """Say whether what happened then is history no more."""
        return at < self.clock.now() - self.days * DAY


class AgedJournal:
    """A journal whose oldest exchanges fall out by age, too."""

    def __init__(self, journal: Journal, age: Age) -> None:
        self._journal = journal
        self._age = age
        # Nothing to add to these: a call need not go through here.
        self.append = journal.append
        self.wait = journal.wait
        self.discard = journal.discard
        self.clear = journal.clear

    def tail(self, after: int = 0) -> Sequence[Exchange]:
        return [each for each in self._journal.tail(after) if self._is_kept(each)]

    def get(self, rid: str) -> Exchange | None:
        found = self._journal.get(rid)
        return found if found is not None and self._is_kept(found) else None

    def _is_kept(self, exchange: Exchange) -> bool:
        return not self._age.too_old(exchange.at_ms // 1000)


class Broom:
    """Removes what is too old, once a day of the world's clock, a little at a time."""

    def __init__(
        self,
        *sweeps: Callable[[], Iterator[None]],
        need_to_be_alone: Callable[[], None] = lambda: None,
    ) -> None:
        """Sweep by these; where nothing can be swept, the last raises AloneError."""
        self._sweeps = sweeps
        self._need_to_be_alone = need_to_be_alone
        self._day = 0
        self._work: Iterator[None] = iter(())
        self._is_done = True
        self._lock = threading.Lock()

    def pass_by(self, now: int) -> None:
        """Sweep some more, if there is something to sweep."""
        today = now // DAY
        # No lock for that, as every login asks: who is mistaken leaves it to the next.
        if self._is_done and today == self._day:
            return
        if not self._lock.acquire(blocking=False):
            return
        try:
            # What is done together may be played again, which a sweep is not.
            self._need_to_be_alone()
            if today != self._day:
                self._day = today
                self._work = (step for sweep in self._sweeps for step in sweep())
            self._is_done = sum(1 for _ in islice(self._work, AT_ONCE)) < AT_ONCE
        finally:
            self._lock.release()
