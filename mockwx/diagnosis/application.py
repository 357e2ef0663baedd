"""Examines whose data they are: the mini program, the time, the fields inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockwx.diagnosis.case import Case
from mockwx.diagnosis.finding import PROVED
from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.words import moment
from mockwx.diagnosis.words import place_of
from mockwx.diagnosis.words import tell


OLD = 300
"""A watermark this much older than its payload is no matter of slow phones."""

# What developers look for in open data, in the spellings they use.
_FIELDS = re.compile(
    r"\b(openId|openid|unionId|unionid|nickName|avatarUrl|phoneNumber|purePhoneNumber|"
    r"countryCode|openGId|stepInfoList)\b"
)
_CANONICAL = {"openid": "openId", "unionid": "unionId"}


def examine(case: Case) -> Iterator[Finding]:
    """Yield what the opened payload says against the way it is used."""
    mark = (case.plaintext or {}).get("watermark")
    if isinstance(mark, dict):
        yield from _app(case, str(mark.get("appid")))
        yield from _age(case, mark.get("timestamp"))


def _app(case: Case, marked: str) -> Iterator[Finding]:
    """Compare the watermark with the app that opens the payload."""
    key = case.key.held if case.key else None
    made = case.made
    if key is not None and made is not None and key.owner.appid != made.payload.appid:
        # The key is of another app: it has been said.
        return
    ours = case.question.appid or (made.payload.appid if made else None)
    if ours is not None and marked != ours:
        yield tell("wrong_app.watermark", PROVED, theirs=marked, ours=ours)


def _age(case: Case, marked: object) -> Iterator[Finding]:
    if not case.recorded or case.made is None or not isinstance(marked, int):
        return
    payload = case.made.payload
    if payload.produced_at - marked > OLD:
        yield tell(
            "old_watermark",
            PROVED,
            where=place_of(payload),
            marked_at=moment(marked),
            made_at=moment(payload.produced_at),
        )


def missing_field(case: Case) -> Iterator[Finding]:
    """Yield the field an error complains of, if the payload has none of this name."""
    if case.plaintext is None or not case.question.error:
        return
    for word in dict.fromkeys(_FIELDS.findall(case.question.error)):
        name = _CANONICAL.get(word, word)
        if name not in case.plaintext:
            why_en, why_zh = _why(case, name)
            api = case.made.payload.api if case.made else "encryptedData"
            yield tell(
                "field_not_in_payload",
                PROVED,
                missing=name,
                api=api,
                why_en=why_en,
                why_zh=why_zh,
            )
            return


def _why(case: Case, name: str) -> tuple[str, str]:
    """Explain why a payload has no such field."""
    bound = case.made.owner.bound if case.made and case.recorded else None
    if name == "unionId" and bound is False:
        return (
            "the mini program is not bound to an Open Platform account",
            "小程序没有绑定微信开放平台账号",
        )
    if name in ("openId", "unionId"):
        return (
            "only getUserInfo seals it",
            "只有 getUserInfo 的数据里才有",
        )
    return (
        "these data are of another kind",
        "这是另一种数据",
    )
