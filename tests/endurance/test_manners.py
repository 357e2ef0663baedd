"""Bad manners that need more than one go: who asks and does not listen, and others."""

import gc
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from contextlib import suppress
from dataclasses import replace
from operator import le
from pathlib import Path

import pytest
from waitress.adjustments import Adjustments

from mockwx import MockServer
from mockwx.listeners import waitress_server
from mockwx.listeners.crowd import Patience
from mockwx.listeners.doors import Doors
from mockwx.listeners.port import bind
from mockwx.listeners.waitress_server import Channel
from mockwx.redirection.authority import AuthorityFolder
from tests.endurance.listener import ANSWERED
from tests.endurance.listener import CALL
from tests.endurance.listener import SECONDS
from tests.endurance.listener import SLOW
from tests.endurance.listener import Listener
from tests.endurance.listener import hold
from tests.endurance.listeners import DOORS
from tests.endurance.listeners import listeners_of
from tests.endurance.listeners import served
from tests.endurance.shapes import SHAPES
from tests.processes import eventually


# Each starts listeners of its own.
pytestmark = pytest.mark.slow


IN_PROCESS = ("MockServer", "HTTPS door", "proxy door")
THOUSAND = 1_000
MANY = 2_000
LONG_CALL = b"GET /_mockwx/api/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
FILES = Path("/proc/self/fd")
SHORT = Patience(head=0.3, handshake=0.3, idle=0.3)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOCKWX_DATA", str(tmp_path))
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def answers(listener: Listener, calls: int) -> int:
    """Ask so often before listening once; count the answers."""
    heard = b""
    with listener.dial() as connection:
        speaking = threading.Thread(target=connection.sendall, args=(CALL * calls,))
        speaking.start()
        while heard.count(ANSWERED) < calls and (chunk := connection.recv(65_536)):
            heard += chunk
        speaking.join()
    return heard.count(ANSWERED)


@pytest.mark.parametrize("name", IN_PROCESS)
def test_a_thousand_calls_in_one_go_get_a_thousand_answers(name: str) -> None:
    with MockServer(DOORS) as mock:
        listener = listeners_of(mock)[name]

        assert answers(listener, THOUSAND) == THOUSAND


def test_mockwx_serve_answers_a_thousand_calls_in_one_go() -> None:
    with served() as listener:
        assert answers(listener, THOUSAND) == THOUSAND


def test_plain_call_to_the_https_door_is_closed() -> None:
    with MockServer(DOORS) as mock:
        listener = listeners_of(mock)["HTTPS door"]
        with listener.knock() as connection:
            connection.sendall(CALL)
            heard = connection.recv(65_536)

        assert not heard.startswith(b"HTTP/")
        assert listener.answers()


def test_who_asks_and_never_listens_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = threading.Event()

    class Watched(Channel):
        def handle_close(self) -> None:
            super().handle_close()
            gone.set()

    monkeypatch.setattr(waitress_server.OpenServer, "channel_class", Watched)
    monkeypatch.setattr(waitress_server, "_LOOP_SECONDS", 0.1)
    monkeypatch.setattr(Adjustments, "channel_timeout", 1)
    monkeypatch.setattr(Adjustments, "cleanup_interval", 0)
    with MockServer() as mock, Listener("", mock.port).knock(seconds=1) as connection:
        # They do not fit into what waits to be sent: a thread waits with them.
        with suppress(TimeoutError):
            connection.sendall(LONG_CALL * MANY)

        assert gone.wait(SECONDS)
        assert Listener("", mock.port).answers()


@pytest.fixture
def hasty(data_folder: Path) -> Iterator[Doors]:
    """Doors with little patience, before nothing."""
    settings = replace(DOORS, host="127.0.0.1", port=1)
    doors = Doors(settings, AuthorityFolder.of_user(), patience=SHORT)
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


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        (b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 Connection est"),
        (b"GET http://127.0.0.1:%d/ HTTP/1.1\r\n\r\n", b""),
    ],
)
def test_host_that_never_answers_ends_the_tunnel(
    hasty: Doors, asked: bytes, heard: bytes
) -> None:
    with bind("127.0.0.1", 0) as mute:
        mute.listen()
        connection = Listener("proxy", hasty.proxy_port or 0).knock()
        connection.sendall(asked % mute.getsockname()[1])

        assert ends(connection)[: len(heard) or None] == heard


def test_head_that_trickles_gets_no_more_time(hasty: Doors) -> None:
    connection = Listener("proxy", hasty.proxy_port or 0).knock()
    stopped = threading.Event()

    def trickle() -> None:
        connection.sendall(b"CONNECT a")
        while not stopped.wait(SHORT.head / 10):
            with suppress(OSError):
                connection.sendall(b"a")

    trickling = threading.Thread(target=trickle)
    trickling.start()
    try:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 408 ")
    finally:
        stopped.set()
        trickling.join()
        connection.close()


def test_bad_manners_leave_no_thread_and_no_file_behind() -> None:
    def rounds() -> None:
        with MockServer(DOORS) as mock:
            for listener in listeners_of(mock).values():
                for kind, slowness in SLOW.items():
                    if slowness.fits(listener):
                        for each in hold(listener, kind, 10):
                            each.close()
                for shape in SHAPES:
                    with listener.dial() as connection, suppress(OSError):
                        connection.sendall(shape.said)

    rounds()
    left = _left_over()
    rounds()

    # Some end a moment later than who was rude to them.
    assert eventually(lambda: all(map(le, _left_over(), left)))


def _left_over() -> tuple[int, int]:
    """Count threads and open files, but for what is garbage already."""
    gc.collect()
    return threading.active_count(), len(os.listdir(FILES))
