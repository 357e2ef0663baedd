"""The case: what was given, set beside what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

from mockwx.crypto.open_data import UnsealError
from mockwx.crypto.open_data import unseal
from mockwx.diagnosis.finding import Said
from mockwx.diagnosis.history import Archive
from mockwx.diagnosis.history import Held
from mockwx.diagnosis.history import Made
from mockwx.diagnosis.opening import Plain
from mockwx.diagnosis.opening import as_object
from mockwx.diagnosis.opening import look
from mockwx.diagnosis.opening import opened
from mockwx.diagnosis.question import Question
from mockwx.diagnosis.texts import BASE64_VARIANT
from mockwx.diagnosis.texts import Repaired
from mockwx.diagnosis.texts import repairs
from mockwx.diagnosis.texts import unmangled
from mockwx.domain.payload import SealedPayload


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key as it was given, what it was once, and whose it is if that is known."""

    text: str
    damages: tuple[str, ...] = ()
    mangled: Said | None = None
    held: Held | None = None
    sure: bool = False
    """Whether the text, as repaired, is a key that is recorded or that fits."""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the examiners look at."""

    question: Question
    archive: Archive
    made: Made | None = None
    """The recorded payload all this is about."""
    recorded: bool = False
    """Whether it is one that was made here."""
    data: Repaired | None = None
    iv: Repaired | None = None
    key: KeyText | None = None
    sealer: Held | None = None
    """The recorded key that sealed it."""
    plaintext: Plain | None = None

    @property
    def offline(self) -> bool:
        """Say whether nothing is remembered that could be asked."""
        return not self.archive.history


def build(question: Question, archive: Archive) -> Case:
    """Set the question beside the records."""
    found = _payload(question, archive)
    if found is None:
        return _without_record(question, archive)
    made, data = found
    sealer = _sealer(made, archive)
    return Case(
        question=question,
        archive=archive,
        made=made,
        recorded=True,
        data=data,
        iv=_nearest(question.iv, made.payload.iv),
        key=read_key(question.session_key, archive, partial(_seals, made.payload)),
        sealer=sealer,
        plaintext=as_object(made.payload.plaintext),
    )


def read_key(
    text: str | None,
    archive: Archive,
    fits: Callable[[str], bool] = lambda key: False,
) -> KeyText | None:
    """Return what a key's text once was: recorded, or fitting in another way."""
    if text is None:
        return None
    for each in repairs(text):
        if each.text in archive.keys or fits(each.text):
            return _as_key(text, each, archive)
    for candidate in unmangled(text):
        if candidate != text and (candidate in archive.keys or fits(candidate)):
            held = archive.keys.get(candidate)
            return KeyText(candidate, (), _surgery(text, candidate), held, sure=True)
    for each in repairs(text):
        held = archive.key_like(each.text)
        if held is not None:
            whole = held.key.session_key
            damages = _but_padding(text, each.damages)
            return KeyText(whole, damages, _surgery(text, whole), held, sure=True)
    return KeyText(text)


def _as_key(text: str, repaired: Repaired, archive: Archive) -> KeyText:
    damages = _but_padding(text, repaired.damages)
    mangled = None
    if damages != repaired.damages:
        mangled = _surgery(text, repaired.text)
    held = archive.keys.get(repaired.text)
    return KeyText(repaired.text, damages, mangled, held, sure=True)


def _but_padding(text: str, damages: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the loss of `=` alone: of a key, storage is to blame for it."""
    if "-" in text or "_" in text:
        return damages
    return tuple(each for each in damages if each != BASE64_VARIANT)


def _surgery(text: str, whole: str) -> Said:
    """Say what was done to a key."""
    bare = text.strip().strip("\"'")
    if "\\" in bare or "&#" in bare:
        return Said("its escapes were left in", "保留了转义符")
    if bare.rstrip("=") == whole.rstrip("="):
        lost = len(bare) < len(whole)
        return (
            Said("its = was trimmed", "末尾的 = 被去掉")
            if lost
            else Said("it was quoted", "多了引号或空白")
        )
    if bare.rstrip("=").lower() == whole.rstrip("=").lower():
        return Said("its case was changed", "大小写被改变")
    if len(bare) < len(whole):
        return Said(
            f"{len(bare)} of its {len(whole)} characters are left",
            f"{len(whole)} 个字符只剩 {len(bare)} 个",
        )
    return Said("it was encoded once more", "被再次编码")


def _payload(
    question: Question, archive: Archive
) -> tuple[Made, Repaired | None] | None:
    """Find the recorded payload by its data, its iv, or what was signed with it."""
    if question.encrypted_data:
        return _by_data(question.encrypted_data, archive)
    data = None if question.encrypted_data is None else Repaired("")
    for each in repairs(question.iv) if question.iv else ():
        if each.text in archive.by_iv:
            return archive.by_iv[each.text], data
    made = archive.signed(question.signature, question.raw_data)
    return (made, data) if made else None


def _by_data(text: str, archive: Archive) -> tuple[Made, Repaired] | None:
    originals = repairs(text)
    for each in originals:
        if each.text in archive.by_data:
            return archive.by_data[each.text], each
    for each in sorted(originals, key=lambda one: len(one.damages)):
        made = archive.like(each.text)
        if made is not None:
            return made, Repaired(each.text, _but_padding(text, each.damages))
    return None


def _nearest(text: str | None, recorded: str) -> Repaired | None:
    """Return the original that is the recorded one, or else the simplest."""
    if text is None:
        return None
    originals = repairs(text) or [Repaired(text)]
    return next((each for each in originals if each.text == recorded), originals[0])


def _sealer(made: Made, archive: Archive) -> Held | None:
    """Return the key that sealed a payload; a fault may have taken anybody's."""
    payload = made.payload
    key = made.owner.key(payload.key_number) if payload.key_number else None
    if key is not None:
        return Held(made.owner, key)
    found = (held for key, held in archive.keys.items() if _seals(payload, key))
    return next(found, None)


def _seals(payload: SealedPayload, key: str) -> bool:
    """Say whether this is the key a payload was sealed with."""
    try:
        plaintext = unseal(payload.encrypted_data, session_key=key, iv=payload.iv)
    except UnsealError:
        return False
    return plaintext == payload.plaintext.encode()


# -- payloads that are not recorded ---------------------------------------------------


def _without_record(question: Question, archive: Archive) -> Case:
    """Try what was given, and every known key, until something opens."""
    if question.encrypted_data is None or question.iv is None:
        return Case(question, archive, key=read_key(question.session_key, archive))
    pairs = list(product(repairs(question.encrypted_data), repairs(question.iv)))
    for data, iv in pairs:

        def fits(key: str, data: Repaired = data, iv: Repaired = iv) -> bool:
            found = opened(data.text, session_key=key, iv=iv.text)
            return found is not None

        key = read_key(question.session_key, archive, fits)
        for text in _key_texts(key, archive):
            plaintext = opened(data.text, session_key=text, iv=iv.text)
            if plaintext is not None:
                sealer = archive.keys.get(text)
                made = _reconstructed(sealer, data.text, iv.text, plaintext)
                return Case(
                    question, archive, made, False, data, iv, key, sealer, plaintext
                )
    data, iv = pairs[0] if pairs else (Repaired(""), Repaired(""))
    key = read_key(question.session_key, archive, _partly_opens(pairs))
    return Case(question, archive, data=data, iv=iv, key=key)


def _partly_opens(pairs: Sequence[tuple[Repaired, Repaired]]) -> Callable[[str], bool]:
    """Return a test whether a key opens at least a part of the payload."""

    def fits(key: str) -> bool:
        return any(
            look(data.text, session_key=key, iv=iv.text) is not None
            for data, iv in pairs
        )

    return fits


def _key_texts(key: KeyText | None, archive: Archive) -> Iterator[str]:
    if key is not None:
        yield key.text
    yield from archive.keys


def _reconstructed(
    sealer: Held | None, data: str, iv: str, plaintext: Plain
) -> Made | None:
    """Write the record of a payload that somebody else sealed with one of our keys."""
    if sealer is None:
        return None
    mark = plaintext.get("watermark")
    at = mark.get("timestamp") if isinstance(mark, dict) else None
    return Made(
        sealer.owner,
        SealedPayload(
            api="sealed",
            appid=sealer.owner.appid,
            user=sealer.owner.user,
            produced_at=at if isinstance(at, int) else sealer.key.created_at,
            key_number=sealer.key.number,
            iv=iv,
            encrypted_data=data,
            plaintext="",
        ),
    )
