"""Records found by their id and listed by their owner, bounded per owner.

Codes and access tokens arrive by their text alone, but are asked for by person or app,
and the oldest must go some day: a ledger keeps the two views of them in step.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Generic
from typing import TypeVar

from mockwx.store.base import Store
from mockwx.store.tables import Table
from mockwx.store.tables import Trail


T = TypeVar("T")

BOUND = 1000
"""How many records of one owner are remembered; the oldest fall out first. By age
they do after Settings.history_days."""


class Ledger(Generic[T]):
    """A table of records and the trail of their ids per owner."""

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        bound: int = BOUND,
        too_old: Callable[[T], bool] = lambda record: False,
    ) -> None:
        self._records: Table[T] = Table(store, name)
        self._too_old = too_old
        self._ids: Trail[str] = Trail(store, f"{name}_of", bound=bound)

    def add(self, owner: str, key: str, record: T) -> None:
        """Remember a new record; forget the owner's oldest beyond the bound."""
        self._records.put(key, record)
        _, fallen = self._ids.push(owner, key)
        for each in fallen:
            self._records.delete(each)

    def get(self, key: str) -> T | None:
        """Return the record with this id."""
        record = self._records.get(key)
        return None if record is None or self._too_old(record) else record

    def sweep(self) -> Iterator[None]:
        """Remove what is too old, one record or id a step."""
        yield from self._ids.sweep(lambda key: self.get(key) is None)
        for key, record in self._records.scan():
            if self._too_old(record):
                self._records.delete(key)
            yield

    def swap(self, key: str, old: T, new: T) -> bool:
        """Replace `old` by `new` unless somebody else was faster."""
        return self._records.swap(key, old, new)

    def added(self, owner: str) -> int:
        """Return how many records were ever added for an owner."""
        return self._ids.count(owner)

    def of(self, owner: str) -> list[T]:
        """Return the owner's records, oldest first."""
        found = (self.get(key) for key in self._ids.all(owner))
        return [record for record in found if record is not None]
