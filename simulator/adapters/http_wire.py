"""HTTP/1.1 on an open socket: the bytes of a request out, those of its response in.

The standard library reads headers by its parser for mail, which takes longer than the
mock takes for a login. A test holds both readers to the same answers.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
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
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if _NO_TARGET.search(target) or _NO_TARGET.search(request.method):
        raise ValueError(f"{request.method} {target!r} cannot stand in a request")
    first = f"{request.method} {target} HTTP/1.1\r\n".encode("ascii")
    head = first + _header_lines(host, request.headers)
    if request.body or request.method in _HAS_LENGTH:
        head += b"Content-Length: %d\r\n" % len(request.body)
    # In one piece: two would be two packets.
    return head + b"\r\n" + request.body


def read_response(
    sock: socket.socket, method: str, deadline: float
) -> tuple[Response, bool]:
    """Read a response; say also whether the connection can carry another one.

    Raises TimeoutError at the deadline, HTTPException for what is no HTTP, OSError and
    SendError.
    """
    came = _Stream(sock, deadline)
    version, status, headers = _read_head(came)
    while _CONTINUE <= status < 200 and status != _SWITCHING:
        version, status, headers = _read_head(came)
    known: dict[str, str] = {}
    for name, value in headers:
        known.setdefault(name.lower(), value)
    kept = _stays_open(version, known.get("connection", ""))
    if method == "HEAD" or status in _BODILESS or status == _SWITCHING:
        body = b""
    elif known.get("transfer-encoding", "").lower() == "chunked":
        body = b"".join(_chunks(came))
    elif (length := known.get("content-length", "")).isdecimal():
        body = came.exactly(int(length))
    else:
        body, kept = came.rest(), False
    # Bytes that nobody announced would be read as the next answer.
    return Response(status, headers, body), kept and came.is_read()


class _Stream:
    """What comes over a socket until a deadline."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._came = bytearray()
        self._room = LARGEST_ANSWER

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
        self._sock.settimeout(left(self._deadline))
        chunk = self._sock.recv(_CHUNK)
        self._came += chunk
        self._room -= len(chunk)
        if self._room < 0:
            raise SendError(
                "broken", f"the answer is longer than {LARGEST_ANSWER >> 20} MB"
            )
        return bool(chunk)


def left(deadline: float) -> float:
    """Return the seconds until a deadline; raises TimeoutError when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


@lru_cache(maxsize=256)
def _header_lines(host: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Write headers; a phone sends the same ones again and again."""
    lines = [f"Host: {host}\r\n".encode("ascii")]
    for name, value in headers:
        if not _NAME.fullmatch(name) or _BREAKS.search(value):
            raise ValueError(f"{name!r} cannot stand in a request")
        lines.append(f"{name}: ".encode("ascii") + value.encode() + b"\r\n")
    return b"".join(lines)


def _read_head(came: _Stream) -> tuple[str, int, tuple[tuple[str, str], ...]]:
    first, *lines = came.head().decode("latin-1").split("\n")
    status = _STATUS_LINE.fullmatch(first.rstrip("\r"))
    if status is None:
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
    return status[1], int(status[2]), tuple(headers)


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
