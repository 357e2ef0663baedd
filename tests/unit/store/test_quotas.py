"""Counting calls per window."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.domain.quota import DAY
from mockwx.domain.quota import MINUTE
from mockwx.store.quotas import Quotas
from tests.unit.store.rival import RivalStore


NOW = 1_700_020_800


@pytest.fixture
def store():
    return RivalStore()


@pytest.fixture
def quotas(store):
    return Quotas(store)


def test_calls_are_counted_within_the_minute_and_anew_in_the_next(quotas):
    moments = (NOW, NOW + 1, NOW + 59, NOW + 60, NOW + 61)
    counts = [quotas.count("api", "alice", now, MINUTE) for now in moments]
    assert counts == [1, 2, 3, 1, 2]


def test_callers_interfaces_and_periods_are_counted_apart(quotas):
    assert quotas.count("api", "alice", NOW, MINUTE) == 1
    assert quotas.count("api", "bob", NOW, MINUTE) == 1
    assert quotas.count("other", "alice", NOW, MINUTE) == 1
    assert quotas.count("api", "alice", NOW, DAY) == 1
    assert quotas.count("api", "alice", NOW, MINUTE) == 2


def test_calls_of_a_month_are_counted_and_anew_in_the_next(quotas):
    moments = (NOW, NOW + 14 * DAY, NOW + 16 * DAY)
    counts = [quotas.count_this_month("api", "alice", now) for now in moments]
    assert counts == [1, 2, 1]


def test_calls_of_today_are_told_and_forgotten(quotas):
    assert quotas.counted_today("api", "alice", NOW) == 0
    quotas.count("api", "alice", NOW, DAY)
    quotas.count("api", "alice", NOW, DAY)
    assert quotas.counted_today("api", "alice", NOW) == 2
    assert quotas.counted_today("api", "alice", NOW + DAY) == 0
    quotas.forget_today("api", "alice")
    assert quotas.counted_today("api", "alice", NOW) == 0


def test_calls_nobody_counted_are_told_once(quotas):
    def told(since):
        assert since == NOW
        return 7

    moments = (NOW, NOW + 1, NOW + 60)
    counts = [
        quotas.count("api", "alice", now, MINUTE, uncounted=told) for now in moments
    ]
    assert counts == [8, 9, 1]


def test_past_windows_are_not_kept(store, quotas):
    for minute in range(50):
        quotas.count("api", "alice", NOW + minute * MINUTE, MINUTE)
    assert len(list(store.scan("quotas"))) == 1


def test_rival_who_counts_first_is_counted_too(store, quotas):
    store.before_write("quotas", lambda: quotas.count("api", "alice", NOW, MINUTE))
    assert quotas.count("api", "alice", NOW, MINUTE) == 2
    store.before_write("quotas", lambda: quotas.count("api", "alice", NOW, MINUTE))
    assert quotas.count("api", "alice", NOW, MINUTE) == 4


def test_no_call_is_lost_or_counted_twice_among_threads(quotas):
    with ThreadPoolExecutor(16) as pool:
        counts = pool.map(lambda _: quotas.count("api", "a", NOW, MINUTE), range(500))
    assert sorted(counts) == list(range(1, 501))
