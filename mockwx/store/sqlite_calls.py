"""Calls on a SQLite file: played on what is known, and written down several at once.

Whoever writes has the file to itself, so it should have it briefly. Calls are played
before, on what this process knows, by one of its threads for all that wait: taking
turns would cost them more than all the rest. Who then has the file hears what others
have added to it. If all that was read is still so, what was written is written down, in
one transaction; else it is played again right there, where nobody can be faster.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Sequence
from functools import partial
from typing import Any
from typing import TypeVar
from typing import cast

from mockwx.store.base import AloneError
from mockwx.store.sqlite_file import File
from mockwx.store.sqlite_log import Entry
from mockwx.store.sqlite_log import Line
from mockwx.store.sqlite_log import Log
from mockwx.store.sqlite_log import Place
from mockwx.store.sqlite_log import Unknown
from mockwx.store.sqlite_log import tell
from mockwx.store.wording import Words


T = TypeVar("T")

_COURTESY_SECONDS = 0.0001
_COMPANY = 16
"""For how long somebody who came alone reckons with others, after the last of them."""


class Batch:
    """What several calls read and write, one after the other."""

    __slots__ = ("_held", "_look", "entries", "found", "written")

    def __init__(self, look: Callable[[Place], Words | None]) -> None:
        """Begin with what stands there, by a look at it."""
        self._look = look
        self._held: dict[str, bool] = {}
        self.found: dict[Place, Words | None] = {}
        self.written: dict[Place, Words | None] = {}
        self.entries: list[Entry] = []

    def read(self, place: Place) -> Words | None:
        """Return the words of a value, or None if there is none."""
        if place in self.written:
            return self.written[place]
        if place in self.found:
            return self.found[place]
        words = self.found[place] = self._look(place)
        return words

    def holds(self, table: str) -> bool:
        """Say whether a table holds anything."""
        held = self._held.get(table)
        return self.read((table, None)) is not None if held is None else _certain(held)

    def take(self, draft: Draft) -> None:
        """Add what was done after all this."""
        self.written.update(draft.written)
        self._held.update(draft.held)
        self.entries += draft.entries


class Draft:
    """What one call reads and writes."""

    __slots__ = ("_before", "entries", "held", "written")

    def __init__(self, before: Batch) -> None:
        """Begin after all that was done before."""
        self._before = before
        self.held: dict[str, bool] = {}
        """Whether tables certainly hold something, of those that were written to."""
        self.written: dict[Place, Words | None] = {}
        self.entries: list[Entry] = []

    def read(self, place: Place) -> Words | None:
        """Return the words of a value, or None if there is none."""
        if place in self.written:
            return self.written[place]
        return self._before.read(place)

    def write(self, place: Place, words: Words | None) -> None:
        """Set the words of a value; None removes it."""
        self.written[place] = words
        self.held[place[0]] = words is not None

    def holds(self, table: str) -> bool:
        """Say whether a table holds anything."""
        held = self.held.get(table)
        return self._before.holds(table) if held is None else _certain(held)


class _Waiting:
    """What is to be done, and in the end what came of it."""

    __slots__ = ("done", "error", "is_over", "play", "woken")

    def __init__(self, play: Callable[[Draft], Any]) -> None:
        self.play = play
        self.done: object = None
        self.error: BaseException | None = None
        self.is_over = False
        self.woken = threading.Lock()
        self.woken.acquire()


class _Here(threading.local):
    """What one thread plays, if it does."""

    draft: Draft | None = None


class Calls:
    """All that the threads of this process do with a file."""

    def __init__(self, file: File) -> None:
        self.here = _Here()
        self._file = file
        self._log = Log()
        self._gate = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._leader: _Waiting | None = None
        self._pause = threading.Event()
        self._company = 0

    def together(self, work: Callable[[], T]) -> T:
        """Do all that work does as one; any thread may call it, and twice."""

        def play(draft: Draft) -> T:
            self.here.draft = draft
            try:
                return work()
            finally:
                self.here.draft = None

        return self.change(play)

    def change(self, play: Callable[[Draft], T]) -> T:
        """Do all that is done to a draft as one."""
        ours = _Waiting(play)
        try:
            with self._gate:
                self._waiting.append(ours)
                self._leader = self._leader or ours
                leads = self._leader is ours
            if not leads:
                ours.woken.acquire()
            if not ours.is_over:
                self._lead(ours)
        except BaseException:
            self._leave(ours)
            raise
        if ours.error is not None:
            raise ours.error
        return cast("T", ours.done)

    def read(self, place: Place) -> Words | None:
        """Return the words that stand at a place now."""
        log = self._log
        with self._file.reading() as reader:
            log.catch_up(reader)
            return log.find(reader, place)

    def scan(self, table: str) -> dict[str, Words]:
        """Return all that stands in a table now."""
        self.refuse_draft()
        with self._file.reading() as reader:
            return self._log.scan(reader, table)

    def tables(self, prefix: str) -> list[str]:
        """Return the names of the tables that begin so and hold something."""
        self.refuse_draft()
        with self._file.reading() as reader:
            names = self._log.tables(reader, prefix)
        return [name for name in names if self.read((name, None)) is not None]

    def clear(self, prefix: str) -> None:
        """Forget all tables whose names begin so."""
        self.refuse_draft()
        log = self._log
        with self._file.transaction() as writer:
            log.catch_up(writer)
            line = log.clear(writer, prefix)
        log.known.hear([line])

    def append(self, entry: Entry) -> int:
        """Add an exchange to a journal; return its number."""
        with self._file.transaction() as writer:
            return tell(writer, [entry])

    def forget(self) -> None:
        """Rely on nothing that is known: it may be another file next time."""
        self._log = Log()

    def refuse_draft(self) -> None:
        """Raise AloneError within what is done together: not everything can be."""
        if self.here.draft is not None:
            raise AloneError

    # -- leading --------------------------------------------------------------------

    def _lead(self, ours: _Waiting) -> None:
        """Do what all wait for, ours among it; then let the next thread lead."""
        if self._company:
            # Whoever wants to wait too cannot say so while this thread has Python.
            self._pause.wait(_COURTESY_SECONDS)
        several: list[_Waiting] = []
        try:
            with self._gate:
                several, self._waiting = self._waiting, []
            self._company = _COMPANY if several[1:] else max(0, self._company - 1)
            self._keep(several)
        except Exception as error:
            for each in several:
                each.error = error
        except BaseException:
            # Control-C, say, which is no concern of the others.
            with self._gate:
                self._waiting[:0] = [each for each in several if each is not ours]
            several = []
            raise
        finally:
            with self._gate:
                self._hand_over()
            for each in several:
                each.is_over = True
                each.woken.release()

    def _leave(self, ours: _Waiting) -> None:
        """Wait no more, as this thread is interrupted."""
        with self._gate:
            if ours in self._waiting:
                self._waiting.remove(ours)
            if self._leader is ours:
                self._hand_over()

    def _hand_over(self) -> None:
        self._leader = self._waiting[0] if self._waiting else None
        if self._leader is not None:
            self._leader.woken.release()

    def _keep(self, several: Sequence[_Waiting]) -> None:
        log, number = self._log, self._log.known.number
        batch = Batch(self._look)
        # What goes wrong may do so for something that is not so any more.
        is_true = self._play(several, batch)
        lines: list[Line] = []
        with self._file.transaction() as writer:
            log.catch_up(writer)
            look = partial(log.find, writer)
            if is_true and number != log.known.number:
                is_true = _is_true(batch, look)
            if not is_true:
                batch = Batch(look)
                self._play(several, batch)
            if batch.written:
                lines.append(log.add(writer, batch.written))
            if batch.entries:
                tell(writer, batch.entries)
        log.known.hear(lines)
        if any(line.folded for line in lines):
            self._file.copy_soon()

    def _play(self, several: Sequence[_Waiting], batch: Batch) -> bool:
        """Play what is to be done; say whether what went wrong would do so anyhow."""
        well = True
        for each in several:
            draft = Draft(batch)
            each.error = None
            try:
                each.done = each.play(draft)
            except AloneError as error:
                # Done in another way, which looks for itself.
                each.error = error
            except Exception as error:
                each.error, well = error, False
            else:
                batch.take(draft)
        return well

    def _look(self, place: Place) -> Words | None:
        """Return what this process knows of a place; it asks if that is nothing."""
        words = self._log.known.at(place)
        return self.read(place) if isinstance(words, Unknown) else words


def _is_true(batch: Batch, look: Callable[[Place], Words | None]) -> bool:
    """Say whether all that was read is so."""
    return all(look(place) == words for place, words in batch.found.items())


def _certain(held: bool) -> bool:
    if not held:
        # Something was removed: it would take all that stands there to know.
        raise AloneError
    return True
