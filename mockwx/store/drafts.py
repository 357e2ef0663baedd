"""Many things done as one on a server that is far: first on what is believed.

To ask the server for each value takes longer than all the rest of a call. So a draft
reads what this process saw last, or takes it that there is nothing, and writes to
itself. One script then compares all that was read with what stands there: if it is so,
it writes; else it says what is so, and the call is played again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mockwx.store.base import AloneError


Place: TypeAlias = "tuple[bytes, bytes | None]"
"""A table and a key; without the key, whether the table holds anything."""

_MOST_BELIEVED = 10_000

# KEYS: each once. ARGV: how many there are of each, and then one after the other what
# was read, held, written, named and told; a key by its number, what is absent as ''.
KEEP = """
local at, wrong = 5, {}
local function key() at = at + 1; return KEYS[tonumber(ARGV[at])] end
local function word() at = at + 1; return ARGV[at] end
for place = 1, tonumber(ARGV[1]) do
  local found = redis.call('HGET', key(), word()) or ''
  if found ~= word() then
    wrong[#wrong + 1] = place
    wrong[#wrong + 1] = found
  end
end
for place = 1, tonumber(ARGV[2]) do
  local found = redis.call('EXISTS', key()) == 1 and '1' or ''
  if found ~= word() then
    wrong[#wrong + 1] = place + tonumber(ARGV[1])
    wrong[#wrong + 1] = found
  end
end
if #wrong > 0 then return wrong end
for _ = 1, tonumber(ARGV[3]) do
  local table, field, words = key(), word(), word()
  if words == '' then
    redis.call('HDEL', table, field)
  else
    redis.call('HSET', table, field, words)
  end
end
for _ = 1, tonumber(ARGV[4]) do redis.call('SADD', key(), word()) end
for _ = 1, tonumber(ARGV[5]) do
  local list = key()
  local number = redis.call('INCR', key())
  redis.call('RPUSH', list, number .. ' ' .. word())
  redis.call('LTRIM', list, -tonumber(word()), -1)
end
return wrong
"""


class Beliefs:
    """What this process saw last; what nobody asks for is forgotten by and by."""

    def __init__(self) -> None:
        self._young: dict[Place, bytes | None] = {}
        self._old: dict[Place, bytes | None] = {}

    def at(self, place: Place) -> bytes | None:
        """Return what is believed to stand at a place; None: nothing."""
        # Looked at once: another thread may put a new one in its place.
        young = self._young
        if place in young:
            return young[place]
        words = self._old.get(place)
        if words is not None:
            self.see(place, words)
        return words

    def see(self, place: Place, words: bytes | None) -> None:
        """Believe what was seen."""
        if len(self._young) >= _MOST_BELIEVED:
            self._old, self._young = self._young, {}
        self._young[place] = words


@dataclass(frozen=True, slots=True)
class Entry:
    """One line for a journal."""

    keys: tuple[bytes, bytes]
    """The list, and the count of all that was ever in it."""
    words: bytes
    bound: int


class Draft:
    """What one thread reads and writes until it is kept, or played again."""

    __slots__ = ("_beliefs", "_entries", "_held", "_named", "_read", "_written")

    def __init__(self, beliefs: Beliefs) -> None:
        self._beliefs = beliefs
        self._read: dict[Place, bytes | None] = {}
        self._held: dict[Place, bytes | None] = {}
        self._written: dict[Place, bytes | None] = {}
        self._named: dict[tuple[bytes, bytes], None] = {}
        self._entries: list[Entry] = []

    def read(self, table: bytes, key: bytes) -> bytes | None:
        """Return the words of a value, or None if there is none."""
        place = (table, key)
        if place in self._written:
            return self._written[place]
        if place not in self._read:
            self._read[place] = self._beliefs.at(place)
        return self._read[place]

    def holds(self, table: bytes) -> bool:
        """Say whether a table holds anything."""
        if any(place[0] == table for place in self._written):
            # It would take all that stands there to know.
            raise AloneError
        place = (table, None)
        if place not in self._held:
            self._held[place] = self._beliefs.at(place)
        return self._held[place] is not None

    def write(self, table: bytes, key: bytes, words: bytes | None) -> None:
        """Set the words of a value; None removes it."""
        self._written[table, key] = words

    def name(self, names: bytes, table: bytes) -> None:
        """Note under its short name that there is a table."""
        self._named[names, table] = None

    def tell(self, entry: Entry) -> None:
        """Add to a journal."""
        self._entries.append(entry)

    def learn(self, wrong: Sequence[int | bytes]) -> None:
        """Believe what stands there instead of what was read."""
        read = [*self._read, *self._held]
        for number, found in zip(wrong[::2], wrong[1::2], strict=True):
            self._beliefs.see(read[int(number) - 1], bytes(found) or None)

    def kept(self) -> None:
        """Believe what was written."""
        for place, words in self._written.items():
            self._beliefs.see(place, words)
            if words is not None:
                self._beliefs.see((place[0], None), b"1")

    def spelt(self, *, written: bool) -> tuple[list[bytes], list[bytes]]:
        """Return the keys and values of the script; not `written`, it only compares."""
        keys = _Numbers()
        counts = [len(self._read), len(self._held), 0, 0, 0]
        said: list[bytes] = []
        for (table, key), words in self._read.items():
            said += (keys[table], key or b"", words or b"")
        for (table, _), words in self._held.items():
            said += (keys[table], words or b"")
        if written:
            counts[2:] = len(self._written), len(self._named), len(self._entries)
            said += self._changes(keys)
        return list(keys), [*(b"%d" % each for each in counts), *said]

    def _changes(self, keys: _Numbers) -> list[bytes]:
        said: list[bytes] = []
        for (table, key), words in self._written.items():
            said += (keys[table], key or b"", words or b"")
        for names, name in self._named:
            said += (keys[names], name)
        for entry in self._entries:
            said += (*(keys[each] for each in entry.keys), entry.words)
            said.append(b"%d" % entry.bound)
        return said


class _Numbers(dict[bytes, bytes]):
    """Keys, numbered as they come."""

    def __missing__(self, key: bytes) -> bytes:
        number = self[key] = b"%d" % (len(self) + 1)
        return number
