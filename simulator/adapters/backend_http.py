"""A server over HTTP: as many kept-alive connections as there are requests at a time.

Threads share them, and so do the thousands of greenlets of a load.
"""

from __future__ import annotations

import contextlib
import http.client
import selectors
import socket
import ssl
import time
import weakref
from collections import defaultdict
from collections import deque
from collections.abc import Iterable
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import TypeAlias
from urllib.parse import urlsplit

from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError


_CHUNK = 65536
LARGEST_ANSWER = 67_108_864
"""Nobody logs in with more bytes; an answer without an end must not fill the memory."""
_REPEATABLE = ("GET", "HEAD", "OPTIONS")
# With these a server must know where the body ends, even if there is none.
_HAS_LENGTH = ("POST", "PUT")


_Address: TypeAlias = tuple[str, str]


class HttpBackend:
    """Send requests with the standard library's client, which is the quickest."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        # Appending to and popping from a deque needs no lock.
        self._idle: defaultdict[_Address, deque[http.client.HTTPConnection]]
        self._idle = defaultdict(deque)
        # Whoever forgets to close leaves no open socket behind.
        self.close = weakref.finalize(self, _close_all, self._idle.values())

    def send(self, request: Request) -> Response:
        """Send over an open connection; over a new one if it has gone stale."""
        with _told_as_send_error(request):
            parts = urlsplit(request.url)
            idle = self._idle[parts.scheme, parts.netloc]
            connection, reused = _taken(idle, parts.scheme, parts.netloc)
            try:
                response = _exchange(connection, request)
            except (ConnectionError, http.client.BadStatusLine):
                connection.close()
                # A POST may have arrived: sending it again could spend a code twice.
                if not reused or request.method not in _REPEATABLE:
                    raise
                response = _exchange(connection, request)
            except BaseException:
                connection.close()
                raise
            idle.append(connection)
            return response


def _close_all(pools: Iterable[Iterable[http.client.HTTPConnection]]) -> None:
    for connection in chain.from_iterable(pools):
        connection.close()


def _taken(
    idle: deque[http.client.HTTPConnection], scheme: str, netloc: str
) -> tuple[http.client.HTTPConnection, bool]:
    """Take the connection used last, which is the least likely to be stale."""
    try:
        connection = idle.pop()
    except IndexError:
        return _connect(scheme, netloc), False
    if connection.sock is not None and _hung_up(connection.sock):
        connection.close()
    return connection, connection.sock is not None


def _connect(scheme: str, netloc: str) -> http.client.HTTPConnection:
    address = netloc.rpartition("@")[2]
    if scheme == "https":
        return http.client.HTTPSConnection(address, context=_tls())
    return http.client.HTTPConnection(address)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _hung_up(sock: socket.socket) -> bool:
    """Nobody owes us a byte now: if there is something to read, it is the end."""
    if isinstance(sock, ssl.SSLSocket):
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            return bool(selector.select(0))
    sock.settimeout(0)
    try:
        sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _exchange(connection: http.client.HTTPConnection, request: Request) -> Response:
    deadline = time.monotonic() + request.timeout
    connection.timeout = request.timeout
    if connection.sock is None:
        connection.connect()
    sock = connection.sock
    sock.settimeout(_left(deadline))
    _put(connection, request)
    with connection.getresponse() as answer:
        return _read(answer, sock, deadline)


def _read(
    answer: http.client.HTTPResponse, sock: socket.socket, deadline: float
) -> Response:
    chunks: list[bytes] = []
    room = LARGEST_ANSWER
    # Newer Pythons close the response, and perhaps the socket, with the last byte.
    while not answer.isclosed():
        sock.settimeout(_left(deadline))
        chunk = answer.read1(_CHUNK)
        if not chunk:
            break
        chunks.append(chunk)
        room -= len(chunk)
        if room < 0:
            raise SendError(
                "broken", f"the answer is longer than {LARGEST_ANSWER >> 20} MB"
            )
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return Response(answer.status, tuple(answer.getheaders()), b"".join(chunks))


def _put(connection: http.client.HTTPConnection, request: Request) -> None:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(request.method, target, skip_accept_encoding=True)
    for name, value in request.headers:
        connection.putheader(name, value.encode("utf-8"))
    if request.body or request.method in _HAS_LENGTH:
        connection.putheader("Content-Length", str(len(request.body)))
    connection.endheaders(request.body or None)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@contextlib.contextmanager
def _told_as_send_error(request: Request) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        text = f"no answer within {request.timeout:g} seconds"
        raise SendError("timeout", text) from error
    except ConnectionRefusedError as error:
        raise SendError("refused", "nothing listens there") from error
    except http.client.RemoteDisconnected as error:
        raise SendError("empty", "the connection was closed unanswered") from error
    except ConnectionError as error:
        raise SendError("reset", "the connection broke") from error
    except socket.gaierror as error:
        raise SendError("name", "the host name is unknown") from error
    except ssl.SSLError as error:
        raise SendError("tls", f"TLS failed: {error}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SendError("broken", f"{type(error).__name__}: {error}") from error
