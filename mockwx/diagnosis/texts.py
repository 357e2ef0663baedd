"""Base64 as it arrives after a careless way: what was done to it, and the original."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from mockwx.crypto.open_data import BLOCK


PLUS_BECAME_SPACE = "plus_became_space"
URL_ENCODED = "url_encoded"
BASE64_VARIANT = "base64_variant"
EXTRA_WHITESPACE = "extra_whitespace"

MOST_LEVELS = 3
"""How often a text may have been percent-encoded over and over."""

LONGEST = 100_000
"""Longer texts are taken as they are: sealed data are a tenth of it at most."""

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_DANGLING = re.compile(r"%[0-9A-Fa-f]?\Z")
_WHITE = re.compile(r"\s+")
_BREAKS = re.compile(r"[\r\n\t]+")

BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text as it may once have been, and what must have been done to it since."""

    text: str
    damages: tuple[str, ...] = ()


def repairs(text: str) -> list[Repaired]:
    """Return what the text may once have been, the simplest first."""
    if len(text) > LONGEST:
        return [Repaired(text)]
    found: list[Repaired] = []
    for unblanked in _without_blanks(percent_decoded(text)):
        for standard in _standard(unblanked):
            if standard not in found:
                found.append(standard)
    return found


def percent_decoded(text: str) -> Repaired:
    """Undo percent-encoding, as often as it was done."""
    plain = text
    for _ in range(levels(text)):
        plain = unquote(plain)
    if plain == text:
        return Repaired(text)
    # A cut may have left half of an escape at the end.
    return Repaired(_DANGLING.sub("", plain), (URL_ENCODED,))


def levels(text: str) -> int:
    """Return how often a text was percent-encoded."""
    count = 0
    while count < MOST_LEVELS and _PERCENT.search(text):
        text, count = unquote(text), count + 1
    return count


def _without_blanks(known: Repaired) -> Iterator[Repaired]:
    text = known.text
    if not _WHITE.search(text):
        yield known
        return
    joined = _BREAKS.sub("", text.strip())
    broken = (EXTRA_WHITESPACE,) if joined != text else ()
    if " " in text:
        plus = text.replace("\r", "").replace("\n", "").replace("\t", "")
        breaks = (EXTRA_WHITESPACE,) if plus != text else ()
        yield Repaired(
            plus.replace(" ", "+"), (*known.damages, PLUS_BECAME_SPACE, *breaks)
        )
    if " " in joined:
        yield Repaired(
            joined.replace(" ", "+"), (*known.damages, PLUS_BECAME_SPACE, *broken)
        )
    yield Repaired(_WHITE.sub("", text), (*known.damages, EXTRA_WHITESPACE))


def _standard(known: Repaired) -> Iterator[Repaired]:
    text = known.text
    damages = known.damages
    if "-" in text or "_" in text:
        text = text.replace("-", "+").replace("_", "/")
        damages = (*damages, BASE64_VARIANT)
    padded = text + "=" * (-len(text) % 4)
    as_it_is = Repaired(text, damages)
    if padded == text:
        yield as_it_is
        return
    variant = damages if BASE64_VARIANT in damages else (*damages, BASE64_VARIANT)
    # Without its padding, or cut short: the one that makes whole blocks comes first.
    pair = [Repaired(padded, variant), as_it_is]
    yield from pair if whole_blocks(padded) else reversed(pair)


def decoded(text: str) -> bytes | None:
    """Return the bytes of standard Base64, or None."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def is_block(text: str) -> bool:
    """Say whether the text is Base64 of just one AES block, as a key and an iv are."""
    return len(decoded(text) or b"") == BLOCK


def whole_blocks(text: str) -> bool:
    """Say whether the text is Base64 of one or more AES blocks."""
    octets = decoded(text)
    return bool(octets) and len(octets or b"") % BLOCK == 0


def unmangled(text: str) -> Iterator[str]:
    """Yield what a key may have been before storage or string surgery changed it."""
    bare = text.strip().strip("\"'").strip()
    unescaped = bare.replace("\\/", "/").replace("\\u003d", "=").replace("\\", "")
    unescaped = unescaped.replace("&#x2F;", "/").replace("&#43;", "+")
    unescaped = unescaped.replace("&#x3D;", "=").replace("&#61;", "=")
    for each in dict.fromkeys((bare, unescaped)):
        yield each + "=" * (-len(each) % 4)
    yield from _decoded_once_more(unescaped)


def _decoded_once_more(text: str) -> Iterator[str]:
    octets = decoded(text + "=" * (-len(text) % 4))
    if octets is not None and BASE64.fullmatch(octets.decode("latin-1")):
        yield octets.decode("latin-1")
    if re.fullmatch(r"[0-9a-fA-F]{32}", text):
        yield base64.b64encode(bytes.fromhex(text)).decode()
