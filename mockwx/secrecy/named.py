"""Secrets by their names: whatever stands under one is cut to its first characters."""

from __future__ import annotations

import re
from urllib.parse import unquote


_SECRETS = (
    "(?:component_?|app_?)*secret",
    "(?:component_?|authorizer_?)?access_?token",
    "(?:authorizer_?)?refresh_?token",
    "component_verify_ticket",
    "session_?key",
    "encrypt_?key",
)
"""As WeChat names them, and as backends do that pass them on."""
# Each name has one of these in it.
_PARTS = ("secret", "token", "ticket", "key")
NAME = re.compile("|".join(_SECRETS), re.IGNORECASE)
_PAIR = re.compile(r"((?:^|(?<=[?&]))([^=&?#\s]+)=)([^&#\s]+)")
_IN_JSON = re.compile(
    rf'("(?:{NAME.pattern})"\s*:\s*")((?:[^"\\]|\\.)*)', re.IGNORECASE
)
# JSON inside a string of JSON: \"session_key\":\"...\", its slashes escaped or not.
_IN_NESTED_JSON = re.compile(
    rf'((?<!\\)\\{{1,7}}"(?:{NAME.pattern})\\{{1,7}}"\s*:\s*\\{{1,7}}")'
    r'((?:[^"\\]|\\{1,7}/)*)',
    re.IGNORECASE,
)
# In any text: JSON, however often escaped, a form, a query, or prose.
_IN_TEXT = re.compile(
    rf"(\b(?:{NAME.pattern})\b\\*[\"']?\s*[=:]\s*\\*[\"']?)"
    # A slash may be escaped, even twice.
    r"((?:[^\"'&\s,}\\]|\\+/){5,})",
    re.IGNORECASE,
)


def masked(wire: bytes) -> str:
    """Return what crossed the wire with every secret cut to its first characters."""
    found = _PAIR.sub(_mask_pair, wire.decode(errors="replace"))
    found = _IN_JSON.sub(_mask_match, found)
    return _IN_NESTED_JSON.sub(_mask_match, found)


def masked_text(text: str) -> str:
    """Shorten secrets in a text of whatever kind, prose too."""
    if not has_any(text, _PARTS):
        return text
    return _IN_TEXT.sub(_mask_match, text)


def has_any(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a pattern that ignores case might find one of the words.

    Nearly all texts have none, and a pattern takes thirty times as long to see that.
    """
    if text.isascii():
        folded = text.lower()
    else:
        # To a pattern, an i with another dot, or with none, is an i.
        folded = text.casefold().replace("\u0131", "i").replace("\u0307", "")
    return any(map(folded.__contains__, words))


def mask(secret: str) -> str:
    """Keep just enough of a secret to tell two of them apart; once is enough."""
    if len(secret) <= 5 and secret.endswith("…"):
        return secret
    return f"{secret[:4]}…" if len(secret) > 8 else "…"


def is_secret(name: str) -> bool:
    """Say whether what stands under a name is a secret."""
    return NAME.fullmatch(name) is not None


def _mask_pair(match: re.Match[str]) -> str:
    """Cut the value of a query's or a form's pair, if its name says it is a secret."""
    before, name, value = match.groups()
    return before + mask(value) if is_secret(unquote(name)) else match.group()


def _mask_match(match: re.Match[str]) -> str:
    return match.group(1) + mask(match.group(2))
