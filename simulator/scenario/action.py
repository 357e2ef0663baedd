"""One word of the language of steps: what it takes, and what plays it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from simulator.ports import RefusedError
from simulator.scenario.shapes import MapOf
from simulator.scenario.shapes import Record
from simulator.scenario.shapes import Shape
from simulator.scenario.templates import Template
from simulator.scenario.turn import Play
from simulator.scenario.turn import Played


@dataclass(frozen=True, slots=True)
class Action:
    """A word, by its meaning and its arguments."""

    play: Play
    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    free: bool = False
    """Takes any names: the one who is asked knows them."""
    alone: bool = False
    """Changes or reads a world as a whole: in one that stories share, no other story
    may run meanwhile."""

    @property
    def shape(self) -> Shape:
        """The arguments as they stand in a file."""
        if self.free:
            return MapOf(Template(), "arguments (a mapping)")
        return Record("this step", self.fields, self.required)


def refused(error: RefusedError) -> Played:
    """Tell a step that the mock says no to."""
    told = {"status": error.status, "message": error.message}
    return Played(False, told, (error.message,))
