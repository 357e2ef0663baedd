"""Typed views of a store: a table of one kind of value, and a trail of many."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Generic
from typing import TypeVar
from typing import cast

from mockwx.store.base import Store


T = TypeVar("T")


class Table(Generic[T]):
    """One kind of value by key."""

    __slots__ = ("_name", "_store")

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    def get(self, key: str) -> T | None:
        """Return the value, or None if there is none."""
        # No `cast`, which is a call: every login looks up a dozen values.
        return self._store.get(self._name, key)  # type: ignore[return-value]  # of one kind

    def put(self, key: str, value: T) -> None:
        """Set the value, whatever was there."""
        self._store.put(self._name, key, value)

    def add(self, key: str, value: T) -> bool:
        """Set the value only if there is none; say whether it was set."""
        return self._store.add(self._name, key, value)

    def swap(self, key: str, old: T, new: T) -> bool:
        """Replace old by new, unless it is not old any more; say whether it was."""
        return self._store.swap(self._name, key, old, new)

    def change(self, key: str, decide: Callable[[T | None], T]) -> tuple[T | None, T]:
        """Replace the value by what `decide` makes of it; return the old and the new.

        `decide` is asked again when another thread was faster; what it returns
        untouched is not written.
        """
        while True:
            old = self.get(key)
            new = decide(old)
            if new is old:
                return old, new
            won = self.add(key, new) if old is None else self.swap(key, old, new)
            if won:
                return old, new

    def delete(self, key: str) -> bool:
        """Remove the value; say whether there was one."""
        return self._store.delete(self._name, key)

    def holds_any(self) -> bool:
        """Say whether there is anything in it."""
        return self._store.holds(self._name)

    def scan(self) -> Iterator[tuple[str, T]]:
        """Yield keys and values as they stand now, in no promised order."""
        return cast("Iterator[tuple[str, T]]", self._store.scan(self._name))

    def items(self) -> list[tuple[str, T]]:
        """Return keys and values in the order of the keys."""
        return sorted(self.scan(), key=lambda item: item[0])


class Trail(Generic[T]):
    """A list for each owner that only grows at its end, numbered from 1.

    The oldest entries go once an owner has more than the bound; numbers stay.
    """

    __slots__ = ("_bound", "_counters", "_entries", "_store", "_too_old")

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        bound: int = 1000,
        too_old: Callable[[T], bool] = lambda value: False,
    ) -> None:
        if bound < 1:
            raise ValueError(f"a trail keeps at least one entry, not {bound}")
        self._too_old = too_old
        self._store = store
        self._bound = bound
        self._counters = f"{name}.count"
        self._entries: Table[T] = Table(store, name)

    def append(self, owner: str, value: T) -> int:
        """Add an entry and return its number."""
        number, _ = self.push(owner, value)
        return number

    def push(self, owner: str, value: T) -> tuple[int, list[T]]:
        """Add an entry; return its number and what fell out for it."""
        number = self._placed(owner, value)
        counted = self._counted(owner) or 0
        if number <= self._bound and counted <= self._bound:
            return number, []
        ended = [number - self._bound]
        if counted - self._bound >= number:
            # Overtaken: whoever should have removed it looked before it was there.
            ended.append(number)
        fallen = (self._taken(_key(owner, each)) for each in ended if each > 0)
        return number, [value for value in fallen if value is not None]

    def last(self, owner: str) -> T | None:
        """Return the newest entry, or None if there is none."""
        # A number is drawn a moment before its entry is there: look further back.
        numbers = reversed(self._numbers(owner))
        found = (self.get(owner, number) for number in numbers)
        return next((value for value in found if value is not None), None)

    def count(self, owner: str) -> int:
        """Return how many entries an owner ever got."""
        counted = self._counted(owner)
        if counted is not None:
            return counted
        # Earlier versions did not count a single entry.
        return 0 if self._entries.get(_key(owner, 1)) is None else 1

    def get(self, owner: str, number: int) -> T | None:
        """Return the entry of this number, or None if there is none (any more)."""
        value = self._entries.get(_key(owner, number))
        return None if value is None or self._too_old(value) else value

    def sweep(self, gone: Callable[[T], bool] | None = None) -> Iterator[None]:
        """Remove what is too old, or gone in another way, one entry a step."""
        gone = gone or self._too_old
        for key, value in self._entries.scan():
            if gone(value):
                if "#" not in key:
                    # The only one, perhaps, and of an earlier version: it is counted.
                    self._store.add(self._counters, key, 1)
                self._entries.delete(key)
            yield

    def all(self, owner: str) -> list[T]:
        """Return the kept entries, oldest first."""
        found = (self.get(owner, number) for number in self._numbers(owner))
        return [value for value in found if value is not None]

    def replace(self, owner: str, number: int, value: T) -> bool:
        """Change the entry of this number; say whether it (still) was there."""
        key = _key(owner, number)
        while (old := self._entries.get(key)) is not None:
            if self._entries.swap(key, old, value):
                return True
        return False

    def _numbers(self, owner: str) -> range:
        count = self.count(owner)
        return range(max(0, count - self._bound) + 1, count + 1)

    def _counted(self, owner: str) -> int | None:
        """Return how many entries an owner ever got, as far as they were counted."""
        return self._store.get(self._counters, owner)  # type: ignore[return-value]  # a number

    def _taken(self, key: str) -> T | None:
        """Remove an entry; return it to the one who removed it."""
        value = self._entries.get(key)
        return value if self._entries.delete(key) else None

    def _placed(self, owner: str, value: T) -> int:
        """Write an entry behind all others; return its number."""
        number = self._store.incr(self._counters, owner)
        if number == 1:
            if self._entries.add(_key(owner, 1), value):
                return 1
            # Earlier versions did not count a single entry.
            number = self._store.incr(self._counters, owner)
        self._entries.put(_key(owner, number), value)
        return number


def _key(owner: str, number: int) -> str:
    # Most owners have one entry, and stand in other tables too: no new text for it. An
    # owner with a # in its name might be mistaken for another one's later entry.
    return owner if number == 1 and "#" not in owner else f"{owner}#{number}"
