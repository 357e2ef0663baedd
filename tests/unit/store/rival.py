"""A store in which somebody else is faster, once, at the moment a test chooses."""

from collections.abc import Callable

from mockwx.store.memory import MemoryStore


class RivalStore(MemoryStore):
    """A memory store that lets a rival act just before a write to one table."""

    def __init__(self) -> None:
        """Start without a rival."""
        super().__init__()
        self._table = ""
        self._acts: list[Callable[[], object]] = []

    def before_write(self, table: str, *acts: Callable[[], object]) -> None:
        """Let one rival act before each of the next writes."""
        self._table = table
        self._acts = list(acts)

    def put(self, table: str, key: str, value: object) -> None:
        """Put, after the rival."""
        self._let_act(table)
        super().put(table, key, value)

    def add(self, table: str, key: str, value: object) -> bool:
        """Add, after the rival."""
        self._let_act(table)
        return super().add(table, key, value)

    def swap(self, table: str, key: str, old: object, new: object) -> bool:
        """Swap, after the rival."""
        self._let_act(table)
        return super().swap(table, key, old, new)

    def _let_act(self, table: str) -> None:
        if table == self._table and self._acts:
            self._acts.pop(0)()
