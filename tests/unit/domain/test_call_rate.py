"""How often a phone may call, for apps that want it kept (protocol C0)."""

import pytest

from mockwx.domain.call_rate import CallRate
from mockwx.domain.call_rate import read_call_rate
from mockwx.domain.control import ControlError


@pytest.mark.fidelity("documented", "call rates: 4 a second, twice the page views")
def test_limits_are_the_documented_ones():
    assert CallRate().per_second == 4
    assert CallRate().per_day is None
    assert CallRate(page_views=100).per_day == 200


def test_limits_are_read_as_they_are_shown():
    shown = {"per_second": 2, "page_views": 10}
    assert read_call_rate("call_rate", shown).as_json() == shown
    assert read_call_rate("call_rate", {}) == CallRate()


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (4, "call_rate"),
        ({"per_second": 0}, "per_second"),
        ({"page_views": -1}, "page_views"),
        ({"per_minute": 1}, "per_minute"),
    ],
    ids=str,
)
def test_anything_else_is_refused_by_name(value, field):
    with pytest.raises(ControlError) as refused:
        read_call_rate("call_rate", value)
    assert refused.value.field == field
