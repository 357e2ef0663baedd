"""Typed views: a table, and a trail that grows at its end."""

import threading

import pytest

from mockwx.store.memory import MemoryStore
from mockwx.store.tables import Table
from mockwx.store.tables import Trail
from tests.unit.store.rival import RivalStore


@pytest.fixture
def store():
    return MemoryStore()


def test_table_does_what_the_store_does(store):
    codes = Table(store, "codes")

    assert codes.get("a") is None
    codes.put("a", 1)
    assert (codes.get("a"), store.get("codes", "a")) == (1, 1)
    assert (codes.add("a", 2), codes.add("b", 2)) == (False, True)
    assert (codes.swap("a", 9, 3), codes.swap("a", 1, 3)) == (False, True)
    assert dict(codes.scan()) == {"a": 3, "b": 2}
    assert (codes.delete("a"), codes.delete("a")) == (True, False)
    assert codes.items() == [("b", 2)]


def test_tables_of_one_store_are_apart(store):
    codes, keys = Table(store, "codes"), Table(store, "keys")

    codes.put("a", 1)

    assert keys.get("a") is None
    assert list(keys.scan()) == []


def test_items_come_in_the_order_of_their_keys(store):
    codes = Table(store, "codes")
    for key in ("c", "a", "b"):
        codes.put(key, object())

    assert [key for key, _ in codes.items()] == ["a", "b", "c"]


def test_value_is_changed_and_old_and_new_are_told(store):
    counts = Table(store, "counts")

    assert counts.change("a", lambda old: 1 if old is None else old + 1) == (None, 1)
    assert counts.change("a", lambda old: 1 if old is None else old + 1) == (1, 2)
    assert counts.get("a") == 2


def test_value_that_is_left_as_it_is_is_not_written():
    store = RivalStore()
    counts = Table(store, "counts")
    counts.put("a", 5)
    store.before_write("counts", lambda: pytest.fail("it was written"))

    assert counts.change("a", lambda old: old) == (5, 5)


@pytest.mark.parametrize("before", [None, 10], ids=["absent", "present"])
def test_change_is_decided_again_when_another_was_faster(before):
    store = RivalStore()
    counts = Table(store, "counts")
    if before is not None:
        counts.put("a", before)
    store.before_write("counts", lambda: counts.put("a", 7))

    assert counts.change("a", lambda old: (old or 0) + 1) == (7, 8)


def test_change_of_what_was_removed_meanwhile_begins_anew():
    store = RivalStore()
    counts = Table(store, "counts")
    counts.put("a", 5)
    store.before_write("counts", lambda: counts.delete("a"))

    assert counts.change("a", lambda old: (old or 0) + 1) == (None, 1)


def test_refusal_to_change_changes_nothing(store):
    counts = Table(store, "counts")
    counts.put("a", 5)

    def refuse(old):
        raise LookupError(old)

    with pytest.raises(LookupError):
        counts.change("a", refuse)
    assert counts.get("a") == 5


def test_entries_that_fall_out_are_told_to_whoever_pushed(store):
    trail = Trail(store, "keys", bound=2)

    assert [trail.push("alice", text) for text in "abcd"] == [
        (1, []),
        (2, []),
        (3, ["a"]),
        (4, ["b"]),
    ]
    assert trail.all("alice") == ["c", "d"]


def test_empty_trail_has_nothing(store):
    trail = Trail(store, "keys")

    assert trail.last("alice") is None
    assert trail.get("alice", 1) is None
    assert trail.all("alice") == []


def test_trail_numbers_its_entries_from_one(store):
    trail = Trail(store, "keys")

    assert [trail.append("alice", value) for value in "abc"] == [1, 2, 3]

    assert trail.all("alice") == ["a", "b", "c"]
    assert [trail.get("alice", number) for number in range(5)] == [
        None,
        "a",
        "b",
        "c",
        None,
    ]
    assert trail.last("alice") == "c"


@pytest.mark.parametrize(
    "other", ["bob", "", "alice1", "alice#1", "alice#2", "alice#", "#"]
)
def test_owners_never_see_each_others_entries(store, other):
    trail = Trail(store, "keys")

    for number in range(12):
        trail.append("alice", number)
        trail.append(other, -number)

    assert trail.all("alice") == list(range(12))
    assert trail.all(other) == [-number for number in range(12)]


def test_single_entry_that_an_earlier_version_did_not_count_is_one(store):
    trail = Trail(store, "keys")
    store.put("keys", "alice", "a")

    assert (trail.count("alice"), trail.count("bob")) == (1, 0)
    assert trail.all("alice") == ["a"]
    assert trail.append("alice", "b") == 2
    assert trail.all("alice") == ["a", "b"]
    assert trail.count("alice") == 2


def test_count_tells_those_that_fell_out_too(store):
    trail = Trail(store, "keys", bound=2)
    for value in "abcd":
        trail.append("alice", value)

    assert trail.count("alice") == 4


def test_trail_forgets_the_oldest_beyond_its_bound(store):
    trail = Trail(store, "keys", bound=3)

    numbers = [trail.append("alice", value) for value in "abcde"]

    assert numbers == [1, 2, 3, 4, 5]
    assert trail.all("alice") == ["c", "d", "e"]
    assert trail.get("alice", 2) is None
    assert len(list(store.scan("keys"))) == 3


def test_entry_is_replaced_in_its_place(store):
    trail = Trail(store, "keys")
    trail.append("alice", "a")
    trail.append("alice", "b")

    assert trail.replace("alice", 1, "A") is True

    assert trail.all("alice") == ["A", "b"]


def test_entry_that_is_gone_is_not_brought_back(store):
    trail = Trail(store, "keys", bound=1)
    trail.append("alice", "a")
    trail.append("alice", "b")

    assert trail.replace("alice", 1, "A") is False
    assert trail.replace("alice", 3, "C") is False

    assert trail.all("alice") == ["b"]


def test_replacing_wins_over_a_change_in_between():
    class Interrupted(MemoryStore):
        """A store in which somebody changes the entry before the first swap."""

        def __init__(self):
            super().__init__()
            self.interruptions = [lambda: self.put("keys", "alice", "other")]

        def swap(self, *arguments):
            if self.interruptions:
                self.interruptions.pop()()
            return super().swap(*arguments)

    trail = Trail(Interrupted(), "keys")
    trail.append("alice", "a")

    assert trail.replace("alice", 1, "A") is True
    assert trail.last("alice") == "A"


def test_entry_being_written_is_not_there_yet(store):
    trail = Trail(store, "keys")
    trail.append("alice", "a")
    trail.append("alice", "b")
    store.incr("keys.count", "alice")

    assert trail.last("alice") == "b"
    assert trail.all("alice") == ["a", "b"]


def test_threads_append_without_losing_an_entry(store):
    trail = Trail(store, "keys", bound=10_000)

    def append(writer):
        for number in range(200):
            trail.append("alice", (writer, number))

    threads = [threading.Thread(target=append, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(trail.all("alice")) == [(w, n) for w in range(8) for n in range(200)]


@pytest.mark.parametrize("bound", [0, -1])
def test_trail_that_keeps_nothing_is_refused(store, bound):
    with pytest.raises(ValueError, match="a trail keeps at least one entry"):
        Trail(store, "keys", bound=bound)
