"""Whoever changes the code is told which rows to write, and where."""

import pytest

from tests.docs.pages import DOCS
from tests.docs.rows import demand
from tests.docs.rows import row


PAGE = DOCS / "reference" / "control-api.md"


def test_rows_that_are_missing_or_too_many_are_named_with_their_page() -> None:
    missing = [row("POST /moon", "Moves the moon.")]

    with pytest.raises(pytest.fail.Exception) as told:
        demand(PAGE, missing=missing, gone=["GET /sun"])

    assert str(told.value).splitlines() == [
        "write into docs/reference/control-api.md:",
        "| `POST /moon` | Moves the moon. |",
        "delete from docs/reference/control-api.md the rows of:",
        "GET /sun",
    ]


def test_page_that_has_its_rows_is_left_in_peace() -> None:
    demand(PAGE, missing=[], gone=[])
