"""Stores and journals on a Redis server, which the processes of many machines share.

A table is a hash, and what takes two steps is a script: Redis runs one at a time. The
keys of one store have a hash tag in common, so a cluster keeps them in one place.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
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
from mockwx.store.wording import Wording


if TYPE_CHECKING:
    from mockwx.domain.exchange import Exchange
    from mockwx.store.records import Types


T = TypeVar("T")

VERSION = 2
TIMEOUT_SECONDS = 2.0

_POLL_SECONDS = 0.02
_MOST_DRAFTS = 6
_VERSION_KEY = "mockwx:version"

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
if redis.call('LLEN', KEYS[1]) == 0 then return 0 end
return tonumber(redis.call('GET', KEYS[2]) or '0')
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
        self._prefix = f"mockwx:{{{space}}}:table:".encode()
        self._names = f"mockwx:{{{space}}}:tables".encode()
        self._known: dict[str, bytes] = {}

    def get(self, table: str, key: str) -> object | None:
        draft = self._server.draft
        if draft is not None:
            words = draft.read(self._table(table), _bytes(key))
        else:
            with self._server.asked() as client:
                words = client.hget(self._table(table), _bytes(key))
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
        with self._server.asked() as client:
            return bool(client.hdel(self._table(table), _bytes(key)))

    def holds(self, table: str) -> bool:
        draft = self._server.draft
        if draft is not None:
            return draft.holds(self._table(table))
        with self._server.asked() as client:
            return bool(client.exists(self._table(table)))

    def scan(self, table: str) -> Iterator[tuple[str, object]]:
        with self._server.asked() as client:
            found: dict[bytes, bytes] = client.hgetall(self._table(table))
        return iter([(_text(key), self._read(words)) for key, words in found.items()])

    def tables(self) -> list[str]:
        with self._server.asked() as client:
            names = [name.decode() for name in client.smembers(self._names)]
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
        kept, count = f"mockwx:{{{space}}}:journal", f"mockwx:{{{space}}}:count"
        self._keys = (kept.encode(), count.encode())
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
        found = self._server.run(_TAIL, self._keys, (b"%d" % after,))
        return [self._made(each) for each in found]

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

    def clear(self) -> None:
        with self._server.asked() as client:
            client.unlink(self._keys[0])

    def _made(self, kept: bytes) -> Exchange:
        number, _, words = kept.decode().partition(" ")
        made = cast("Exchange", self._wording.read_once(words))
        return replace(made, number=int(number))


class _NoNumberError(Exception):
    """Somebody counts what is no number."""


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
            self._client: Any = redis.Redis.from_url(
                url,
                socket_timeout=TIMEOUT_SECONDS,
                socket_connect_timeout=TIMEOUT_SECONDS,
                # A call that was sent may have been done: never send it twice.
                retry=None,
            )
        except ValueError as error:
            raise self._cannot(str(error), "地址有误") from None
        self._scripts: dict[str, bytes] = {}
        self._here = _Here()
        self._beliefs = Beliefs()
        self._again = threading.Lock()
        self._apart = False

    @property
    def draft(self) -> Draft | None:
        """What this thread does together, if it does."""
        return self._here.draft

    def together(self, work: Callable[[], T]) -> T:
        """Do work on a draft, again until nothing it read has changed meanwhile.

        Raises AloneError if others are always faster, or nothing may be done so.
        """
        if self._apart:
            return work()
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
        wrong = self.run(KEEP, *draft.spelt(written=written))
        if wrong:
            draft.learn(wrong)
        elif written:
            draft.kept()
        return not wrong

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """Ask the server; raises StoreError if it does not do what it is asked.

        Raises AloneError within what is done together: then it cannot be asked.
        """
        if self._here.draft is not None:
            raise AloneError
        try:
            yield self._client
        except (self._redis.RedisError, OSError) as error:
            raise self._failure(error) from None

    def run(self, script: str, keys: Sequence[bytes], values: Sequence[bytes]) -> Any:
        """Run a script, which the server may have to be told (again)."""
        known = self._scripts.get(script)
        if known is None:
            digest = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
            known = self._scripts[script] = digest.encode()
        said = (b"%d" % len(keys), *keys, *values)
        with self.asked() as client:
            try:
                return self._said(b"EVALSHA", known, *said)
            except self._redis.exceptions.NoScriptError:
                client.script_load(script)
                return self._said(b"EVALSHA", known, *said)

    def _said(self, *words: bytes) -> Any:
        """Say a command, and return what is answered.

        The package would look at each word for as long as Redis takes for all of them.
        """
        told = [b"*%d\r\n" % len(words)]
        told += [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
        pool = self._client.connection_pool
        connection = pool.get_connection()
        try:
            connection.send_packed_command([b"".join(told)])
            return connection.read_response()
        except self._redis.ResponseError:
            raise
        except BaseException:
            # What it still says would be taken for the answer to something else.
            connection.disconnect()
            raise
        finally:
            pool.release(connection)

    def check_version(self) -> None:
        """See that no newer version keeps its things there."""
        with self.asked() as client:
            client.setnx(_VERSION_KEY, VERSION)
            found = client.get(_VERSION_KEY)
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
        self._client.close()

    def _failure(self, error: Exception) -> Exception:
        words = str(error)
        if "not an integer" in words:
            return _NoNumberError()
        if "same slot" in words:
            # A cluster keeps what belongs to different stores apart.
            self._apart = True
            return AloneError()
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


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _bytes(key: str) -> bytes:
    """Return a key as Redis takes it: half a character, from JSON, too."""
    return key.encode("utf-8", "surrogatepass")


def _text(key: bytes) -> str:
    return key.decode("utf-8", "surrogatepass")
