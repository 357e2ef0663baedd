"""Which world a call to WeChat is about, as far as it says so itself.

What carries a world outweighs what does not: a header we know, the ids of people, then
the token (a backend shared by many tests has one for all), then an appid that only one
world knows. Everything else is answered by the default world.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from functools import partial

from mockwx.web.params import parse_query
from mockwx.wechat import WeChat
from mockwx.worlds import NAME
from mockwx.worlds import Worlds


_IDS = (
    "js_code",
    "code",
    "openid",
    "touser",
    "openpid",
    "refresh_token",
    "authorization_code",
    "authorizer_refresh_token",
)
_TOKENS = ("access_token", "component_access_token")


def _knows_rid(rid: str, world: WeChat) -> bool:
    return world.journal.get(rid) is not None


def _sealed_what_has(digest: str, world: WeChat) -> bool:
    return world.user_info.encrypted_msgs.get(digest) is not None


# What carries no world, and how one that made it knows it again.
_REMEMBERED: Mapping[str, Callable[[str, WeChat], bool]] = {
    "rid": _knows_rid,
    "encrypted_msg_hash": _sealed_what_has,
}


def world_of_call(
    worlds: Worlds, query: Mapping[str, str], body: bytes, header: str | None
) -> WeChat:
    """Return the world that answers: the default one unless something says more."""
    if header and NAME.fullmatch(header):
        return worlds.named(header)
    found = worlds.of(ids_of(query, body))
    if found is not None:
        return found
    if not worlds.any_named():
        return worlds.default
    fields = _fields(body)
    for name, remembers in _REMEMBERED.items():
        if isinstance(value := fields.get(name), str):
            return worlds.where(partial(remembers, value)) or worlds.default
    appid = query.get("appid") or str(fields.get("appid", ""))
    if appid and worlds.default.directory.mini_programs.get(appid) is None:
        return worlds.with_app(appid) or worlds.default
    return worlds.default


def ids_of(query: Mapping[str, str], body: bytes) -> Iterator[str]:
    """Yield what a call says of the person it is about, and its tokens last."""
    for name in _IDS:
        if name in query:
            yield query[name]
    fields = _fields(body)
    for name in _IDS:
        if isinstance(value := fields.get(name), str):
            yield value
    for name in _TOKENS:
        if name in query:
            yield query[name]


def _fields(body: bytes) -> Mapping[str, object]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        # A form, as the SDKs of web frameworks post; of anything else nothing matches.
        return parse_query(body.decode(errors="replace"))
    return fields if isinstance(fields, dict) else {}
