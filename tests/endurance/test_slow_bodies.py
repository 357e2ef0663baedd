"""`mockwx serve` does not wait for ever for the body of a request."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from contextlib import suppress

import pytest

from mockwx.clock import monotonic_ns
from tests.endurance.hasty import BODY_SECONDS
from tests.endurance.hasty import ROOM
from tests.endurance.listener import Listener
from tests.endurance.listener import hold
from tests.endurance.listeners import served


pytestmark = pytest.mark.slow

HEAD = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
SIZED = HEAD + b"Content-Length: 100\r\n\r\n{"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
PATHS = [
    b"/cgi-bin/stable_token",
    b"/_mockwx/api/wx/login",
    b"/_mockwx/api/wx/requestPayment",
]


@pytest.fixture(scope="module")
def mock() -> Iterator[Listener]:
    with served(module="tests.endurance.hasty") as listener:
        yield listener


def said_until_the_end(connection: socket.socket) -> tuple[bytes, float]:
    """Return what is said before the connection ends, and the seconds until then."""
    began, heard = monotonic_ns(), b""
    with suppress(ConnectionError):
        while chunk := connection.recv(65_536):
            heard += chunk
    return heard, (monotonic_ns() - began) / 1e9


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("begun", [SIZED, CHUNKED], ids=["sized", "chunked"])
def test_body_that_does_not_come_is_answered_with_408_and_the_end(
    mock: Listener, path: bytes, begun: bytes
) -> None:
    with mock.knock() as connection:
        connection.sendall(begun % path)
        heard, seconds = said_until_the_end(connection)

    assert heard.startswith(b"HTTP/1.1 408 ")
    assert heard.endswith(b"did not come in time.")
    assert BODY_SECONDS < seconds < 10 * BODY_SECONDS


@pytest.mark.parametrize(
    ("begun", "more"),
    [(SIZED, b" "), (CHUNKED, b"1\r\n \r\n")],
    ids=["sized", "chunked"],
)
def test_body_that_trickles_gets_no_more_time(
    mock: Listener, begun: bytes, more: bytes
) -> None:
    ended = threading.Event()

    def trickle() -> None:
        with suppress(OSError):
            while not ended.wait(BODY_SECONDS / 20):
                connection.sendall(more)

    with mock.knock() as connection:
        connection.sendall(begun % PATHS[0])
        trickling = threading.Thread(target=trickle)
        trickling.start()
        _, seconds = said_until_the_end(connection)
        ended.set()
        trickling.join()

    assert seconds < 10 * BODY_SECONDS


def test_half_of_a_chunked_body_does_nothing(mock: Listener) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", mock.port)) as asking:
        asking.request("POST", "/_mockwx/api/wx/login", b"{}")
        code = json.loads(asking.getresponse().read())["code"]
        with mock.knock() as connection:
            connection.sendall(CHUNKED % b"/_mockwx/api/reset")
            said_until_the_end(connection)

        asking.request("GET", f"/_mockwx/api/exchanges?code={code}")
        exchanges = json.loads(asking.getresponse().read())["exchanges"]
        asking.request("GET", f"/sns/jscode2session?js_code={code}&{KEYS}")
        answer = json.loads(asking.getresponse().read())

    assert exchanges == []
    assert "openid" in answer


KEYS = (
    "appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"
    "&grant_type=authorization_code"
)


def test_body_that_comes_slowly_but_in_time_is_answered(mock: Listener) -> None:
    body = b'{"user":"alice"}'
    with mock.knock() as connection:
        head = HEAD % PATHS[1] + b"Content-Length: %d\r\n\r\n" % len(body)
        connection.sendall(head)
        for place in range(len(body)):
            threading.Event().wait(BODY_SECONDS / 100)
            connection.sendall(body[place : place + 1])
        answer = connection.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"login:ok" in answer


def test_newcomers_get_in_when_more_slow_bodies_than_there_is_room_for_have_ended(
    mock: Listener,
) -> None:
    slow = hold(mock, "slow bodies", 2 * ROOM)
    try:
        assert mock.answers()
    finally:
        for each in slow:
            each.close()
