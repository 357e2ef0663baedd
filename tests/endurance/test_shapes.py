"""Malformed bytes are answered or closed by every listener, which then serves on."""

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mockwx import MockServer
from tests.endurance.listener import Listener
from tests.endurance.listeners import DOORS
from tests.endurance.listeners import listeners_of
from tests.endurance.listeners import served
from tests.endurance.shapes import HELLO
from tests.endurance.shapes import SHAPES
from tests.endurance.shapes import SMUGGLED
from tests.endurance.shapes import Shape


# Each starts every listener.
pytestmark = pytest.mark.slow


QUIET_SECONDS = 0.3
SERVER_HELLO = b"\x16\x03\x03"
MOST_HEARD = 10_000_000
IN_PROCESS = (
    "MockServer",
    "proxy door",
    # Nothing says that no more will be said: each takes a while.
    pytest.param("HTTPS door", marks=pytest.mark.slow),
)


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOCKWX_DATA", str(tmp_path_factory.mktemp("data")))
        for name in ("https_proxy", "HTTPS_PROXY"):
            patch.delenv(name, raising=False)
        with MockServer(DOORS) as running:
            yield running


def say(listener: Listener, shape: Shape) -> bytes:
    """Say it, and return all that is answered until the listener closes."""
    with listener.dial() as connection:
        if listener.tls:
            # TLS has no end of one way only: what goes on is quiet.
            connection.settimeout(QUIET_SECONDS)
        speaking = threading.Thread(target=_say, args=(connection, shape.said))
        speaking.start()
        try:
            return _heard(connection)
        finally:
            speaking.join()


def _say(connection: socket.socket, said: bytes) -> None:
    # It may be closed in the middle of what is said: that is an answer too.
    with suppress(OSError):
        connection.sendall(said)
        if not isinstance(connection, ssl.SSLSocket):
            connection.shutdown(socket.SHUT_WR)


def _heard(connection: socket.socket) -> bytes:
    heard = b""
    # Closed hard, or quiet.
    with suppress(ConnectionError, ssl.SSLError, QuietError):
        while chunk := _chunk(connection):
            heard += chunk
            assert len(heard) < MOST_HEARD
    return heard


class QuietError(Exception):
    """Nothing came for a while, over TLS."""


def _chunk(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except TimeoutError:
        assert isinstance(connection, ssl.SSLSocket), "neither answered nor closed"
        raise QuietError from None


def judge(listener: Listener, shape: Shape, heard: bytes) -> None:
    """Fail on what no such bytes deserve."""
    # The proxy speaks TLS with whoever begins to.
    known = (b"HTTP/1.", SERVER_HELLO) if shape is HELLO else b"HTTP/1."
    assert not heard or heard.startswith(known), shape.name
    assert b"Traceback" not in heard
    assert b" 500 " not in heard.partition(b"\r\n")[0], shape.name
    assert listener.answers()


@pytest.mark.parametrize("name", IN_PROCESS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_malformed_bytes_are_answered_or_closed(
    mock: MockServer, name: str, shape: Shape, caplog: pytest.LogCaptureFixture
) -> None:
    listener = listeners_of(mock)[name]

    with caplog.at_level(logging.ERROR):
        judge(listener, shape, say(listener, shape))

    assert caplog.records == []


@pytest.mark.parametrize("name", IN_PROCESS)
@pytest.mark.parametrize("shape", SMUGGLED, ids=lambda shape: shape.name)
def test_no_door_and_server_disagree_where_a_request_ends(
    mock: MockServer, name: str, shape: Shape
) -> None:
    listeners = listeners_of(mock)

    answers = say(listeners[name], shape).count(b"HTTP/1.")

    # A refusal may be lost when the connection is closed upon it.
    assert answers in (0, say(listeners["MockServer"], shape).count(b"HTTP/1."))


def test_no_connection_is_left_behind(mock: MockServer) -> None:
    for listener in listeners_of(mock).values():
        for shape in SHAPES[:8]:
            say(listener, shape)

    gone = threading.Event()
    for _ in range(100):
        if not mock.doors.connected:
            break
        gone.wait(0.05)
    assert mock.doors.connected == 0


@pytest.mark.slow
def test_mockwx_serve_answers_or_closes_malformed_bytes(tmp_path: Path) -> None:
    with served({"MOCKWX_DATA": str(tmp_path)}) as listener:
        for shape in SHAPES:
            judge(listener, shape, say(listener, shape))
