"""A request that goes out, to a developer's server or a real service; its answer."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.client import HTTPException
from http.client import HTTPSConnection
from http.client import IncompleteRead
from urllib.parse import urlsplit

from mockwx.clock import monotonic_ns


TIMEOUT = 5.0
"""WeChat waits so long for an answer, in seconds."""

LONGEST_ANSWER = 16_384


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to a developer's server."""

    method: str
    url: str
    query: str
    body: bytes = b""
    content_type: str = ""
    user_agent: str = "Mozilla/4.0"
    """WeChat's own."""

    @property
    def target(self) -> str:
        """Path and query as they go out, after what the address has of its own."""
        parts = urlsplit(self.url)
        query = f"{parts.query}&{self.query}" if parts.query else self.query
        return f"{parts.path or '/'}?{query}"


@dataclass(frozen=True, slots=True)
class Incoming:
    """The answer, or why there was none."""

    status: int
    """0: no answer."""
    content_type: str
    body: bytes
    duration_us: int
    failure: str = ""
    """What went wrong, in a few words; empty for an answer of any status."""
    headers: tuple[str, ...] = ()
    """Their names, as they came."""


def send(outgoing: Outgoing, *, timeout: float = TIMEOUT) -> Incoming:
    """Send a request and read its answer; never raises, never follows a redirect."""
    started = monotonic_ns()
    connection = _connect_to(outgoing.url, timeout)
    # The socket's timeout starts over with each byte; the watch does not.
    watch = threading.Timer(timeout, _cut, (connection,))
    watch.daemon = True
    watch.start()
    try:
        return _exchange(connection, outgoing, started)
    except (OSError, HTTPException, ValueError) as error:
        took_us = (monotonic_ns() - started) // 1000
        late = took_us >= timeout * 1e6
        failure = f"no answer within {timeout:g} s" if late else _reason(error)
        return Incoming(0, "", b"", took_us, failure)
    finally:
        watch.cancel()
        connection.close()


def _connect_to(url: str, timeout: float) -> HTTPConnection:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=timeout)


def _exchange(connection: HTTPConnection, outgoing: Outgoing, started: int) -> Incoming:
    headers = {"User-Agent": outgoing.user_agent, "Accept": "*/*"}
    if outgoing.content_type:
        headers["Content-Type"] = outgoing.content_type
    connection.request(outgoing.method, outgoing.target, outgoing.body or None, headers)
    response = connection.getresponse()
    body = response.read(LONGEST_ANSWER)
    if response.length and len(body) < LONGEST_ANSWER:
        raise IncompleteRead(body, response.length)
    return Incoming(
        status=response.status,
        content_type=response.getheader("Content-Type", ""),
        body=body,
        duration_us=(monotonic_ns() - started) // 1000,
        headers=tuple(name for name, _ in response.getheaders()),
    )


def _cut(connection: HTTPConnection) -> None:
    """End what still goes on, so that whoever reads from it wakes up."""
    sock = connection.sock
    if isinstance(sock, socket.socket):
        # An error means that it is over already.
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"no answer: {words}"
