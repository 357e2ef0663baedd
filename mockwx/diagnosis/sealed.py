"""Examines encryptedData and iv."""

from __future__ import annotations

from collections.abc import Iterator

from mockwx.diagnosis.case import Case
from mockwx.diagnosis.finding import LIKELY
from mockwx.diagnosis.finding import POSSIBLE
from mockwx.diagnosis.finding import PROVED
from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.finding import Said
from mockwx.diagnosis.history import Made
from mockwx.diagnosis.opening import look
from mockwx.diagnosis.texts import EXTRA_WHITESPACE
from mockwx.diagnosis.texts import PLUS_BECAME_SPACE
from mockwx.diagnosis.texts import URL_ENCODED
from mockwx.diagnosis.texts import Repaired
from mockwx.diagnosis.texts import is_block
from mockwx.diagnosis.texts import levels
from mockwx.diagnosis.texts import repairs
from mockwx.diagnosis.texts import whole_blocks
from mockwx.diagnosis.words import moment
from mockwx.diagnosis.words import place_of
from mockwx.diagnosis.words import tell
from mockwx.diagnosis.words import time_on


def examine(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with data and iv."""
    if case.recorded and case.made is not None:
        yield from _data_beside_record(case, case.made)
        yield from _iv_beside_record(case, case.made)
    elif case.plaintext is not None:
        yield from _damages(case, PROVED)
    else:
        yield from _without_record(case)


def damage(name: str, part: str, text: str, certainty: str) -> Finding:
    """Say what was done to a text on its way."""
    shown = _traces(name, part, text)
    return tell(name, certainty, shown, part=part, levels=levels(text))


def _traces(name: str, part: str, text: str) -> Said:
    """Count what shows that a text was changed."""
    count, en, zh = {
        PLUS_BECAME_SPACE: (text.count(" "), "blanks", "个空格"),
        URL_ENCODED: (text.count("%"), "percent signs", "个百分号"),
        EXTRA_WHITESPACE: (
            sum(each.isspace() for each in text),
            "blanks and line breaks",
            "个空格和换行",
        ),
    }.get(
        name,
        (
            text.count("-") + text.count("_"),
            f"characters - and _, and {text.count('=')} =, at a length of {len(text)}",
            f"个 - 和 _，{text.count('=')} 个 =，长度 {len(text)}",
        ),
    )
    if count == 1:
        en = {"blanks": "blank", "percent signs": "percent sign"}.get(en, en)
    return Said(f"{part} as it was given has {count} {en}", f"{part} 中有 {count} {zh}")


def _damages(case: Case, certainty: str) -> Iterator[Finding]:
    question = case.question
    for part, text, repaired in (
        ("encryptedData", question.encrypted_data, case.data),
        ("iv", question.iv, case.iv),
    ):
        for name in repaired.damages if repaired else ():
            yield damage(name, part, text or "", certainty)


def _data_beside_record(case: Case, made: Made) -> Iterator[Finding]:
    given = case.question.encrypted_data
    if given is None or case.data is None:
        return
    if not given:
        yield tell("truncated_data.empty", PROVED)
        return
    for name in case.data.damages:
        yield damage(name, "encryptedData", given, PROVED)
    recorded, text = made.payload.encrypted_data, case.data.text
    if text == recorded:
        return
    stem, whole = text.rstrip("="), recorded.rstrip("=")
    common = stem if text == stem else stem[:-1]
    changed = 0 if common in whole else _differences(common, whole)
    if changed or len(stem) > len(whole):
        count = changed + max(0, len(stem) - len(whole))
        yield tell("tampered_data", PROVED, _record_of(made), count=count)
    if len(stem) < len(whole):
        yield tell(
            "truncated_data",
            PROVED,
            _record_of(made),
            length=len(text),
            whole=len(recorded),
        )


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False))


def _iv_beside_record(case: Case, made: Made) -> Iterator[Finding]:
    given, iv = case.question.iv, case.iv
    if given is None or iv is None:
        return
    for each in repairs(given) if iv.text != made.payload.iv else ():
        if each.text in case.archive.by_iv:
            iv = each
            break
    for name in iv.damages:
        yield damage(name, "iv", given, PROVED)
    if iv.text != made.payload.iv:
        yield _wrong_iv(case, iv)


def _wrong_iv(case: Case, iv: Repaired) -> Finding:
    if not iv.text.strip():
        return tell("wrong_iv.missing", PROVED)
    shown = _beginnings(case, iv.text)
    other = case.archive.by_iv.get(iv.text)
    if other is not None:
        made = other.payload
        return tell(
            "wrong_iv.other",
            PROVED,
            shown,
            where=place_of(made),
            other_api=made.api,
            other_at=time_on(made.produced_at, made.page),
        )
    if iv.text in case.archive.keys or iv.text == case.question.session_key:
        return tell("wrong_iv.key", PROVED, shown)
    if not is_block(iv.text):
        return tell("wrong_iv.length", PROVED, shown, length=len(iv.text))
    return tell("wrong_iv", PROVED, shown)


def _beginnings(case: Case, text: str) -> Said:
    """Show enough of two texts to tell them apart."""
    right = case.made.payload.iv[:6] if case.made else ""
    return Said(
        f"the payload's iv begins with {right}…, the one given with {text[:6]}…",
        f"数据的 iv 以 {right}… 开头，而给出的以 {text[:6]}… 开头",
    )


def _without_record(case: Case) -> Iterator[Finding]:
    if case.data is None or case.iv is None:
        return
    seen = list(_seen_inside(case))
    yield from _damages(case, PROVED if seen else LIKELY)
    if seen:
        yield from seen
        return
    if not case.question.encrypted_data:
        yield tell("truncated_data.empty", PROVED)
    elif not whole_blocks(case.data.text):
        yield tell("truncated_data.blocks", LIKELY, length=len(case.data.text))
    yield from _iv_by_itself(case)


def _iv_by_itself(case: Case) -> Iterator[Finding]:
    """Yield what shows of an iv without looking at anything else."""
    text = case.iv.text if case.iv else ""
    if not text.strip():
        yield tell("wrong_iv.missing", PROVED)
    elif text == case.question.session_key:
        yield tell("wrong_iv.key", PROVED)
    elif not is_block(text):
        yield tell("wrong_iv.length", PROVED, length=len(text))


def _seen_inside(case: Case) -> Iterator[Finding]:
    """Yield what a failed decryption shows all the same: the key must be right."""
    if case.data is None or case.iv is None:
        return
    candidates = [case.key.text] if case.key else []
    for key in (*candidates, *case.archive.keys):
        seen = look(case.data.text, session_key=key, iv=case.iv.text)
        if seen is None:
            continue
        if seen.only_first_is_bad:
            yield from _first_block_is_bad(case)
        elif seen.bad:
            yield tell("tampered_data.offline", PROVED)
        if seen.breaks_off:
            yield tell("truncated_data.offline", PROVED, length=len(case.data.text))
        return


def _first_block_is_bad(case: Case) -> Iterator[Finding]:
    """Blame the iv; a change of the first block alone would look the same."""
    shown = list(_iv_by_itself(case))
    yield from shown
    if not shown:
        yield tell("wrong_iv.offline", LIKELY)
        yield tell("tampered_data.offline", POSSIBLE)


def _record_of(made: Made) -> Said:
    payload = made.payload
    return Said(
        f"{payload.api} handed {len(payload.encrypted_data)} characters to "
        f"{payload.user} at {moment(payload.produced_at)}",
        f"{payload.api} 于 {moment(payload.produced_at)} 向 {payload.user} 发出了 "
        f"{len(payload.encrypted_data)} 个字符",
    )
