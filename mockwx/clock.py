"""Where time comes from: the system's clock, or one that can be frozen and advanced."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from types import NoneType
from typing import Protocol


LATEST = 0xFFFF_FFFF
"""The last second a rid can express, which starts with it in eight hex digits."""


class Clock(Protocol):
    """Tell the time."""

    def now(self) -> int:
        """Return epoch seconds, as on WeChat's wire."""
        ...

    def now_ms(self) -> int:
        """Return epoch milliseconds, for the journal's stamps."""
        ...


class SystemClock:
    """Tell the machine's time."""

    __slots__ = ()

    def now(self) -> int:
        return int(time.time())

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


# Not time.monotonic_ns: on Windows it ticks every 15 ms before Python 3.13.
monotonic_ns = time.perf_counter_ns
"""Returns a reading for measuring durations; its zero means nothing."""


@dataclass(frozen=True, slots=True)
class Dial:
    """How a clock is set."""

    offset_ms: int = 0
    frozen_ms: int | None = None


class SteppedClock:
    """Tell one world's time: the base clock's with an offset, or a frozen moment.

    Readers take no lock: the dial they read is replaced as a whole, never changed.
    """

    __slots__ = ("_base", "_dial", "_lock", "_second", "_start")

    def __init__(self, base: Clock | None = None, *, at: int | None = None) -> None:
        """Run with the base clock, or stand still at the given second."""
        self._base = base if base is not None else SystemClock()
        self._lock = threading.Lock()
        self._second = 0
        self._start = Dial() if at is None else Dial(frozen_ms=_checked(at) * 1000)
        self._dial = self._start

    @property
    def frozen(self) -> bool:
        return self._seen().frozen_ms is not None

    def now(self) -> int:
        second, told = self.now_ms() // 1000, self._second
        if second == told:
            # The very number told before: all that is stored in a second shares it.
            return told
        self._second = second
        return second

    def now_ms(self) -> int:
        dial = self._dial
        if dial.frozen_ms is not None:
            return dial.frozen_ms
        return self._base.now_ms() + dial.offset_ms

    def advance(self, seconds: int) -> int:
        """Move time on, frozen or running; return the new time."""
        if seconds < 0:
            raise ValueError(f"the clock only goes forward: {seconds} is negative")

        def moved(dial: Dial) -> Dial:
            _checked(self._read(dial) // 1000 + seconds)
            if dial.frozen_ms is None:
                return replace(dial, offset_ms=dial.offset_ms + seconds * 1000)
            return replace(dial, frozen_ms=dial.frozen_ms + seconds * 1000)

        return self._read(self._turn(moved)) // 1000

    def freeze(self, at: int | None = None) -> int:
        """Stand still, at the given second or at this moment; return the time."""

        def stopped(dial: Dial) -> Dial:
            moment = self._read(dial) if at is None else _checked(at) * 1000
            return replace(dial, frozen_ms=moment)

        return self._read(self._turn(stopped)) // 1000

    def resume(self) -> int:
        """Run on from the frozen moment, however long ago that was; return the time."""

        def running(dial: Dial) -> Dial:
            if dial.frozen_ms is None:
                return dial
            return Dial(offset_ms=dial.frozen_ms - self._base.now_ms())

        return self._read(self._turn(running)) // 1000

    def reset(self) -> None:
        """Go back to how the clock was made."""
        self.restore(self._start)

    def state(self) -> dict[str, int | None]:
        """Return how the clock is set, to set another one alike."""
        dial = self._seen()
        return {"offset_ms": dial.offset_ms, "frozen_ms": dial.frozen_ms}

    def checked_state(self, state: object) -> Dial:
        """Read what `state` returned; raises ValueError for anything else."""
        if not isinstance(state, Mapping) or state.keys() != self.state().keys():
            raise ValueError("clock: expected offset_ms and frozen_ms.")
        offset, frozen = state["offset_ms"], state["frozen_ms"]
        if type(offset) is not int or type(frozen) not in (int, NoneType):
            raise ValueError("clock: expected whole milliseconds.")
        dial = Dial(offset, frozen)
        _checked(self._read(dial) // 1000)
        return dial

    def restore(self, dial: Dial) -> None:
        """Set the clock as another one was."""
        self._turn(lambda _: dial)

    def _seen(self) -> Dial:
        """Return how the clock is set now."""
        return self._dial

    def _turn(self, decide: Callable[[Dial], Dial]) -> Dial:
        """Set the clock as `decide` says, who sees how it is set; nobody is between."""
        with self._lock:
            self._dial = decide(self._dial)
            return self._dial

    def _read(self, dial: Dial) -> int:
        if dial.frozen_ms is not None:
            return dial.frozen_ms
        return self._base.now_ms() + dial.offset_ms


def _checked(second: int) -> int:
    if not 0 <= second <= LATEST:
        raise ValueError(
            f"{second} is not a time this clock can show: "
            f"use epoch seconds from 0 to {LATEST} (the year 2106)"
        )
    return second
