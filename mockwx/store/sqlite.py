"""Stores and journals in one SQLite file, which the processes of one machine share.

Every method is one statement, or one transaction: whoever is killed leaves nothing by
halves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from typing import TypeVar
from typing import cast

from mockwx.clock import monotonic_ns
from mockwx.store.sqlite_calls import Calls
from mockwx.store.sqlite_calls import Draft
from mockwx.store.sqlite_file import File
from mockwx.store.sqlite_log import Entry
from mockwx.store.wording import Wording


if TYPE_CHECKING:
    from mockwx.domain.exchange import Exchange
    from mockwx.store.records import Types


T = TypeVar("T")

_POLL_SECONDS = 0.01


class SqliteDepot:
    """Every store and journal in one file."""

    def __init__(self, path: Path, known: Types) -> None:
        """Open the file, or make it; raises StoreError if it cannot serve."""
        self._file = File(path)
        self._calls = Calls(self._file)
        self._wording = Wording(known)
        self._file.prepare()

    def store(self, space: str) -> SqliteStore:
        """Return the store of this name; two names have nothing in common."""
        return SqliteStore(self._calls, self._wording, space)

    def journal(self, space: str, bound: int) -> SqliteJournal:
        """Return the journal of this name."""
        return SqliteJournal(self._file, self._calls, self._wording, space, bound)

    def together(self, work: Callable[[], T]) -> T:
        """Do all of it as one, and have the file to itself as briefly as can be."""
        return self._calls.together(work)

    def close(self) -> None:
        """Let go of the file; using it again opens it again."""
        self._file.close()
        self._calls.forget()


class SqliteStore:
    """Tables of one space, whose name has no blank in it."""

    __slots__ = ("_calls", "_here", "_names", "_prefix", "_wording")

    def __init__(self, calls: Calls, wording: Wording, space: str) -> None:
        self._calls = calls
        self._here = calls.here
        self._wording = wording
        self._prefix = f"{space} "
        self._names = _Names(self._prefix)

    def get(self, table: str, key: str) -> object | None:
        place, draft = (self._names[table], key), self._here.draft
        words = self._calls.read(place) if draft is None else draft.read(place)
        return None if words is None else self._wording.read(words)

    def put(self, table: str, key: str, value: object) -> None:
        place, words = (self._names[table], key), self._wording.write(value)

        def put(draft: Draft) -> None:
            draft.write(place, words)

        self._changed(put)

    def add(self, table: str, key: str, value: object) -> bool:
        place, words = (self._names[table], key), self._wording.write(value)

        def add(draft: Draft) -> bool:
            if draft.read(place) is not None:
                return False
            draft.write(place, words)
            return True

        return self._changed(add)

    def swap(self, table: str, key: str, old: object, new: object) -> bool:
        if old is None:
            raise ValueError("None means absent: delete the key instead")
        place, words = (self._names[table], key), self._wording.write(new)

        def swap(draft: Draft) -> bool:
            found = draft.read(place)
            if found is None or self._wording.read(found) != old:
                return False
            draft.write(place, words)
            return True

        return self._changed(swap)

    def incr(self, table: str, key: str, by: int = 1) -> int:
        place = (self._names[table], key)

        def incr(draft: Draft) -> int:
            found = draft.read(place)
            number = 0 if found is None else self._wording.read(found)
            if type(number) is not int:
                raise TypeError(f"{key!r} in {table!r} is no number: {number!r}")
            draft.write(place, self._wording.write(number + by))
            return number + by

        return self._changed(incr)

    def delete(self, table: str, key: str) -> bool:
        place = (self._names[table], key)

        def delete(draft: Draft) -> bool:
            if draft.read(place) is None:
                return False
            draft.write(place, None)
            return True

        return self._changed(delete)

    def holds(self, table: str) -> bool:
        name, draft = self._names[table], self._here.draft
        if draft is not None:
            return draft.holds(name)
        return self._calls.read((name, None)) is not None

    def scan(self, table: str) -> Iterator[tuple[str, object]]:
        found = self._calls.scan(self._names[table])
        read = self._wording.read
        return iter([(key, read(words)) for key, words in found.items()])

    def tables(self) -> list[str]:
        names = self._calls.tables(self._prefix)
        return [name.removeprefix(self._prefix) for name in names]

    def clear(self) -> None:
        self._calls.clear(self._prefix)

    def _changed(self, change: Callable[[Draft], T]) -> T:
        draft = self._here.draft
        return self._calls.change(change) if draft is None else change(draft)


class _Names(dict[str, str]):
    """What tables are called among those of all spaces; there are not many."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, table: str) -> str:
        name = self[table] = self._prefix + table
        return name


class SqliteJournal:
    """The latest exchanges of one space; who waits for one looks every 10 ms."""

    __slots__ = ("_bound", "_calls", "_file", "_space", "_wording")

    def __init__(
        self, file: File, calls: Calls, wording: Wording, space: str, bound: int
    ) -> None:
        self._file = file
        self._calls = calls
        self._wording = wording
        self._space = space
        self._bound = bound

    def append(self, make: Callable[[int], Exchange]) -> Exchange:
        # Its number is known once it is there, so that numbers come in order.
        made = make(0)
        words = self._wording.write_once(made)
        entry = Entry(self._space, _text(made.rid), words, self._bound)
        draft = self._calls.here.draft
        if draft is not None:
            # Which number it gets is known once all is kept, and asked by nobody here.
            draft.entries.append(entry)
            return made
        return replace(made, number=self._calls.append(entry))

    def tail(self, after: int = 0) -> Sequence[Exchange]:
        found = self._file.read(
            "SELECT number, value FROM exchanges WHERE space = ?1 AND value IS NOT NULL"
            " AND number > max(?2, (SELECT number FROM exchanges WHERE space = ?1"
            " ORDER BY number DESC LIMIT 1) - ?3) ORDER BY number",
            (self._space, after, self._bound),
        )
        return [self._made(number, words) for number, words in found]

    def get(self, rid: str) -> Exchange | None:
        found = self._file.read(
            "SELECT number, value FROM exchanges WHERE space = ?1 AND rid = ?2"
            " AND value IS NOT NULL AND number > (SELECT number FROM exchanges"
            " WHERE space = ?1 ORDER BY number DESC LIMIT 1) - ?3"
            " ORDER BY number DESC LIMIT 1",
            (self._space, _text(rid), self._bound),
        )
        return self._made(*found[0]) if found else None

    def wait(self, after: int, timeout: float) -> bool:
        deadline = monotonic_ns() + int(timeout * 1e9)
        pause = threading.Event()
        while not self._has_newer(after):
            left = (deadline - monotonic_ns()) / 1e9
            if left <= 0:
                return False
            pause.wait(min(left, _POLL_SECONDS))
        return True

    def discard(self, numbers: Collection[int]) -> None:
        self._calls.refuse_draft()
        # Empty they stay, until they are too old: the numbers go on from the newest.
        with self._file.transaction() as writer:
            writer.executemany(
                "UPDATE exchanges SET value = NULL, rid = ''"
                " WHERE space = ? AND number = ?",
                [(self._space, number) for number in numbers],
            )

    def clear(self) -> None:
        self._calls.refuse_draft()
        # The newest row stays, empty: the numbers go on from it.
        with self._file.transaction() as writer:
            writer.execute(
                "DELETE FROM exchanges WHERE space = ?1 AND number <"
                " (SELECT max(number) FROM exchanges WHERE space = ?1)",
                (self._space,),
            )
            writer.execute(
                "UPDATE exchanges SET value = NULL, rid = '' WHERE space = ?",
                (self._space,),
            )

    def _has_newer(self, after: int) -> bool:
        return bool(
            self._file.read(
                "SELECT 1 FROM exchanges WHERE space = ? AND number > ?"
                " AND value IS NOT NULL LIMIT 1",
                (self._space, after),
            )
        )

    def _made(self, number: int, words: str) -> Exchange:
        return replace(cast("Exchange", self._wording.read_once(words)), number=number)


def _text(text: str) -> str:
    return text.encode(errors="replace").decode()
