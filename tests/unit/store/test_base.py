"""What every store promises, tested on each of them against a plain dict."""

import threading
from itertools import chain
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import invariant
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.store.depots import Code


RACERS = 40


@pytest.fixture
def store(depot):
    return depot.store("0")


def race(act):
    """Let forty threads act at once; return what each of them got."""
    start = threading.Barrier(RACERS)
    results = [None] * RACERS

    def run(number):
        start.wait()
        results[number] = act(number)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# In memory the last two share a record for each key.
TABLES = ("codes", "keys", "session_keys", "visits")
tables = st.sampled_from(TABLES)
keys = st.sampled_from(["a", "b", "a#1", "", "密"])
numbers = st.integers(-3, 3)
values = numbers | st.booleans().map(lambda used: Code("alice", used))


class Promises(RuleBasedStateMachine):
    """Do the same to a store and to a dict, and compare all they say."""

    def __init__(self, store):
        super().__init__()
        self.store = store
        self.model = {}

    @rule(table=tables, key=keys)
    def get(self, table, key):
        assert self.store.get(table, key) == self.model.get((table, key))

    @rule(table=tables, key=keys, value=values)
    def put(self, table, key, value):
        self.store.put(table, key, value)
        self.model[table, key] = value

    @rule(table=tables, key=keys, value=values)
    def add(self, table, key, value):
        absent = (table, key) not in self.model
        assert self.store.add(table, key, value) is absent
        self.model.setdefault((table, key), value)

    @rule(table=tables, key=keys, old=values, new=values)
    def swap(self, table, key, old, new):
        current = self.model.get((table, key)) == old
        assert self.store.swap(table, key, old, new) is current
        if current:
            self.model[table, key] = new

    @rule(table=tables, key=keys, new=values)
    def swap_what_is_there(self, table, key, new):
        old = self.model.get((table, key))
        if old is not None:
            assert self.store.swap(table, key, old, new) is True
            self.model[table, key] = new

    @rule(table=tables, key=keys, by=numbers)
    def incr(self, table, key, by):
        number = self.model.get((table, key), 0)
        if isinstance(number, int):
            self.model[table, key] = number + by
            assert self.store.incr(table, key, by) == number + by

    @rule(table=tables, key=keys)
    def delete(self, table, key):
        present = self.model.pop((table, key), None) is not None
        assert self.store.delete(table, key) is present

    @rule()
    def clear(self):
        self.store.clear()
        self.model.clear()

    @invariant()
    def scans_agree(self):
        for table in TABLES:
            rows = {
                key: value for (name, key), value in self.model.items() if name == table
            }
            scanned = list(self.store.scan(table))
            assert len(scanned) == len(rows)
            assert dict(scanned) == rows


def test_store_keeps_its_promises(depot):
    spaces = map(str, count())

    class PromisesOfOne(Promises):
        def __init__(self):
            super().__init__(depot.store(next(spaces)))

    thorough = settings(
        deadline=None,
        max_examples=3 * settings().max_examples // 5,
        stateful_step_count=40,
    )
    run_state_machine_as_test(PromisesOfOne, settings=thorough)


def test_one_of_forty_spends_a_code(store):
    store.put("codes", "c", Code("alice"))

    won = race(lambda _: store.swap("codes", "c", Code("alice"), Code("alice", True)))

    assert won.count(True) == 1
    assert won.count(False) == RACERS - 1
    assert store.get("codes", "c") == Code("alice", used=True)


def test_each_of_a_hundred_codes_is_spent_once(store):
    codes = [f"c{number}" for number in range(100)]
    for code in codes:
        store.put("codes", code, 0)

    won = race(
        lambda racer: [store.swap("codes", code, 0, racer + 1) for code in codes]
    )

    for number, code in enumerate(codes):
        winners = [racer for racer, wins in enumerate(won) if wins[number]]
        assert [store.get("codes", code)] == [winner + 1 for winner in winners]


def test_one_of_forty_adds(store):
    won = race(lambda number: store.add("codes", "c", number))

    assert won.count(True) == 1
    assert store.get("codes", "c") == won.index(True)


def test_one_of_forty_deletes(store):
    store.put("codes", "c", 1)

    assert race(lambda _: store.delete("codes", "c")).count(True) == 1


def test_forty_counters_draw_different_numbers(store):
    drawn = race(lambda _: [store.incr("counts", "c") for _ in range(50)])

    assert sorted(chain.from_iterable(drawn)) == list(range(1, RACERS * 50 + 1))


def test_scan_is_not_disturbed_by_what_comes_after(store):
    store.put("codes", "a", 1)
    scanned = store.scan("codes")

    store.put("codes", "b", 2)
    store.delete("codes", "a")

    assert list(scanned) == [("a", 1)]


def test_the_same_value_is_added_only_once(store):
    code = Code("alice")

    assert store.add("codes", "c", code) is True
    assert store.add("codes", "c", code) is False


def test_absent_value_is_never_the_old_one(store):
    assert store.swap("codes", "c", 0, 1) is False
    assert store.get("codes", "c") is None


def test_counting_what_is_no_number_is_refused(store):
    store.put("codes", "c", Code("alice"))

    with pytest.raises(TypeError, match="'c' in 'codes' is no number"):
        store.incr("codes", "c")

    assert store.get("codes", "c") == Code("alice")


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.put("codes", "c", None),
        lambda store: store.add("codes", "c", None),
        lambda store: store.swap("codes", "c", None, 1),
        lambda store: store.swap("codes", "c", 1, None),
    ],
    ids=["put", "add", "swap old", "swap new"],
)
def test_none_is_no_value(store, act):
    with pytest.raises(ValueError, match="None means absent"):
        act(store)

    assert list(store.scan("codes")) == []


def test_spaces_have_nothing_in_common(depot):
    red, green = depot.store("red"), depot.store("green")
    red.put("codes", "c", 1)
    green.put("codes", "c", 2)

    green.clear()

    assert red.get("codes", "c") == 1
    assert green.get("codes", "c") is None
    assert green.tables() == []


def test_names_never_run_into_each_other(depot):
    depot.store("a").put("b:c", "d", 1)

    assert depot.store("a:b").get("c", "d") is None
    assert depot.store("a").get("b", "c:d") is None


def test_tables_are_those_that_hold_something(store):
    store.put("codes", "c", 1)
    store.put("keys", "k", 1)
    store.delete("keys", "k")

    assert store.tables() == ["codes"]
    assert store.holds("codes")
    assert not store.holds("keys")


@pytest.mark.parametrize(
    "key", ["", "a\0b", "%_'\"", "密钥", "\ud800", "k" * 10_000], ids=ascii
)
def test_any_text_is_a_key(store, key):
    store.put("codes", key, 1)

    assert store.get("codes", key) == 1
    assert dict(store.scan("codes")) == {key: 1}
    assert store.delete("codes", key) is True


@pytest.mark.parametrize(
    "value",
    ["", "text", "\ud800", "7", 7, -(2**80), Code("\0 密 \ud800"), Code("x" * 99_999)],
    ids=lambda value: ascii(value)[:20],
)
def test_value_comes_back_as_it_went(store, value):
    store.put("codes", "c", value)

    assert store.get("codes", "c") == value
    assert type(store.get("codes", "c")) is type(value)
    assert store.swap("codes", "c", value, 1) is True
