"""Real secrets by their looks: WeChat's shape, made by chance, and not by a mock.

What a mock hands out bears its seal (`mockwx.marks`). What people make up shows it: it
repeats, counts, spells words. What WeChat's own pages print is no secret any more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from urllib.parse import unquote

from mockwx import marks
from mockwx.secrecy.named import has_any


APP_SECRET = "AppSecret"
ACCESS_TOKEN = "access_token"
SESSION_KEY = "session_key"
PRIVATE_KEY = "private key"
MERCHANT_KEY = "merchant key"
PUSH_KEY = "EncodingAESKey"
API_KEY = "API symmetric key"
CREDENTIAL = "Authorization"

_PUBLISHED = frozenset(
    (
        "tiihtNczf5v6AKRyjwEUhQ==",
        "HyVFkGl5F5OQWJZZaNzBBg==",
        "o0q0otL8aEzpcZL/FT9WsQ==",
        "9hAb/NEYUlkaMBEsmFgzig==",
    )
)
"""Keys that stand in WeChat's documentation and in half of all tutorials."""

_MADE_UP = r"mock|fake|dummy|example|sample|secret|masked|[Tt]est|xxx|your_"
_FEW_LETTERS = 6
# Of two neighbours taken by chance, one in five or fewer are the same or follow.
_COUNTING = 0.6

_KEPT = "sha256:"


@dataclass(frozen=True, slots=True)
class Sight:
    """A real secret that stands in a text."""

    kind: str
    name: str
    """Under which name; empty where its looks alone tell."""
    value: str
    start: int
    end: int


# As they are written in YAML, JSON however escaped, HAR, forms, queries and headers.
_GAP = r"\b\\*[\"']?\s*(?:[=:]|,\s*\"value\"\s*:)\s*\\*[\"']?"
_BASE64 = r"(?:[A-Za-z0-9]|\+|\\*/|%2[BbFf])"
_PADDING = r"(?:=|%3[Dd])"


def _under(names: str, value: str) -> re.Pattern[str]:
    """Match a value under a name that ends so: what comes before would cost time."""
    return re.compile(
        rf"(?i:(?P<name>{names}){_GAP})(?P<value>{value})"
        r"(?![A-Za-z0-9+/=_-])"
    )


@cache
def _shapes() -> Mapping[str, re.Pattern[str]]:
    """Compile the shapes, which most runs never need."""
    return {
        APP_SECRET: _under(r"secret|app_?id", r"[0-9a-f]{32}"),
        SESSION_KEY: _under(r"session_?key", rf"{_BASE64}{{22}}{_PADDING}{{2}}"),
        MERCHANT_KEY: _under(
            r"api_?v?[23]_?key|(?:mch|merchant|partner|pay)_?key",
            r"[A-Za-z0-9]{32}",
        ),
        PUSH_KEY: _under(r"aes_?key", r"[A-Za-z0-9]{43}"),
        API_KEY: _under(
            r"sym(?:metric)?_?key|symmetric\"\s*:\s*\{[^{}]{0,200}?\"key",
            rf"{_BASE64}{{43}}{_PADDING}",
        ),
        CREDENTIAL: re.compile(
            r"(?i:(?P<name>authorization)" + _GAP + r")"
            r"(?P<value>(?:Bearer|Basic|JWT|Token)\s+[A-Za-z0-9._~+/-]{20,}=*)"
        ),
        # By itself, whatever its name: real ones have 136 characters and more.
        ACCESS_TOKEN: re.compile(
            r"(?P<name>)(?<![A-Za-z0-9_-])(?P<value>[0-9]{2,3}_[A-Za-z0-9_-]{100,512})"
            r"(?![A-Za-z0-9_-])"
        ),
        PRIVATE_KEY: re.compile(
            r"(?P<name>)(?P<value>-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
            r"(?:[^-]|-(?!----))*(?:-----END (?:[A-Z]+ )?PRIVATE KEY-----)?)"
        ),
    }


# What none of the shapes can do without: a word, or a token by itself.
_NEEDED = ("secret", "key", "appid", "app_id", "authorization")
_TOKEN = r"[0-9]_[A-Za-z0-9_-]{100}"


def sights(text: str) -> Iterator[Sight]:
    """Find real secrets, as they stand in a text."""
    if not has_any(text, _NEEDED) and ("_" not in text or not re.search(_TOKEN, text)):
        return
    for kind, shape in _shapes().items():
        for found in shape.finditer(text):
            if is_real(kind, found["value"]):
                start, end = found.span("value")
                name = re.split(r"\W+", found["name"])[-1]
                yield Sight(kind, name, found["value"], start, end)


def covered_words(words: Sequence[str]) -> list[str]:
    """Cut the real secrets of a command line: `--secret VALUE` is one too."""
    pairs = zip(["", *words], words, strict=False)
    return [covered(f"{name}={each}")[len(name) + 1 :] for name, each in pairs]


def covered(text: str, seen: list[Sight] | None = None) -> str:
    """Cut every real secret of a text; the same text if it holds none."""
    found = list(sights(text)) if seen is None else seen
    if not found:
        return text
    parts: list[str] = []
    at = 0
    for sight in sorted(found, key=lambda each: (each.start, -each.end)):
        # One may stand in another: the token of an Authorization header does.
        if sight.start >= at:
            parts += (text[at : sight.start], cut(sight))
        at = max(at, sight.end)
    return "".join((*parts, text[at:]))


def cut(sight: Sight) -> str:
    """Write what stays of a real secret: whose it is can be told, no more."""
    if sight.kind == PRIVATE_KEY:
        return "-----(a private key)-----"
    begin = sight.value.split()[0] + " " if sight.kind == CREDENTIAL else ""
    return f"{begin}{sight.value.removeprefix(begin)[:4]}(masked)"


def shown(kind: str, value: str) -> str:
    """Return a value as it may be shown: as it is, or of a real one how it begins.

    It keeps its length and letters: programs read it by its pattern.
    """
    if not is_real(kind, value):
        return value
    return (value[:4] + "masked" * len(value))[: len(value)]


def is_real(kind: str, written: str) -> bool:
    """Say whether a value of the right shape is nobody's invention and no mock's."""
    value = unquote(written) if "%" in written else written
    value = value.replace("\\", "")
    ours = _OURS.get(kind)
    if value in _PUBLISHED or (ours is not None and ours(value)):
        return False
    if kind == PRIVATE_KEY:
        return len(value) > 100 and not _is_made_up(_longest_line(value))
    if kind == CREDENTIAL:
        value = value.split()[-1]
        mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
        return mixed and not _is_made_up(value)
    return not _is_made_up(value.rstrip("="))


def kept(secret: str) -> str:
    """Return how a secret is kept: as it is, or of a real one just its digest."""
    if is_digest(secret) or not is_real(APP_SECRET, secret):
        return secret
    return _KEPT + hashlib.sha256(secret.encode()).hexdigest()


def is_digest(keeping: str) -> bool:
    """Say whether what is kept of a secret is its digest: it is a real one."""
    return keeping.startswith(_KEPT)


def same(given: str, keeping: str) -> bool:
    """Say whether a secret is the one that is kept."""
    known = given.encode(errors="replace")
    if is_digest(keeping):
        known = f"{_KEPT}{hashlib.sha256(known).hexdigest()}".encode()
    return hmac.compare_digest(known, keeping.encode())


def _is_made_up(value: str) -> bool:
    """Say whether somebody typed a value: chance makes none that is so regular."""
    if len(set(value)) <= _FEW_LETTERS or re.search(_MADE_UP, value):
        return True
    if any(value[by:] == value[:-by] for by in range(1, len(value) // 2 + 1)):
        return True
    octets = _octets(value)
    return _counts(_letters(value)) or _spells(octets) or _counts(octets)


def _counts(numbers: Sequence[int]) -> bool:
    """Say whether most numbers are the one before or follow it, up or down."""
    near = [abs(one - other) <= 1 for one, other in pairwise(numbers)]
    return bool(near) and sum(near) >= _COUNTING * len(near)


def _letters(value: str) -> Sequence[int]:
    """Number the letters of a value, in hex by what they mean."""
    order = "0123456789abcdef"
    known = set(value.lower()) <= set(order)
    return [order.index(each) for each in value.lower()] if known else value.encode()


def _octets(value: str) -> bytes:
    """Return what a value in hex or Base64 stands for; nothing if it is neither."""
    with suppress(ValueError):
        return bytes.fromhex(value)
    with suppress(ValueError):
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    return b""


def _spells(octets: bytes) -> bool:
    """Say whether bytes are a readable text, as those of the mock's own secret are."""
    return bool(octets) and all(32 <= each < 127 for each in octets)


def _longest_line(pem: str) -> str:
    return max(re.split(r"\\+[rn]|\s+", pem), key=len)


def _our_secret(value: str) -> bool:
    try:
        return marks.is_sealed(bytes.fromhex(value))
    except ValueError:
        return False


_OURS: Mapping[str, Callable[[str], bool]] = {
    APP_SECRET: _our_secret,
    SESSION_KEY: marks.is_sealed_base64,
    API_KEY: marks.is_sealed_base64,
    ACCESS_TOKEN: marks.is_sealed_text,
}
