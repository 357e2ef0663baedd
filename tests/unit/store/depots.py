"""Every kind of depot, and values like those that services keep."""

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import closing
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mockwx.store.base import Depot
from mockwx.store.memory import MemoryJournal
from mockwx.store.memory import MemoryStore
from mockwx.store.records import by_name
from mockwx.store.redis import RedisDepot
from mockwx.store.sqlite import SqliteDepot
from tests.redis_server import running_redis


T = TypeVar("T")


@dataclass(frozen=True)
class Code:
    """A value like those that services keep."""

    owner: str
    used: bool = False


@dataclass(frozen=True)
class Call:
    """As much of an exchange as a journal looks at."""

    number: int
    rid: str = "rid"


KNOWN = by_name(Code, Call)


class MemoryDepot:
    """What memory would be as a depot."""

    def __init__(self) -> None:
        self._stores: dict[str, MemoryStore] = {}
        self._journals: dict[str, MemoryJournal] = {}

    def store(self, space: str) -> MemoryStore:
        return self._stores.setdefault(space, MemoryStore())

    def journal(self, space: str, bound: int) -> MemoryJournal:
        return self._journals.setdefault(space, MemoryJournal(bound))

    def together(self, work: Callable[[], T]) -> T:
        return work()

    def close(self) -> None:
        """Keep everything."""


@contextmanager
def redis(folder: Path) -> Iterator[Depot]:
    with (
        running_redis(folder) as server,
        closing(RedisDepot(server.url, KNOWN)) as depot,
    ):
        yield depot


@contextmanager
def memory(folder: Path) -> Iterator[Depot]:
    yield MemoryDepot()


@contextmanager
def sqlite(folder: Path) -> Iterator[Depot]:
    with closing(SqliteDepot(folder / "state.db", KNOWN)) as depot:
        yield depot


Open = Callable[[Path], AbstractContextManager[Depot]]

DEPOTS: dict[str, Open] = {"memory": memory, "sqlite": sqlite, "redis": redis}
