"""Bodies that come too slowly: Granian by itself waits for them for ever.

A thread that waits for a body is woken by nothing but the end of its connection. That
ends with an answer which breaks off, and which need not be the thread's own: a watch
gives it in its place.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import Any

from mockwx.clock import monotonic_ns


if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIApplication
    from _typeshed.wsgi import WSGIEnvironment


_LOOKS = 20
_COURTESY_SECONDS = 0.005
_ANSWER = b"The body of this request did not come in time."
_HEADERS = [
    ("Content-Type", "text/plain"),
    ("Connection", "close"),
    # One more than there is: what is as long as announced would end no connection.
    ("Content-Length", str(len(_ANSWER) + 1)),
]


class TimedBodies:
    """A WSGI app in front of another one, for Granian: bodies come in time, or end."""

    def __init__(self, app: WSGIApplication, seconds: float) -> None:
        self._app = app
        self._watch = Watch(seconds)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        if chunked or environ.get("CONTENT_LENGTH", "0") != "0":
            # It is told to nobody else what answers; without it there is no limit.
            protocol = sys._getframe(1).f_locals.get("proto")
            if protocol is not None:
                environ["wsgi.input"] = TimedBody(
                    environ["wsgi.input"], protocol, self._watch, chunked=chunked
                )
        return self._app(environ, start_response)


class Watch:
    """Looks now and then whether somebody has waited for too long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: set[TimedBody] = set()
        threading.Thread(target=self._look, name="mockwx-bodies", daemon=True).start()

    def waits_for(self, body: TimedBody) -> None:
        """Note that a thread waits for more of a body."""
        self._waiting.add(body)

    def has(self, body: TimedBody) -> None:
        """Note that it waits no more."""
        self._waiting.discard(body)

    def _look(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(self._seconds / _LOOKS)
            latest = monotonic_ns() - int(self._seconds * 1e9)
            # A copy, which is made at a stroke: they come and go meanwhile.
            for body in self._waiting.copy():
                if body.since < latest:
                    body.give_up()


class TimedBody:
    """A body as Granian reads it; given up, it ends where it is."""

    def __init__(
        self, body: Any, protocol: Any, watch: Watch, *, chunked: bool
    ) -> None:
        self.since = monotonic_ns()
        self._body = body
        self._protocol = protocol
        self._watch = watch
        self._chunked = chunked
        self._given_up = False

    def read(self, size: int | None = None) -> bytes:
        """Read so much, or all of it."""
        found: bytes = self._waited("read", size)
        return found

    def readline(self, size: int | None = None) -> bytes:
        """Read a line."""
        found: bytes = self._waited("readline", size)
        return found

    def readlines(self, hint: int | None = None) -> list[bytes]:
        """Read all lines."""
        found: list[bytes] = self._waited("readlines", hint)
        return found

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def give_up(self) -> None:
        """Answer, and so end the connection: whoever reads has then read all."""
        self._given_up = True
        self._watch.has(self)
        self._protocol.response_iter(408, _HEADERS, _Broken())

    def _waited(self, read: str, size: int | None) -> Any:
        self._watch.waits_for(self)
        try:
            found = getattr(self._body, read)(size)
        finally:
            self._watch.has(self)
        if self._given_up and self._chunked:
            # Nothing else tells that it is not all: no length was announced.
            raise TimeoutError("the body of this request did not come in time.")
        return found


class _Broken:
    """An answer that breaks off, a moment after what is in it has gone out."""

    def __init__(self) -> None:
        self._said = iter((_ANSWER,))

    def __next__(self) -> bytes:
        said = next(self._said, None)
        if said is None:
            threading.Event().wait(_COURTESY_SECONDS)
            raise StopIteration
        return said

    def close(self) -> None:
        """Do nothing, as Granian expects."""
