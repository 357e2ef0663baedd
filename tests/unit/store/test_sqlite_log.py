"""The log of a SQLite file: heard by others, folded into rows, and never missed."""

import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test

from mockwx.store.base import Store
from mockwx.store.sqlite import SqliteDepot
from mockwx.store.sqlite_log import FOLD_EVERY
from mockwx.store.sqlite_log import KEPT_LINES
from mockwx.store.sqlite_log import MOST_UNFOLDED
from tests.unit.store.depots import KNOWN
from tests.unit.store.depots import Call
from tests.unit.store.depots import Code
from tests.unit.store.test_base import Promises
from tests.unit.store.test_together import Either


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[SqliteDepot, SqliteDepot]]:
    """One file as two processes have it."""
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(closing(SqliteDepot(tmp_path / "state.db", KNOWN)))
            for _ in range(2)
        )
        yield one, other


def put_many(store: Store, count: int) -> None:
    for number in range(count):
        store.put("codes", f"c{number}", number)


def lines(depot: SqliteDepot) -> int:
    return int(depot._file.read("SELECT count(*) FROM log", ())[0][0])


def rows(depot: SqliteDepot) -> int:
    return int(depot._file.read("SELECT count(*) FROM rows", ())[0][0])


def test_promises_hold_while_the_log_is_folded_and_little_is_remembered(
    two: tuple[SqliteDepot, SqliteDepot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.store.sqlite_log.FOLD_EVERY", 5)
    monkeypatch.setattr("mockwx.store.sqlite_log.KEPT_LINES", 2)
    monkeypatch.setattr("mockwx.store.sqlite_log._MOST_BELIEVED", 3)
    spaces = map(str, count())

    class PromisesOfTwo(Promises):
        def __init__(self) -> None:
            super().__init__(Either(two, next(spaces)))

        @rule(which=st.sampled_from([0, 1]), together=st.booleans())
        def turn(self, which: int, together: bool) -> None:
            self.store.which, self.store.together = which, together

        @rule(table=st.sampled_from(["codes", "keys"]))
        def holds(self, table: str) -> None:
            held = any(name == table for name, _ in self.model)
            assert self.store.holds(table) is held

        @rule()
        def name_tables(self) -> None:
            assert sorted(self.store.tables()) == sorted({n for n, _ in self.model})

    thorough = settings(
        deadline=None,
        max_examples=3 * settings().max_examples // 5,
        stateful_step_count=60,
    )
    run_state_machine_as_test(PromisesOfTwo, settings=thorough)


def test_log_is_folded_into_the_rows_and_stays_short(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    store = two[0].store("0")
    for _ in range(3):
        put_many(store, FOLD_EVERY)

    assert rows(two[0]) == FOLD_EVERY
    assert lines(two[0]) <= FOLD_EVERY + KEPT_LINES


def test_log_is_folded_before_that_takes_long(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    store = two[0].store("0")

    def put_some() -> None:
        for number in range(MOST_UNFOLDED):
            store.put("codes", f"c{number}", number)

    two[0].together(put_some)
    store.put("codes", "one more", 1)

    assert rows(two[0]) == MOST_UNFOLDED + 1


def test_what_was_folded_is_copied_to_its_place_in_a_thread_that_ends(
    two: tuple[SqliteDepot, SqliteDepot], tmp_path: Path
) -> None:
    # Whoever closes a file last copies everything.
    two[1].store("0").get("codes", "c0")
    put_many(two[0].store("0"), FOLD_EVERY)

    two[0].close()

    assert "mockwx-checkpoint" not in {each.name for each in threading.enumerate()}
    assert b"c200" in (tmp_path / "state.db").read_bytes()


def test_one_place_is_one_row_however_often_it_changed(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    store = two[0].store("0")
    for _ in range(FOLD_EVERY + 1):
        store.incr("counts", "n")

    assert rows(two[0]) == 1
    assert two[1].store("0").get("counts", "n") == FOLD_EVERY + 1


def test_who_has_not_listened_for_long_hears_what_is_so(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    mine, theirs = (depot.store("0") for depot in two)
    mine.put("codes", "c0", -1)
    assert theirs.get("codes", "c0") == -1
    for _ in range(2):
        put_many(mine, FOLD_EVERY)
    mine.delete("codes", "c1")

    assert theirs.get("codes", "c0") == 0
    assert theirs.get("codes", "c1") is None
    assert len(dict(theirs.scan("codes"))) == FOLD_EVERY - 1


def test_file_opened_anew_has_what_the_rows_do_not_tell_yet(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(SqliteDepot(path, KNOWN)) as depot:
        put_many(depot.store("0"), FOLD_EVERY + 10)
        depot.store("0").delete("codes", "c3")

    with closing(SqliteDepot(path, KNOWN)) as depot:
        store = depot.store("0")
        assert store.get("codes", f"c{FOLD_EVERY + 9}") == FOLD_EVERY + 9
        assert store.get("codes", "c3") is None
        assert len(dict(store.scan("codes"))) == FOLD_EVERY + 9


def test_call_is_played_once_if_nobody_was_faster(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    one, other = two
    store, theirs = one.store("0"), other.store("0")
    played = []

    def work() -> object:
        played.append(store.get("codes", "mine"))
        return store.put("codes", "mine", 1)

    one.together(work)
    theirs.put("codes", "other", 2)
    one.together(work)

    assert played == [None, 1]


def test_call_that_somebody_was_faster_than_is_played_again(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    one, other = two
    store, theirs = one.store("0"), other.store("0")
    store.put("codes", "c", Code("alice"))
    played = []

    def spend() -> bool:
        code = store.get("codes", "c")
        played.append(code)
        if len(played) == 1:
            theirs.put("codes", "c", Code("alice", used=True))
        return store.swap("codes", "c", Code("alice"), Code("bob"))

    assert one.together(spend) is False
    assert played == [Code("alice"), Code("alice", used=True)]
    assert store.get("codes", "c") == Code("alice", used=True)


def test_what_was_done_on_what_is_not_so_is_not_told(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    one, other = two
    store, journal = one.store("0"), one.journal("0", 10)
    played = []

    def look() -> None:
        played.append(store.get("codes", "c"))
        if len(played) == 1:
            other.store("0").put("codes", "c", 1)
            raise ZeroDivisionError
        journal.append(partial(Call, rid="second"))

    one.together(look)

    assert played == [None, 1]
    assert [each.rid for each in journal.tail()] == ["second"]


class Crowd:
    """Threads that come while another one is writing."""

    def __init__(self, depot: SqliteDepot) -> None:
        self._calls = depot._calls
        self._threads: list[threading.Thread] = []

    def come(self, act: Callable[[], object]) -> None:
        """Let one more thread come, and wait in the row."""
        before = len(self._calls._waiting)
        thread = threading.Thread(target=act)
        thread.start()
        self._threads.append(thread)
        pause = threading.Event()
        while len(self._calls._waiting) == before:
            pause.wait(0.001)

    def end(self) -> None:
        for thread in self._threads:
            thread.join()


def test_those_who_wait_are_written_down_together(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    depot, store, crowd = two[0], two[0].store("0"), Crowd(two[0])
    before = lines(depot)

    def lead() -> None:
        for _ in range(5):
            crowd.come(partial(depot.together, partial(store.incr, "counts", "n")))

    depot.together(lead)
    crowd.end()

    assert store.get("counts", "n") == 5
    assert lines(depot) == before + 1


def test_one_who_fails_leaves_the_others_what_they_did(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    depot, store, crowd = two[0], two[0].store("0"), Crowd(two[0])
    failed: list[Exception] = []

    def fail() -> None:
        try:
            depot.together(partial(store.incr, "codes", "c"))
        except TypeError as error:
            failed.append(error)

    store.put("codes", "c", Code("alice"))

    def lead() -> None:
        crowd.come(partial(depot.together, partial(store.incr, "counts", "n")))
        crowd.come(fail)
        crowd.come(partial(depot.together, partial(store.incr, "counts", "n")))

    depot.together(lead)
    crowd.end()

    assert len(failed) == 1
    assert store.get("counts", "n") == 2
    assert store.get("codes", "c") == Code("alice")


def test_one_who_is_interrupted_leaves_it_to_the_others(
    two: tuple[SqliteDepot, SqliteDepot],
) -> None:
    depot, store, crowd = two[0], two[0].store("0"), Crowd(two[0])
    interrupted: list[BaseException] = []

    def interrupt() -> None:
        raise KeyboardInterrupt

    def be_interrupted() -> None:
        try:
            depot.together(interrupt)
        except KeyboardInterrupt as error:
            interrupted.append(error)

    def lead() -> None:
        crowd.come(be_interrupted)
        for _ in range(2):
            crowd.come(partial(depot.together, partial(store.incr, "counts", "n")))

    depot.together(lead)
    crowd.end()

    assert len(interrupted) == 1
    assert store.get("counts", "n") == 2
