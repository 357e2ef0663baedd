"""Between Flask and a call: what Flask knows goes in, bytes come out."""

from collections.abc import Callable

from flask import Response
from flask import request

from mockwx.web.call import Answer
from mockwx.web.call import Call
from mockwx.web.call import Reply
from mockwx.web.context import current_worlds
from mockwx.web.hearing import call_of
from mockwx.web.interfaces import Interface
from mockwx.web.transport import broken


def door(interface: Interface, answer: Answer) -> Callable[[], Response]:
    """Make the Flask view behind which an interface is answered."""

    def open_door() -> Response:
        return respond(answer(read_call(interface, read_body())))

    return open_door


def read_call(interface: Interface, body: bytes) -> Call:
    """Take from the current request what WeChat looks at."""
    return call_of(interface, request.environ, body, current_worlds())


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
