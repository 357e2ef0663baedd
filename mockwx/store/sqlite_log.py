"""What a SQLite file holds: rows, and a log of what has changed since.

A call that changes several things adds one line to the log, which is at the end of the
file and soon done. Whoever has the file open hears the lines that others added, and so
knows what the rows do not tell yet. Now and then somebody folds the log into the rows,
where each place is written once however often it has changed. The last lines stay some
time beyond that, for others to hear.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import TypeAlias

from mockwx.store.wording import Words


if TYPE_CHECKING:
    from sqlite3 import Connection


Place: TypeAlias = "tuple[str, str | None]"
"""A table and a key; without the key, whether the table holds anything."""
Change: TypeAlias = "tuple[str, str, Words | None]"
"""A table, a key, and the words that stand there now; None: there is nothing."""

FOLD_EVERY = 256
"""After how many lines the log is folded into the rows."""
MOST_UNFOLDED = 500
"""After how many changed places at the latest: nobody can write meanwhile."""
KEPT_LINES = 64

_TRIM_EVERY = 64
_MOST_BELIEVED = 20_000

_HEAR = "SELECT number, changed, folded FROM log WHERE number > ? ORDER BY number"
_GET = "SELECT value FROM rows WHERE name = ? AND key = ?"
_PUT = (
    "INSERT INTO rows VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
)
_DELETE = "DELETE FROM rows WHERE name = ? AND key = ?"
_NEWEST = "SELECT number FROM exchanges WHERE space = ? ORDER BY number DESC LIMIT 1"
_TELL = "INSERT INTO exchanges VALUES (?, ?, ?, ?)"
_TRIM = "DELETE FROM exchanges WHERE space = ? AND number <= ?"

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Line:
    """What one call has changed, or several at once."""

    number: int
    changes: Sequence[Change] | None
    """None: too much to tell, so nothing that was known before may be relied on."""
    folded: bool = False
    """Whether this line and all before it stand in the rows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange for a journal."""

    space: str
    rid: str
    words: Words
    bound: int


class Unknown:
    """What stands at most places, as far as one knows."""


UNKNOWN = Unknown()


class Knowledge:
    """What a process knows of a file, as of one line of its log.

    What the rows do not tell yet is all there; of the rest as much as was asked for
    lately. One thread at a time learns, while others look.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self.number = 0
        self.folded = 0
        self.recent: dict[Place, Words | None] = {}
        """What has changed since the last fold."""
        self._young: dict[Place, Words | None] = {}
        self._old: dict[Place, Words | None] = {}
        self._learning = threading.Lock()

    def at(self, place: Place) -> Words | Unknown | None:
        """Return the words at a place, if they are known."""
        words = self._young.get(place, UNKNOWN)
        if words is UNKNOWN:
            words = self.recent.get(place, UNKNOWN)
            if words is UNKNOWN:
                words = self._old.get(place, UNKNOWN)
        return words

    def hear(self, lines: Iterable[Line]) -> None:
        """Learn what was added to the log; what was heard before is no news."""
        with self._learning:
            for line in lines:
                if line.number > self.number:
                    self._learn(line)

    def believe(self, place: Place, words: Words | None, number: int) -> None:
        """Remember what the rows tell, unless more was heard since that number."""
        with self._learning:
            if number == self.number:
                self._make_room()
                self._young[place] = words

    def _learn(self, line: Line) -> None:
        if line.changes is None or line.number != self.number + 1:
            # Or lines are gone: they were folded, and that long ago.
            self.recent, self._young, self._old = {}, {}, {}
        self._make_room()
        recent, young = self.recent, self._young
        for table, key, words in line.changes or ():
            recent[table, key] = young[table, key] = words
            if words is not None:
                young[table, None] = 1
            else:
                young.pop((table, None), None)
                self._old.pop((table, None), None)
        if line.folded:
            self.recent = {}
            self.folded = line.number
        self.number = line.number

    def _make_room(self) -> None:
        if len(self._young) >= _MOST_BELIEVED:
            self._old, self._young = self._young, {}


class Log:
    """The log and the rows of a file, each time by a connection to it."""

    def __init__(self) -> None:
        self.known = Knowledge()

    def catch_up(self, connection: Connection) -> None:
        """Hear what others have added."""
        lines = connection.execute(_HEAR, (self.known.number,)).fetchall()
        if lines:
            self.known.hear([_read_line(each) for each in lines])

    def find(self, connection: Connection, place: Place) -> Words | None:
        """Return the words at a place, once all lines were heard."""
        number = self.known.number
        words = self.known.at(place)
        if not isinstance(words, Unknown):
            return words
        table, key = place
        if key is None:
            words = 1 if self._holds(connection, table) else None
        else:
            rows = connection.execute(_GET, (table, _bound(key))).fetchall()
            words = rows[0][0] if rows else None
        self.known.believe(place, words, number)
        return words

    def scan(self, connection: Connection, table: str) -> dict[str, Words]:
        """Return all that stands in a table, as of one moment."""
        connection.execute("BEGIN")
        lines = connection.execute(
            "SELECT number, changed, folded FROM log"
            " WHERE folded OR instr(changed, ?) ORDER BY number",
            (_encode(table),),
        ).fetchall()
        rows = connection.execute(
            "SELECT key, value FROM rows WHERE name = ?", (table,)
        ).fetchall()
        connection.execute("COMMIT")
        found: dict[str, Words] = {_read_key(key): words for key, words in rows}
        for key, words in _unfolded(map(_read_line, lines), table).items():
            if words is None:
                found.pop(key, None)
            else:
                found[key] = words
        return found

    def tables(self, connection: Connection, prefix: str) -> list[str]:
        """Return the names of the tables that begin so, and may hold something."""
        self.catch_up(connection)
        recent = {name for name, _ in list(self.known.recent)}
        rows = connection.execute(
            "SELECT DISTINCT name FROM rows WHERE name >= ? AND name < ?",
            (prefix, _after(prefix)),
        )
        names = {str(name) for (name,) in rows} | recent
        return sorted(name for name in names if name.startswith(prefix))

    # -- while nobody else can write, and all lines were heard ------------------------

    def add(self, writer: Connection, changed: Mapping[Place, Words | None]) -> Line:
        """Add a line, to be heard once it is kept; fold the log if that is due."""
        changes = [(table, key or "", words) for (table, key), words in changed.items()]
        number = self.known.number + 1
        is_long = number - self.known.folded >= FOLD_EVERY
        is_due = is_long or len(self.known.recent) + len(changed) > MOST_UNFOLDED
        line = Line(number, changes, is_due)
        self._write(writer, line)
        if line.folded:
            self._fold(writer, {**self.known.recent, **changed})
        return line

    def clear(self, writer: Connection, prefix: str) -> Line:
        """Forget all tables whose names begin so."""
        line = Line(self.known.number + 1, None, folded=True)
        self._fold(writer, self.known.recent)
        writer.execute(
            "DELETE FROM rows WHERE name >= ? AND name < ?", (prefix, _after(prefix))
        )
        self._write(writer, line)
        return line

    def _write(self, writer: Connection, line: Line) -> None:
        changed = None if line.changes is None else _encode(line.changes)
        writer.execute(
            "INSERT INTO log VALUES (?, ?, ?)", (line.number, changed, line.folded)
        )

    def _fold(self, writer: Connection, latest: Mapping[Place, Words | None]) -> None:
        places = [
            (table, _bound(key or ""), words) for (table, key), words in latest.items()
        ]
        writer.executemany(_PUT, [each for each in places if each[2] is not None])
        writer.executemany(_DELETE, [each[:2] for each in places if each[2] is None])
        writer.execute(
            "DELETE FROM log WHERE number <= ?", (self.known.number - KEPT_LINES,)
        )

    def _holds(self, connection: Connection, table: str) -> bool:
        recent = list(self.known.recent.items())
        known = {key: words for (name, key), words in recent if name == table}
        if any(words is not None for words in known.values()):
            return True
        rows = connection.execute("SELECT key FROM rows WHERE name = ?", (table,))
        return any(_read_key(key) not in known for (key,) in rows)


def tell(writer: Connection, entries: Sequence[Entry]) -> int:
    """Add exchanges to journals; return the number of the last."""
    numbers: dict[str, int] = {}
    rows = []
    for entry in entries:
        number = numbers.get(entry.space)
        if number is None:
            found = writer.execute(_NEWEST, (entry.space,)).fetchall()
            number = found[0][0] if found else 0
        numbers[entry.space] = number = number + 1
        rows.append((entry.space, number, entry.rid, entry.words))
        if number % _TRIM_EVERY == 0:
            writer.execute(_TRIM, (entry.space, number - entry.bound))
    writer.executemany(_TELL, rows)
    return rows[-1][1]


def _read_line(row: tuple[int, str | None, int]) -> Line:
    number, changed, folded = row
    return Line(number, None if changed is None else json.loads(changed), bool(folded))


def _unfolded(lines: Iterable[Line], table: str) -> dict[str, Words | None]:
    """Return what has changed in a table and does not stand in the rows yet."""
    changed: dict[str, Words | None] = {}
    for line in lines:
        for name, key, words in line.changes or ():
            if name == table:
                changed[key] = words
        if line.folded:
            changed.clear()
    return changed


def _after(prefix: str) -> str:
    """Return the first text behind all that begin so."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


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
