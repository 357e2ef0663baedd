"""What a store and a journal promise, whatever they are made of.

Three promises hold for every store:

1. Single use is `swap`: never get-then-put, and never deletion, because WeChat tells
   a spent code (40163) from an unknown one (40029), and a diagnosis needs the past.
2. The clock decides expiry: a store keeps what it was given until it is told otherwise.
   A time limit of its own may only collect rubbish, with slack; otherwise advancing
   the mock's clock would expire nothing.
3. Every store keeps the same promises: one state machine tests each of them.

Every method is atomic, from any thread. A value is a frozen dataclass, text, or a
number; two values are the same if they are equal. None means absent, so it is no value.
Where a file or a server may fail, a method raises StoreError, and has then done all of
what it does, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Protocol
from typing import TypeVar

from mockwx.domain.refusal import RefusalError


if TYPE_CHECKING:
    from mockwx.domain.exchange import Exchange


T = TypeVar("T")


class StoreError(RefusalError):
    """What is kept cannot be reached, read or written now; says why, and what to do."""


class AloneError(Exception):
    """Something that cannot be done together with other things (Depot.together)."""


class Store(Protocol):
    """Keep values by table and key."""

    def get(self, table: str, key: str) -> object | None:
        """Return the value, or None if there is none."""
        ...

    def put(self, table: str, key: str, value: object) -> None:
        """Set the value, whatever was there."""
        ...

    def add(self, table: str, key: str, value: object) -> bool:
        """Set the value only if there is none; say whether it was set."""
        ...

    def swap(self, table: str, key: str, old: object, new: object) -> bool:
        """Replace old by new; refuse, and change nothing, if it is not old (any more).

        Of all who try to replace the same old value by a different one, one succeeds.
        """
        ...

    def incr(self, table: str, key: str, by: int = 1) -> int:
        """Add to a number and return the sum; an absent number counts as 0."""
        ...

    def delete(self, table: str, key: str) -> bool:
        """Remove the value; say whether there was one."""
        ...

    def holds(self, table: str) -> bool:
        """Say whether the table holds anything."""
        ...

    def scan(self, table: str) -> Iterator[tuple[str, object]]:
        """Yield keys and values as they stand now, in no promised order."""
        ...

    def tables(self) -> list[str]:
        """Return the names of the tables that hold something."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...


class Journal(Protocol):
    """Keep the latest exchanges, numbered 1, 2, 3 and so on.

    Numbers go on after `clear`, so that whoever waits for what comes after a number
    never misses it.
    """

    def append(self, make: Callable[[int], Exchange]) -> Exchange:
        """Make the exchange of the next number and keep it, dropping the oldest.

        Nothing but its `number` may depend on the number.
        """
        ...

    def tail(self, after: int = 0) -> Sequence[Exchange]:
        """Return the kept exchanges with a higher number, oldest first."""
        ...

    def get(self, rid: str) -> Exchange | None:
        """Return the latest exchange of this rid."""
        ...

    def wait(self, after: int, timeout: float) -> bool:
        """Wait for an exchange with a higher number; say whether there is one."""
        ...

    def discard(self, numbers: Collection[int]) -> None:
        """Forget the exchanges of these numbers."""
        ...

    def clear(self) -> None:
        """Forget every exchange, but not how many there were."""
        ...


class Depot(Protocol):
    """Keep stores and journals by name, for every process that opens the same depot."""

    def store(self, space: str) -> Store:
        """Return the store of this name; two names have nothing in common."""
        ...

    def journal(self, space: str, bound: int) -> Journal:
        """Return the journal of this name, which keeps so many exchanges."""
        ...

    def together(self, work: Callable[[], T]) -> T:
        """Do what work does with what is kept here as one, where that is sooner done.

        Another thread may call it, and again when somebody else was faster: beside what
        it does here it only returns. What must wait for others raises AloneError, as
        does this where it cannot be done as one: then nothing was done.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections; using the depot again opens them again."""
        ...
