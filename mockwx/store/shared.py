"""Time and chance that several processes share: both stand in a store."""

from __future__ import annotations

from collections.abc import Callable

from mockwx.clock import Dial
from mockwx.clock import SteppedClock
from mockwx.entropy import Entropy
from mockwx.store.base import Store
from mockwx.store.tables import Table


_CLOCK = "clock"
_DRAWN = "drawn"


class SharedClock(SteppedClock):
    """A clock whose dial every process reads anew, so that all of them see one time."""

    __slots__ = ("_dials",)

    def __init__(self, store: Store, *, at: int | None = None) -> None:
        super().__init__(at=at)
        self._dials: Table[Dial] = Table(store, _CLOCK)

    def now_ms(self) -> int:
        return self._read(self._seen())

    def reset(self) -> None:
        """Go back to how the clock was made."""
        self._dials.delete(_CLOCK)

    def _seen(self) -> Dial:
        return self._dials.get(_CLOCK) or self._start

    def _turn(self, decide: Callable[[Dial], Dial]) -> Dial:
        _, turned = self._dials.change(
            _CLOCK, lambda dial: decide(self._start if dial is None else dial)
        )
        return turned


class SharedEntropy(Entropy):
    """Seeded streams of which no two processes draw the same part."""

    __slots__ = ("_drawn", "_store")

    def __init__(self, store: Store, seed: int | None, *, world: int) -> None:
        """Count in the store, which nobody else may use."""
        super().__init__(seed, world=world)
        self._store = store
        self._drawn: Table[int] = Table(store, _DRAWN)

    def state(self) -> dict[str, int]:
        """Return how far each stream was drawn, to go on from there."""
        return dict(self._drawn.items())

    def restore(self, state: dict[str, int]) -> None:
        """Go on where another one of the same seed was."""
        self.reset()
        for purpose, drawn in state.items():
            self._drawn.put(purpose, drawn)

    def reset(self) -> None:
        """Start every seeded stream over."""
        self._store.clear()

    def _draw(self, purpose: str) -> int:
        return self._store.incr(_DRAWN, purpose) - 1
