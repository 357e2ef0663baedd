"""A server over HTTP: one kept-alive connection per thread and address."""

from __future__ import annotations

import contextlib
import http.client
import selectors
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError


_CHUNK = 65536
_REPEATABLE = ("GET", "HEAD", "OPTIONS")
# With these a server must know where the body ends, even if there is none.
_HAS_LENGTH = ("POST", "PUT")


class HttpBackend:
    """Send requests with the standard library's client, which is the quickest."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._local = threading.local()
        self._opened: list[http.client.HTTPConnection] = []
        # Whoever forgets to close leaves no open socket behind.
        self.close = weakref.finalize(self, _close_all, self._opened)

    def send(self, request: Request) -> Response:
        """Send over the open connection; over a new one if it has gone stale."""
        with _told_as_send_error(request):
            connection, reused = self._connection(request)
            try:
                return _exchange(connection, request)
            except (ConnectionError, http.client.BadStatusLine):
                connection.close()
                # A POST may have arrived: sending it again could spend a code twice.
                if not reused or request.method not in _REPEATABLE:
                    raise
                return _exchange(connection, request)
            except BaseException:
                connection.close()
                raise

    def _connection(self, request: Request) -> tuple[http.client.HTTPConnection, bool]:
        parts = urlsplit(request.url)
        key = (parts.scheme, parts.netloc)
        mine: dict[tuple[str, str], http.client.HTTPConnection]
        mine = self._local.__dict__.setdefault("connections", {})
        connection = mine.get(key)
        if connection is None:
            connection = mine[key] = _connect(parts.scheme, parts.netloc)
            self._opened.append(connection)
        if connection.sock is not None and _hung_up(connection.sock):
            connection.close()
        return connection, connection.sock is not None


def _close_all(connections: list[http.client.HTTPConnection]) -> None:
    for connection in connections:
        connection.close()


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
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))


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
    # Newer Pythons close the response, and perhaps the socket, with the last byte.
    while not answer.isclosed():
        sock.settimeout(_left(deadline))
        chunk = answer.read1(_CHUNK)
        if not chunk:
            break
        chunks.append(chunk)
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
