"""From a request, as WSGI describes it, to a call."""

from collections.abc import Mapping
from typing import Any

from mockwx.web.api_security import HEADERS
from mockwx.web.call import Call
from mockwx.web.call import make_call
from mockwx.web.interfaces import Interface
from mockwx.web.params import parse_query
from mockwx.web.routing import world_of_call
from mockwx.worlds import Worlds


def call_of(
    interface: Interface, environ: Mapping[str, Any], body: bytes, worlds: Worlds
) -> Call:
    """Take from a request, as WSGI describes it, what WeChat looks at."""
    raw_query: bytes = environ.get("QUERY_STRING", "").encode("latin-1", "replace")
    query = parse_query(raw_query.decode(errors="replace"))
    # A browser sends no header of ours, but the address of a page can name a world.
    named = environ.get("HTTP_X_MOCKWX_WORLD") or query.get("mockwx_world")
    return make_call(
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
