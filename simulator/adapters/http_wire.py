"""HTTP/1.1 on an open socket: the bytes of a request out, those of its response in.

The standard library reads headers by its parser for mail, which takes longer than the
mock takes for a login. A test holds both readers to the same answers.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from functools import lru_cache
from http.client import BadStatusLine
from http.client import HTTPException
from http.client import IncompleteRead
from http.client import RemoteDisconnected
from urllib.parse import urlsplit

from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError


LARGEST_ANSWER = 67_108_864
"""Nobody logs in with more bytes; an answer without an end must not fill the memory."""

_LARGEST_HEAD = 262_144
_LONGEST_LINE = 65_536
_CHUNK = 65_536
# Longer ones are read anew each time, and not kept.
_SHORT_HEAD = 1_024
# With these a server must know where the body ends, even if there is none.
_HAS_LENGTH = ("POST", "PUT")
_BODILESS = (204, 304)
_CONTINUE, _SWITCHING = 100, 101

_STATUS_LINE = re.compile(r"HTTP/1\.(\d) +([1-9]\d\d)(?: .*)?")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_NO_TARGET = re.compile(r"[\x00-\x20\x7f]")
_NAME = re.compile(r"[^:\s][^:\r\n]*")
_BREAKS = re.compile(r"[\r\n]")


def written(request: Request, host: str) -> bytes:
    """Write a request for one host; raises ValueError if it cannot be one."""
    head = _opening(request.method, request.url, host, request.headers)
    # In one piece: two would be two packets.
    if request.body or request.method in _HAS_LENGTH:
        length = b"Content-Length: %d\r\n\r\n" % len(request.body)
        return head + length + request.body
    return head + b"\r\n"


def read_response(
    sock: socket.socket, method: str, deadline: float
) -> tuple[Response, bool]:
    """Read a response; say also whether the connection can carry another one.

    The socket's timeout must be what is left until the deadline. Raises TimeoutError
    then, HTTPException for what is no HTTP, OSError and SendError.
    """
    came = sock.recv(_CHUNK)
    start, empty, body = came.partition(b"\r\n\r\n")
    if empty and len(start) < _SHORT_HEAD:
        # Nearly every answer comes at once, under a head like the last one.
        head = _short_head(start)
        if len(body) == head.size and method != "HEAD":
            return Response(head.status, head.headers, body), head.kept
    return _read_on(_Stream(sock, deadline, came), method)


def _read_on(came: _Stream, method: str) -> tuple[Response, bool]:
    """Read a response of any kind, in as many pieces as it comes."""
    head = _read_head(came.head())
    while _CONTINUE <= head.status < 200 and head.status != _SWITCHING:
        head = _read_head(came.head())
    kept = head.kept
    if method == "HEAD" or head.bodiless:
        body = b""
    elif head.chunked:
        body = b"".join(_chunks(came))
    elif head.size >= 0:
        body = came.exactly(head.size)
    else:
        body, kept = came.rest(), False
    # Bytes that nobody announced would be read as the next answer.
    return Response(head.status, head.headers, body), kept and came.is_read()


class _Stream:
    """What comes over a socket until a deadline, after what came already."""

    def __init__(self, sock: socket.socket, deadline: float, came: bytes) -> None:
        self._sock = sock
        self._deadline = deadline
        self._came = bytearray(came)
        self._room = LARGEST_ANSWER - len(came)
        self._ended = not came

    def head(self) -> bytes:
        """Take everything before an empty line."""
        while (end := _HEAD_END.search(self._came)) is None:
            if len(self._came) > _LARGEST_HEAD:
                raise HTTPException("the head of the answer has no end")
            if not self._more():
                if self._came:
                    raise BadStatusLine(
                        bytes(self._came[:_LONGEST_LINE]).decode("latin-1")
                    )
                raise RemoteDisconnected("the connection was closed unanswered")
        head = bytes(self._came[: end.start()])
        del self._came[: end.end()]
        return head

    def line(self) -> bytes:
        """Take one line, without its end."""
        while (end := self._came.find(b"\n")) < 0:
            if len(self._came) > _LONGEST_LINE:
                raise HTTPException("a line of the answer has no end")
            if not self._more():
                raise IncompleteRead(b"")
        line = bytes(self._came[:end])
        del self._came[: end + 1]
        return line.removesuffix(b"\r")

    def exactly(self, size: int) -> bytes:
        """Take that many bytes."""
        if size - len(self._came) > self._room:
            # Announced to be too long: no byte more of it is read.
            raise _too_long()
        while len(self._came) < size:
            if not self._more():
                raise IncompleteRead(b"", size - len(self._came))
        taken = bytes(self._came[:size])
        del self._came[:size]
        return taken

    def rest(self) -> bytes:
        """Take all that comes before the end of the connection."""
        while self._more():
            pass
        taken = bytes(self._came)
        self._came.clear()
        return taken

    def is_read(self) -> bool:
        """Say whether everything that came was taken."""
        return not self._came

    def _more(self) -> bool:
        if self._ended:
            return False
        self._sock.settimeout(left(self._deadline))
        chunk = self._sock.recv(_CHUNK)
        self._came += chunk
        self._room -= len(chunk)
        if self._room < 0:
            raise _too_long()
        return bool(chunk)


def _too_long() -> SendError:
    return SendError("broken", f"the answer is longer than {LARGEST_ANSWER >> 20} MB")


def left(deadline: float) -> float:
    """Return the seconds until a deadline; raises TimeoutError when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before a body, and what it says of the body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    kept: bool
    """Whether the server leaves the connection open."""
    bodiless: bool
    chunked: bool
    size: int
    """How long the body is; -1 where the head does not say it."""


@lru_cache(maxsize=256)
def _opening(
    method: str, url: str, host: str, headers: tuple[tuple[str, str], ...]
) -> bytes:
    """Write how a request begins; a phone asks for few things, again and again."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if _NO_TARGET.search(target) or _NO_TARGET.search(method):
        raise ValueError(f"{method} {target!r} cannot stand in a request")
    first = f"{method} {target} HTTP/1.1\r\n".encode("ascii")
    return first + _header_lines(host, headers)


@lru_cache(maxsize=256)
def _header_lines(host: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Write headers, which are often the same for another URL."""
    lines = [f"Host: {host}\r\n".encode("ascii")]
    for name, value in headers:
        if not _NAME.fullmatch(name) or _BREAKS.search(value):
            raise ValueError(f"{name!r} cannot stand in a request")
        lines.append(f"{name}: ".encode("ascii") + value.encode() + b"\r\n")
    return b"".join(lines)


@lru_cache(maxsize=64)
def _short_head(head: bytes) -> _Head:
    """Read a head that ends where it seems to, or say that it gives no size."""
    found = _read_head(head)
    ends_before = _HEAD_END.search(head) or head.endswith(b"\n")
    if ends_before or found.status < 200 or found.bodiless or found.chunked:
        return replace(found, size=-1)
    return found


def _read_head(head: bytes) -> _Head:
    first, *lines = head.decode("latin-1").split("\n")
    status_line = _STATUS_LINE.fullmatch(first.rstrip("\r"))
    if status_line is None:
        raise BadStatusLine(first)
    headers: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and headers:
            # A header folded over two lines, as servers once did.
            name, value = headers.pop()
            headers.append((name, f"{value} {line.strip()}"))
        elif colon:
            headers.append((name.rstrip(), value.strip()))
    known: dict[str, str] = {}
    for name, value in headers:
        known.setdefault(name.lower(), value)
    status, length = int(status_line[2]), known.get("content-length", "")
    return _Head(
        status,
        tuple(headers),
        kept=_stays_open(status_line[1], known.get("connection", "")),
        bodiless=status in _BODILESS or status == _SWITCHING,
        chunked=known.get("transfer-encoding", "").lower() == "chunked",
        size=int(length) if length.isdecimal() else -1,
    )


def _stays_open(version: str, connection: str) -> bool:
    said = connection.lower()
    return "keep-alive" in said if version == "0" else "close" not in said


def _chunks(came: _Stream) -> Iterator[bytes]:
    while True:
        size = came.line().partition(b";")[0].strip()
        try:
            number = int(size, 16)
        except ValueError:
            raise HTTPException(f"{size!r} is no size of a chunk") from None
        if number < 0:
            raise HTTPException(f"{size!r} is no size of a chunk")
        if number == 0:
            break
        yield came.exactly(number)
        came.line()
    while came.line():
        pass  # the trailers say nothing that a phone looks at
