"""`kill -9` of the mock or of Redis under load: what callers were told stays true.

`make test` kills a few times, `make kill` a hundred times.
"""

import http.client
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import pytest

from tests.e2e.serving import Served
from tests.e2e.serving import serving
from tests.processes import eventually
from tests.redis_cluster import running_cluster
from tests.redis_server import RedisServer
from tests.redis_server import running_redis


pytestmark = [pytest.mark.fuzz, pytest.mark.slow, pytest.mark.timeout(1_800)]

KILLS = int(os.environ.get("MOCKWX_TEST_KILLS", "15"))
PHONES = 6
PEOPLE = 40
USED = 40163
UNKNOWN = 40029


@dataclass
class Told:
    """What callers were told, and so may rely on."""

    spent: dict[str, str] = field(default_factory=dict)
    """Codes that were exchanged, and their session_keys."""
    fresh: dict[str, str] = field(default_factory=dict)
    """Codes nobody sent yet, and whose they are."""
    unsure: set[str] = field(default_factory=set)
    """Codes that were sent, and no answer came."""
    keys: dict[str, set[str]] = field(default_factory=dict)
    """The session_keys of each person."""
    openids: dict[str, str] = field(default_factory=dict)

    def exchanged(self, user: str, code: str, answer: dict[str, str]) -> None:
        """Note what an exchange was answered."""
        self.spent[code] = answer["session_key"]
        self.keys.setdefault(user, set()).add(answer["session_key"])
        assert self.openids.setdefault(user, answer["openid"]) == answer["openid"]


@contextmanager
def load(served: Served, told: Told, number: int) -> Iterator[None]:
    """Let people log in, each phone in a thread, until something is gone."""

    def use(phone: int) -> None:
        for turn in range(1_000_000):
            # Each person on one phone only; WeChat counts exchanges by the minute.
            user = f"p{phone}-{(number * 7 + turn) % PEOPLE}"
            try:
                code = served.code(user)
                told.fresh[code] = user
                if turn % 3:
                    told.unsure.add(code)
                    del told.fresh[code]
                    told.exchanged(user, code, served.exchange(code))
                    told.unsure.remove(code)
            except (OSError, http.client.HTTPException, ValueError, KeyError):
                # Nobody answers; or the mock says that its store does not.
                return

    phones = [threading.Thread(target=use, args=(phone,)) for phone in range(PHONES)]
    for each in phones:
        each.start()
    yield
    for each in phones:
        each.join()


def check(served: Served, told: Told) -> None:
    """Hold what the mock says after its restart against what it had said."""
    for code in list(told.spent)[-100:]:
        assert served.exchange(code)["errcode"] == USED
    for code in told.unsure:
        answer = served.exchange(code)
        assert "openid" in answer or answer["errcode"] == USED
        assert served.exchange(code)["errcode"] == USED
    told.unsure.clear()
    for code, user in told.fresh.items():
        told.exchanged(user, code, served.exchange(code))
        assert served.exchange(code)["errcode"] == USED
    told.fresh.clear()


def check_keys(served: Served, told: Told) -> None:
    """See that every session_key is kept, and is one person's."""
    for user, told_keys in told.keys.items():
        path = f"/_mockwx/api/sessions?user={user}&reveal=1"
        _, _, body = served.get(path)
        assert all(f'"session_key":"{key}"'.encode() in body for key in told_keys)
    assert len(set.union(*told.keys.values())) == sum(map(len, told.keys.values()))


def play(*options: str, kills: int = KILLS) -> Told:
    """Kill a mock under load again and again, and start it anew."""
    told = Told()
    for number in range(kills):
        with serving(*options) as served:
            check(served, told)
            with load(served, told, number):
                wanted = len(told.spent) + 1 + number % 10
                assert eventually(lambda wanted=wanted: len(told.spent) >= wanted)
                served.kill()
    with serving(*options) as served:
        check(served, told)
        check_keys(served, told)
        status, _, _ = served.get("/_mockwx/api/exchanges")
    assert status == 200
    return told


@pytest.mark.needs("sh")
def test_kills_cost_nothing_that_was_told_with_a_file(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'state.db'}"

    told = play("--store", store, "--workers", "2")

    assert len(told.spent) > 5 * KILLS


@pytest.mark.external
@pytest.mark.needs("redis-server")
def test_kills_cost_nothing_that_was_told_with_redis(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        told = play("--store", redis.url, "--workers", "2")

    assert len(told.spent) > 5 * KILLS


@pytest.mark.external
@pytest.mark.needs("redis-server")
def test_kills_cost_nothing_that_was_told_with_a_cluster(tmp_path: Path) -> None:
    with running_cluster(tmp_path) as cluster:
        told = play("--store", cluster.url, "--workers", "2")

    assert len(told.spent) > 5 * KILLS


def health(served: Served) -> tuple[int, str]:
    """Ask the mock how it is; return the status, and why it is unwell."""
    status, _, body = served.get("/_mockwx/api/health")
    return status, str(json.loads(body).get("error", {}).get("message", ""))


def kill_redis(redis: RedisServer, served: Served, told: Told, number: int) -> None:
    """Kill Redis under load; the mock says so, and lives."""
    with load(served, told, number):
        wanted = len(told.spent) + 1 + number % 10
        assert eventually(lambda: len(told.spent) >= wanted)
        redis.kill()
    status, reason = health(served)
    assert status == 503
    assert "Redis cannot be reached; start it, and it goes on" in reason
    assert served.exchange("x") == {"errcode": -1, "errmsg": "system error"}


@pytest.mark.external
@pytest.mark.needs("redis-server")
def test_kills_of_redis_cost_nothing_that_it_wrote_down(tmp_path: Path) -> None:
    kept, told = ("--appendonly", "yes", "--appendfsync", "always"), Told()
    with (
        running_redis(tmp_path, *kept) as redis,
        serving("--store", redis.url, "--workers", "2") as served,
    ):
        for number in range(KILLS):
            kill_redis(redis, served, told, number)
            redis.start(*kept)
            assert eventually(lambda: health(served)[0] == 200)
            check(served, told)
        check_keys(served, told)

        assert served.program.poll() is None
    assert len(told.spent) > 5 * KILLS


@pytest.mark.external
@pytest.mark.needs("redis-server")
def test_redis_that_comes_back_without_its_data_is_gone_on_with(tmp_path: Path) -> None:
    with (
        running_redis(tmp_path) as redis,
        serving("--store", redis.url, "--workers", "2") as served,
    ):
        for number in range(KILLS):
            told = Told()
            kill_redis(redis, served, told, number)
            redis.start()
            assert eventually(lambda: health(served)[0] == 200)

            for code in [*told.spent, *told.unsure, *told.fresh]:
                assert served.exchange(code)["errcode"] == UNKNOWN
            assert "openid" in served.exchange(served.code())
        served.program.terminate()
        _, _, err = served.end()

    assert "The store was emptied; the worlds in it begin anew." in err
    assert "Redis cannot be reached" in err
    assert "Traceback" not in err
