"""The mock's only outgoing call: to the server of the developer who uses it."""

from __future__ import annotations

import logging
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.client import HTTPException
from http.client import HTTPSConnection
from http.client import IncompleteRead
from typing import TypeAlias
from urllib.parse import urlsplit

from mockwx.clock import monotonic_ns
from mockwx.domain.refusal import RefusalError


logger = logging.getLogger(__name__)

TIMEOUT = 5.0
"""WeChat waits so long for an answer, in seconds."""

LONGEST_ANSWER = 16_384

# Who never answers holds up those behind; a test that makes more is a mistake.
MOST_WAITING = 10_000

Job: TypeAlias = "Callable[[], Job | None]"
"""Something to do; it may return what has to be done right after it."""


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


class Sender:
    """Does jobs one after another, beside the threads that answer calls.

    Its thread lives while there is something to do: nothing to stop, nothing to leak.
    """

    def __init__(self) -> None:
        self._waiting: deque[Job] = deque()
        self._forgotten = 0
        self._working = False
        self._changed = threading.Condition()

    def submit(self, job: Job) -> None:
        """Do a job soon; the one that waited longest goes when too many wait."""
        with self._changed:
            if len(self._waiting) == MOST_WAITING:
                self._waiting.popleft()
            self._waiting.append(job)
            if self._working:
                return
            self._working = True
        threading.Thread(target=self._work, name="mockwx-sender", daemon=True).start()

    def forget(self) -> None:
        """Drop every job that has not begun, and what would follow the running one."""
        with self._changed:
            self._waiting.clear()
            self._forgotten += 1

    def wait(self, timeout: float) -> bool:
        """Wait until nothing is left to do; say whether that came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._working, timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._working = False
                    self._changed.notify_all()
                    return
                job, forgotten = self._waiting.popleft(), self._forgotten
            following = _done(job)
            with self._changed:
                if following is not None and forgotten == self._forgotten:
                    self._waiting.appendleft(following)


def _done(job: Job) -> Job | None:
    """Do a job; whatever happens, the others get their turn."""
    try:
        return job()
    except RefusalError as error:
        # The store is out of reach: what was sent is not recorded.
        logger.error("%s", error)  # a sentence, not a bug
        return None
    except Exception:
        logger.exception("A bug in mockwx, in what it sends by itself")
        return None


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
