"""The SQLite file: whose it is, what is wrong with it, and what several do to it."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mockwx.store.base import StoreError
from mockwx.store.sqlite import SqliteDepot
from mockwx.store.sqlite_file import VERSION
from tests.unit.store.depots import KNOWN
from tests.unit.store.depots import Call
from tests.unit.store.depots import Code


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def depot(path: Path) -> Iterator[SqliteDepot]:
    with closing(SqliteDepot(path, KNOWN)) as opened:
        yield opened


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def refused(path: Path) -> StoreError:
    with pytest.raises(StoreError) as refusal:
        SqliteDepot(path, KNOWN)
    assert str(path) in refusal.value.message
    assert str(path) in refusal.value.message_zh
    return refusal.value


def test_what_was_kept_is_there_when_the_file_is_opened_again(path: Path) -> None:
    with closing(SqliteDepot(path, KNOWN)) as depot:
        depot.store("0").put("codes", "c", Code("alice", used=True))
        depot.journal("0", 10).append(Call)

    with closing(SqliteDepot(path, KNOWN)) as depot:
        assert depot.store("0").get("codes", "c") == Code("alice", used=True)
        assert depot.journal("0", 10).append(Call).number == 2


def test_closed_depot_opens_again_by_itself(depot: SqliteDepot) -> None:
    store = depot.store("0")
    store.put("codes", "c", 1)

    depot.close()

    assert store.get("codes", "c") == 1


@pytest.mark.needs("sh")  # Modes are POSIX.
def test_nobody_else_may_read_the_file(depot: SqliteDepot, path: Path) -> None:
    depot.store("0").put("codes", "c", 1)

    modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}

    assert len(modes) == 4
    assert set(modes.values()) == {0o600}


def test_connections_are_those_used_at_the_same_time(depot: SqliteDepot) -> None:
    store = depot.store("0")
    for _ in range(100):
        store.get("codes", "c")

    assert len(depot._file._idle) == 1


def test_two_depots_on_one_file_see_one_state(depot: SqliteDepot, path: Path) -> None:
    with closing(SqliteDepot(path, KNOWN)) as other:
        mine, theirs = depot.store("0"), other.store("0")
        mine.put("codes", "c", Code("alice"))

        won = theirs.swap("codes", "c", Code("alice"), Code("alice", used=True))

        assert won is True
        assert mine.swap("codes", "c", Code("alice"), Code("bob")) is False
        assert mine.get("codes", "c") == Code("alice", used=True)


def test_value_in_other_words_is_swapped_all_the_same(
    depot: SqliteDepot, path: Path
) -> None:
    """As a version before the field `used` would have written it."""
    store = depot.store("0")
    older = '{"type":"Code","fields":{"owner":"alice"}}'
    execute(path, f"INSERT INTO rows VALUES ('0 codes', 'c', '{older}')")

    assert store.swap("codes", "c", Code("bob"), Code("eve")) is False
    assert store.swap("codes", "c", Code("alice"), Code("alice", used=True)) is True
    assert store.get("codes", "c") == Code("alice", used=True)


def shrink(depot: SqliteDepot, pages: int) -> None:
    with depot._file.transaction() as writer:
        writer.execute(f"PRAGMA max_page_count = {pages}")


def test_full_disk_undoes_what_was_done_together(depot: SqliteDepot) -> None:
    store = depot.store("0")
    shrink(depot, 1)

    def fill() -> object | None:
        small = store.get("codes", "small")
        store.put("codes", "small", 1)
        store.put("codes", "c", Code("x" * 100_000))
        return small

    with pytest.raises(StoreError, match="the disk is full"):
        depot.together(fill)

    assert store.get("codes", "small") is None
    shrink(depot, 100_000)
    assert depot.together(fill) is None


def test_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("notes " * 200)

    refusal = refused(path)

    assert "it is no SQLite database; choose another file." in refusal.message
    assert "它不是 SQLite 数据库" in refusal.message_zh
    assert path.read_text() == "notes " * 200


def test_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    execute(path, "CREATE TABLE theirs (x)", "PRAGMA application_id = 7")
    before = path.read_bytes()

    refusal = refused(path)

    assert "a database of something else; choose another file" in refusal.message
    assert "其他程序的数据库" in refusal.message_zh
    assert path.read_bytes() == before


def test_file_of_a_newer_version_is_refused(path: Path) -> None:
    SqliteDepot(path, KNOWN).close()
    execute(path, f"PRAGMA user_version = {VERSION + 1}")

    refusal = refused(path)

    assert "a newer version of mockwx wrote it" in refusal.message
    assert "更新版本的 mockwx" in refusal.message_zh


def test_file_of_an_older_version_is_refused(path: Path) -> None:
    SqliteDepot(path, KNOWN).close()
    execute(path, f"PRAGMA user_version = {VERSION - 1}")

    refusal = refused(path)

    assert "an older version of mockwx wrote it" in refusal.message
    assert "更旧版本的 mockwx" in refusal.message_zh


@pytest.mark.parametrize("name", ["no/such/folder/x.db", "."])
def test_file_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    refused(tmp_path / name)


def test_full_disk_is_said_and_survived(depot: SqliteDepot) -> None:
    store, journal = depot.store("0"), depot.journal("0", 10)
    store.put("codes", "small", 1)
    shrink(depot, 1)

    with pytest.raises(StoreError, match="the disk is full; make room") as refusal:
        store.put("codes", "c", Code("x" * 100_000))

    assert "磁盘已满" in refusal.value.message_zh
    assert store.get("codes", "small") == 1
    assert store.get("codes", "c") is None
    # Room was made.
    store.put("codes", "c", Code("x" * 100_000))
    journal.append(Call)
    assert store.get("codes", "c") == Code("x" * 100_000)


def test_damaged_file_is_said(depot: SqliteDepot, path: Path) -> None:
    store = depot.store("0")
    for number in range(200):
        store.put("codes", str(number), Code("x" * 1_000))
    depot.close()
    path.write_bytes(path.read_bytes()[:4_096] + b"\xff" * 400_000)

    with pytest.raises(StoreError, match="damaged"):
        list(store.scan("codes"))


def test_file_locked_by_somebody_else_is_said(
    depot: SqliteDepot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.store.sqlite_file.BUSY_SECONDS", 0.05)
    depot.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match="locked"):
            depot.store("0").put("codes", "c", 1)

        other.execute("ROLLBACK")
    assert depot.store("0").add("codes", "c", 1) is True


def test_sqlite_that_is_too_old_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))

    with pytest.raises(StoreError, match="too old for --store sqlite"):
        SqliteDepot(path, KNOWN)


_WRITE_FOR_EVER = """
import sys
from pathlib import Path
from mockwx.store.sqlite import SqliteDepot
from tests.unit.store.depots import KNOWN, Call, Code

depot = SqliteDepot(Path(sys.argv[1]), KNOWN)
store, journal = depot.store("0"), depot.journal("0", 100)
while True:
    number = store.incr("counts", "n")
    store.put("codes", str(number), Code("alice"))
    store.swap("codes", str(number), Code("alice"), Code("alice", used=True))
    journal.append(Call)
    print(number, flush=True)
"""


@pytest.mark.slow
def test_file_survives_whoever_is_killed_while_writing(path: Path) -> None:
    told: set[str] = set()
    for _ in range(10):
        program = subprocess.Popen(
            [sys.executable, "-c", _WRITE_FOR_EVER, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert program.stdout is not None
        told |= {program.stdout.readline().strip() for _ in range(50)}
        program.kill()
        program.communicate()

        with closing(SqliteDepot(path, KNOWN)) as depot:
            codes = dict(depot.store("0").scan("codes"))
            assert {codes[number] for number in told} == {Code("alice", used=True)}
            numbers = [each.number for each in depot.journal("0", 100).tail()]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
