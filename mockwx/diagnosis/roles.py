"""Which of the given values is which: arguments are often passed in another's place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from itertools import permutations
from itertools import product

from mockwx.diagnosis.history import Archive
from mockwx.diagnosis.opening import opened
from mockwx.diagnosis.question import Question
from mockwx.diagnosis.texts import is_block
from mockwx.diagnosis.texts import repairs


SESSION_KEY = "session_key"
IV = "iv"
ENCRYPTED_DATA = "encryptedData"
APPID = "appid"

# Role → field of Question.
_FIELDS = {
    SESSION_KEY: "session_key",
    IV: "iv",
    ENCRYPTED_DATA: "encrypted_data",
    APPID: "appid",
}

KNOWN = 4
LIKE_KNOWN = 3
RIGHT_SHAPE = 1
OPENS = 20

_APPID = re.compile(r"wx[0-9a-f]{16}")
_SHORT = 40
"""A key or an iv is never as long, even percent-encoded; sealed data always are."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """The question with each value in its place, and what was found elsewhere."""

    question: Question
    moved: tuple[tuple[str, str], ...] = ()
    """Pairs: the argument, and what it really held."""


def arrange(question: Question, archive: Archive) -> Arranged:
    """Put each value in its place; without a reason every value stays where it is."""
    given = {
        role: text
        for role, field in _FIELDS.items()
        if (text := getattr(question, field)) is not None
    }
    places = list(given)
    fit = {
        (role, place): _fit(role, given[place], archive)
        for role in places
        for place in places
    }

    def worth(order: tuple[str, ...]) -> float:
        found = sum(fit[pair] for pair in zip(places, order, strict=True))
        texts = {role: given[place] for role, place in zip(places, order, strict=True)}
        return found + _opens(texts) + (0.5 if list(order) == places else 0)

    best = max(permutations(places), key=worth)
    moved = tuple(
        (place, role)
        for role, place in zip(places, best, strict=True)
        if role != place and given[role] != given[place]
    )
    if not moved:
        return Arranged(question)
    texts = {role: given[place] for role, place in zip(places, best, strict=True)}
    changes = {_FIELDS[role]: text for role, text in texts.items()}
    return Arranged(replace(question, **changes), moved)


def _opens(texts: dict[str, str]) -> float:
    """Return what it is worth that the values open: it proves their places."""
    if not {SESSION_KEY, IV, ENCRYPTED_DATA} <= texts.keys():
        return 0
    originals = (repairs(texts[name]) for name in (ENCRYPTED_DATA, SESSION_KEY, IV))
    for data, key, iv in product(*originals):
        if opened(data.text, session_key=key.text, iv=iv.text) is not None:
            return OPENS
    return 0


def _fit(role: str, text: str, archive: Archive) -> int:
    """Return how well a text fits a place."""
    originals = [each.text for each in repairs(text)] or [text]
    return _FITS[role](originals, archive)


def _fits_key(texts: list[str], archive: Archive) -> int:
    if any(each in archive.keys for each in texts):
        return KNOWN
    if any(archive.key_like(each) for each in texts):
        return LIKE_KNOWN
    return _shape_of_block(texts)


def _fits_iv(texts: list[str], archive: Archive) -> int:
    if any(each in archive.by_iv for each in texts):
        return KNOWN
    return _shape_of_block(texts)


def _fits_data(texts: list[str], archive: Archive) -> int:
    if any(each in archive.by_data for each in texts):
        return KNOWN
    if any(len(each) > _SHORT and archive.like(each) for each in texts):
        return LIKE_KNOWN
    return RIGHT_SHAPE if any(len(each) > _SHORT for each in texts) else 0


def _fits_appid(texts: list[str], archive: Archive) -> int:
    if any(each in archive.appids for each in texts):
        return KNOWN
    return 2 * RIGHT_SHAPE if any(_APPID.fullmatch(each) for each in texts) else 0


def _shape_of_block(texts: list[str]) -> int:
    return RIGHT_SHAPE if any(is_block(each) for each in texts) else 0


_FITS = {
    SESSION_KEY: _fits_key,
    IV: _fits_iv,
    ENCRYPTED_DATA: _fits_data,
    APPID: _fits_appid,
}
