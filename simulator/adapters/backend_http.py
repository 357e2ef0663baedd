"""A server over HTTP: as many kept-alive connections as there are requests at a time.

Threads share them, and so do the thousands of greenlets of a load.
"""

from __future__ import annotations

import http.client
import selectors
import socket
import ssl
import time
import weakref
from collections import defaultdict
from collections import deque
from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import TypeAlias
from urllib.parse import urlsplit

from simulator.adapters.http_wire import left
from simulator.adapters.http_wire import read_response
from simulator.adapters.http_wire import written
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError
from simulator.ports import SendReason


_REPEATABLE = ("GET", "HEAD", "OPTIONS")
_REASONS: tuple[tuple[type[Exception], SendReason, str], ...] = (
    (ConnectionRefusedError, "refused", "nothing listens there"),
    (http.client.RemoteDisconnected, "empty", "the connection was closed unanswered"),
    (ConnectionError, "reset", "the connection broke"),
    (socket.gaierror, "name", "the host name is unknown"),
    (ssl.SSLError, "tls", "TLS failed: {error}"),
)

_Address: TypeAlias = tuple[str, str]


class HttpBackend:
    """Send requests over the standard library's connections."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        # Appending to and popping from a deque needs no lock.
        self._idle: defaultdict[_Address, deque[http.client.HTTPConnection]]
        self._idle = defaultdict(deque)
        # Whoever forgets to close leaves no open socket behind.
        self.close = weakref.finalize(self, _close_all, self._idle.values())

    def send(self, request: Request) -> Response:
        """Send over an open connection; over a new one if it has gone stale."""
        try:
            return self._send(request)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _as_send_error(error, request) from error

    def _send(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        idle = self._idle[parts.scheme, parts.netloc]
        connection, reused = _taken(idle, parts.scheme, parts.netloc)
        try:
            response, kept = _exchange(connection, request)
        except (ConnectionError, http.client.BadStatusLine):
            connection.close()
            # A POST may have arrived: sending it again could spend a code twice.
            if not reused or request.method not in _REPEATABLE:
                raise
            return self._send(request)
        except BaseException:
            connection.close()
            raise
        if not kept:
            connection.close()
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


def _exchange(
    connection: http.client.HTTPConnection, request: Request
) -> tuple[Response, bool]:
    deadline = time.monotonic() + request.timeout
    if connection.sock is None:
        connection.timeout = request.timeout
        connection.connect()
    sock = connection.sock
    sock.settimeout(left(deadline))
    sock.sendall(written(request, _host(connection)))
    return read_response(sock, request.method, deadline)


def _host(connection: http.client.HTTPConnection) -> str:
    """Name the host as a request does: without the port that its scheme implies."""
    host = connection.host
    if not host.isascii():
        host = host.encode("idna").decode()
    name = f"[{host}]" if ":" in host else host
    usual = connection.port == connection.default_port
    return name if usual else f"{name}:{connection.port}"


def _as_send_error(error: Exception, request: Request) -> SendError:
    if isinstance(error, TimeoutError):
        text = f"no answer within {request.timeout:g} seconds"
        return SendError("timeout", text)
    for kind, reason, text in _REASONS:
        if isinstance(error, kind):
            return SendError(reason, text.format(error=error))
    return SendError("broken", f"{type(error).__name__}: {error}")
