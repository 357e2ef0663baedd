"""What every journal promises, wherever its exchanges are kept."""

import threading
import time
from functools import partial

import pytest

from tests.unit.store.depots import Call


def filled(depot, count, bound=10_000):
    journal = depot.journal("0", bound)
    for each in range(1, count + 1):
        journal.append(partial(Call, rid=f"rid-{each}"))
    return journal


def numbers(calls):
    return [call.number for call in calls]


def test_journal_numbers_exchanges_from_one(depot):
    journal = depot.journal("0", 10_000)

    made = [journal.append(Call) for _ in range(3)]

    assert numbers(made) == [1, 2, 3]
    assert list(journal.tail()) == made


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, [1, 2, 3, 4]), (-1, [1, 2, 3, 4]), (2, [3, 4]), (4, []), (99, [])],
)
def test_tail_starts_after_a_number(depot, after, expected):
    assert numbers(filled(depot, 4).tail(after)) == expected


def test_journal_forgets_the_oldest_beyond_its_bound(depot):
    journal = filled(depot, 5, bound=3)

    assert numbers(journal.tail()) == [3, 4, 5]
    assert journal.get("rid-2") is None


def test_exchange_is_found_by_its_rid(depot):
    journal = filled(depot, 3)

    assert journal.get("rid-2") == Call(2, "rid-2")
    assert journal.get("rid-9") is None


def test_latest_exchange_of_a_rid_is_found(depot):
    journal = depot.journal("0", 10_000)
    for _ in range(2):
        journal.append(Call)

    assert journal.get("rid").number == 2


def test_numbers_go_on_after_clear(depot):
    journal = filled(depot, 3)

    journal.clear()

    assert list(journal.tail()) == []
    assert journal.append(Call).number == 4


def test_journal_forgets_those_that_are_named(depot):
    journal = filled(depot, 5)

    journal.discard([2, 5, 9])

    assert numbers(journal.tail()) == [1, 3, 4]
    assert numbers(journal.tail(3)) == [4]
    assert journal.get("rid-5") is None
    assert not journal.wait(4, timeout=0)
    assert journal.append(Call).number == 6
    assert numbers(journal.tail(3)) == [4, 6]


def test_journal_that_forgot_some_forgets_all(depot):
    journal = filled(depot, 3)
    journal.discard([3])

    journal.clear()

    assert list(journal.tail()) == []
    assert journal.append(Call).number == 4


def test_exchange_that_cannot_be_made_leaves_the_journal_usable(depot):
    journal = filled(depot, 1)

    with pytest.raises(ZeroDivisionError):
        journal.append(lambda number: 1 // 0)

    assert journal.append(Call).number > 1
    assert len(journal.tail()) == 2


def test_wait_sees_what_is_there_already(depot):
    assert filled(depot, 3).wait(2, timeout=0) is True


@pytest.mark.parametrize("cleared", [False, True], ids=["nothing new", "cleared"])
def test_wait_gives_up_in_time(depot, cleared):
    journal = filled(depot, 3)
    if cleared:
        journal.clear()

    started = time.monotonic()
    found = journal.wait(0 if cleared else 3, timeout=0.05)

    assert found is False
    assert time.monotonic() - started >= 0.04


def test_wait_is_woken_by_the_next_exchange(depot):
    journal = filled(depot, 3)
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


def test_threads_append_in_the_order_of_their_numbers(depot):
    journal = depot.journal("0", 10_000)

    def append():
        for _ in range(200):
            journal.append(Call)

    threads = [threading.Thread(target=append) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers(journal.tail()) == list(range(1, 8 * 200 + 1))


def test_bound_holds_however_many_come(depot):
    journal = filled(depot, 200, bound=3)

    assert numbers(journal.tail()) == [198, 199, 200]
    assert numbers(journal.tail(199)) == [200]
    assert journal.get("rid-197") is None


def test_cleared_twice_the_numbers_still_go_on(depot):
    journal = filled(depot, 3)

    journal.clear()
    journal.clear()

    assert journal.append(Call).number == 4
    assert numbers(journal.tail()) == [4]


def test_cleared_exchange_is_not_found_by_its_rid(depot):
    journal = filled(depot, 3)

    journal.clear()

    assert journal.get("rid-3") is None
    assert journal.get("") is None


def test_journals_have_nothing_in_common(depot):
    red, green = depot.journal("red", 10), depot.journal("green", 10)

    red.append(Call)

    assert numbers(red.tail()) == [1]
    assert list(green.tail()) == []
    assert green.append(Call).number == 1


def test_rid_that_is_no_text_is_not_found(depot):
    assert filled(depot, 1).get("\ud800") is None
