"""Hide WeChat's secrets before anything is printed or written to a report."""

from __future__ import annotations

import re
from collections.abc import Mapping


_NAMES = re.compile(
    r"session_?key|encrypt_?key|(?:component_?|app_?)*secret|component_verify_ticket|"
    r"(?:component_?|authorizer_?)?access_?token|(?:authorizer_?)?refresh_?token",
    re.IGNORECASE,
)
# What is nested deeper says nothing to a reader, and would exhaust the stack.
_DEEPEST = 50
# Also the escaped quotes of JSON inside JSON: \"session_key\": \"...\".
_IN_TEXT = re.compile(
    rf"(\b(?:{_NAMES.pattern})\b\\*[\"']?\s*[=:]\s*\\*[\"']?)"
    # A slash may be escaped, even twice.
    r"((?:[^\"'&\s,}\\]|\\+/){5,})",
    re.IGNORECASE,
)


def mask(value: object, depth: int = 0) -> object:
    """Return the same value with every secret shortened to its first letters."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {
            str(key): _mask_member(str(key), member, depth + 1)
            for key, member in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [mask(member, depth + 1) for member in value]
    return mask_text(value) if isinstance(value, str) else value


def mask_text(text: str) -> str:
    """Shorten secrets that stand inside JSON text, a form or a query."""
    return _IN_TEXT.sub(lambda found: found[1] + _short(found[2]), text)


def _mask_member(name: str, value: object, depth: int) -> object:
    if _NAMES.fullmatch(name) and isinstance(value, str):
        return _short(value)
    return mask(value, depth)


def _short(secret: str) -> str:
    return f"{secret[:4]}…" if len(secret) > 4 else "…"
