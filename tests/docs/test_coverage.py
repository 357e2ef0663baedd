"""The table of interfaces misses nothing that is there, and claims nothing unproved."""

import pytest

from mockwx.services.device import CALLS
from tests.docs.coverage import CLIENT
from tests.docs.coverage import NO_CALLS
from tests.docs.coverage import NOT_COVERED
from tests.docs.coverage import SERVER
from tests.docs.coverage import SHOWN
from tests.docs.coverage import VIEW_AT
from tests.docs.coverage import covered
from tests.docs.coverage import named_by


NAMES = sorted(named_by(SERVER) | named_by(CLIENT))


def test_table_has_every_interface_that_is_answered() -> None:
    assert VIEW_AT.keys() - named_by(SERVER) == set()


def test_table_has_every_call_on_the_phones_door() -> None:
    assert CALLS.keys() - named_by(CLIENT) == set()


def test_what_is_shown_in_other_words_stands_in_the_table() -> None:
    assert (SHOWN.keys() | NO_CALLS) - named_by(CLIENT) == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_covered_is_proved_and_nothing_else(name: str) -> None:
    found = covered(name)

    assert bool(found.tests) == (found.state != NOT_COVERED)
    assert [file for file in found.tests if not file.is_file()] == []
