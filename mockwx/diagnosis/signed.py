"""Examines rawData and the signature over it."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator
from itertools import permutations

from mockwx.crypto.signature import sign_raw_data
from mockwx.diagnosis.case import Case
from mockwx.diagnosis.finding import LIKELY
from mockwx.diagnosis.finding import POSSIBLE
from mockwx.diagnosis.finding import PROVED
from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.finding import Said
from mockwx.diagnosis.history import Made
from mockwx.diagnosis.opening import as_object
from mockwx.diagnosis.sealed import damage
from mockwx.diagnosis.texts import PLUS_BECAME_SPACE
from mockwx.diagnosis.texts import URL_ENCODED
from mockwx.diagnosis.texts import decoded
from mockwx.diagnosis.texts import percent_decoded
from mockwx.diagnosis.words import tell
from mockwx.domain.open_data import to_json


def examine(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with rawData and signature."""
    question = case.question
    if question.raw_data is None and question.signature is None:
        return
    if _agree(case):
        return
    made = _signed(case)
    if made is not None:
        yield from _raw_data_beside_record(case, made)
        yield from _signature_beside_record(case, made)
    elif question.raw_data is not None and question.signature is not None:
        yield from _without_record(case, question.raw_data, question.signature)


def _agree(case: Case) -> bool:
    """Say whether what was given is signed by the key that was given."""
    question = case.question
    raw_data, signature, key = (
        question.raw_data,
        question.signature,
        question.session_key,
    )
    if raw_data is None or signature is None or key is None:
        return False
    return sign_raw_data(raw_data, key) == signature


def _signed(case: Case) -> Made | None:
    """Return the recorded payload that came with a signature."""
    if case.recorded and case.made is not None and case.made.payload.signature:
        return case.made
    question = case.question
    return case.archive.signed(question.signature, question.raw_data)


def _raw_data_beside_record(case: Case, made: Made) -> Iterator[Finding]:
    given, recorded = case.question.raw_data, made.payload.raw_data
    if given is None or given == recorded:
        return
    yield _change(given, recorded)


def _change(given: str, recorded: str) -> Finding:
    """Name what was done to rawData."""
    if recorded in _decoded_ways(given):
        return damage(URL_ENCODED, "rawData", given, PROVED)
    if given == recorded.replace("+", " "):
        return tell(PLUS_BECAME_SPACE, PROVED, part="rawData")
    shown = _first_difference(given, recorded)
    if _same_content(given, recorded):
        return tell("raw_data_changed", PROVED, shown)
    if _charset_damaged(given, recorded):
        return tell("charset_damage", PROVED, shown, part="rawData")
    fields = _fields_changed(given, recorded)
    return tell("raw_data_changed.content", PROVED, shown, fields=fields)


def _decoded_ways(given: str) -> tuple[str, ...]:
    """Undo percent-encoding, as a URL does it and as a form does."""
    plain = percent_decoded(given)
    if not plain.damages:
        return ()
    return plain.text, percent_decoded(given.replace("+", " ")).text


def _first_difference(given: str, recorded: str) -> Said:
    """Show where two texts part."""
    pairs = zip(given, recorded, strict=False)
    shorter = min(len(given), len(recorded))
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), shorter)
    now, then = given[at : at + 12], recorded[at : at + 12]
    return Said(
        f"from character {at + 1} on it reads {now!r}, and was handed out as {then!r}",
        f"从第 {at + 1} 个字符起是 {now!r}，发出时是 {then!r}",
    )


def _same_content(given: str, recorded: str) -> bool:
    found = as_object(given) or as_object(html.unescape(given))
    return found is not None and found == as_object(recorded)


def _fields_changed(given: str, recorded: str) -> str:
    now, then = as_object(given), as_object(recorded)
    if now is None or then is None:
        return "rawData"
    names = [name for name in {**then, **now} if now.get(name) != then.get(name)]
    return ", ".join(names)


_WRONG_CHARSETS = ("latin-1", "cp1252", "gb18030", "gbk", "big5", "shift_jis", "ascii")


def _charset_damaged(given: str, recorded: str) -> bool:
    """Say whether the text is the record read or written in a wrong charset."""
    octets = recorded.encode()
    for charset in _WRONG_CHARSETS:
        for errors in ("replace", "ignore"):
            read = octets.decode(charset, errors)
            written = recorded.encode(charset, errors).decode(charset, errors)
            if given in (read, written):
                return True
    # MySQL's utf8 keeps no character of four bytes.
    narrow = "".join(each if ord(each) < 0x10000 else "?" for each in recorded)
    return given in (narrow, narrow.replace("?", "????"), narrow.replace("?", "\ufffd"))


def _signature_beside_record(case: Case, made: Made) -> Iterator[Finding]:
    given = case.question.signature
    if given is None or given.lower() == made.payload.signature:
        return
    raw_data = case.question.raw_data
    texts = {made.payload.raw_data, raw_data or made.payload.raw_data}
    found = _formula(given, texts, _keys(case, made))
    if found == RIGHT:
        # The backend's own result: its key or its rawData is to blame, not the way.
        return
    yield tell(found or "wrong_signature", PROVED)


RIGHT = "right"


def _keys(case: Case, made: Made | None) -> set[str]:
    # A key as it once was; what became of it is said elsewhere.
    found = {case.key.text} if case.key is not None else set()
    if case.sealer is not None:
        found.add(case.sealer.key.session_key)
    if made is not None:
        found |= {each.session_key for each in made.owner.keys}
    return found - {""}


def _formula(signature: str, texts: set[str], keys: set[str]) -> str | None:
    """Return how a signature was made: rightly, or in one of the known wrong ways."""
    signature = signature.lower()
    for raw_data in texts:
        for key in keys:
            for name, made in _ways(raw_data, key):
                if made == signature:
                    return name
    return None


def _ways(raw_data: str, key: str) -> Iterator[tuple[str, str]]:
    yield RIGHT, sign_raw_data(raw_data, key)
    octets, text = raw_data.encode(errors="replace"), key.encode(errors="replace")
    key_octets = decoded(key)
    if key_octets is not None:
        yield "signature_decoded_key", _sha1(octets + key_octets)
    parts = sorted((octets, text))
    yield "signature_sorted_parts", _sha1(b"".join(parts))
    named = {b"rawData": octets, b"session_key": text}
    for order in permutations(named):
        for gap in (b"", b"&"):
            yield "signature_sorted_parts", _sha1(gap.join(named[n] for n in order))
            pairs = (n + b"=" + named[n] for n in order)
            yield "signature_sorted_parts", _sha1(gap.join(pairs))


def _sha1(octets: bytes) -> str:
    return hashlib.sha1(octets, usedforsecurity=False).hexdigest()


# -- without a record -----------------------------------------------------------------


def _without_record(case: Case, raw_data: str, signature: str) -> Iterator[Finding]:
    """Try what may have been done to rawData and key until the signature fits."""
    keys = _keys(case, None)
    originals = [(None, raw_data), *_originals(raw_data)]
    for name, original in originals:
        found = _formula(signature, {original}, keys)
        if found is None:
            continue
        if name is not None:
            yield _named(name, raw_data)
        if found != RIGHT:
            yield tell(found, PROVED)
        return
    if not keys:
        return
    yield from _guesses(case)


def _guesses(case: Case) -> Iterator[Finding]:
    """Say what is likely; a key that has opened the payload is not to blame."""
    if not case.offline:
        yield tell("wrong_signature", LIKELY)
    elif case.plaintext is not None:
        yield tell("raw_data_changed.guess", LIKELY)
        yield tell("wrong_signature", POSSIBLE)
    elif case.question.encrypted_data is None:
        yield tell("signature_stale_key.guess", LIKELY)
        yield tell("raw_data_changed.guess", POSSIBLE)


def _named(name: str, raw_data: str) -> Finding:
    if name in (URL_ENCODED, "charset_damage"):
        return damage(name, "rawData", raw_data, PROVED)
    return tell(name, PROVED)


def _originals(raw_data: str) -> Iterator[tuple[str, str]]:
    """Yield what rawData may have been before it was changed."""
    for text in _decoded_ways(raw_data):
        yield URL_ENCODED, text
    for charset in ("latin-1", "cp1252", "gb18030"):
        try:
            yield "charset_damage", raw_data.encode(charset).decode()
        except UnicodeError:
            continue
    for text in (raw_data, html.unescape(raw_data)):
        found = as_object(text)
        if found is not None:
            yield "raw_data_changed", to_json(found)
            yield "raw_data_changed", to_json(_in_wechats_order(found))


_ORDER = (
    "nickName",
    "gender",
    "language",
    "city",
    "province",
    "country",
    "avatarUrl",
    "is_demote",
)


def _in_wechats_order(found: object) -> dict[str, object]:
    known = dict(found) if isinstance(found, dict) else {}
    ordered = {name: known.pop(name) for name in _ORDER if name in known}
    return {**ordered, **known}
