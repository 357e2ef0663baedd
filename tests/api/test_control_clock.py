"""The control API's clock."""

from typing import Any

import pytest

from tests.wechat import NOON
from tests.wechat import Control


def test_frozen_clock_is_shown_advanced_and_resumed(control: Control) -> None:
    shown = control.get("clock")
    advanced = control.post("clock/advance", seconds=300)
    resumed = control.post("clock/resume")

    assert shown == {"now": NOON, "frozen": True}
    assert advanced == {"now": NOON + 300, "frozen": True}
    assert resumed["frozen"] is False
    assert resumed["now"] in (NOON + 300, NOON + 301)


@pytest.mark.parametrize("body", [{}, {"at": None}], ids=str)
def test_freeze_without_a_moment_stops_now(control: Control, body: Any) -> None:
    control.post("clock/resume")

    frozen = control.post("clock/freeze", **body)

    assert frozen["frozen"] is True
    assert control.get("clock") == frozen


def test_freeze_takes_a_moment(control: Control) -> None:
    assert control.post("clock/freeze", at=5) == {"now": 5, "frozen": True}


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("advance", {}),
    ("advance", {"seconds": -1}),
    ("advance", {"seconds": True}),
    ("advance", {"seconds": "5"}),
    ("advance", {"seconds": 1.0}),
    ("advance", {"seconds": 2**32}),
    ("advance", {"seconds": 2**32 - 1}),
    ("advance", {"second": 1}),
    ("freeze", {"at": -1}),
    ("freeze", {"at": 2**32}),
    ("resume", {"at": 1}),
]


@pytest.mark.parametrize(("act", "body"), REFUSED, ids=[str(row) for row in REFUSED])
def test_impossible_time_is_refused_and_nothing_moves(
    control: Control, act: str, body: dict[str, Any]
) -> None:
    response = control.http.post(f"/_mockwx/api/clock/{act}", json=body)

    assert response.status_code == 400
    assert control.get("clock") == {"now": NOON, "frozen": True}
