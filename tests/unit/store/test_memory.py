"""The store and the journal in memory, beyond what every store promises."""

import gc
import threading
import time
import weakref
from dataclasses import dataclass

import pytest

from mockwx.store.memory import MemoryJournal
from mockwx.store.memory import MemoryStore


@dataclass(frozen=True)
class Call:
    """As much of an exchange as a journal looks at."""

    number: int
    rid: str = "rid"


def filled(count, bound=10_000):
    journal = MemoryJournal(bound)
    for _ in range(count):
        journal.append(lambda number: Call(number, f"rid-{number}"))
    return journal


def numbers(calls):
    return [call.number for call in calls]


def test_store_keeps_the_very_object():
    store, call = MemoryStore(), Call(1)

    store.put("calls", "a", call)

    assert store.get("calls", "a") is call


def test_cleared_store_holds_on_to_nothing():
    store, call = MemoryStore(), Call(1)
    store.put("calls", "a", call)
    forgotten = weakref.ref(call)

    store.clear()
    del call
    gc.collect()

    assert forgotten() is None


def test_journal_numbers_exchanges_from_one():
    journal = MemoryJournal()

    made = [journal.append(Call) for _ in range(3)]

    assert numbers(made) == [1, 2, 3]
    assert list(journal.tail()) == made


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, [1, 2, 3, 4]), (-1, [1, 2, 3, 4]), (2, [3, 4]), (4, []), (99, [])],
)
def test_tail_starts_after_a_number(after, expected):
    assert numbers(filled(4).tail(after)) == expected


def test_journal_forgets_the_oldest_beyond_its_bound():
    journal = filled(5, bound=3)

    assert numbers(journal.tail()) == [3, 4, 5]
    assert journal.get("rid-2") is None


def test_journal_may_keep_nothing():
    journal = filled(2, bound=0)

    assert list(journal.tail()) == []
    assert journal.wait(0, timeout=0) is False


def test_exchange_is_found_by_its_rid():
    journal = filled(3)

    assert journal.get("rid-2") == Call(2, "rid-2")
    assert journal.get("rid-9") is None


def test_latest_exchange_of_a_rid_is_found():
    journal = MemoryJournal()
    for _ in range(2):
        journal.append(Call)

    assert journal.get("rid").number == 2


def test_numbers_go_on_after_clear():
    journal = filled(3)

    journal.clear()

    assert list(journal.tail()) == []
    assert journal.append(Call).number == 4


def test_exchange_that_cannot_be_made_leaves_the_journal_usable():
    journal = filled(1)

    with pytest.raises(ZeroDivisionError):
        journal.append(lambda number: 1 // 0)

    assert journal.append(Call).number > 1
    assert len(journal.tail()) == 2


def test_wait_sees_what_is_there_already():
    assert filled(3).wait(2, timeout=0) is True


@pytest.mark.parametrize("cleared", [False, True], ids=["nothing new", "cleared"])
def test_wait_gives_up_in_time(cleared):
    journal = filled(3)
    if cleared:
        journal.clear()

    started = time.monotonic()
    found = journal.wait(0 if cleared else 3, timeout=0.05)

    assert found is False
    assert time.monotonic() - started >= 0.04


def test_wait_is_woken_by_the_next_exchange():
    journal = filled(3)
    found = []
    waiting = threading.Thread(target=lambda: found.append(journal.wait(4, timeout=30)))
    waiting.start()

    journal.append(Call)
    waiting.join(timeout=0.05)
    still_waiting = waiting.is_alive()
    journal.append(Call)
    waiting.join(timeout=10)

    assert still_waiting
    assert found == [True]


def test_threads_append_in_the_order_of_their_numbers():
    journal = MemoryJournal()

    def append():
        for _ in range(200):
            journal.append(Call)

    threads = [threading.Thread(target=append) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers(journal.tail()) == list(range(1, 8 * 200 + 1))


def test_table_holds_something_from_the_first_value_to_the_last_delete() -> None:
    store = MemoryStore()
    before = store.holds("codes")
    store.put("codes", "a", 1)
    meanwhile = store.holds("codes"), store.holds("tokens")
    store.delete("codes", "a")

    assert (before, meanwhile) == (False, (True, False))
    assert not store.holds("codes")


def test_cleared_store_is_empty_at_once_and_lets_go_of_a_crowd_soon() -> None:
    store = MemoryStore()
    for number in range(5_000):
        store.put("people", str(number), number)

    store.clear()

    assert store.tables() == []
    for thread in threading.enumerate():
        if thread.name == "mockwx-forget":
            thread.join(10)
            assert not thread.is_alive()
