"""Two mocks on a Redis cluster of three nodes: one mock, whose worlds lie apart."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mockwx import Settings
from mockwx import create_app
from mockwx.marks import world_number
from mockwx.store.redis_nodes import Nodes
from tests.api.test_determinism import afternoon
from tests.processes import eventually
from tests.redis_cluster import RedisCluster
from tests.redis_cluster import running_cluster
from tests.redis_server import NEEDS_REDIS
from tests.redis_server import running_redis
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer


pytestmark = [*NEEDS_REDIS, pytest.mark.slow]

WORLDS = [f"world {number}" for number in range(12)]
LOGINS = 60

Two = tuple[Flask, Flask]


def made(stack: ExitStack, store: str) -> Flask:
    app = create_app(Settings(seed=1, freeze=NOON, store=store))
    stack.callback(app.extensions["mockwx"].close)
    return app


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster(running: RedisCluster) -> RedisCluster:
    running.empty()
    return running


@pytest.fixture
def two(cluster: RedisCluster) -> Iterator[Two]:
    """Two workers, which know the cluster by different nodes."""
    urls = [f"redis://127.0.0.1:{node.port}" for node in cluster.nodes[:2]]
    with ExitStack() as stack:
        yield made(stack, urls[0]), made(stack, urls[1])


def wx(app: Flask, api: str, world: str, **body: object) -> dict[str, Any]:
    """Play a wx call in a world."""
    headers = {"X-Mockwx-World": world}
    path = f"/_mockwx/api/wx/{api}"
    answer = app.test_client().post(path, json=body, headers=headers)
    return dict(answer.get_json())


def exchanged(app: Flask, code: str) -> dict[str, Any]:
    """Exchange a code as a backend does, which knows no worlds."""
    return dict(DeveloperServer(app).code2session(code).get_json(force=True))


def place(world: str) -> str:
    """Return what tells a cluster where a world lies."""
    return "0" if world == "default" else str(world_number(world))


def test_seed_gives_the_same_bytes_on_a_cluster(two: Two) -> None:
    in_memory = create_app(Settings(seed=1, freeze=NOON))

    assert list(afternoon(two[0])) == list(afternoon(in_memory))


@pytest.mark.parametrize("world", ["default", *WORLDS[:3]])
def test_one_of_forty_exchanges_a_code(two: Two, world: str) -> None:
    code = wx(two[0], "login", world)["code"]
    start, answers = threading.Barrier(40), list[dict[str, Any]]()

    def exchange(app: Flask) -> None:
        start.wait()
        answers.append(exchanged(app, code))

    threads = [threading.Thread(target=exchange, args=(each,)) for each in two * 20]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(each.get("errcode", 0) for each in answers) == {0: 1, 40163: 39}


def test_worlds_lie_apart_and_each_code_finds_its_own(
    cluster: RedisCluster, two: Two
) -> None:
    codes = {world: wx(two[0], "login", world)["code"] for world in WORLDS}

    openids = {exchanged(two[1], code)["openid"] for code in codes.values()}

    assert len(openids) == len(WORLDS)
    assert len({cluster.owner(place(world)).port for world in WORLDS}) == 3
    for world in WORLDS:
        keys = cluster.keys(cluster.owner(place(world)))
        assert f"mockwx:{{{place(world)}}}:table:codes" in keys


def test_token_of_another_world_serves_a_world_on_another_node(
    cluster: RedisCluster, two: Two
) -> None:
    server = DeveloperServer(two[0])
    home = cluster.owner("0")
    world = next(each for each in WORLDS if cluster.owner(place(each)) is not home)
    code = wx(two[1], "getPhoneNumber", world)["code"]

    answers = [
        server.phone_number(server.access_token(), {"code": code}).get_json(force=True)
        for _ in range(2)
    ]

    assert [each["errcode"] for each in answers] == [0, 40029]


def test_next_login_rotates_the_key_of_one_world_only(two: Two) -> None:
    one, other = two
    first = {each: exchanged(one, wx(one, "login", each)["code"]) for each in WORLDS}

    wx(other, "login", WORLDS[0])
    Control(other).http.post(
        "/_mockwx/api/sessions/rotate", headers={"X-Mockwx-World": WORLDS[0]}
    )

    again = {each: exchanged(other, wx(one, "login", each)["code"]) for each in WORLDS}
    kept = [each for each in WORLDS if again[each] == first[each]]
    assert kept == WORLDS[1:]
    assert {key["openid"] for key in again.values()} == {
        key["openid"] for key in first.values()
    }


def test_reset_of_one_world_leaves_the_others(cluster: RedisCluster, two: Two) -> None:
    one, other = two
    codes = {world: wx(one, "login", world)["code"] for world in WORLDS}
    for code in codes.values():
        exchanged(other, code)

    Control(one).http.post("/_mockwx/api/reset", headers={"X-Mockwx-World": WORLDS[0]})

    said = [exchanged(other, code)["errcode"] for code in codes.values()]
    assert said == [40029] + [40163] * (len(WORLDS) - 1)


def test_reset_of_all_leaves_nothing_on_any_node(
    cluster: RedisCluster, two: Two
) -> None:
    one, other = two
    codes = [wx(one, "login", world)["code"] for world in WORLDS]

    Control(other).post("reset")

    assert [exchanged(one, code)["errcode"] for code in codes] == [40029] * 12
    kept = [key for node in cluster.nodes for key in cluster.keys(node)]
    counted = [f"mockwx:{{{place(world)}}}:count" for world in WORLDS]
    assert all(
        key.startswith("mockwx:{0}") or key in ("mockwx:version", *counted)
        for key in kept
    )


def test_snapshot_of_a_world_is_restored_by_the_other_mock(two: Two) -> None:
    one, other = two
    headers = {"X-Mockwx-World": WORLDS[0]}
    code = wx(one, "login", WORLDS[0])["code"]
    taken = one.test_client().get("/_mockwx/api/snapshot", headers=headers).get_json()
    exchanged(one, code)

    other.test_client().put("/_mockwx/api/snapshot", json=taken, headers=headers)

    assert "openid" in exchanged(one, code)
    assert exchanged(other, code)["errcode"] == 40163


def test_world_that_moves_under_load_loses_nothing(
    cluster: RedisCluster, two: Two
) -> None:
    world, over = WORLDS[0], threading.Event()
    answers: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def log_in(app: Flask, person: int) -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            code = wx(app, "login", world, user=f"p{person}-{turn % 30}")["code"]
            answers.append((exchanged(app, code), exchanged(app, code)))

    phones = [threading.Thread(target=log_in, args=(two[n % 2], n)) for n in range(4)]
    for phone in phones:
        phone.start()
    for moves in range(1, 4):
        assert eventually(lambda moves=moves: len(answers) > 20 * moves)
        cluster.begin_to_move(place(world))
        assert eventually(lambda: cluster.move_keys(place(world), 5) == 0)
        cluster.end_move(place(world))
    over.set()
    for phone in phones:
        phone.join()

    assert len(answers) > 60
    assert all("openid" in first for first, _ in answers)
    assert {second["errcode"] for _, second in answers} == {40163}


def play(app: Flask, world: str, person: str) -> None:
    """Log somebody in and show their profile, as a shop does."""
    code = wx(app, "login", world, user=person)["code"]
    assert "openid" in exchanged(app, code)
    wx(app, "getUserProfile", world, user=person, desc="x")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What Redis is asked from now on."""
    heard: list[bytes] = []
    say = Nodes._say

    def said(self: Nodes, pool: Any, words: Any, **asking: bool) -> Any:
        heard.append(words[0])
        return say(self, pool, words, **asking)

    monkeypatch.setattr(Nodes, "_say", said)
    return heard


def questions_of_a_login(app: Flask, world: str, asked: list[bytes]) -> float:
    """Count what a login and its profile ask of Redis, once all is known."""
    for person in ("warm", "up"):
        play(app, world, person)
    asked.clear()
    for number in range(LOGINS):
        play(app, world, f"p{number}")
    return len(asked) / LOGINS


def test_login_asks_a_cluster_no_more_than_one_server(
    two: Two, tmp_path: Path, asked: list[bytes]
) -> None:
    with running_redis(tmp_path) as server, ExitStack() as stack:
        app = made(stack, server.url)
        on_one_server = questions_of_a_login(app, "default", asked)

    on_a_cluster = [
        questions_of_a_login(two[0], world, asked) for world in ("default", *WORLDS)
    ]

    assert on_one_server < 7
    assert max(on_a_cluster) < on_one_server + 0.5
    assert set(asked) == {b"EVALSHA"}
