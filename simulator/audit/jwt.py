"""JSON Web Tokens, as far as anybody can read one: its head says how it is signed."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from simulator.foreign_json import parsed


def head_of(token: str) -> Mapping[str, object] | None:
    """Return the head of a JWT, or None if the token is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        head = parsed(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except ValueError:
        return None
    return head if isinstance(head, dict) and "alg" in head else None
