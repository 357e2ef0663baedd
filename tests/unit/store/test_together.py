"""What is done together is done or not, whatever other processes do meanwhile."""

import threading
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import ExitStack
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test

from mockwx.store.base import AloneError
from mockwx.store.base import Depot
from mockwx.store.base import Store
from mockwx.store.redis import RedisDepot
from mockwx.store.sqlite import SqliteDepot
from tests.redis_server import NEEDS_REDIS
from tests.redis_server import running_redis
from tests.unit.store.depots import KNOWN
from tests.unit.store.depots import Call
from tests.unit.store.depots import Code
from tests.unit.store.test_base import Promises
from tests.unit.store.test_base import tables


Two = tuple[Depot, Depot]


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=NEEDS_REDIS)])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    """The same depot as two processes have it."""
    with ExitStack() as stack:
        if request.param == "redis":
            url = stack.enter_context(running_redis(tmp_path)).url
            opened: Callable[[], Any] = partial(RedisDepot, url, KNOWN)
        else:
            opened = partial(SqliteDepot, tmp_path / "state.db", KNOWN)
        one, other = (stack.enter_context(closing(opened())) for _ in range(2))
        yield one, other


class Either:
    """The store of one of two depots, together with other things or not."""

    def __init__(self, depots: Sequence[Depot], space: str) -> None:
        self._depots = depots
        self._stores = [depot.store(space) for depot in depots]
        self.which = 0
        self.together = False

    def __getattr__(self, name: str) -> Any:
        act, depot = getattr(self._stores[self.which], name), self._depots[self.which]

        def acted(*arguments: object) -> Any:
            try:
                return depot.together(partial(act, *arguments))
            except AloneError:
                # Not everything can be done so.
                return act(*arguments)

        return acted if self.together else act


def test_promises_hold_for_two_processes_that_recall_what_they_read(two: Two) -> None:
    spaces = map(str, count())

    class PromisesOfTwo(Promises):
        def __init__(self) -> None:
            super().__init__(Either(two, next(spaces)))

        @rule(which=st.sampled_from([0, 1]), together=st.booleans())
        def turn(self, which: int, together: bool) -> None:
            self.store.which, self.store.together = which, together

        @rule(table=tables)
        def holds(self, table: str) -> None:
            rows = [name for name, _ in self.model if name == table]
            assert self.store.holds(table) is bool(rows)

    thorough = settings(
        deadline=None,
        max_examples=2 * settings().max_examples // 5,
        stateful_step_count=40,
    )
    run_state_machine_as_test(PromisesOfTwo, settings=thorough)


def test_what_fails_together_was_not_done(two: Two) -> None:
    depot = two[0]
    store, journal = depot.store("0"), depot.journal("0", 10)
    store.put("codes", "c", 1)

    def fail() -> None:
        store.swap("codes", "c", 1, 2)
        store.incr("counts", "n")
        journal.append(Call)
        assert store.get("codes", "c") == 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        depot.together(fail)

    assert depot.together(partial(store.get, "codes", "c")) == 1
    assert depot.together(partial(store.holds, "counts")) is False
    assert list(journal.tail()) == []


def test_what_is_done_together_is_seen_at_once(two: Two) -> None:
    one, other = two
    store, theirs = one.store("0"), other.store("0")
    meanwhile = []

    def put_both() -> None:
        for key in ("c", "d"):
            store.put("codes", key, 1)
            meanwhile.append(theirs.get("codes", key))

    one.together(put_both)

    assert meanwhile == [None, None]
    assert (theirs.get("codes", "c"), theirs.get("codes", "d")) == (1, 1)


def test_what_another_process_changed_is_not_recalled(two: Two) -> None:
    one, other = two
    store = one.store("0")
    read = partial(store.get, "codes", "c")
    store.put("codes", "c", 1)
    one.together(read)
    other.store("0").put("codes", "c", 2)

    assert one.together(read) == 2


def test_what_another_process_removed_is_not_recalled(two: Two) -> None:
    one, other = two
    store = one.store("0")
    one.together(partial(store.put, "codes", "c", 1))
    other.store("0").clear()

    assert one.together(partial(store.get, "codes", "c")) is None
    assert one.together(partial(store.holds, "codes")) is False


def test_written_and_read_back_together(two: Two) -> None:
    depot = two[0]
    store = depot.store("0")
    store.put("codes", "gone", Code("alice"))

    def work() -> tuple[object, ...]:
        return (
            store.delete("codes", "gone"),
            store.get("codes", "gone"),
            store.add("codes", "gone", Code("bob")),
            store.swap("codes", "gone", Code("bob"), Code("bob", used=True)),
            store.incr("counts", "n", 3),
            store.incr("counts", "n"),
        )

    assert depot.together(work) == (True, None, True, True, 3, 4)
    assert store.get("codes", "gone") == Code("bob", used=True)
    assert store.get("counts", "n") == 4


def test_journal_numbers_what_is_told_together(two: Two) -> None:
    one, other = two
    journals = [depot.journal("0", 2) for depot in two]
    for depot, journal in zip((one, other, one), (*journals, journals[0]), strict=True):
        depot.together(partial(journal.append, Call))

    assert [each.number for each in journals[1].tail()] == [2, 3]


def test_one_of_forty_spends_a_code_together(two: Two) -> None:
    stores = [depot.store("0") for depot in two]
    stores[0].put("codes", "c", Code("alice"))
    won: list[bool] = []

    def spend(store: Store) -> bool:
        code = store.get("codes", "c")
        assert isinstance(code, Code)
        store.incr("tried", "n")
        if code.used:
            return False
        return store.swap("codes", "c", code, Code("alice", used=True))

    def run(number: int) -> None:
        depot, store = two[number % 2], stores[number % 2]
        work = partial(spend, store)
        try:
            won.append(depot.together(work))
        except AloneError:
            won.append(work())

    threads = [threading.Thread(target=run, args=(each,)) for each in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert won.count(True) == 1
    assert stores[1].get("tried", "n") == 40


def test_depot_that_was_closed_reads_what_others_wrote_meanwhile(two: Two) -> None:
    one, other = two
    ours, theirs = one.store("0"), other.store("0")
    ours.put("codes", "a", "old")
    assert one.together(lambda: ours.get("codes", "a")) == "old"

    one.close()
    theirs.put("codes", "a", "new")

    assert one.together(lambda: ours.get("codes", "a")) == "new"
