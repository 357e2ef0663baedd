"""The page on the doctor says how sure it is without a history, as measured."""

from pathlib import Path

import pytest

from tests.docs import accuracy
from tests.docs.pages import named
from tests.docs.pages import twin


@pytest.mark.parametrize("page", [accuracy.PAGE, twin(accuracy.PAGE)], ids=named)
def test_page_on_the_doctor_is_up_to_date(page: Path) -> None:
    written = page.read_text(encoding="utf-8")

    assert written == accuracy.refreshed(page, accuracy.pages()[page]), (
        "to renew the page: python -m tests.docs.accuracy"
    )
