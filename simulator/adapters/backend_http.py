"""A server over HTTP: as many kept-alive connections as there are requests at a time.

Threads share them, and so do the thousands of greenlets of a load.
"""

from __future__ import annotations

import _socket
import http.client
import select
import selectors
import socket
import ssl
import time
import weakref
from collections import defaultdict
from collections import deque
from collections.abc import Iterable
from functools import cache
from functools import lru_cache
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
# A longer body may have to wait before it is all sent.
_AT_ONCE = 16_384
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
        self._idle: defaultdict[_Address, deque[_Line]] = defaultdict(deque)
        # Whoever forgets to close leaves no open socket behind.
        self.close = weakref.finalize(self, _close_all, self._idle.values())

    def send(self, request: Request) -> Response:
        """Send over an open connection; over a new one if it has gone stale."""
        try:
            return self._send(request)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _as_send_error(error, request) from error

    def _send(self, request: Request) -> Response:
        address = _address(request.url)
        idle = self._idle[address]
        line, reused = _taken(idle, address)
        try:
            response, kept = line.exchange(request)
        except (ConnectionError, http.client.BadStatusLine):
            line.close()
            # A POST may have arrived: sending it again could spend a code twice.
            if not reused or request.method not in _REPEATABLE:
                raise
            return self._send(request)
        except BaseException:
            line.close()
            raise
        if not kept:
            line.close()
        idle.append(line)
        return response


class _Line:
    """A connection to one server, open or not."""

    __slots__ = ("_connection", "_host", "_poll")

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self._host = _host(connection)
        self._poll: select.poll | None = None

    def is_open(self) -> bool:
        """Say whether it can carry a request; closed if the server hung up."""
        sock = self._connection.sock
        if sock is None:
            return False
        # Nobody owes us a byte now: if there is something to read, it is the end.
        silent = not self._poll.poll(0) if self._poll else _is_silent(sock)
        if not silent:
            self.close()
        return silent

    def exchange(self, request: Request) -> tuple[Response, bool]:
        """Send a request, read its response; say also whether it is still open."""
        timeout = request.timeout
        deadline = time.monotonic() + timeout
        sock = self._connection.sock
        if sock is None:
            sock = self._open(timeout)
            timeout = left(deadline)
        if sock.gettimeout() != timeout:
            sock.settimeout(timeout)
        sock.sendall(written(request, self._host))
        if len(request.body) > _AT_ONCE:
            sock.settimeout(left(deadline))
        return read_response(sock, request.method, deadline)

    def close(self) -> None:
        """Close it; it opens again when it is needed."""
        self._poll = None
        self._connection.close()

    def _open(self, timeout: float) -> socket.socket:
        self._connection.timeout = timeout
        self._connection.connect()
        sock: socket.socket = self._connection.sock
        self._poll = _poll(sock)
        return sock


def _close_all(pools: Iterable[Iterable[_Line]]) -> None:
    for line in chain.from_iterable(pools):
        line.close()


@lru_cache(maxsize=256)
def _address(url: str) -> _Address:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _taken(idle: deque[_Line], address: _Address) -> tuple[_Line, bool]:
    """Take the connection used last, which is the least likely to be stale."""
    try:
        line = idle.pop()
    except IndexError:
        return _connect(*address), False
    return line, line.is_open()


def _connect(scheme: str, netloc: str) -> _Line:
    host = netloc.rpartition("@")[2]
    if scheme == "https":
        return _Line(http.client.HTTPSConnection(host, context=_tls()))
    return _Line(http.client.HTTPConnection(host))


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _poll(sock: socket.socket) -> select.poll | None:
    """Make what tells by one call of the system whether there is something to read.

    Windows has none, and that of gevent takes more than a look at its sockets.
    """
    if not hasattr(select, "poll") or not isinstance(sock, _socket.socket):
        return None
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return poll


def _is_silent(sock: socket.socket) -> bool:
    if isinstance(sock, ssl.SSLSocket):
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            return not selector.select(0)
    sock.settimeout(0)
    try:
        sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


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
