"""The Redis store on a cluster of three nodes: a world has one place, and may move."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test

from mockwx.store.base import AloneError
from mockwx.store.base import Store
from mockwx.store.base import StoreError
from mockwx.store.redis import RedisDepot
from tests.processes import eventually
from tests.redis_cluster import Node
from tests.redis_cluster import RedisCluster
from tests.redis_cluster import running_cluster
from tests.redis_server import NEEDS_REDIS
from tests.redis_server import running_redis
from tests.unit.store.depots import KNOWN
from tests.unit.store.depots import Call
from tests.unit.store.depots import Code
from tests.unit.store.test_base import Promises
from tests.unit.store.test_together import Either


pytestmark = [*NEEDS_REDIS, pytest.mark.slow]

Two = tuple[RedisDepot, RedisDepot]


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
    """The same depot as two processes have it."""
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(closing(RedisDepot(cluster.url, KNOWN)))
            for _ in range(2)
        )
        yield one, other


def world_on(cluster: RedisCluster, node: Node) -> str:
    """Return a world that lies on a node."""
    return next(name for name in map(str, count()) if cluster.owner(name) is node)


def spend(depot: RedisDepot, world: str) -> bool:
    """Spend the code of a world; say whether it was not spent."""
    store = depot.store(world)

    def work() -> bool:
        code = store.get("codes", "c")
        assert isinstance(code, Code)
        store.incr("tried", "n")
        if code.used:
            return False
        return store.swap("codes", "c", code, Code("alice", used=True))

    try:
        return depot.together(work)
    except AloneError:
        return work()


def race(two: Two, world: str) -> list[bool]:
    """Let forty threads spend a code at once, half of them at each depot."""
    start, won = threading.Barrier(40), list[bool]()

    def run(depot: RedisDepot) -> None:
        start.wait()
        won.append(spend(depot, world))

    threads = [threading.Thread(target=run, args=(each,)) for each in two * 20]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won


def test_worlds_lie_on_all_nodes_and_each_in_one_place(
    cluster: RedisCluster, two: Two
) -> None:
    for world in map(str, range(12)):
        for part in ("", "/time", "/chance", "/birth"):
            two[0].store(f"{world}{part}").put("codes", "c", 1)
        two[0].journal(world, 10).append(Call)

    for node in cluster.nodes:
        worlds = {key[8:-1] for key in map(_tagged, cluster.keys(node)) if key}
        assert worlds
        assert all(cluster.owner(world) is node for world in worlds)


def _tagged(key: str) -> str:
    return key[: key.find("}") + 1]


def test_promises_hold_for_two_processes_on_a_cluster(two: Two) -> None:
    spaces = map(str, count())

    class PromisesOfTwo(Promises):
        def __init__(self) -> None:
            super().__init__(Either(two, next(spaces)))

        @rule(which=st.sampled_from([0, 1]), together=st.booleans())
        def turn(self, which: int, together: bool) -> None:
            self.store.which, self.store.together = which, together

    few = settings(
        deadline=None,
        max_examples=settings().max_examples // 5,
        stateful_step_count=40,
    )
    run_state_machine_as_test(PromisesOfTwo, settings=few)


def test_one_of_forty_spends_a_code_on_each_node(
    cluster: RedisCluster, two: Two
) -> None:
    for node in cluster.nodes:
        world = world_on(cluster, node)
        two[0].store(world).put("codes", "c", Code("alice"))

        won = race(two, world)

        assert won.count(True) == 1
        assert two[1].store(world).get("tried", "n") == 40


def test_what_lies_on_two_nodes_is_asked_one_thing_at_a_time(
    cluster: RedisCluster, two: Two
) -> None:
    depot = two[0]
    here, there = (depot.store(world_on(cluster, node)) for node in cluster.nodes[:2])

    def work() -> int:
        return here.incr("counts", "n") + there.incr("counts", "n")

    with pytest.raises(AloneError):
        depot.together(work)

    assert here.get("counts", "n") is None
    assert work() == 2


@pytest.mark.parametrize("moved", [0, 1, 1_000])
def test_code_works_once_while_its_world_moves(
    cluster: RedisCluster, two: Two, moved: int
) -> None:
    world = world_on(cluster, cluster.nodes[0])
    two[0].store(world).put("codes", "c", Code("alice"))
    two[0].store(world).put("tried", "other", 1)
    target = cluster.begin_to_move(world)
    cluster.move_keys(world, moved)
    won: list[bool] = []

    first = threading.Thread(target=lambda: won.extend(race(two, world)))
    first.start()
    # Where some of the keys have arrived and some have not, it waits for the others.
    assert eventually(lambda: cluster.move_keys(world) == 0)
    cluster.end_move(world)
    first.join()
    won += race(two, world)

    assert won.count(True) == 1
    assert two[1].store(world).get("tried", "n") == 80
    assert cluster.owner(world) is target


def test_move_that_takes_too_long_is_said(
    cluster: RedisCluster, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.store.redis_nodes._MOST_TURNS", 3)
    world = world_on(cluster, cluster.nodes[0])
    store = two[0].store(world)
    store.put("codes", "c", 1)
    cluster.begin_to_move(world)
    cluster.move_keys(world, 1)

    with pytest.raises(StoreError, match="moves this world to another node just now"):
        store.put("codes", "c", 2)

    cluster.move_keys(world)
    cluster.end_move(world)
    store.put("codes", "c", 2)
    assert store.get("codes", "c") == 2


def test_node_that_sleeps_is_said_and_the_others_go_on(
    cluster: RedisCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.store.redis.TIMEOUT_SECONDS", 0.2)
    with closing(RedisDepot(cluster.url, KNOWN)) as depot:
        awake, asleep = (
            depot.store(world_on(cluster, node)) for node in cluster.nodes[:2]
        )
        for store in (awake, asleep):
            store.put("codes", "c", 1)
        with cluster.nodes[1].asleep():
            for _ in range(2):
                with pytest.raises(StoreError, match="did not answer within"):
                    asleep.get("codes", "c")
                assert awake.get("codes", "c") == 1

        assert asleep.get("codes", "c") == 1


def test_replica_that_steps_in_is_found(tmp_path: Path) -> None:
    with (
        running_cluster(tmp_path) as cluster,
        closing(RedisDepot(cluster.url, KNOWN)) as depot,
    ):
        lost = cluster.nodes[0]
        store = depot.store(world_on(cluster, lost))
        with cluster.replica_of(lost, tmp_path / "replica") as replica:
            store.put("codes", "c", 1)
            kept = set(cluster.keys(lost))
            assert eventually(lambda: set(cluster.keys(replica)) == kept)
            lost.kill()
            with pytest.raises(StoreError, match="cannot be reached"):
                store.get("codes", "c")
            replica.client.execute_command("CLUSTER", "FAILOVER", "TAKEOVER")

            assert eventually(lambda: answers(store))
            assert store.get("codes", "c") == 1


def answers(store: Store) -> bool:
    try:
        store.get("codes", "c")
    except StoreError:
        return False
    return True


def test_cluster_without_all_its_slots_is_said(cluster: RedisCluster, two: Two) -> None:
    world = world_on(cluster, cluster.nodes[2])
    with (
        cluster.without_slot(world),
        pytest.raises(StoreError, match="a part of the cluster is missing"),
    ):
        two[0].store(world).put("codes", "c", 1)

    two[0].store(world).put("codes", "c", 1)


def test_password_is_given_to_every_node(cluster: RedisCluster) -> None:
    for node in cluster.nodes:
        node.client.config_set("requirepass", "open sesame")
    try:
        with pytest.raises(StoreError, match="wants another name or password"):
            RedisDepot(cluster.url, KNOWN)
        right = cluster.url.replace("redis://", "redis://:open%20sesame@")
        with closing(RedisDepot(right, KNOWN)) as depot:
            for node in cluster.nodes:
                store = depot.store(world_on(cluster, node))
                assert store.add("codes", "c", 1) is True
    finally:
        for node in cluster.nodes:
            node.client.config_set("requirepass", "")


def test_database_that_clusters_have_not_is_refused(cluster: RedisCluster) -> None:
    with pytest.raises(StoreError, match="one database only: redis://HOST:PORT/0"):
        RedisDepot(cluster.url.removesuffix("/0") + "/1", KNOWN)


def test_socket_of_a_clusters_node_is_refused(tmp_path: Path) -> None:
    with (
        running_redis(tmp_path, "--cluster-enabled", "yes") as server,
        pytest.raises(StoreError, match="name a node by its host"),
    ):
        RedisDepot(server.url, KNOWN)


def test_who_comes_later_finds_what_is_kept(cluster: RedisCluster, two: Two) -> None:
    worlds = [world_on(cluster, node) for node in cluster.nodes]
    for world in worlds:
        two[0].store(world).put("codes", "c", Code(world))
    two[0].close()

    for node in cluster.nodes:
        url = f"redis://127.0.0.1:{node.port}"
        with closing(RedisDepot(url, KNOWN)) as depot:
            found = [depot.store(world).get("codes", "c") for world in worlds]
        assert found == [Code(world) for world in worlds]
