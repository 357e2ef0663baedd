"""Which depot a setting names: `sqlite:///FILE`; memory has none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from mockwx.store.base import Depot
    from mockwx.store.records import Types


SQLITE = "sqlite:///"


def open_depot(url: str, known: Types) -> Depot | None:
    """Open what a setting names; None for memory. Raises StoreError if that fails."""
    if not url.startswith(SQLITE):
        return None
    # Imported for those who want it, as memory starts sooner without.
    from mockwx.store.sqlite import SqliteDepot

    return SqliteDepot(Path(url.removeprefix(SQLITE)), known)
