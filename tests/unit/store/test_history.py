"""What is too old falls out: of what is read at once, of the store a little later."""

import pytest

from mockwx.clock import SteppedClock
from mockwx.domain.exchange import Exchange
from mockwx.domain.quota import DAY
from mockwx.store.history import AT_ONCE
from mockwx.store.history import Age
from mockwx.store.history import AgedJournal
from mockwx.store.history import Broom
from mockwx.store.ledger import Ledger
from mockwx.store.memory import MemoryJournal
from mockwx.store.memory import MemoryStore
from mockwx.store.tables import Trail


NOON = 1_700_020_800
DAYS = 90


@pytest.fixture
def clock():
    return SteppedClock(at=NOON)


@pytest.fixture
def age(clock):
    return Age(clock, DAYS)


@pytest.fixture
def store():
    return MemoryStore()


def exchange(number, rid, at):
    blank = dict.fromkeys(
        ("method", "path", "response_type", "client_ip", "appid", "user"), ""
    )
    wire = dict.fromkeys(("query", "request_body", "response_body"), b"")
    return Exchange(
        number=number,
        rid=rid,
        at_ms=at * 1000,
        duration_us=0,
        status=200,
        errcode=0,
        **blank,
        **wire,
    )


def test_age_is_reckoned_by_the_worlds_clock(clock, age):
    clock.advance(DAYS * DAY)
    assert not age.too_old(NOON)
    clock.advance(1)
    assert age.too_old(NOON)
    clock.freeze(NOON)
    assert not age.too_old(NOON), "time was turned back"


def test_exchange_falls_out_of_the_journal_by_age(clock, age):
    journal = AgedJournal(MemoryJournal(), age)
    journal.append(lambda number: exchange(number, "old", NOON))
    clock.advance(DAYS * DAY)
    journal.append(lambda number: exchange(number, "new", clock.now()))
    assert [each.rid for each in journal.tail()] == ["old", "new"]
    assert journal.get("old") is not None
    clock.advance(1)
    assert [each.rid for each in journal.tail()] == ["new"]
    assert journal.get("old") is None


def test_entry_of_a_trail_falls_out_by_age(clock, age, store):
    trail = Trail(store, "payloads", too_old=age.too_old)
    trail.append("alice", NOON)
    trail.append("alice", NOON + 5)
    clock.advance(DAYS * DAY + 1)
    assert trail.all("alice") == [NOON + 5]
    assert trail.get("alice", 1) is None
    assert trail.count("alice") == 2


def test_record_of_a_ledger_falls_out_by_age(clock, age, store):
    ledger = Ledger(store, "codes", too_old=age.too_old)
    ledger.add("alice", "a", NOON)
    ledger.add("alice", "b", NOON + 5)
    clock.advance(DAYS * DAY + 1)
    assert ledger.get("a") is None
    assert ledger.of("alice") == [NOON + 5]


def test_broom_takes_away_what_fell_out_and_nothing_else(clock, age, store):
    ledger = Ledger(store, "codes", too_old=age.too_old)
    broom = Broom(ledger.sweep)
    for number in range(AT_ONCE):
        ledger.add(f"person {number}", f"old {number}", NOON)
    clock.advance(DAYS * DAY + 1)
    ledger.add("alice", "new", clock.now())
    for _ in range(3):
        broom.pass_by(clock.now())
    assert dict(store.scan("codes")) == {"new": clock.now()}
    assert dict(store.scan("codes_of")) == {"alice": "new"}


def test_broom_sweeps_once_a_day(clock):
    swept = []

    def sweep():
        swept.append(clock.now())
        yield

    broom = Broom(sweep)
    for seconds in (0, 1, 3600, DAY, 1):
        clock.advance(seconds)
        broom.pass_by(clock.now())
    assert swept == [NOON, NOON + 3601 + DAY]
