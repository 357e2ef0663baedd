"""A Redis cluster of three nodes that a test starts, and moves slots in."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import redis
from redis.crc import key_slot

from mockwx.listeners.port import bind
from tests.processes import eventually


NODES = 3

_SLOTS = 16_384


@dataclass(frozen=True)
class Node:
    """One master."""

    port: int
    program: "subprocess.Popen[bytes]"
    client: Any
    name: str

    def kill(self) -> None:
        """End it at once."""
        self.program.kill()
        self.program.wait()

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Answer nobody while the block runs, and stay connected."""
        self.program.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.program.send_signal(signal.SIGCONT)


class RedisCluster:
    """Three masters on free ports of this machine, which keep nothing on disk."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.url = f"redis://127.0.0.1:{nodes[0].port}/0"

    def empty(self) -> None:
        """Forget all that is kept."""
        for node in self.nodes:
            node.client.flushall()

    def owner(self, tag: str) -> Node:
        """Return the node that has the keys of a world."""
        return self.nodes[self._places()[_slot(tag)]]

    def keys(self, node: Node) -> list[str]:
        """Return the keys on one node."""
        return [key.decode() for key in node.client.keys("*")]

    def begin_to_move(self, tag: str) -> Node:
        """Begin to move a world's slot; return where it goes, which has no key yet."""
        slot, source = _slot(tag), self.owner(tag)
        target = self.nodes[(self.nodes.index(source) + 1) % NODES]
        _say(target, "SETSLOT", slot, "IMPORTING", source.name)
        _say(source, "SETSLOT", slot, "MIGRATING", target.name)
        return target

    def move_keys(self, tag: str, most: int = 1_000) -> int:
        """Move so many keys of a world, whose slot has begun to move."""
        source = self.owner(tag)
        target = self.nodes[(self.nodes.index(source) + 1) % NODES]
        keys = _say(source, "GETKEYSINSLOT", _slot(tag), most)
        if keys:
            source.client.execute_command(
                *("MIGRATE", "127.0.0.1", target.port, "", 0, 5_000, "KEYS", *keys)
            )
        return len(keys)

    def end_move(self, tag: str) -> None:
        """Let the slot be where its keys are."""
        slot, source = _slot(tag), self.owner(tag)
        target = self.nodes[(self.nodes.index(source) + 1) % NODES]
        others = [each for each in self.nodes if each not in (source, target)]
        for node in (target, source, *others):
            _say(node, "SETSLOT", slot, "NODE", target.name)

    @contextmanager
    def replica_of(self, node: Node, folder: Path) -> Iterator[Node]:
        """Run one more node, which has all that another one has."""
        with _running_node(folder) as replica:
            for each in self.nodes:
                _meet(replica, each)
            assert eventually(lambda: _is_whole(replica, NODES + 1))
            _say(replica, "REPLICATE", node.name)
            assert eventually(
                lambda: replica.client.info("replication")["master_link_status"] == "up"
            )
            yield replica

    @contextmanager
    def without_slot(self, tag: str) -> Iterator[None]:
        """Let no node have the slot of a world while the block runs."""
        owner, slot = self.owner(tag), _slot(tag)
        _say(owner, "DELSLOTS", slot)
        try:
            yield
        finally:
            _say(owner, "ADDSLOTS", slot)
            assert eventually(lambda: _is_whole(owner))

    def _places(self) -> list[int]:
        """Say of each slot which of the nodes has it."""
        ports = [node.port for node in self.nodes]
        places = [0] * _SLOTS
        for first, last, (_, port, *_), *_ in _raw_slots(self.nodes[0]):
            places[first : last + 1] = [ports.index(port)] * (last + 1 - first)
        return places


@contextmanager
def running_cluster(folder: Path) -> Iterator[RedisCluster]:
    """Run three nodes, which know each other, for as long as the context lasts."""
    with ExitStack() as stack:
        nodes = [
            stack.enter_context(_running_node(folder / str(number)))
            for number in range(NODES)
        ]
        for number, node in enumerate(nodes):
            _give_share(node, number)
        for one, other in permutations(nodes, 2):
            _meet(one, other)
        for node in nodes:
            assert eventually(lambda node=node: _is_whole(node))
        yield RedisCluster(nodes)


@contextmanager
def _running_node(folder: Path) -> Iterator[Node]:
    folder.mkdir()
    with bind("127.0.0.1", 0) as one, bind("127.0.0.1", 0) as other:
        port, bus = one.getsockname()[1], other.getsockname()[1]
    program = subprocess.Popen(
        [
            shutil.which("redis-server") or "redis-server",
            *("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)),
            *("--cluster-enabled", "yes", "--cluster-port", str(bus)),
            *("--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"),
        ],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(port=port, protocol=2)
    try:
        assert eventually(lambda: _answers(client))
        name = client.execute_command("CLUSTER", "MYID").decode()
        yield Node(port, program, client, name)
    finally:
        client.close()
        program.kill()
        program.wait()


def _give_share(node: Node, number: int) -> None:
    """Give a node its share of the slots; who comes later outranks who came before."""
    _say(node, "SET-CONFIG-EPOCH", number + 1)
    first, end = (each * _SLOTS // NODES for each in (number, number + 1))
    _say(node, "ADDSLOTSRANGE", first, end - 1)


def _meet(one: Node, other: Node) -> None:
    _say(one, "MEET", "127.0.0.1", other.port, _bus_of(other))


def _slot(tag: str) -> int:
    return key_slot(f"mockwx:{{{tag}}}".encode())


def _say(node: Node, *words: object) -> Any:
    return node.client.execute_command("CLUSTER", *words)


def _raw_slots(node: Node) -> Any:
    connection = node.client.connection_pool.get_connection()
    try:
        connection.send_command("CLUSTER", "SLOTS")
        return connection.read_response()
    finally:
        node.client.connection_pool.release(connection)


def _bus_of(node: Node) -> int:
    return int(node.client.config_get("cluster-port")["cluster-port"])


def _is_whole(node: Node, nodes: int = NODES) -> bool:
    told = str(_say(node, "INFO"))
    return "state:ok" in told and f"known_nodes:{nodes}" in told


def _answers(client: Any) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
