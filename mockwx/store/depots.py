"""Which depot a setting names: SQLite's or Redis's; memory has none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mockwx.config import MEMORY


if TYPE_CHECKING:
    from mockwx.store.base import Depot
    from mockwx.store.records import Types


SQLITE = "sqlite:///"


def open_depot(url: str, known: Types) -> Depot | None:
    """Open what a setting names; None for memory. Raises StoreError if that fails."""
    # Each is imported for those who want it, as memory starts sooner without.
    if url == MEMORY:
        return None
    if url.startswith(SQLITE):
        from mockwx.store.sqlite import SqliteDepot

        return SqliteDepot(Path(url.removeprefix(SQLITE)), known)
    from mockwx.store.redis import RedisDepot

    return RedisDepot(url, known)
