"""Text from outside that cannot act on a terminal: a path may be anybody's."""

from __future__ import annotations


def harmless(text: str) -> str:
    r"""Write each character that acts, or cannot be seen, as an escape: ``\x1b``."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
