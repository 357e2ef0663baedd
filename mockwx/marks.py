"""How a code, token or openid carries the world it was made in, without showing it.

A backend under test forwards nothing of ours, so the world must be in what it does
forward. The last characters of every id are a number: the world, hidden under a hash of
the characters before it. The shape stays WeChat's, and the default world (0) looks no
different from any other.

Keys and tokens bear a seal besides, by which any mock tells what a mock has made.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import string
from dataclasses import dataclass
from dataclasses import field


WORLD_BITS = 40
DEFAULT_WORLD = 0

_WORLDS = 1 << WORLD_BITS
# Copied for each id: to set one up takes longer than to use it.
_HASH = hashlib.blake2b(digest_size=8, person=b"mockwx.mark")
_SEAL_BYTES = 3
_SEAL_LETTERS = 4
_SEAL = hashlib.blake2b(digest_size=_SEAL_BYTES, person=b"mockwx.seal")


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of one kind of id, and how many of them make a mark."""

    letters: str
    length: int
    spread: int = field(init=False)
    """How many marks stand for the same world: they even out the first letter."""
    _pairs: tuple[str, ...] = field(init=False, repr=False)
    """Two letters at a time: every id is spelled by this table."""

    def __post_init__(self) -> None:
        spread = len(self.letters) ** self.length // _WORLDS
        pairs = tuple(low + high for high in self.letters for low in self.letters)
        object.__setattr__(self, "spread", spread)
        object.__setattr__(self, "_pairs", pairs)

    def spell(self, number: int) -> str:
        """Write a number as a mark, its smallest place first."""
        pairs, base = self._pairs, len(self._pairs)
        number, first = divmod(number, base)
        number, second = divmod(number, base)
        number, third = divmod(number, base)
        mark = pairs[first] + pairs[second] + pairs[third]
        while len(mark) < self.length:
            number, place = divmod(number, base)
            mark += pairs[place]
        return mark[: self.length]


HEX = Alphabet("0123456789abcdef", 10)
ALPHANUMERIC = Alphabet(string.ascii_letters + string.digits, 7)
URL_SAFE = Alphabet(string.ascii_letters + string.digits + "-_", 7)

ALPHABETS = (ALPHANUMERIC, URL_SAFE, HEX)


def world_number(name: str) -> int:
    """Return the number of a named world; two names sharing one is 1 in 10^12."""
    digest = hashlib.blake2b(name.encode(), digest_size=WORLD_BITS // 8).digest()
    return int.from_bytes(digest, "big") or 1


def marked(head: str, world: int, alphabet: Alphabet) -> str:
    """Append the mark of a world to the random part of an id."""
    mask, extra = _hidden_under(head)
    return head + alphabet.spell((world ^ mask) + _WORLDS * (extra % alphabet.spread))


def world_of(text: str, alphabet: Alphabet) -> int | None:
    """Read the world from an id; None if its end is no mark of this alphabet.

    A text nobody marked yields some number too: only a known world means anything.
    """
    head, tail = text[: -alphabet.length], text[-alphabet.length :]
    number = 0
    for letter in reversed(tail):
        place = alphabet.letters.find(letter)
        if place < 0:
            return None
        number = number * len(alphabet.letters) + place
    mask, _ = _hidden_under(head)
    return (number % _WORLDS) ^ mask


def sealed(drawn: bytes) -> bytes:
    """Return drawn bytes, the last of them a seal of the others."""
    head = drawn[:-_SEAL_BYTES]
    return head + _seal_of(head)


def is_sealed(octets: bytes) -> bool:
    """Say whether a mock has drawn these bytes; of others 1 in 16 million passes."""
    return sealed(octets) == octets


def is_sealed_base64(text: str) -> bool:
    """Say whether a mock has drawn what this is the Base64 of."""
    try:
        return is_sealed(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


def sealed_text(drawn: str) -> str:
    """Return a drawn text, its last letters a seal of the others, safe in URLs."""
    head = drawn[:-_SEAL_LETTERS]
    return head + base64.urlsafe_b64encode(_seal_of(head.encode())).decode()


def is_sealed_text(text: str) -> bool:
    """Say whether a mock has drawn this token, in whatever world."""
    head = text[: -URL_SAFE.length]
    return sealed_text(head) == head


def _seal_of(head: bytes) -> bytes:
    digest = _SEAL.copy()
    digest.update(head)
    return digest.digest()


def _hidden_under(head: str) -> tuple[int, int]:
    digest = _HASH.copy()
    digest.update(head.encode())
    number = int.from_bytes(digest.digest(), "big")
    return number & (_WORLDS - 1), number >> WORLD_BITS
