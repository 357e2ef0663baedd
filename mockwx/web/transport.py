"""Connections that fail under an answer: reset, truncated, dripping, hanging."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

from mockwx.web.call import Reply
from mockwx.web.context import current_waiting_room


LONGEST_HANG = 60.0
DRIP_SECONDS = 0.02
MOST_DROPS = 150


class ConnectionBrokenError(ConnectionError):
    """Ends a connection before or in an answer; the server closes it, unlogged."""


def broken(reply: Reply) -> Response:
    """Send an answer over a connection that fails as the reply says."""
    chunks = _BREAK[reply.transport or "drip"](reply.body)
    announced = str(max(len(reply.body), 1))
    headers = [("Content-Type", reply.content_type), ("Content-Length", announced)]
    return Response(chunks, reply.status, headers)


def _reset(_: bytes) -> Iterator[bytes]:
    return _raise_after(b"")


def _truncate(body: bytes) -> Iterator[bytes]:
    room = current_waiting_room()

    def halves() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        # Granian drops what it has not sent yet.
        room.linger(DRIP_SECONDS)
        yield from _raise_after(b"")

    return halves()


def _hang(_: bytes) -> Iterator[bytes]:
    current_waiting_room().linger(LONGEST_HANG)
    return _raise_after(b"")


def _drip(body: bytes) -> Iterator[bytes]:
    room = current_waiting_room()
    size = -(-len(body) // MOST_DROPS)

    def drops() -> Iterator[bytes]:
        for place in range(0, len(body), size):
            room.linger(DRIP_SECONDS)
            yield body[place : place + size]

    return drops()


def _raise_after(beginning: bytes) -> Iterator[bytes]:
    yield beginning
    raise ConnectionBrokenError("a fault of the mock ended this connection.")


_BREAK = {"reset": _reset, "truncate": _truncate, "hang": _hang, "drip": _drip}
