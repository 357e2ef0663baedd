"""An answer of the control API in bytes."""

from collections.abc import Mapping

from mockwx.domain.wire_json import encode
from mockwx.web.call import Reply


def written(answer: Mapping[str, object]) -> Reply:
    """Write a good answer as it goes out, with or without Flask."""
    return Reply(200, "application/json", encode(answer).encode(), None, _HEADERS)


_HEADERS = (("Cache-Control", "no-store"),)
