"""What a backend, or the way to it, does wrong with right values."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from urllib.parse import quote

from mockwx.diagnosis.question import Question
from tests.unit.diagnosis.scene import OTHER_APPID
from tests.unit.diagnosis.scene import STORIES
from tests.unit.diagnosis.scene import Scene


Change = Callable[[Question, random.Random], Question]


@dataclass(frozen=True)
class Breakage:
    """One mistake: its cause, what it does, and what it does not go together with."""

    cause: str
    change: Change
    not_with: frozenset[str] = frozenset()
    signed: bool = False
    """Whether it is about rawData and signature."""


def _data(question: Question) -> str:
    return question.encrypted_data or ""


# -- on the way -----------------------------------------------------------------------


def tampered(question: Question, rng: random.Random) -> Question:
    octets = bytearray(base64.b64decode(_data(question)))
    octets[rng.randrange(min(48, len(octets)))] ^= 1 << rng.randrange(8)
    return replace(question, encrypted_data=base64.b64encode(octets).decode())


def truncated(question: Question, rng: random.Random) -> Question:
    text = _data(question)
    return replace(question, encrypted_data=text[: rng.randrange(80, len(text) - 2)])


def truncated_at_block(question: Question, rng: random.Random) -> Question:
    octets = base64.b64decode(_data(question))
    kept = 16 * rng.randrange(4, len(octets) // 16)
    return replace(question, encrypted_data=base64.b64encode(octets[:kept]).decode())


def beheaded(question: Question, rng: random.Random) -> Question:
    text = _data(question)
    return replace(question, encrypted_data=text[rng.randrange(1, len(text) // 2) :])


def plus_became_space(question: Question, rng: random.Random) -> Question:
    return _each(question, lambda text: text.replace("+", " "))


def url_encoded(question: Question, rng: random.Random) -> Question:
    levels = rng.choice((1, 1, 2, 3))

    def encode(text: str) -> str:
        for _ in range(levels):
            text = quote(text, safe="")
        return text

    return _each(question, encode)


def url_safe(question: Question, rng: random.Random) -> Question:
    return _each(question, lambda text: text.replace("+", "-").replace("/", "_"))


def unpadded(question: Question, rng: random.Random) -> Question:
    return _each(question, lambda text: text.rstrip("="))


def extra_whitespace(question: Question, rng: random.Random) -> Question:
    text = _data(question)
    lines = [text[i : i + 76] for i in range(0, len(text), 76)]
    return replace(question, encrypted_data="\r\n".join(lines) + "\n")


def _each(question: Question, change: Callable[[str], str]) -> Question:
    return replace(
        question,
        encrypted_data=change(_data(question)),
        iv=change(question.iv or ""),
    )


# -- the iv ---------------------------------------------------------------------------


def wrong_iv(question: Question, rng: random.Random) -> Question:
    other = base64.b64encode(rng.randbytes(16)).decode()
    iv = question.iv or ""
    return replace(question, iv=rng.choice((other, iv[: rng.randrange(4, 20)], "")))


def iv_is_key(question: Question, rng: random.Random) -> Question:
    return replace(question, iv=question.session_key)


# -- the arguments --------------------------------------------------------------------

_PAIRS = (
    ("session_key", "iv"),
    ("encrypted_data", "iv"),
    ("session_key", "encrypted_data"),
    ("session_key", "appid"),
)


def swapped(question: Question, rng: random.Random) -> Question:
    one, other = rng.choice(_PAIRS)
    return replace(
        question, **{one: getattr(question, other), other: getattr(question, one)}
    )


def other_app(question: Question, rng: random.Random) -> Question:
    return replace(question, appid=OTHER_APPID)


# -- the key in storage ---------------------------------------------------------------


def mangled_key(question: Question, rng: random.Random) -> Question:
    key = question.session_key or ""
    octets = key.encode()
    return replace(
        question,
        session_key=rng.choice(
            (
                key[: rng.randrange(12, 22)],
                key.rstrip("="),
                key.replace("/", "\\/").replace("=", "\\u003d"),
                key.lower(),
                f'"{key}"',
                base64.b64encode(octets).decode(),
                base64.b64decode(key).hex(),
            )
        ),
    )


# -- rawData and signature ------------------------------------------------------------


def reserialised(question: Question, rng: random.Random) -> Question:
    found = json.loads(question.raw_data or "{}")
    text = rng.choice(
        (
            json.dumps(found),
            json.dumps(found, ensure_ascii=False),
            json.dumps(found, sort_keys=True, separators=(",", ":")),
            json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace(
                "/", "\\/"
            ),
        )
    )
    return replace(question, raw_data=text)


def other_content(question: Question, rng: random.Random) -> Question:
    found = json.loads(question.raw_data or "{}")
    found["gender"] = 7
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return replace(question, raw_data=text)


def charset_damaged(question: Question, rng: random.Random) -> Question:
    octets = (question.raw_data or "").encode()
    charset, errors = rng.choice(
        (("latin-1", "strict"), ("cp1252", "replace"), ("gb18030", "replace"))
    )
    return replace(question, raw_data=octets.decode(charset, errors))


def raw_data_encoded(question: Question, rng: random.Random) -> Question:
    return replace(question, raw_data=quote(question.raw_data or "", safe=""))


def _sha1(*parts: bytes) -> str:
    return hashlib.sha1(b"".join(parts)).hexdigest()


def signed_with_decoded_key(question: Question, rng: random.Random) -> Question:
    raw_data, key = question.raw_data or "", question.session_key or ""
    made = _sha1(raw_data.encode(), base64.b64decode(key))
    return replace(question, signature=made)


def signed_in_order(question: Question, rng: random.Random) -> Question:
    raw_data, key = question.raw_data or "", question.session_key or ""
    parts = (key.encode(), raw_data.encode())
    return replace(question, signature=_sha1(*rng.choice((parts, sorted(parts)))))


def forged(question: Question, rng: random.Random) -> Question:
    return replace(question, signature=rng.randbytes(20).hex())


# In the order in which they happen.
_NO_KEY = frozenset(
    {"own_token_as_key", "code_used_twice", "wrong_code_kind", "unknown_key"}
)
_OF_DATA = frozenset({"unknown_payload"})
_CUT = frozenset({"truncated_data"})
_TAMPERED = frozenset({"tampered_data"})
_RAW = frozenset({"raw_data_changed", "charset_damage"})
_SIGNATURE = frozenset(
    {"signature_decoded_key", "signature_sorted_parts", "wrong_signature"}
)

BREAKAGES: dict[str, Breakage] = {
    "other_content": Breakage(
        "raw_data_changed", other_content, _RAW | _OF_DATA, signed=True
    ),
    "signed_with_decoded_key": Breakage(
        "signature_decoded_key",
        signed_with_decoded_key,
        _SIGNATURE | _NO_KEY | _OF_DATA,
        signed=True,
    ),
    "signed_in_order": Breakage(
        "signature_sorted_parts",
        signed_in_order,
        _SIGNATURE | _NO_KEY | _OF_DATA,
        signed=True,
    ),
    "forged": Breakage("wrong_signature", forged, _SIGNATURE | _OF_DATA, signed=True),
    "reserialised": Breakage(
        "raw_data_changed", reserialised, _RAW | _OF_DATA, signed=True
    ),
    "charset_damaged": Breakage(
        "charset_damage", charset_damaged, _RAW | _OF_DATA, signed=True
    ),
    "raw_data_encoded": Breakage(
        "url_encoded",
        raw_data_encoded,
        _RAW | _OF_DATA | {"url_encoded"},
        signed=True,
    ),
    "wrong_iv": Breakage("wrong_iv", wrong_iv, _OF_DATA),
    "iv_is_key": Breakage("wrong_iv", iv_is_key, _OF_DATA | _NO_KEY | {"wrong_iv"}),
    "tampered": Breakage("tampered_data", tampered, _OF_DATA),
    "truncated": Breakage("truncated_data", truncated, _OF_DATA),
    "truncated_at_block": Breakage(
        "truncated_data", truncated_at_block, _OF_DATA | _CUT
    ),
    "beheaded": Breakage("truncated_data", beheaded, _OF_DATA | _CUT | _TAMPERED),
    "mangled_key": Breakage(
        "mangled_key", mangled_key, _NO_KEY | _SIGNATURE - {"wrong_signature"}
    ),
    "other_app": Breakage("wrong_app", other_app, frozenset({"wrong_app"}) | _OF_DATA),
    "extra_whitespace": Breakage("extra_whitespace", extra_whitespace, _OF_DATA),
    "url_safe": Breakage("base64_variant", url_safe, _OF_DATA),
    "unpadded": Breakage(
        "base64_variant", unpadded, _OF_DATA | _CUT | {"base64_variant"}
    ),
    "plus_became_space": Breakage(
        "plus_became_space", plus_became_space, _OF_DATA | {"base64_variant"}
    ),
    "url_encoded": Breakage("url_encoded", url_encoded, _OF_DATA),
    "swapped": Breakage("swapped_arguments", swapped, _OF_DATA),
}


def go_together(one: str, other: str) -> bool:
    """Say whether two breakages leave traces of both."""
    a, b = BREAKAGES[one], BREAKAGES[other]
    if a.cause == b.cause or a.cause in b.not_with or b.cause in a.not_with:
        return False
    # An iv that is the key looks as if the two were swapped.
    return "iv_is_key" not in (one, other) or not {one, other} & _LOOKS_SWAPPED


_LOOKS_SWAPPED = {"swapped", "mangled_key"}


def combinations() -> list[tuple[str, ...]]:
    """Return every story, alone and with each breakage, and every pair of those."""
    singles = [(story,) for story in STORIES]
    broken = [
        (story, name)
        for story in STORIES
        for name, breakage in BREAKAGES.items()
        if story not in breakage.not_with
        and not (story == "wrong_app" and breakage.cause == "wrong_app")
    ]
    pairs = [
        (RIGHT, one, other)
        for one, other in itertools.combinations(BREAKAGES, 2)
        if go_together(one, other)
    ]
    return [*singles, *broken, *pairs]


@dataclass(frozen=True)
class Broken:
    """A question, what is wrong with it, and what was done to make it so."""

    question: Question
    causes: frozenset[str]


def play(scene: Scene, combination: tuple[str, ...], rng: random.Random) -> Broken:
    """Play a story and break what it ends with, in each way that is named."""
    story, *names = combination
    signed = any(BREAKAGES[name].signed for name in names)
    for _ in range(MOST_TRIES):
        told = STORIES[story](scene, signed=signed)
        questions = [told.question]
        for name in names:
            questions.append(BREAKAGES[name].change(questions[-1], rng))
        if all(a != b for a, b in itertools.pairwise(questions)):
            causes = told.causes | {BREAKAGES[name].cause for name in names}
            return Broken(questions[-1], causes)
    raise AssertionError(f"{combination} never changed a thing")


MOST_TRIES = 20
"""A text without a + cannot lose it: then another payload is made."""

RIGHT = "all_is_right"
