"""An answer of the control API in bytes."""

from collections.abc import Mapping

from mockwx.domain.wire_json import encode
from mockwx.web.call import Reply
from mockwx.web.call import make_reply


def written(answer: Mapping[str, object]) -> Reply:
    """Write a good answer as it goes out, with or without Flask."""
    body = encode(answer).encode()
    return make_reply(200, "application/json", body, None, _HEADERS)


_HEADERS = (("Cache-Control", "no-store"),)
