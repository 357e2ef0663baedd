"""The wire reads what the standard library reads, however the bytes come."""

import io
import socket
import time
from http.client import HTTPException
from http.client import HTTPResponse
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.adapters.http_wire import read_response
from simulator.adapters.http_wire import written
from simulator.ports import Request
from simulator.ports import Response


ANSWERS = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nA: 1\r\nA: 2\r\n\r\nbody",
    "no reason": b"HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n",
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "an end in the body": b"HTTP/1.1 200 OK\nContent-Length: 7\n\nab\r\n\r\nc",
    "an end after an end": b"HTTP/1.1 200 OK\nContent-Length: 2\n\r\n\r\n",
    "until the end": b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\nall of it",
    "no such length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nall of it",
    "kept by 1.0": (
        b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok"
    ),
    "to be closed": (
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    ),
    "go on first": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    ),
    "no content": b"HTTP/1.1 204 No Content\r\nX: \xe4\r\n\r\n",
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"
        b"3;note=x\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
    ),
    "gzip in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nab\r\n"
    ),
}


class Wire:
    """A socket on which bytes come in pieces, and then the end."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = [each for each in pieces if each]

    def makefile(self, mode: str) -> io.BufferedIOBase:
        return io.BytesIO(b"".join(self._pieces))

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def recv(self, size: int) -> bytes:
        if not self._pieces:
            return b""
        piece = self._pieces.pop(0)
        if len(piece) > size:
            self._pieces.insert(0, piece[size:])
        return piece[:size]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("wire", ANSWERS.values(), ids=ANSWERS)
def test_answer_is_what_the_standard_library_reads(wire: bytes, method: str) -> None:
    theirs = by_the_standard_library(wire, method)

    for cut in range(len(wire) + 1):
        ours = read(wire[:cut], wire[cut:], method=method)
        assert ours == theirs


@given(wire=st.binary(max_size=200), prefix=st.sampled_from(sorted(ANSWERS.values())))
def test_any_bytes_are_an_answer_or_no_http(wire: bytes, prefix: bytes) -> None:
    for bytes_ in (wire, prefix[:-8] + wire):
        try:
            read(bytes_)
        except (HTTPException, ValueError):
            continue


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 70_000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000,
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
    ],
    ids=[
        "no size",
        "size below nothing",
        "half a chunk",
        "endless size",
        "endless header",
        "half a head",
        "another version",
        "no status",
    ],
)
def test_broken_answer_is_refused(wire: bytes) -> None:
    with pytest.raises(HTTPException):
        read(wire)


def test_connection_with_unannounced_bytes_carries_no_further_answer() -> None:
    answer = ANSWERS["length"]

    assert keeps(answer)
    assert not keeps(answer + b"HTTP/1.1 200 OK\r\n\r\n")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("length", True),
        ("chunks", True),
        ("no content", True),
        ("kept by 1.0", True),
        ("until the end", False),
        ("to be closed", False),
    ],
)
def test_connection_is_kept_if_both_know_where_the_answer_ends(
    name: str, kept: bool
) -> None:
    assert keeps(ANSWERS[name]) is kept


def test_answers_under_one_head_keep_their_own_bodies() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

    assert [read(head + body).body for body in (b"ab", b"cd")] == [b"ab", b"cd"]


def test_folded_header_is_one() -> None:
    answer = read(b"HTTP/1.1 200 OK\r\nA: one\r\n  two\r\nContent-Length: 0\r\n\r\n")

    assert answer.values("a") == ("one two",)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "http://h/a b"),
        Request("GET", "http://h/x", (("A", "1\r\nB: 2"),)),
        Request("GET", "http://h/x", (("A\r\nB", "1"),)),
        Request("GET", "http://h/x", (("A:B", "1"),)),
        Request("GET /\r\n", "http://h/x"),
        Request("GET", "http://h/微"),
    ],
    ids=["blank", "value", "name", "colon", "method", "no ASCII"],
)
def test_request_that_would_break_its_lines_is_refused(request_: Request) -> None:
    with pytest.raises(ValueError, match=r"."):
        written(request_, "h")


def read(*pieces: bytes, method: str = "GET") -> Response:
    """Read an answer that comes in these pieces."""
    return _read(Wire(*pieces), method)[0]


def keeps(wire: bytes) -> bool:
    """Say whether the connection can carry another answer after this one."""
    return _read(Wire(wire), "GET")[1]


def _read(wire: Wire, method: str) -> tuple[Response, bool]:
    deadline = time.monotonic() + 60
    return read_response(cast("socket.socket", wire), method, deadline)


def by_the_standard_library(wire: bytes, method: str) -> Response:
    """Read the same bytes by http.client."""
    answer = HTTPResponse(cast("socket.socket", Wire(wire)), method=method)
    answer.begin()
    body = answer.read()
    return Response(answer.status, tuple(answer.getheaders()), body)
