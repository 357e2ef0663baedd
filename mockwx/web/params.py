"""Readers of a WeChat call's query and body, as forgiving and as strict as WeChat."""

import json
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import unquote_plus

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError


# Stands for a JSON value that is no string: no code, appid or secret is ever this.
NOT_TEXT = "\0"


def parse_query(query: str) -> dict[str, str]:
    """Read a query string; of a repeated key the first counts, bad UTF-8 is kept."""
    found: dict[str, str] = {}
    escaped = "%" in query or "+" in query
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if escaped:
            name, value = unquote_plus(name), unquote_plus(value)
        found.setdefault(name, value)
    return found


def query_or_form(query: Mapping[str, str], body: bytes) -> Mapping[str, str]:
    """Read parameters that may come as a form too; the query outweighs the form."""
    return {**parse_query(body.decode(errors="replace")), **query} if body else query


def parse_body(
    body: bytes, *, malformed: ErrCode = ErrCode.DATA_FORMAT
) -> dict[str, object]:
    """Read a POST body, which must be a JSON object whatever its declared type."""
    if not body:
        raise WeChatError(ErrCode.EMPTY_POST_DATA, hint=True)
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        raise WeChatError(malformed, hint=True) from None
    if not isinstance(value, dict):
        raise WeChatError(malformed, hint=True)
    return value


def either(query: Mapping[str, str], body: bytes, *names: str) -> dict[str, str]:
    """Read from the query, as SDKs send it, or else from a JSON body, as pages say."""
    fields = json_or_nothing(body)
    return {name: query.get(name) or text(fields, name) for name in names}


def json_or_nothing(body: bytes) -> Mapping[str, object]:
    """Read a body where one that is no JSON object says nothing, and is no error."""
    try:
        return parse_body(body)
    except WeChatError:
        return {}


def text(body: Mapping[str, object], name: str) -> str:
    """Read a string; absent or null is empty, any other type matches nothing."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        return NOT_TEXT
    # A lone surrogate is legal in JSON but cannot be stored, hashed or compared.
    return value.encode(errors="replace").decode()


def flag(body: Mapping[str, object], name: str, *, default: bool = False) -> bool:
    """Read true or false."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise WeChatError(ErrCode.DATA_FORMAT, hint=True)
    return value


def whole(body: Mapping[str, object], name: str, *, default: int = 0) -> int:
    """Read a whole number (a JSON true is none)."""
    value = body.get(name, default)
    if type(value) is not int:
        raise WeChatError(ErrCode.DATA_FORMAT, hint=True)
    return value


def fields(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Read an object inside the body; absent or null is empty."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise WeChatError(ErrCode.DATA_FORMAT, hint=True)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
