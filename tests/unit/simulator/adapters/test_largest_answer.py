"""How large an answer may be: streamed, so that nobody but who reads it holds it."""

import contextlib
import socket
import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing

import pytest

from simulator.adapters.backend_http import HttpBackend
from simulator.adapters.http_wire import LARGEST_ANSWER
from simulator.ports import Request
from simulator.ports import SendError


# Each streams dozens of megabytes.
pytestmark = pytest.mark.slow

PIECE = b"x" * 65_536
# As much as the head may take, and the sizes of all chunks.
MARGIN = 65_536
SHORT = LARGEST_ANSWER - MARGIN
LONG = LARGEST_ANSWER + 1
OK = b"HTTP/1.1 200 OK\r\n"


class StreamingServer:
    """Answers one request with pieces, and counts what it could send."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.sent = 0
        self._pieces = pieces
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "StreamingServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client, contextlib.suppress(ConnectionError):
            client.settimeout(10)
            client.recv(65_536)
            for piece in self._pieces:
                client.sendall(piece)
                self.sent += len(piece)


def pieces_of(size: int) -> Iterator[bytes]:
    whole, rest = divmod(size, len(PIECE))
    for _ in range(whole):
        yield PIECE
    yield PIECE[:rest]


def announced(size: int) -> Iterator[bytes]:
    """Send a body whose length is known."""
    yield OK + b"Content-Length: %d\r\n\r\n" % size
    yield from pieces_of(size)


def chunked(size: int) -> Iterator[bytes]:
    """Send a body in chunks."""
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n"
    for piece in pieces_of(size):
        if piece:
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def until_the_end(size: int) -> Iterator[bytes]:
    """Send a body that lasts as long as the connection."""
    yield OK + b"Connection: close\r\n\r\n"
    yield from pieces_of(size)


Shape = Callable[[int], Iterator[bytes]]

every_shape = pytest.mark.parametrize("shape", [announced, chunked, until_the_end])


@every_shape
def test_answer_a_little_too_long_is_refused(shape: Shape) -> None:
    with (
        StreamingServer(shape(LONG)) as server,
        closing(HttpBackend(server.url)) as backend,
        pytest.raises(SendError, match=r"^the answer is longer than 64 MB$") as refusal,
    ):
        backend.send(Request("GET", server.url, timeout=20))

    assert refusal.value.reason == "broken"


@every_shape
def test_longest_answer_is_read_whole(shape: Shape) -> None:
    with (
        StreamingServer(shape(SHORT)) as server,
        closing(HttpBackend(server.url)) as backend,
    ):
        answer = backend.send(Request("GET", server.url, timeout=20))

    assert len(answer.body) == SHORT
    assert answer.body.count(b"x") == SHORT


def test_answer_that_announces_too_much_is_not_read() -> None:
    with (
        StreamingServer(announced(10 * LONG)) as server,
        closing(HttpBackend(server.url)) as backend,
        pytest.raises(SendError, match="longer than 64 MB"),
    ):
        backend.send(Request("GET", server.url, timeout=20))

    # What stands in the buffers of both ends is all that was sent.
    assert server.sent < LARGEST_ANSWER // 2
