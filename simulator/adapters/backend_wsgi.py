"""A server in this process: a WSGI application, called without a socket."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable
from collections.abc import Iterable
from typing import TYPE_CHECKING
from typing import Any
from urllib.parse import unquote_to_bytes
from urllib.parse import urlsplit

from simulator.ports import Request
from simulator.ports import Response


if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger(__name__)


class WsgiBackend:
    """Hand every request, whatever its host, to one WSGI application.

    Timeouts are not kept here: nobody can stop a call in one's own thread.
    """

    def __init__(
        self, app: WSGIApplication, base_url: str = "http://localhost"
    ) -> None:
        self.base_url = base_url
        self._app = app

    def send(self, request: Request) -> Response:
        """Call the application; a crash in it is a 500, as on a real server."""
        try:
            return call_wsgi(self._app, request)
        except Exception:
            _log.exception("%s %s crashed", request.method, request.url)
            return Response(500, (("Content-Type", "text/plain"),), b"")


def call_wsgi(app: WSGIApplication, request: Request) -> Response:
    """Call a WSGI application with one request and collect its response."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        started.append((status, headers))
        return written.append

    chunks = app(_environ(request), start_response)
    body = _drained(chunks, written)
    if not started:
        raise RuntimeError("the application never called start_response")
    status, headers = started[-1]
    return Response(int(status.split(" ", 1)[0]), tuple(headers), body)


def _drained(chunks: Iterable[bytes], written: list[bytes]) -> bytes:
    try:
        written.extend(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return b"".join(written)


def _environ(request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme or "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        prefix = "" if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_"
        environ[prefix + key] = value.encode("utf-8").decode("latin-1")
    return environ
