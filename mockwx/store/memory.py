"""A store and a journal in this process: dicts, a deque, and a lock for each."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING
from typing import TypeAlias


if TYPE_CHECKING:
    from mockwx.domain.exchange import Exchange

    _Crowd: TypeAlias = dict[str, object] | dict[str, "_Record"] | deque[Exchange]


_AT_ONCE = 1_000
_PAUSE_SECONDS = 0.001
_NO_VALUE = "None means absent: delete the key instead"

_BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "codes_of": "code",
        "codes_of.count": "codes",
        "device_logins": "login",
        "past_session_keys.count": "past_keys",
        "session_keys": "key",
        "visits": "visit",
    }
)
"""Tables that know whoever logs in, all by the same key, and each one's field."""

_ONE_OF_MANY = "#"
"""Stands in the key of what is one of many for its owner, so hardly in another table's
(store.tables.Trail)."""

_Rows: TypeAlias = "dict[str, object] | _Column"


class MemoryStore:
    """Keep the very objects it is given: being frozen, they are safe to share."""

    __slots__ = ("_lock", "_tables")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables = _Tables()

    def get(self, table: str, key: str) -> object | None:
        # No lock: one look-up in a dict is atomic, and tables are never replaced.
        rows = self._tables.get(table)
        return None if rows is None else rows.get(key)

    def put(self, table: str, key: str, value: object) -> None:
        if value is None:
            raise ValueError(_NO_VALUE)
        with self._lock:
            self._tables[table][key] = value

    def add(self, table: str, key: str, value: object) -> bool:
        if value is None:
            raise ValueError(_NO_VALUE)
        with self._lock:
            rows = self._tables[table]
            if rows.get(key) is not None:
                return False
            rows[key] = value
            return True

    def swap(self, table: str, key: str, old: object, new: object) -> bool:
        if old is None or new is None:
            raise ValueError(_NO_VALUE)
        with self._lock:
            rows = self._tables.get(table)
            current = None if rows is None else rows.get(key)
            # Nearly always the very object: to compare all its fields takes longer.
            if rows is None or (current is not old and current != old):
                return False
            rows[key] = new
            return True

    def incr(self, table: str, key: str, by: int = 1) -> int:
        with self._lock:
            rows = self._tables[table]
            number = rows.get(key, 0)
            if not isinstance(number, int):
                raise TypeError(f"{key!r} in {table!r} is no number: {number!r}")
            rows[key] = number + by
            return number + by

    def delete(self, table: str, key: str) -> bool:
        with self._lock:
            return self._tables[table].pop(key, None) is not None

    def holds(self, table: str) -> bool:
        # No lock: see `get`.
        return bool(self._tables.get(table))

    def scan(self, table: str) -> Iterator[tuple[str, object]]:
        with self._lock:
            return iter(list(self._tables[table].items()))

    def tables(self) -> list[str]:
        with self._lock:
            return [name for name, rows in self._tables.items() if rows]

    def clear(self) -> None:
        with self._lock:
            forgotten, self._tables = self._tables, _Tables()
        let_go(forgotten.crowds())


class _Record:
    """What several tables keep under one key.

    Of a million people hardly anything is in the processor's caches: to find one record
    is to wait for memory once, to find a row in each table is to wait as many times.
    """

    __slots__ = tuple(_BESIDE.values())

    def __init__(self) -> None:
        self.code = self.codes = self.past_keys = None
        self.key = self.login = self.visit = None


class _Column:
    """One field of all records: a table, as far as a store uses one like a dict."""

    __slots__ = ("_count", "_field", "_records", "many")

    def __init__(self, records: dict[str, _Record], field: str) -> None:
        self._records = records
        self._field = field
        self._count = 0
        self.many: dict[str, object] = {}
        """What would be alone in its record."""

    def __len__(self) -> int:
        return self._count + len(self.many)

    def __setitem__(self, key: str, value: object) -> None:
        if _ONE_OF_MANY in key:
            self.many[key] = value
            return
        record = self._records.get(key)
        if record is None:
            record = self._records[key] = _Record()
        if getattr(record, self._field) is None:
            self._count += 1
        setattr(record, self._field, value)

    def get(self, key: str, default: object = None) -> object:
        record = self._records.get(key)
        if record is None:
            # A key of one of many is in no record.
            return self.many.get(key, default)
        value = getattr(record, self._field)
        return default if value is None else value

    def pop(self, key: str, default: object) -> object:
        if _ONE_OF_MANY in key:
            return self.many.pop(key, default)
        record = self._records.get(key)
        if record is None or (value := getattr(record, self._field)) is None:
            return default
        setattr(record, self._field, None)
        self._count -= 1
        if all(getattr(record, field) is None for field in _Record.__slots__):
            del self._records[key]
        return value

    def items(self) -> Iterator[tuple[str, object]]:
        for key, record in self._records.items():
            if (value := getattr(record, self._field)) is not None:
                yield key, value
        yield from self.many.items()


class _Tables(dict[str, _Rows]):
    """Tables by name; each begins when it is first mentioned."""

    __slots__ = ("_records",)

    def __init__(self) -> None:
        super().__init__()
        self._records: dict[str, _Record] = {}

    def __missing__(self, table: str) -> _Rows:
        field = _BESIDE.get(table)
        rows: _Rows = {} if field is None else _Column(self._records, field)
        self[table] = rows
        return rows

    def crowds(self) -> Iterator[dict[str, object] | dict[str, _Record]]:
        """Yield all that may be many."""
        yield self._records
        for rows in self.values():
            yield rows if isinstance(rows, dict) else rows.many


class MemoryJournal:
    """Keep the latest exchanges, as many as the bound says."""

    __slots__ = ("_arrived", "_count", "_exchanges", "_lock", "_waiting")

    def __init__(self, bound: int = 10_000) -> None:
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._waiting = 0
        self._count = 0
        self._exchanges: deque[Exchange] = deque(maxlen=bound)

    def append(self, make: Callable[[int], Exchange]) -> Exchange:
        with self._lock:
            self._count += 1
            exchange = make(self._count)
            self._exchanges.append(exchange)
            # To tell nobody takes as long as all the rest.
            if self._waiting:
                self._arrived.notify_all()
        return exchange

    def tail(self, after: int = 0) -> Sequence[Exchange]:
        with self._lock:
            newest_first = reversed(self._exchanges)
            found = list(takewhile(lambda each: each.number > after, newest_first))
        return found[::-1]

    def get(self, rid: str) -> Exchange | None:
        # Rarely asked, so it looks through them rather than keep a second index.
        with self._lock:
            newest_first = reversed(self._exchanges)
            return next((each for each in newest_first if each.rid == rid), None)

    def wait(self, after: int, timeout: float) -> bool:
        with self._lock:
            self._waiting += 1
            try:
                return self._arrived.wait_for(lambda: self._newest() > after, timeout)
            finally:
                self._waiting -= 1

    def discard(self, numbers: Collection[int]) -> None:
        gone = frozenset(numbers)
        with self._lock:
            kept = (each for each in self._exchanges if each.number not in gone)
            self._exchanges = deque(kept, self._exchanges.maxlen)

    def clear(self) -> None:
        with self._lock:
            forgotten = self._exchanges
            self._exchanges = deque(maxlen=forgotten.maxlen)
        let_go([forgotten])

    def _newest(self) -> int:
        return self._exchanges[-1].number if self._exchanges else 0


def let_go(forgotten: Iterable[_Crowd]) -> None:
    """Drop what nobody sees any more, piece by piece, without letting anybody wait.

    A million objects take a while to go, and dropped at once they would hold up every
    thread; of a few nobody notices.
    """
    many = [each for each in forgotten if len(each) > _AT_ONCE]
    if many:
        threading.Thread(
            target=_drop, args=(many,), name="mockwx-forget", daemon=True
        ).start()


def _drop(many: list[_Crowd]) -> None:
    pause = threading.Event()
    for each in many:
        drop = each.popitem if isinstance(each, dict) else each.pop
        while each:
            # Else this thread would keep all others waiting for 5 ms at a time.
            pause.wait(_PAUSE_SECONDS)
            for _ in range(min(len(each), _AT_ONCE)):
                drop()
