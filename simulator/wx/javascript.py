"""The few functions of JavaScript whose exact output reaches the backend."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from urllib.parse import quote


# encodeURIComponent leaves these alone; quote() already keeps letters, digits, _.-~
_UNESCAPED = "!*'()"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def encode_uri_component(text: str) -> str:
    """Do what ``encodeURIComponent`` does; a lone surrogate raises ValueError."""
    return quote(text, safe=_UNESCAPED)


def stringify(value: object) -> str:
    """Do what ``JSON.stringify`` does: compact, Chinese as it is, ``1.0`` as ``1``.

    What is no JSON raises TypeError or ValueError.
    """
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def to_text(value: object) -> str:
    """Write a value as text for a query or a form."""
    return value if isinstance(value, str) else stringify(value)


def url_encoded(values: Mapping[str, object]) -> str:
    """Write pairs as wx.request does for GET and for urlencoded forms."""
    return "&".join(
        f"{encode_uri_component(str(key))}={encode_uri_component(to_text(value))}"
        for key, value in values.items()
    )


def _plain(value: object) -> object:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e21 else value
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    return value
