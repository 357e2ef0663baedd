"""Slow and idle connections keep nobody else from being answered, and end some day."""

import gc
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mockwx import MockServer
from mockwx.listeners import crowd
from mockwx.listeners.crowd import Patience
from mockwx.listeners.crowd import most_callers
from mockwx.listeners.crowd import most_connections
from mockwx.listeners.crowd import raise_file_limit
from mockwx.listeners.doors import Doors
from mockwx.redirection.authority import AuthorityFolder
from tests.endurance.listener import SLOW
from tests.endurance.listener import Listener
from tests.endurance.listener import hello
from tests.endurance.listener import hold
from tests.endurance.listeners import DOORS
from tests.endurance.listeners import listeners_of
from tests.endurance.listeners import served


# Each holds hundreds of connections.
pytestmark = pytest.mark.slow


IN_PROCESS = ("MockServer", "HTTPS door", "proxy door")
EVERYWHERE = [
    (name, kind)
    for name in IN_PROCESS
    for kind, slowness in SLOW.items()
    if slowness.fits(Listener(name, 0, "HTTPS" in name, "proxy" in name))
]
FEW = 60
MANY = 1_300
SHORT = Patience(head=0.2, handshake=0.2, idle=0.2)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOCKWX_DATA", str(tmp_path))
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a crowd be one of few."""
    monkeypatch.setattr(crowd, "_FEWEST", 1)
    monkeypatch.setattr(crowd, "MOST_CONNECTIONS", FEW)


def close(connections: list[socket.socket]) -> None:
    for connection in connections:
        with suppress(OSError):
            connection.close()


@pytest.mark.parametrize(("name", "kind"), EVERYWHERE)
def test_calls_are_answered_beside_more_slow_ones_than_are_let_in(
    small: None, name: str, kind: str
) -> None:
    with MockServer(DOORS) as mock:
        listener = listeners_of(mock)[name]
        slow = hold(listener, kind, 2 * FEW)
        try:
            assert listener.answers()
        finally:
            close(slow)


@pytest.fixture
def hasty(data_folder: Path) -> Iterator[Doors]:
    """Doors with little patience, before a mock."""
    with before_a_mock(SHORT) as doors:
        yield doors


@contextmanager
def before_a_mock(patience: Patience) -> Iterator[Doors]:
    with MockServer() as mock:
        settings = replace(DOORS, host="127.0.0.1", port=mock.port)
        doors = Doors(settings, AuthorityFolder.of_user(), patience=patience)
        doors.start()
        try:
            yield doors
        finally:
            doors.stop()


def ends(connection: socket.socket) -> bytes:
    """Return what is still said; fails if the connection does not end."""
    heard = b""
    with closing(connection), suppress(ConnectionError):
        while chunk := connection.recv(65_536):
            heard += chunk
    return heard


def test_head_that_does_not_end_is_answered_with_408(hasty: Doors) -> None:
    connection = Listener("proxy", hasty.proxy_port or 0).knock()
    connection.sendall(b"GET / HTTP/1.1\r\nA: ")

    assert ends(connection).startswith(b"HTTP/1.1 408 ")


def test_handshake_that_does_not_end_is_given_up(hasty: Doors) -> None:
    connection = Listener("HTTPS", hasty.https_port).knock()
    connection.sendall(b"\x16\x03\x01\x02\x00\x01")

    assert ends(connection) == b""


def test_handshakes_without_an_end_are_so_many_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowd, "MOST_HANDSHAKES", 2)
    with before_a_mock(Patience()) as doors:
        listener = Listener("HTTPS", doors.https_port, tls=True)
        eldest, *others = hold(listener, "half-open TLS", 3)
        try:
            ends(eldest)
            assert listener.answers()
        finally:
            close(others)


@pytest.mark.parametrize(
    "said", [b"", hello()[:100], hello()], ids=["nothing", "half a hello", "a hello"]
)
def test_doors_that_close_leave_no_handshake_behind(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    left: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", left.append)
    for _ in range(5):
        settings = replace(DOORS, host="127.0.0.1", port=1)
        doors = Doors(settings, AuthorityFolder.of_user())
        doors.start()
        listener = Listener("HTTPS", doors.https_port)
        coming = [listener.knock() for _ in range(FEW)]
        for each in coming:
            each.sendall(said)
        doors.stop()
        gc.collect()
        close(coming)

    assert left == []


def test_tunnel_in_which_nobody_speaks_is_closed(hasty: Doors) -> None:
    connection = Listener("proxy", hasty.proxy_port or 0).knock()
    connection.sendall(b"CONNECT api.weixin.qq.com:80 HTTP/1.1\r\n\r\n")

    assert ends(connection) == b"HTTP/1.1 200 Connection established\r\n\r\n"


def test_tunnel_in_which_somebody_speaks_stays(data_folder: Path) -> None:
    with before_a_mock(Patience(idle=1)) as doors:
        listener = Listener("proxy", doors.proxy_port or 0)
        with listener.knock() as connection:
            for _ in range(5):
                listener.call(connection)
                time.sleep(0.3)

            assert listener.call(connection) > 0


def test_fewer_files_allow_fewer_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "_file_limit", lambda: 1_024)
    assert most_connections() == 300
    monkeypatch.setattr(crowd, "_file_limit", lambda: 256)
    assert most_connections() == 100
    monkeypatch.setattr(crowd, "_file_limit", lambda: 1_000_000)
    assert most_connections() == 2_000
    assert most_callers(doors=False) == 8_000
    monkeypatch.setattr(crowd, "_file_limit", lambda: 1_024)
    assert most_callers(doors=True) == 300
    assert most_callers(doors=False) == 900


def test_server_opens_as_many_files_as_the_system_allows() -> None:
    told = (
        "import resource\n"
        "_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))\n"
        "from mockwx.listeners.crowd import raise_file_limit\n"
        "raise_file_limit()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(hard, 8192))\n"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True)

    assert done.stdout == "True\n", done.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_mockwx_serve_answers_beside_more_than_a_thousand_slow_ones() -> None:
    raise_file_limit()
    with served() as listener:
        for kind in ("idle after a call", "slow headers", "slow bodies"):
            slow = hold(listener, kind, MANY)
            try:
                assert listener.answers(), kind
            finally:
                close(slow)
