"""The Redis store: away, asleep, empty, full, or somebody else's."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis

from mockwx.store.base import AloneError
from mockwx.store.base import StoreError
from mockwx.store.redis import VERSION
from mockwx.store.redis import RedisDepot
from tests.redis_server import NEEDS_REDIS
from tests.redis_server import RedisServer
from tests.redis_server import running_redis
from tests.unit.store.depots import KNOWN
from tests.unit.store.depots import Call
from tests.unit.store.depots import Code


pytestmark = [*NEEDS_REDIS]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as running:
        yield running


@pytest.fixture
def depot(server: RedisServer) -> Iterator[RedisDepot]:
    with closing(RedisDepot(server.url, KNOWN)) as opened:
        yield opened


def execute(server: RedisServer, *command: str) -> Any:
    with closing(redis.Redis.from_url(server.url)) as client:
        return client.execute_command(*command)


def test_two_depots_on_one_server_see_one_state(
    server: RedisServer, depot: RedisDepot
) -> None:
    with closing(RedisDepot(server.url, KNOWN)) as other:
        mine, theirs = depot.store("0"), other.store("0")
        mine.put("codes", "c", Code("alice"))

        won = theirs.swap("codes", "c", Code("alice"), Code("alice", used=True))

        assert won is True
        assert mine.swap("codes", "c", Code("alice"), Code("bob")) is False


def test_value_in_other_words_is_swapped_all_the_same(
    server: RedisServer, depot: RedisDepot
) -> None:
    store = depot.store("0")
    store.put("codes", "c", Code("alice"))
    older = '{"type":"Code","fields":{"owner":"alice"}}'
    execute(server, "HSET", "mockwx:{0}:table:codes", "c", older)

    assert store.swap("codes", "c", Code("bob"), Code("eve")) is False
    assert store.swap("codes", "c", Code("alice"), Code("alice", used=True)) is True


def test_cleared_store_leaves_no_key(server: RedisServer, depot: RedisDepot) -> None:
    before = execute(server, "KEYS", "*")
    depot.store("0").put("codes", "c", 1)
    depot.store("0").incr("counts", "c")

    depot.store("0").clear()

    assert execute(server, "KEYS", "*") == before == [b"mockwx:version"]


def test_keys_of_one_world_have_one_hash_tag(
    server: RedisServer, depot: RedisDepot
) -> None:
    depot.store("7").put("codes", "c", 1)
    depot.store("7/time").put("clock", "c", 1)
    depot.journal("7", 10).append(Call)

    keys = set(execute(server, "KEYS", "*")) - {b"mockwx:version"}

    assert len(keys) == 6
    assert all(key.startswith(b"mockwx:{7}") for key in keys)


def test_forgotten_scripts_are_told_again(
    server: RedisServer, depot: RedisDepot
) -> None:
    store = depot.store("0")
    store.put("codes", "c", 1)

    execute(server, "SCRIPT", "FLUSH")

    assert store.swap("codes", "c", 1, 2) is True


def test_who_always_loses_is_told_and_has_done_nothing(
    server: RedisServer, depot: RedisDepot
) -> None:
    store = depot.store("0")
    with closing(RedisDepot(server.url, KNOWN)) as other:
        theirs = other.store("0")
        tried = []

        def work() -> None:
            tried.append(store.incr("counts", "n"))
            with ThreadPoolExecutor() as pool:
                pool.submit(theirs.incr, "counts", "n").result()

        with pytest.raises(AloneError):
            depot.together(work)

        assert theirs.get("counts", "n") == len(tried) > 1


def test_server_that_is_gone_is_said_at_once_and_found_again(
    server: RedisServer, depot: RedisDepot
) -> None:
    store = depot.store("0")
    store.put("codes", "c", 1)
    server.kill()

    started = time.monotonic()
    with pytest.raises(StoreError, match="Redis cannot be reached; start it") as gone:
        store.get("codes", "c")

    assert time.monotonic() - started < 1
    assert "连接不上 Redis" in gone.value.message_zh
    server.start()
    assert store.add("codes", "c", 1) is True


def test_server_that_sleeps_is_said_in_time_and_heard_again(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.store.redis.TIMEOUT_SECONDS", 0.2)
    with closing(RedisDepot(server.url, KNOWN)) as depot:
        store = depot.store("0")
        store.put("codes", "c", 1)
        server.fall_asleep()

        with pytest.raises(StoreError, match="did not answer within"):
            store.swap("codes", "c", 1, 2)
        with pytest.raises(StoreError, match="did not answer within"):
            store.swap("codes", "c", 1, 3)

        server.wake_up()
        # What was sent may still have been done; what was not answered is not resent.
        assert store.get("codes", "c") in (1, 2)
        assert store.incr("counts", "n") == 1


def test_server_without_memory_is_said(server: RedisServer, depot: RedisDepot) -> None:
    execute(server, "CONFIG", "SET", "maxmemory", "1000")

    with pytest.raises(StoreError, match="no memory left; raise its maxmemory"):
        depot.store("0").put("codes", "c", 1)

    execute(server, "CONFIG", "SET", "maxmemory", "0")
    depot.store("0").put("codes", "c", 1)


def test_server_that_wants_a_password_is_said_without_it(tmp_path: Path) -> None:
    with running_redis(tmp_path, "--requirepass", "open sesame") as server:
        with pytest.raises(StoreError, match="wants another name or password"):
            RedisDepot(server.url, KNOWN)
        wrong = server.url.replace("unix://", "unix://:swordfish@")
        with pytest.raises(StoreError) as refusal:
            RedisDepot(wrong, KNOWN)
        assert "swordfish" not in refusal.value.message + refusal.value.message_zh

        right = server.url.replace("unix://", "unix://:open%20sesame@")
        with closing(RedisDepot(right, KNOWN)) as depot:
            assert depot.store("0").add("codes", "c", 1) is True


def test_server_of_a_newer_version_is_refused(server: RedisServer) -> None:
    execute(server, "SET", "mockwx:version", str(VERSION + 1))

    with pytest.raises(StoreError, match="a newer version of mockwx uses it"):
        RedisDepot(server.url, KNOWN)


def test_server_of_an_older_version_is_refused(server: RedisServer) -> None:
    execute(server, "SET", "mockwx:version", str(VERSION - 1))

    with pytest.raises(StoreError, match="an older version of mockwx used it"):
        RedisDepot(server.url, KNOWN)


def test_address_that_is_none_is_refused() -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        RedisDepot("redis://127.0.0.1:port", KNOWN)


def test_server_that_never_was_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        RedisDepot(f"unix://{tmp_path}/no.sock", KNOWN)


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "redis", None)

    with pytest.raises(StoreError, match=r"pip install .mockwx\[redis\]"):
        RedisDepot("redis://127.0.0.1", KNOWN)
