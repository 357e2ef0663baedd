"""Stores and journals in one SQLite file, which the processes of one machine share.

Every method is one statement, or one transaction: whoever is killed leaves nothing by
halves. SQLite lets one write at a time, so a process writes through one connection and
lets its own threads queue in front of it.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeAlias
from typing import TypeVar
from typing import cast

from mockwx.clock import monotonic_ns
from mockwx.store.base import StoreError
from mockwx.store.queue import Queue
from mockwx.store.wording import Wording


if TYPE_CHECKING:
    from mockwx.domain.exchange import Exchange
    from mockwx.store.records import Types


T = TypeVar("T")

VERSION = 3
BUSY_SECONDS = 10.0
OLDEST = (3, 35)
"""The first SQLite that returns what it changed."""

_OURS = int.from_bytes(b"mckx", "big")
_TRIM_EVERY = 64
_POLL_SECONDS = 0.01
_MOST_RECALLED = 20_000

_SCHEMA = f"""
CREATE TABLE rows (
    space TEXT NOT NULL, name TEXT NOT NULL, key NOT NULL, value NOT NULL,
    PRIMARY KEY (space, name, key)
);
CREATE TABLE exchanges (
    space TEXT NOT NULL, number INTEGER NOT NULL, rid TEXT NOT NULL, value TEXT,
    PRIMARY KEY (space, number)
) WITHOUT ROWID;
PRAGMA application_id = {_OURS};
PRAGMA user_version = {VERSION};
"""

Row: TypeAlias = "tuple[Any, ...]"
Place: TypeAlias = "tuple[str, ...]"
"""A space, a table and a key; without the key, whether the table holds anything."""


class SqliteDepot:
    """Every store and journal in one file."""

    def __init__(self, path: Path, known: Types) -> None:
        """Open the file, or make it; raises StoreError if it cannot serve."""
        self._file = _File(path)
        self._wording = Wording(known)
        self._file.prepare()

    def store(self, space: str) -> SqliteStore:
        """Return the store of this name; two names have nothing in common."""
        return SqliteStore(self._file, self._wording, space)

    def journal(self, space: str, bound: int) -> SqliteJournal:
        """Return the journal of this name."""
        return SqliteJournal(self._file, self._wording, space, bound)

    def together(self, work: Callable[[], T]) -> T:
        """Do work as one; others wait meanwhile."""
        with self._file.together():
            return work()

    def close(self) -> None:
        """Let go of the file; using it again opens it again."""
        self._file.close()


class SqliteStore:
    """Rows of one space. The words of a value are what is compared."""

    __slots__ = ("_file", "_space", "_wording")

    def __init__(self, file: _File, wording: Wording, space: str) -> None:
        self._file = file
        self._wording = wording
        self._space = space

    def get(self, table: str, key: str) -> object | None:
        words = self._words(table, key)
        return None if words is None else self._wording.read(words)

    def put(self, table: str, key: str, value: object) -> None:
        words = self._wording.write(value)
        self._file.change(
            "INSERT INTO rows VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET value = excluded.value",
            (self._space, table, _bound(key), words),
            Change((self._space, table, key), words),
        )

    def add(self, table: str, key: str, value: object) -> bool:
        words = self._wording.write(value)
        return (
            self._file.change(
                "INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?)",
                (self._space, table, _bound(key), words),
                Change((self._space, table, key), words),
            )
            == 1
        )

    def swap(self, table: str, key: str, old: object, new: object) -> bool:
        wording = self._wording
        expected: object = wording.write(old)
        wanted = wording.write(new)
        while not self._swapped(table, key, expected, wanted):
            # Other words may mean the same: written by an older version, say.
            found = self._words(table, key)
            if found is None or wording.read(found) != old:
                return False
            expected = found
        return True

    def incr(self, table: str, key: str, by: int = 1) -> int:
        counted = self._file.count(
            "INSERT INTO rows VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET value = value + excluded.value"
            " WHERE typeof(value) = 'integer' RETURNING value",
            (self._space, table, _bound(key), by),
            (self._space, table, key),
        )
        if counted is None:
            known = self.get(table, key)
            raise TypeError(f"{key!r} in {table!r} is no number: {known!r}")
        return counted

    def delete(self, table: str, key: str) -> bool:
        return (
            self._file.change(
                "DELETE FROM rows WHERE space = ? AND name = ? AND key = ?",
                (self._space, table, _bound(key)),
                Change((self._space, table, key), None),
            )
            == 1
        )

    def holds(self, table: str) -> bool:
        found = self._file.recall(
            (self._space, table),
            "SELECT 1 FROM rows WHERE space = ? AND name = ? LIMIT 1",
            (self._space, table),
        )
        return found is not None

    def scan(self, table: str) -> Iterator[tuple[str, object]]:
        found = self._file.read(
            "SELECT key, value FROM rows WHERE space = ? AND name = ?",
            (self._space, table),
        )
        read = self._wording.read
        return iter([(_read_key(key), read(words)) for key, words in found])

    def tables(self) -> list[str]:
        found = self._file.read(
            "SELECT DISTINCT name FROM rows WHERE space = ?", (self._space,)
        )
        return [str(name) for (name,) in found]

    def clear(self) -> None:
        self._file.change("DELETE FROM rows WHERE space = ?", (self._space,))

    def _words(self, table: str, key: str) -> object | None:
        return self._file.recall(
            (self._space, table, key),
            "SELECT value FROM rows WHERE space = ? AND name = ? AND key = ?",
            (self._space, table, _bound(key)),
        )

    def _swapped(self, table: str, key: str, expected: object, wanted: object) -> bool:
        return (
            self._file.change(
                "UPDATE rows SET value = ?"
                " WHERE space = ? AND name = ? AND key = ? AND value = ?",
                (wanted, self._space, table, _bound(key), expected),
                Change((self._space, table, key), wanted),
            )
            == 1
        )


class SqliteJournal:
    """The latest exchanges of one space; who waits for one looks every 10 ms."""

    __slots__ = ("_bound", "_file", "_space", "_wording")

    def __init__(self, file: _File, wording: Wording, space: str, bound: int) -> None:
        self._file = file
        self._wording = wording
        self._space = space
        self._bound = bound

    def append(self, make: Callable[[int], Exchange]) -> Exchange:
        # Its number is known once it is there, so that numbers come in order.
        made = make(0)
        ((number,),) = self._file.write(
            "INSERT INTO exchanges SELECT ?1, coalesce((SELECT number FROM exchanges"
            " WHERE space = ?1 ORDER BY number DESC LIMIT 1), 0) + 1, ?2, ?3"
            " RETURNING number",
            (self._space, _text(made.rid), self._wording.write_once(made)),
        )
        if number % _TRIM_EVERY == 0:
            self._file.write(
                "DELETE FROM exchanges WHERE space = ? AND number <= ?",
                (self._space, number - self._bound),
            )
        return replace(made, number=number)

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
        # Empty they stay, until they are too old: the numbers go on from the newest.
        with self._file.transaction() as writer:
            writer.executemany(
                "UPDATE exchanges SET value = NULL, rid = ''"
                " WHERE space = ? AND number = ?",
                [(self._space, number) for number in numbers],
            )

    def clear(self) -> None:
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


@dataclass(frozen=True, slots=True)
class Change:
    """What a statement makes of one row, if it changes it."""

    place: Place
    words: object | None
    """None: there is none any more."""


class _Here(threading.local):
    """What one thread does together, if it does."""

    writer: sqlite3.Connection | None = None


class _File:
    """One database file: a connection that writes, and some that read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._idle: list[sqlite3.Connection] = []
        self._queue = Queue(Path(f"{path}-queue"))
        self._here = _Here()
        # Looked at by whoever does things together, under the lock like every change.
        self._recalled: dict[Place, object | None] = {}
        self._version = -1

    def read(self, statement: str, values: Sequence[object]) -> list[Row]:
        """Return the rows as they stand now; nobody who writes is in the way."""
        if self._here.writer is not None:
            return self.write(statement, values)
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = self._connect()
        try:
            found = reader.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            reader.close()
            raise self._failure(error) from None
        self._idle.append(reader)
        return found

    def recall(
        self, place: Place, statement: str, values: Sequence[object]
    ) -> object | None:
        """Return what a statement finds at one place, which may be known already."""
        if self._here.writer is None:
            return _first(self.read(statement, values))
        if place not in self._recalled:
            self._recalled[place] = _first(self.write(statement, values))
        return self._recalled[place]

    def write(self, statement: str, values: Sequence[object]) -> list[Row]:
        """Run a statement that changes no row of a store; return what it returns."""
        with self._writing() as writer:
            return writer.execute(statement, values).fetchall()

    def change(
        self, statement: str, values: Sequence[object], made: Change | None = None
    ) -> int:
        """Change rows; return how many. Not told which, it could be any of them."""
        with self._writing() as writer:
            changed = writer.execute(statement, values).rowcount
            if made is None:
                self._recalled.clear()
            elif changed:
                self._recalled[made.place] = made.words
                self._recalled.pop(made.place[:2], None)
            return changed

    def count(
        self, statement: str, values: Sequence[object], place: Place
    ) -> int | None:
        """Change a number; return what it is then, or None if it is none."""
        with self._writing() as writer:
            counted = _first(writer.execute(statement, values).fetchall())
            if not isinstance(counted, int):
                return None
            self._recalled[place] = counted
            self._recalled.pop(place[:2], None)
            return counted

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do all that this thread does as one: all of it happens, or nothing.

        Nobody else writes meanwhile. So what was read or written before is still true
        if no other process has written since, which SQLite tells; a call then reads
        next to nothing.
        """
        with self.transaction() as writer:
            ((version,),) = writer.execute("PRAGMA data_version")
            if version != self._version or len(self._recalled) > _MOST_RECALLED:
                self._recalled.clear()
                self._version = version
            self._here.writer = writer
            try:
                yield
            except BaseException:
                self._recalled.clear()
                raise
            finally:
                self._here.writer = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several statements as one: all of them happen, or none."""
        with self._writing() as writer:
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
                writer.execute("COMMIT")
            except BaseException:
                # A full disk has ended it already.
                if writer.in_transaction:
                    writer.execute("ROLLBACK")
                self._recalled.clear()
                raise

    def prepare(self) -> None:
        """Make the file if it is new; raises StoreError for one that is not ours."""
        if sqlite3.sqlite_version_info < OLDEST:
            raise StoreError(
                f"SQLite {sqlite3.sqlite_version} is too old for --store sqlite; "
                "3.35 or newer is needed.",
                f"SQLite {sqlite3.sqlite_version} 太旧，"
                "无法用于 --store sqlite；需要 3.35 或更新版本。",
            )
        try:
            # It holds session_keys: nobody else on this machine may read it.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            # Not opened here: to close it would break the locks of our connections.
            pass
        except OSError as error:
            part = _ERRNOS.get(error.errno or 0, "")
            reason, reason_zh = _REASONS.get(part, (error.strerror or str(error), None))
            raise self._cannot(reason, reason_zh) from None
        with self._writing() as writer:
            self._check(writer)
            writer.execute("PRAGMA journal_mode = WAL")
            if self._is_new(writer):
                self._lay_out(writer)

    def close(self) -> None:
        with self._lock:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.close()
            # The next connection cannot tell whether others wrote before it.
            self._recalled.clear()
            self._queue.close()
        while self._idle:
            with suppress(IndexError):
                self._idle.pop().close()

    def _lay_out(self, writer: sqlite3.Connection) -> None:
        writer.execute("BEGIN IMMEDIATE")
        # Whoever came first has done it.
        if self._is_new(writer):
            for statement in filter(str.strip, _SCHEMA.split(";")):
                writer.execute(statement)
        writer.execute("COMMIT")

    def _check(self, writer: sqlite3.Connection) -> None:
        ((ours,),) = writer.execute("PRAGMA application_id")
        ((version,),) = writer.execute("PRAGMA user_version")
        if ours != _OURS and not self._is_new(writer):
            raise self._cannot(
                "it is a database of something else; choose another file",
                "它是其他程序的数据库；请换一个文件",
            )
        if 0 < version < VERSION:
            raise self._cannot(
                "an older version of mockwx wrote it; use that one, or another file",
                "它由更旧版本的 mockwx 写入；请使用那个版本，或换一个文件",
            )
        if version > VERSION:
            raise self._cannot(
                "a newer version of mockwx wrote it; use that one, or another file",
                "它由更新版本的 mockwx 写入；请使用那个版本，或换一个文件",
            )

    @staticmethod
    def _is_new(writer: sqlite3.Connection) -> bool:
        return not writer.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if self._here.writer is not None:
            try:
                yield self._here.writer
            except sqlite3.Error as error:
                raise self._failure(error) from None
            return
        with self._lock, self._queue:
            if self._writer is None:
                self._writer = self._connect()
            try:
                yield self._writer
            except (sqlite3.Error, StoreError) as error:
                self._writer.close()
                self._writer = None
                self._recalled.clear()
                if isinstance(error, StoreError):
                    raise
                raise self._failure(error) from None

    def _connect(self) -> sqlite3.Connection:
        try:
            made = sqlite3.connect(
                self._path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            # Safe against the end of a process at any moment; only a power cut may
            # cost the last calls.
            made.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise self._failure(error) from None
        return made

    def _failure(self, error: sqlite3.Error) -> StoreError:
        words = str(error)
        for part, (reason, reason_zh) in _REASONS.items():
            if part in words:
                return self._cannot(reason, reason_zh)
        return self._cannot(words)

    def _cannot(self, reason: str, reason_zh: str | None = None) -> StoreError:
        return StoreError(
            f"the store {self._path} cannot be used: {reason}.",
            f"无法使用存储 {self._path}：{reason_zh or reason}。",
        )


# What SQLite says, and what to do about it.
_REASONS = {
    "disk is full": (
        "the disk is full; make room, and it goes on",
        "磁盘已满；腾出空间后即可继续",
    ),
    "readonly": (
        "it is read-only; allow writing to the file and its folder",
        "它是只读的；请允许写入该文件及其所在文件夹",
    ),
    "not a database": (
        "it is no SQLite database; choose another file",
        "它不是 SQLite 数据库；请换一个文件",
    ),
    "malformed": (
        "it is damaged; choose another file",
        "它已损坏；请换一个文件",
    ),
    "locked": (
        f"somebody else kept it locked for {BUSY_SECONDS:g} seconds",
        f"它被其他程序锁定超过 {BUSY_SECONDS:g} 秒",
    ),
    "unable to open": (
        "it cannot be opened; its folder must be there, and writable",
        "无法打开；它所在的文件夹必须存在且可写",
    ),
    "disk I/O error": (
        "the disk does not answer as it should (disk I/O error)",
        "磁盘读写出错（disk I/O error）",
    ),
}


# The same, said by the system.
_ERRNOS = {
    errno.EACCES: "readonly",
    errno.EROFS: "readonly",
    errno.ENOENT: "unable to open",
    errno.ENOTDIR: "unable to open",
    errno.ENOSPC: "disk is full",
}


def _first(found: list[Row]) -> object | None:
    return found[0][0] if found else None


def _bound(key: str) -> str | bytes:
    """Return a key as SQLite takes it: half a character, from JSON, is no text."""
    if key.isascii():
        return key
    try:
        key.encode()
    except UnicodeEncodeError:
        return key.encode("utf-8", "surrogatepass")
    return key


def _read_key(key: str | bytes) -> str:
    return key if isinstance(key, str) else key.decode("utf-8", "surrogatepass")


def _text(text: str) -> str:
    return text.encode(errors="replace").decode()
