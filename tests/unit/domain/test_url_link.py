"""How long a link may live."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.domain.errors import WeChatError
from mockwx.domain.url_link import Expiry
from mockwx.domain.url_link import check_expiry


NOW = 1_700_000_000


def expiry(**changes):
    nothing = {
        "is_expire": False,
        "expire_type": 0,
        "expire_time": 0,
        "expire_interval": 0,
    }
    return Expiry(**{**nothing, **changes})


def accepted(asked):
    try:
        check_expiry(asked, now=NOW)
    except WeChatError:
        return False
    return True


def test_nothing_given_is_accepted():
    assert accepted(expiry())


@given(st.integers(min_value=1))
def test_time_is_between_a_minute_and_thirty_days_away(moment):
    fits = NOW + 60 <= moment <= NOW + 30 * 86_400
    assert accepted(expiry(expire_time=moment)) is fits


@given(st.integers())
def test_interval_is_between_one_and_thirty_days(days):
    assert accepted(expiry(expire_type=1, expire_interval=days)) is (1 <= days <= 30)


def test_refusal_is_85401():
    with pytest.raises(WeChatError) as refused:
        check_expiry(expiry(is_expire=True), now=NOW)
    assert refused.value.errcode == 85401


@pytest.mark.parametrize("expire_type", [-1, 2, 3])
def test_there_are_two_types(expire_type):
    asked = expiry(expire_type=expire_type, expire_time=NOW + 3600, expire_interval=5)
    assert not accepted(asked)
