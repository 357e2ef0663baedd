"""Records by id and by owner, bounded per owner."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.store.ledger import BOUND
from mockwx.store.ledger import Ledger
from mockwx.store.memory import MemoryStore
from tests.unit.store.rival import RivalStore


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def ledger(store):
    return Ledger(store, "codes", bound=3)


def rows(store):
    return sum(len(list(store.scan(table))) for table in ("codes", "codes_of"))


def test_record_is_found_by_its_id_and_listed_by_its_owner(ledger):
    ledger.add("alice", "a", "first")
    ledger.add("alice", "b", "second")
    ledger.add("bob", "c", "third")
    assert ledger.get("a") == "first"
    assert ledger.of("alice") == ["first", "second"]
    assert ledger.of("bob") == ["third"]


def test_what_was_never_added_is_not_there(ledger):
    assert ledger.get("a") is None
    assert ledger.of("alice") == []


def test_record_is_swapped_once(ledger):
    ledger.add("alice", "a", "fresh")
    assert ledger.swap("a", "fresh", "used")
    assert not ledger.swap("a", "fresh", "used again")
    assert not ledger.swap("b", "fresh", "used")
    assert ledger.of("alice") == ["used"]


def test_oldest_record_falls_out_beyond_the_bound_in_both_views(ledger):
    for number in range(5):
        ledger.add("alice", f"id{number}", number)
    ledger.add("bob", "b", "b")
    assert ledger.of("alice") == [2, 3, 4]
    assert ledger.get("id1") is None
    assert ledger.get("id2") == 2
    assert ledger.of("bob") == ["b"]


def test_ledger_does_not_grow_beyond_its_bound(store, ledger):
    for number in range(100):
        ledger.add("alice", f"id{number}", number)
    assert rows(store) == 3 + 3


@pytest.mark.parametrize("table", ["codes", "codes_of"])
@pytest.mark.parametrize("others", [2, 3, 4, 5])
def test_record_that_others_overtake_while_it_is_written_leaves_no_trace(table, others):
    store = RivalStore()
    ledger = Ledger(store, "codes", bound=3)

    def overtake():
        for number in range(others):
            ledger.add("alice", f"id{number}", number)

    store.before_write(table, overtake)
    ledger.add("alice", "slow", "slow")
    for number in range(5, 8):
        ledger.add("alice", f"id{number}", number)
    assert ledger.of("alice") == [5, 6, 7]
    assert rows(store) == 3 + 3


def test_bound_holds_when_many_add_at_once(store):
    ledger = Ledger(store, "codes", bound=50)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: ledger.add("alice", f"id{n}", n), range(1000)))
    assert len(ledger.of("alice")) == 50
    assert rows(store) == 50 + 50


def test_bound_is_a_thousand_unless_told_otherwise(store):
    ledger = Ledger(store, "codes")
    for number in range(BOUND + 1):
        ledger.add("alice", f"id{number}", number)
    assert len(ledger.of("alice")) == BOUND == 1000
