"""Between Flask and a call: what Flask knows goes in, bytes come out."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

from flask import Response
from flask import request

from mockwx.web.api_security import HEADERS
from mockwx.web.call import Answer
from mockwx.web.call import Call
from mockwx.web.call import Reply
from mockwx.web.context import current_worlds
from mockwx.web.interfaces import Interface
from mockwx.web.params import parse_query
from mockwx.web.routing import world_of_call
from mockwx.web.transport import broken
from mockwx.worlds import Worlds


def door(interface: Interface, answer: Answer) -> Callable[[], Response]:
    """Make the Flask view behind which an interface is answered."""

    def open_door() -> Response:
        return respond(answer(read_call(interface, read_body())))

    return open_door


def read_call(interface: Interface, body: bytes) -> Call:
    """Take from the current request what WeChat looks at."""
    return call_of(interface, request.environ, body, current_worlds())


def call_of(
    interface: Interface, environ: Mapping[str, Any], body: bytes, worlds: Worlds
) -> Call:
    """Take from a request, as WSGI describes it, what WeChat looks at."""
    raw_query: bytes = environ.get("QUERY_STRING", "").encode("latin-1", "replace")
    query = parse_query(raw_query.decode(errors="replace"))
    # A browser sends no header of ours, but the address of a page can name a world.
    named = environ.get("HTTP_X_MOCKWX_WORLD") or query.get("mockwx_world")
    return Call(
        interface=interface,
        worlds=worlds,
        wechat=world_of_call(worlds, query, body, named),
        method=environ["REQUEST_METHOD"],
        query=query,
        query_string=raw_query,
        body=body,
        client_ip=environ.get("REMOTE_ADDR") or "127.0.0.1",
        headers=_signing_headers(environ) if interface.signable else {},
    )


def _signing_headers(environ: Mapping[str, str]) -> dict[str, str]:
    return {HEADERS[key]: environ[key] for key in HEADERS if key in environ}


def read_body() -> bytes:
    """Read the body, if one was announced; too large a one raises HTTP 413."""
    environ = request.environ
    if environ.get("CONTENT_LENGTH") or environ.get("wsgi.input_terminated"):
        return request.get_data(cache=False)
    return b""


def respond(reply: Reply) -> Response:
    """Send bytes and type as they are: Flask would add a charset."""
    if reply.transport is not None:
        return broken(reply)
    headers = [("Content-Type", reply.content_type), *reply.headers]
    return Response(reply.body, reply.status, headers)
