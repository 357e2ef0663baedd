"""Where a Redis key lies: on the one server, or on a node of a cluster.

A cluster has 16,384 slots, each on one node; a key's slot comes of its hash tag. A node
that is asked for a slot it has not says who has it, and has done nothing: then alone is
a command sent again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias
from urllib.parse import urlsplit


Address: TypeAlias = "tuple[str, int]"
"""Host and port."""

_SLOTS = 16_384
_PAUSE_SECONDS = 0.02
_MOST_TURNS = 100
"""How often a command is sent while its slot moves: for two seconds."""


class Nodes:
    """A server, or the nodes of the cluster that it belongs to."""

    def __init__(self, redis: Any, url: str, open_pool: Callable[[str], Any]) -> None:
        """Take the package, an address, and what keeps connections to an address."""
        self._errors = redis.exceptions
        self._key_slot: Callable[[bytes], int] = redis.crc.key_slot
        self._url = urlsplit(url)
        self._open_pool = open_pool
        self._first = open_pool(url)
        self._pools: dict[Address, Any] = {}
        self._owners: list[Address] = []
        """Who has each slot; nobody, where there is no cluster."""
        self._lost: set[Address] = set()
        """Who did not answer: somebody else may have their slots by now."""
        self._looking = threading.Lock()

    @property
    def are_many(self) -> bool:
        """Say whether this is a cluster."""
        return bool(self._owners)

    def look(self) -> None:
        """Find out whether the server belongs to a cluster, and who has which slot."""
        try:
            told: bytes = self._say(self._first, (b"INFO", b"cluster"))
        except self._errors.ResponseError:
            # Some proxies know no INFO; behind them there is one server to us.
            return
        if b"cluster_enabled:1" in told:
            host = self._url.hostname or "localhost"
            self._owners = self._told_by(self._first, (host, self._url.port or 6379))

    def ask(self, key: bytes, words: Sequence[bytes]) -> Any:
        """Say a command where its key lies; return what is answered."""
        if not self._owners:
            return self._say(self._first, words)
        if self._lost:
            self._look_again()
        slot = self._key_slot(key)
        try:
            return self._ask_owner(slot, words)
        except (self._errors.ConnectionError, self._errors.TimeoutError, OSError):
            self._lost.add(self._owners[slot])
            raise

    def have_in_one_place(self, keys: Iterable[bytes]) -> bool:
        """Say whether one script can have all of these keys."""
        return not self._owners or len(set(map(self._key_slot, keys))) == 1

    def close(self) -> None:
        """Let go of every connection; asking again connects again."""
        for pool in (self._first, *list(self._pools.values())):
            pool.disconnect()

    def _ask_owner(self, slot: int, words: Sequence[bytes]) -> Any:
        """Ask who has a slot, and follow it where it moved."""
        guest: Address | None = None
        for _ in range(_MOST_TURNS):
            owner = self._owners[slot]
            try:
                if guest is None:
                    return self._say(self._pool_at(owner), words)
                return self._say(self._pool_at(guest), words, asking=True)
            except self._errors.MovedError as told:
                self._owners[slot], guest = (told.host or owner[0], told.port), None
            except self._errors.AskError as told:
                # It is on its way there, and this key has arrived, or is a new one.
                guest = (told.host or owner[0], told.port)
            except self._errors.TryAgainError:
                # Some of the keys have arrived, and some have not.
                guest = None
                threading.Event().wait(_PAUSE_SECONDS)
        raise self._errors.TryAgainError

    def _look_again(self) -> None:
        """Ask who has which slot now, first those who are not known to be lost."""
        if not self._looking.acquire(blocking=False):
            # Somebody does just now; what is known may do meanwhile.
            return
        try:
            lost, self._lost = self._lost, set()
            known = dict.fromkeys(self._owners)
            for address in sorted(known, key=lost.__contains__):
                try:
                    self._owners = self._told_by(self._pool_at(address), address)
                except (self._errors.RedisError, OSError):
                    continue
                return
        finally:
            self._looking.release()

    def _told_by(self, pool: Any, address: Address) -> list[Address]:
        """Ask a node who has which slot; what nobody has, it may answer for."""
        owners = [address] * _SLOTS
        for first, last, owner, *_ in self._say(pool, (b"CLUSTER", b"SLOTS")):
            # A node without a name of its own is where the one is that was asked.
            host = (owner[0] or b"").decode() or address[0]
            owners[first : last + 1] = [(host, int(owner[1]))] * (last + 1 - first)
        return owners

    def _pool_at(self, address: Address) -> Any:
        pool = self._pools.get(address)
        if pool is None:
            host, port = address
            shown = f"[{host}]" if ":" in host else host
            before, at, _ = self._url.netloc.rpartition("@")
            url = self._url._replace(netloc=f"{before}{at}{shown}:{port}")
            pool = self._pools.setdefault(address, self._open_pool(url.geturl()))
        return pool

    def _say(self, pool: Any, words: Sequence[bytes], *, asking: bool = False) -> Any:
        """Say a command, and return what is answered.

        The package would look at each word for as long as Redis takes for all of them.
        """
        told = [b"*1\r\n$6\r\nASKING\r\n"] if asking else []
        told += [b"*%d\r\n" % len(words)]
        told += [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
        connection = pool.get_connection()
        try:
            connection.send_packed_command([b"".join(told)])
            if asking:
                connection.read_response()
            return connection.read_response()
        except BaseException as error:
            # What it still says would be taken for the answer to something else.
            if asking or not isinstance(error, self._errors.ResponseError):
                connection.disconnect()
            raise
        finally:
            pool.release(connection)
