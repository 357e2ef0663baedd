"""Rows of the tables that people write: those there are, drafts of the others."""

from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.docs.pages import CHINESE
from tests.docs.pages import named


TO_DO = "…"
"""Stands in a draft for what only a person can say."""


def rows_of(page: Path) -> dict[str, str]:
    """Return the table rows of a page by the code in their first column."""
    found = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        first, _, rest = line.removeprefix("| `").partition("`")
        if line.startswith("| `"):
            found[first] = rest
    return found


def row(name: str, *cells: str) -> str:
    """Write a row as the pages do: code first, then words."""
    return " | ".join((f"| `{name}`", *cells)) + " |"


def worded(words: str, page: Path) -> str:
    """Offer the code's own words to an English page; a Chinese one needs others."""
    return TO_DO if page.name.endswith(CHINESE) else words


def demand(
    page: Path, *, missing: Iterable[str] = (), gone: Iterable[str] = ()
) -> None:
    """Fail if a page lacks rows or has too many; say which, ready to be pasted."""
    parts: Mapping[str, Iterable[str]] = {
        f"write into {named(page)}:": missing,
        f"delete from {named(page)} the rows of:": gone,
    }
    wanted = [
        line for heading, rows in parts.items() if rows for line in (heading, *rows)
    ]
    if wanted:
        pytest.fail("\n".join(wanted), pytrace=False)
