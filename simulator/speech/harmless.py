"""Text from outside that cannot act on a terminal: controls become visible."""

from __future__ import annotations

import re


# C0 and C1 controls but for tab and newline, with which a hostile answer would drive a
# terminal, and the marks that turn the direction of text, with which it would lie.
_ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    # Half a character, which JSON may hold and no file can.
    "\ud800-\udfff]"
)


def harmless(text: str) -> str:
    r"""Write each character that acts as an escape: ``\x1b`` for ESC."""
    return _ACTS.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
