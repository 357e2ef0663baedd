"""The store and the journal in memory, beyond what every store promises."""

import gc
import threading
import weakref

from mockwx.store.memory import MemoryJournal
from mockwx.store.memory import MemoryStore
from tests.unit.store.depots import Call


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


def test_journal_may_keep_nothing():
    journal = MemoryJournal(0)
    journal.append(Call)

    assert list(journal.tail()) == []
    assert journal.wait(0, timeout=0) is False


def test_table_holds_something_from_the_first_value_to_the_last_delete() -> None:
    store = MemoryStore()
    before = store.holds("codes")
    store.put("codes", "a", 1)
    meanwhile = store.holds("codes"), store.holds("tokens")
    store.delete("codes", "a")

    assert (before, meanwhile) == (False, (True, False))
    assert not store.holds("codes")


def test_nothing_is_left_of_a_record_whose_last_value_is_deleted() -> None:
    store = MemoryStore()
    before = len(gc.get_objects())
    for number in range(1_000):
        store.put("session_keys", str(number), number)
        store.put("visits", str(number), number)

    for number in range(1_000):
        store.delete("visits", str(number))
        assert store.get("session_keys", str(number)) == number
        store.delete("session_keys", str(number))

    assert store.tables() == []
    assert len(gc.get_objects()) < before + 500


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
