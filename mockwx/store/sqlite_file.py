"""One SQLite file: how it is opened, read and written, and what is said when it fails.

SQLite lets one write at a time, so a process writes through one connection and lets its
own threads queue in front of it; each that reads has a connection of its own.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path
from typing import Any
from typing import TypeAlias

from mockwx.store.base import StoreError
from mockwx.store.queue import Queue


VERSION = 4
BUSY_SECONDS = 10.0
OLDEST = (3, 35)
"""The first SQLite that updates whatever an insertion conflicts with."""

_OURS = int.from_bytes(b"mckx", "big")
_CHECKPOINT_PAGES = 8_000

_SCHEMA = f"""
CREATE TABLE rows (
    name TEXT NOT NULL, key NOT NULL, value NOT NULL, PRIMARY KEY (name, key)
) WITHOUT ROWID;
CREATE TABLE log (
    number INTEGER PRIMARY KEY, changed TEXT, folded INTEGER NOT NULL
);
CREATE TABLE exchanges (
    space TEXT NOT NULL, number INTEGER NOT NULL, rid TEXT NOT NULL, value TEXT,
    PRIMARY KEY (space, number)
) WITHOUT ROWID;
PRAGMA application_id = {_OURS};
PRAGMA user_version = {VERSION};
"""

Row: TypeAlias = "tuple[Any, ...]"


class File:
    """One database file: a connection that writes, and some that read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._idle: list[sqlite3.Connection] = []
        self._copying: threading.Thread | None = None
        self._queue = Queue(Path(f"{path}-queue"))

    def read(self, statement: str, values: Sequence[object]) -> list[Row]:
        """Return the rows as they stand now."""
        with self.reading() as reader:
            return reader.execute(statement, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read from; nobody who writes is in the way."""
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = self._connect()
        try:
            yield reader
        except BaseException as error:
            reader.close()
            if isinstance(error, sqlite3.Error):
                raise self._failure(error) from None
            raise
        self._idle.append(reader)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several statements as one: all of them happen, or none."""
        with self._lock, self._queue:
            writer = self._writer or self._connect()
            # Kept only if all goes well: else, who knows in what state it is.
            self._writer = None
            try:
                writer.execute("BEGIN IMMEDIATE")
                yield writer
                writer.execute("COMMIT")
            except (sqlite3.Error, StoreError) as error:
                # What was begun is undone with it.
                writer.close()
                if isinstance(error, StoreError):
                    raise
                raise self._failure(error) from None
            except BaseException:
                writer.execute("ROLLBACK")
                self._writer = writer
                raise
            self._writer = writer

    def prepare(self) -> None:
        """Make the file if it is new; raises StoreError for one that is not ours."""
        if sqlite3.sqlite_version_info < OLDEST:
            raise StoreError(
                f"SQLite {sqlite3.sqlite_version} is too old for --store sqlite; "
                "3.35 or newer is needed.",
                f"SQLite {sqlite3.sqlite_version} 太旧，"
                "无法用于 --store sqlite；需要 3.35 或更新版本。",
            )
        try:
            # It holds session_keys: nobody else on this machine may read it.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            # Not opened here: to close it would break the locks of our connections.
            pass
        except OSError as error:
            part = _ERRNOS.get(error.errno or 0, "")
            reason, reason_zh = _REASONS.get(part, (error.strerror or str(error), None))
            raise self._cannot(reason, reason_zh) from None
        writer = self._connect()
        try:
            with self._queue:
                self._check(writer)
                writer.execute("PRAGMA journal_mode = WAL")
                if self._is_new(writer):
                    self._lay_out(writer)
        except sqlite3.Error as error:
            raise self._failure(error) from None
        finally:
            writer.close()

    def copy_soon(self) -> None:
        """Copy what was written to its place, in a thread, for that waits for the disk.

        Else somebody who writes has to, while all others wait.
        """
        if self._copying is None or not self._copying.is_alive():
            self._copying = threading.Thread(
                target=self._copy, name="mockwx-checkpoint", daemon=True
            )
            self._copying.start()

    def close(self) -> None:
        """Let go of it; using it again opens it again."""
        copying, self._copying = self._copying, None
        if copying is not None:
            copying.join()
        with self._lock:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.close()
            self._queue.close()
        while self._idle:
            with suppress(IndexError):
                self._idle.pop().close()

    def _copy(self) -> None:
        # What goes wrong here goes wrong again in a call, which says so.
        with suppress(StoreError):
            self.read("PRAGMA wal_checkpoint(PASSIVE)", ())

    def _lay_out(self, writer: sqlite3.Connection) -> None:
        writer.execute("BEGIN IMMEDIATE")
        # Whoever came first has done it.
        if self._is_new(writer):
            for statement in filter(str.strip, _SCHEMA.split(";")):
                writer.execute(statement)
        writer.execute("COMMIT")

    def _check(self, writer: sqlite3.Connection) -> None:
        ((ours,),) = writer.execute("PRAGMA application_id")
        ((version,),) = writer.execute("PRAGMA user_version")
        if ours != _OURS and not self._is_new(writer):
            raise self._cannot(
                "it is a database of something else; choose another file",
                "它是其他程序的数据库；请换一个文件",
            )
        if 0 < version < VERSION:
            raise self._cannot(
                "an older version of mockwx wrote it; use that one, or another file",
                "它由更旧版本的 mockwx 写入；请使用那个版本，或换一个文件",
            )
        if version > VERSION:
            raise self._cannot(
                "a newer version of mockwx wrote it; use that one, or another file",
                "它由更新版本的 mockwx 写入；请使用那个版本，或换一个文件",
            )

    @staticmethod
    def _is_new(writer: sqlite3.Connection) -> bool:
        return not writer.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    def _connect(self) -> sqlite3.Connection:
        try:
            made = sqlite3.connect(
                self._path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            # Safe against the end of a process at any moment; only a power cut may
            # cost the last calls. OFF would be safe against the former too, but a power
            # cut could then cost the file.
            made.execute("PRAGMA synchronous = NORMAL")
            # Only then it waits for the disk. Most pages are written again until then.
            made.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        except sqlite3.Error as error:
            raise self._failure(error) from None
        return made

    def _failure(self, error: sqlite3.Error) -> StoreError:
        words = str(error)
        for part, (reason, reason_zh) in _REASONS.items():
            if part in words:
                return self._cannot(reason, reason_zh)
        return self._cannot(words)

    def _cannot(self, reason: str, reason_zh: str | None = None) -> StoreError:
        return StoreError(
            f"the store {self._path} cannot be used: {reason}.",
            f"无法使用存储 {self._path}：{reason_zh or reason}。",
        )


# What SQLite says, and what to do about it.
_REASONS = {
    "disk is full": (
        "the disk is full; make room, and it goes on",
        "磁盘已满；腾出空间后即可继续",
    ),
    "readonly": (
        "it is read-only; allow writing to the file and its folder",
        "它是只读的；请允许写入该文件及其所在文件夹",
    ),
    "not a database": (
        "it is no SQLite database; choose another file",
        "它不是 SQLite 数据库；请换一个文件",
    ),
    "malformed": (
        "it is damaged; choose another file",
        "它已损坏；请换一个文件",
    ),
    "locked": (
        f"somebody else kept it locked for {BUSY_SECONDS:g} seconds",
        f"它被其他程序锁定超过 {BUSY_SECONDS:g} 秒",
    ),
    "unable to open": (
        "it cannot be opened; its folder must be there, and writable",
        "无法打开；它所在的文件夹必须存在且可写",
    ),
    "disk I/O error": (
        "the disk does not answer as it should (disk I/O error)",
        "磁盘读写出错（disk I/O error）",
    ),
}


# The same, said by the system.
_ERRNOS = {
    errno.EACCES: "readonly",
    errno.EROFS: "readonly",
    errno.ENOENT: "unable to open",
    errno.ENOTDIR: "unable to open",
    errno.ENOSPC: "disk is full",
}
