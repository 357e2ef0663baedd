"""Windows of counting."""

import pytest

from mockwx.domain import quota
from mockwx.domain.quota import DAY
from mockwx.domain.quota import MINUTE
from mockwx.domain.quota import Window
from mockwx.domain.quota import month_start
from mockwx.domain.quota import window_start


MIDNIGHT_IN_CHINA = 1_700_064_000  # 2023-11-16 00:00 +08:00
NOVEMBER_IN_CHINA = MIDNIGHT_IN_CHINA - 15 * DAY
DECEMBER_IN_CHINA = MIDNIGHT_IN_CHINA + 15 * DAY


@pytest.mark.parametrize(
    ("now", "period", "start"),
    [
        pytest.param(119, MINUTE, 60, id="last second of a minute"),
        pytest.param(120, MINUTE, 120, id="first second of a minute"),
        pytest.param(
            MIDNIGHT_IN_CHINA - 1,
            DAY,
            MIDNIGHT_IN_CHINA - DAY,
            id="last second of a day in China",
        ),
        pytest.param(MIDNIGHT_IN_CHINA, DAY, MIDNIGHT_IN_CHINA, id="midnight in China"),
    ],
)
def test_window_begins_with_the_minute_or_the_day_in_china(now, period, start):
    assert window_start(now, period) == start


def test_call_in_the_same_window_is_counted_on():
    assert Window(60, 4).counted_since(60) == Window(60, 5)


@pytest.mark.parametrize("start", [120, 0], ids=["later", "earlier"])
def test_call_in_another_window_begins_again(start):
    assert Window(60, 4).counted_since(start) == Window(start, 1)


@pytest.mark.parametrize(
    "now",
    [NOVEMBER_IN_CHINA, MIDNIGHT_IN_CHINA, DECEMBER_IN_CHINA - 1],
    ids=["first second", "in the middle", "last second"],
)
def test_month_begins_in_china(now):
    assert month_start(now) == NOVEMBER_IN_CHINA


def test_next_month_begins_at_midnight_in_china():
    assert month_start(DECEMBER_IN_CHINA) == DECEMBER_IN_CHINA


@pytest.mark.fidelity("documented", "limits per minute")
@pytest.mark.parametrize(
    ("figure", "value"),
    [("CODE2SESSION_PER_MINUTE", 100), ("RESET_SESSION_KEY_PER_MINUTE", 60_000)],
)
def test_figure_is_the_documented_one(figure, value):
    assert getattr(quota, figure) == value
