"""Stores and journals on a Redis server, which the processes of many machines share.

A table is a hash, and what takes two steps is a script: Redis runs one at a time. The
keys of stores whose names begin alike (7, 7/time) have a hash tag in common, so that a
cluster keeps them in one place, and one script can have them all.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeVar
from typing import cast
from urllib.parse import urlsplit

from mockwx.clock import monotonic_ns
from mockwx.store.base import AloneError
from mockwx.store.base import StoreError
from mockwx.store.drafts import KEEP
from mockwx.store.drafts import Beliefs
from mockwx.store.drafts import Draft
from mockwx.store.drafts import Entry
from mockwx.store.redis_nodes import Nodes
from mockwx.store.wording import Wording


if TYPE_CHECKING:
    from mockwx.domain.exchange import Exchange
    from mockwx.store.records import Types


T = TypeVar("T")

VERSION = 3
TIMEOUT_SECONDS = 2.0

_POLL_SECONDS = 0.02
_MOST_DRAFTS = 6
_VERSION_KEY = b"mockwx:version"

# KEYS: the table, the names of all tables. ARGV: the name of this one, key, value ...
_PUT = """
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
"""
_ADD = """
redis.call('SADD', KEYS[2], ARGV[1])
return redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3])
"""
_INCR = """
redis.call('SADD', KEYS[2], ARGV[1])
return redis.call('HINCRBY', KEYS[1], ARGV[2], ARGV[3])
"""
_SWAP = """
local found = redis.call('HGET', KEYS[1], ARGV[1])
if found == ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  return 1
end
return found
"""
_CLEAR = """
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  redis.call('UNLINK', ARGV[1] .. name)
end
redis.call('DEL', KEYS[1])
"""
# KEYS: the list, the count, which goes on for ever.
_APPEND = """
local number = redis.call('INCR', KEYS[2])
redis.call('RPUSH', KEYS[1], number .. ' ' .. ARGV[1])
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
return number
"""
_TAIL = """
local wanted = tonumber(redis.call('GET', KEYS[2]) or '0') - tonumber(ARGV[1])
if wanted <= 0 then return {} end
return redis.call('LRANGE', KEYS[1], -wanted, -1)
"""
_NEWEST = """
local newest = redis.call('LINDEX', KEYS[1], -1)
return newest and tonumber(string.match(newest, '^%d+')) or 0
"""
_DISCARD = """
local gone = {}
for _, number in ipairs(ARGV) do gone[number] = true end
local kept = redis.call('LRANGE', KEYS[1], 0, -1)
redis.call('DEL', KEYS[1])
for _, each in ipairs(kept) do
  if not gone[string.match(each, '^%d+')] then redis.call('RPUSH', KEYS[1], each) end
end
"""


class RedisDepot:
    """Every store and journal on one server."""

    def __init__(self, url: str, known: Types) -> None:
        """Connect; raises StoreError if the server cannot serve."""
        self._server = _Server(url)
        self._wording = Wording(known)
        self._server.check_version()

    def store(self, space: str) -> RedisStore:
        """Return the store of this name; two names have nothing in common."""
        return RedisStore(self._server, self._wording, space)

    def journal(self, space: str, bound: int) -> RedisJournal:
        """Return the journal of this name."""
        return RedisJournal(self._server, self._wording, space, bound)

    def together(self, work: Callable[[], T]) -> T:
        """Do all of it as one, in as few questions to the server as can be."""
        return self._server.together(work)

    def close(self) -> None:
        """Let go of every connection; using it again connects again."""
        self._server.close()


class RedisStore:
    """Hashes of one space. The words of a value are what is compared."""

    __slots__ = ("_known", "_names", "_prefix", "_server", "_wording")

    def __init__(self, server: _Server, wording: Wording, space: str) -> None:
        self._server = server
        self._wording = wording
        self._prefix = _key(space, "table:")
        self._names = _key(space, "tables")
        self._known: dict[str, bytes] = {}

    def get(self, table: str, key: str) -> object | None:
        draft = self._server.draft
        if draft is not None:
            words = draft.read(self._table(table), _bytes(key))
        else:
            words = self._server.ask(b"HGET", self._table(table), _bytes(key))
        return None if words is None else self._read(words)

    def put(self, table: str, key: str, value: object) -> None:
        words, draft = self._write(value), self._server.draft
        if draft is None:
            self._run(_PUT, table, _bytes(key), words)
        else:
            self._put(draft, table, _bytes(key), words)

    def add(self, table: str, key: str, value: object) -> bool:
        words, draft = self._write(value), self._server.draft
        if draft is None:
            return bool(self._run(_ADD, table, _bytes(key), words))
        if draft.read(self._table(table), _bytes(key)) is not None:
            return False
        self._put(draft, table, _bytes(key), words)
        return True

    def swap(self, table: str, key: str, old: object, new: object) -> bool:
        expected, wanted = self._write(old), self._write(new)
        draft = self._server.draft
        if draft is not None:
            found = draft.read(self._table(table), _bytes(key))
            if found is None or (found != expected and self._read(found) != old):
                return False
            draft.write(self._table(table), _bytes(key), wanted)
            return True
        while True:
            found = self._server.run(
                _SWAP, (self._table(table),), (_bytes(key), expected, wanted)
            )
            if found == 1:
                return True
            # Other words may mean the same: written by an older version, say.
            if found is None or self._read(found) != old:
                return False
            expected = found

    def incr(self, table: str, key: str, by: int = 1) -> int:
        draft = self._server.draft
        if draft is not None:
            number = self.get(table, key) or 0
            if type(number) is not int:
                raise TypeError(f"{key!r} in {table!r} is no number: {number!r}")
            self._put(draft, table, _bytes(key), b"%d" % (number + by))
            return number + by
        try:
            return int(self._run(_INCR, table, _bytes(key), b"%d" % by))
        except _NoNumberError:
            known = self.get(table, key)
            raise TypeError(f"{key!r} in {table!r} is no number: {known!r}") from None

    def delete(self, table: str, key: str) -> bool:
        draft = self._server.draft
        if draft is not None:
            found = draft.read(self._table(table), _bytes(key))
            draft.write(self._table(table), _bytes(key), None)
            return found is not None
        return bool(self._server.ask(b"HDEL", self._table(table), _bytes(key)))

    def holds(self, table: str) -> bool:
        draft = self._server.draft
        if draft is not None:
            return draft.holds(self._table(table))
        return bool(self._server.ask(b"EXISTS", self._table(table)))

    def scan(self, table: str) -> Iterator[tuple[str, object]]:
        found = self._server.ask(b"HGETALL", self._table(table))
        if not isinstance(found, dict):
            # The URL may ask for a protocol that knows dicts (?protocol=3).
            found = dict(zip(found[::2], found[1::2], strict=True))
        return iter([(_text(key), self._read(words)) for key, words in found.items()])

    def tables(self) -> list[str]:
        found: list[bytes] = self._server.ask(b"SMEMBERS", self._names)
        names = [name.decode() for name in found]
        return [name for name in names if self.holds(name)]

    def clear(self) -> None:
        self._server.run(_CLEAR, (self._names,), (self._prefix,))

    def _table(self, name: str) -> bytes:
        """Return the key of a table; there are not many."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._prefix + name.encode()
        return known

    def _put(self, draft: Draft, table: str, key: bytes, words: bytes) -> None:
        draft.write(self._table(table), key, words)
        draft.name(self._names, table.encode())

    def _run(self, script: str, table: str, key: bytes, words: bytes) -> Any:
        keys = (self._table(table), self._names)
        return self._server.run(script, keys, (table.encode(), key, words))

    def _write(self, value: object) -> bytes:
        words = self._wording.write(value)
        return (words if isinstance(words, str) else str(words)).encode()

    def _read(self, words: bytes) -> object:
        text = words.decode()
        return int(text) if text.lstrip("-").isdecimal() else self._wording.read(text)


class RedisJournal:
    """The latest exchanges of one space; who waits for one looks every 20 ms."""

    __slots__ = ("_bound", "_keys", "_server", "_wording")

    def __init__(
        self, server: _Server, wording: Wording, space: str, bound: int
    ) -> None:
        self._server = server
        self._wording = wording
        self._keys = (_key(space, "journal"), _key(space, "count"))
        self._bound = bound

    def append(self, make: Callable[[int], Exchange]) -> Exchange:
        # Its number is known once it is there, so that numbers come in order.
        made = make(0)
        words = str(self._wording.write_once(made)).encode()
        draft = self._server.draft
        if draft is not None:
            # Which number it gets is known once all is kept, and asked by nobody here.
            draft.tell(Entry(self._keys, words, self._bound))
            return made
        number = self._server.run(_APPEND, self._keys, (words, b"%d" % self._bound))
        return replace(made, number=int(number))

    def tail(self, after: int = 0) -> Sequence[Exchange]:
        # As many as may have a higher number, and more where some were discarded.
        found = self._server.run(_TAIL, self._keys, (b"%d" % after,))
        made = map(self._made, found)
        return [each for each in made if each.number > after]

    def get(self, rid: str) -> Exchange | None:
        # Rarely asked, so it looks through them rather than keep an index.
        return next((each for each in reversed(self.tail()) if each.rid == rid), None)

    def wait(self, after: int, timeout: float) -> bool:
        deadline = monotonic_ns() + int(timeout * 1e9)
        pause = threading.Event()
        while self._server.run(_NEWEST, self._keys, ()) <= after:
            left = (deadline - monotonic_ns()) / 1e9
            if left <= 0:
                return False
            pause.wait(min(left, _POLL_SECONDS))
        return True

    def discard(self, numbers: Collection[int]) -> None:
        self._server.run(_DISCARD, self._keys, [b"%d" % each for each in numbers])

    def clear(self) -> None:
        self._server.ask(b"UNLINK", self._keys[0])

    def _made(self, kept: bytes) -> Exchange:
        number, _, words = kept.decode().partition(" ")
        made = cast("Exchange", self._wording.read_once(words))
        return replace(made, number=int(number))


class _NoNumberError(Exception):
    """Somebody counts what is no number."""


class _NoScriptError(Exception):
    """The server was not told the script, or has forgotten it."""


class _Here(threading.local):
    """What one thread does together, if it does."""

    draft: Draft | None = None


class _Server:
    """A Redis server: what it is asked, and what is said when it does not answer."""

    def __init__(self, url: str) -> None:
        try:
            # For those who want it alone: it takes longer to import than Flask.
            import redis
        except ImportError:
            raise StoreError(
                "--store redis needs the package redis: pip install 'mockwx[redis]'.",
                "--store redis 需要 redis 包：pip install 'mockwx[redis]'。",
            ) from None
        self._redis = redis
        self._shown = _without_password(url)
        try:
            self._nodes = Nodes(redis, url, self._pool)
        except ValueError as error:
            raise self._cannot(str(error), "地址有误") from None
        self._scripts: dict[str, bytes] = {}
        self._here = _Here()
        self._beliefs = Beliefs()
        self._again = threading.Lock()
        self._look(url)

    @property
    def draft(self) -> Draft | None:
        """What this thread does together, if it does."""
        return self._here.draft

    def together(self, work: Callable[[], T]) -> T:
        """Do work on a draft, again until nothing it read has changed meanwhile.

        Raises AloneError if others are always faster, or nothing may be done so.
        """
        for number in range(_MOST_DRAFTS):
            # Who was late once would be late again beside all threads of this process.
            with self._again if number else nullcontext():
                draft = self._here.draft = Draft(self._beliefs)
                try:
                    done = work()
                except Exception:
                    # It may be for a belief that was wrong.
                    if self._holds_true(draft, written=False):
                        raise
                    continue
                finally:
                    self._here.draft = None
                if self._holds_true(draft, written=True):
                    return done
        raise AloneError

    def _holds_true(self, draft: Draft, *, written: bool) -> bool:
        """Compare what was read with what stands there; write if all is so."""
        self._here.draft = None
        keys, values = draft.spelt(written=written)
        if not keys:
            return True
        if not self._nodes.have_in_one_place(keys):
            raise AloneError
        wrong = self.run(KEEP, keys, values)
        if wrong:
            draft.learn(wrong)
        elif written:
            draft.kept()
        return not wrong

    def ask(self, command: bytes, key: bytes, *words: bytes) -> Any:
        """Say a command about one key; raises StoreError if it is not done.

        Raises AloneError within what is done together: then nobody can be asked.
        """
        return self._told(key, (command, key, *words))

    def run(self, script: str, keys: Sequence[bytes], values: Sequence[bytes]) -> Any:
        """Run a script, which the server may have to be told (again)."""
        known = self._scripts.get(script)
        if known is None:
            digest = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
            known = self._scripts[script] = digest.encode()
        said = (b"%d" % len(keys), *keys, *values)
        try:
            return self._told(keys[0], (b"EVALSHA", known, *said))
        except _NoScriptError:
            return self._told(keys[0], (b"EVAL", script.encode(), *said))

    def _told(self, key: bytes, words: Sequence[bytes]) -> Any:
        if self._here.draft is not None:
            raise AloneError
        try:
            return self._nodes.ask(key, words)
        except (self._redis.RedisError, OSError) as error:
            raise self._failure(error) from None

    def check_version(self) -> None:
        """See that no newer version keeps its things there."""
        self.ask(b"SETNX", _VERSION_KEY, b"%d" % VERSION)
        found = self.ask(b"GET", _VERSION_KEY)
        if found is not None and int(found) < VERSION:
            raise self._cannot(
                "an older version of mockwx used it; use that one, or another database "
                "(redis://HOST/1)",
                "更旧版本的 mockwx 使用过它；"
                "请使用那个版本，或换一个库（redis://HOST/1）",
            )
        if found is not None and int(found) > VERSION:
            raise self._cannot(
                "a newer version of mockwx uses it; use that one, or another database "
                "(redis://HOST/1)",
                "更新版本的 mockwx 正在使用它；"
                "请使用那个版本，或换一个库（redis://HOST/1）",
            )

    def close(self) -> None:
        self._nodes.close()

    def _pool(self, url: str) -> Any:
        """Keep connections to one server; raises ValueError if the URL is none."""
        return self._redis.ConnectionPool.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            # A call that was sent may have been done: never send it twice.
            retry=None,
            # Older servers and proxies speak no other.
            protocol=2,
        )

    def _look(self, url: str) -> None:
        try:
            self._nodes.look()
        except (self._redis.RedisError, OSError) as error:
            raise self._failure(error) from None
        if self._nodes.are_many and url.startswith("unix:"):
            raise self._cannot(
                "it belongs to a cluster; name a node by its host (redis://HOST:PORT)",
                "它属于一个集群；请用主机名指定其中一个节点（redis://HOST:PORT）",
            )

    def _failure(self, error: Exception) -> Exception:
        words = str(error)
        if "not an integer" in words:
            return _NoNumberError()
        if isinstance(error, self._redis.exceptions.NoScriptError):
            return _NoScriptError()
        for part, (reason, reason_zh) in _REASONS.items():
            if part in f"{type(error).__name__}: {words}":
                return self._cannot(reason, reason_zh)
        return self._cannot(words.rstrip("."), words.rstrip("."))

    def _cannot(self, reason: str, reason_zh: str) -> StoreError:
        return StoreError(
            f"the store {self._shown} cannot be used: {reason}.",
            f"无法使用存储 {self._shown}：{reason_zh}。",
        )


# What the client says, the particular before the general, and what to do about it.
_REASONS = {
    "BusyLoading": (
        "Redis is still loading its data; it goes on by itself",
        "Redis 仍在载入数据；稍后会自动恢复",
    ),
    "Authentication": (
        "Redis wants another name or password; put them into the URL "
        "(redis://NAME:PASSWORD@HOST)",
        "Redis 要求其他用户名或密码；请写在地址里（redis://NAME:PASSWORD@HOST）",
    ),
    "SELECT is not allowed": (
        "it belongs to a cluster, which has one database only: redis://HOST:PORT/0",
        "它属于一个集群，集群只有 0 号库：redis://HOST:PORT/0",
    ),
    "ClusterDown": (
        "a part of the cluster is missing; see 'redis-cli --cluster check', "
        "and it goes on once the cluster is whole",
        "集群缺少一部分节点；请查看 'redis-cli --cluster check'，"
        "集群恢复完整后即可继续",
    ),
    "TryAgain": (
        "the cluster moves this world to another node just now; try again",
        "集群正在把这个 world 移到另一个节点；请稍后再试",
    ),
    "Timeout": (
        f"Redis did not answer within {TIMEOUT_SECONDS:g} seconds",
        f"Redis 在 {TIMEOUT_SECONDS:g} 秒内没有回答",
    ),
    "ConnectionError": (
        "Redis cannot be reached; start it, and it goes on",
        "连接不上 Redis；启动它之后即可继续",
    ),
    "OutOfMemory": (
        "Redis has no memory left; raise its maxmemory",
        "Redis 内存已满；请调大 maxmemory",
    ),
    "ReadOnly": (
        "it is a replica, which takes no writes; name the one that does",
        "它是只读副本；请改用可写的节点",
    ),
    "MISCONF": (
        "Redis cannot save to its disk, and so takes no writes; see its log",
        "Redis 无法写入磁盘，因此拒绝写入；请看它的日志",
    ),
}


def _key(space: str, rest: str) -> bytes:
    """Return a key of a store: `mockwx:{7}:…`, or `mockwx:{7}/time:…`."""
    tag, slash, part = space.partition("/")
    return f"mockwx:{{{tag}}}{slash}{part}:{rest}".encode()


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _bytes(key: str) -> bytes:
    """Return a key as Redis takes it: half a character, from JSON, too."""
    return key.encode("utf-8", "surrogatepass")


def _text(key: bytes) -> str:
    return key.decode("utf-8", "surrogatepass")
