"""A goal and what was measured: one row of the table."""

from __future__ import annotations

import operator
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass


_AS_GOOD: Mapping[str, Callable[[float, float], bool]] = {
    "at least": operator.ge,
    "at most": operator.le,
}


@dataclass(frozen=True, slots=True)
class Goal:
    """What was measured, in which unit, and how much it should be."""

    chapter: str
    name: str
    measured: float
    unit: str
    bound: str
    """`at least` or `at most`."""
    wanted: float

    @property
    def met(self) -> bool:
        """Say whether what was measured is as good as wanted."""
        return _AS_GOOD[self.bound](self.measured, self.wanted)

    @property
    def verdict(self) -> str:
        """Say it in a word."""
        return "met" if self.met else "missed"

    def cells(self) -> tuple[str, ...]:
        """Return the row's cells as people read them."""
        measured, wanted = (f"{each:.3g} {self.unit}" for each in self._figures)
        return self.chapter, self.name, measured, f"{self.bound} {wanted}", self.verdict

    @property
    def _figures(self) -> tuple[float, float]:
        return self.measured, self.wanted


HEADINGS = ("chapter", "what", "measured", "goal", "")
