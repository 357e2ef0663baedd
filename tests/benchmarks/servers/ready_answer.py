"""The floor: a WSGI app that does nothing, so that only the server takes time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.benchmarks.servers.bare_flask import SESSION


if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIEnvironment


BODY = json.dumps(SESSION).encode()
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer the same bytes to whatever is asked."""
    start_response("200 OK", HEADERS)
    return [BODY]
