"""Findings written down: for people in two languages, and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

from mockwx.probe import answers
from mockwx.probe.asking import AGREED
from mockwx.probe.asking import DIFFERS
from mockwx.probe.asking import UNASKED
from mockwx.probe.asking import Finding
from mockwx.probe.asking import Probe
from mockwx.probe.questions import APP
from mockwx.probe.questions import QUESTIONS
from mockwx.probe.questions import STABLE
from mockwx.probe.questions import TOKEN


def lines(found: Finding, lang: str) -> Iterator[str]:
    """Write a finding for people."""
    words = _WORDS[lang]
    about = found.question.zh if lang == "zh" else found.question.en
    yield words[found.verdict].format(name=found.question.name, about=about)
    if found.failure:
        yield f"  {words['failure']}{found.failure}"
    for each in found.differences:
        yield f"  · {words[each.aspect]}"
        yield f"    {words['there']}{each.there}"
        yield f"    {words['here']}{each.here}"
    if found.differences:
        yield f"  {words['there']}{found.there}"
        yield f"  {words['here']}{found.here}"


def summary(found: Iterable[Finding], lang: str) -> Iterator[str]:
    """Count the verdicts for people, and say what was not asked for want of what."""
    verdicts = [each.verdict for each in found]
    names = {each.question.name for each in found}
    words = _WORDS[lang]
    yield words["summary"].format(
        agreed=verdicts.count(AGREED),
        differs=verdicts.count(DIFFERS),
        unasked=verdicts.count(UNASKED),
    )
    for need in (APP, TOKEN, STABLE):
        left = [
            each for each in QUESTIONS if each.needs == need and each.name not in names
        ]
        if left:
            yield words["left"].format(count=len(left), need=words[need])


def answer(probe: Probe, found: Iterable[Finding]) -> dict[str, Any]:
    """Shape all findings for programs."""
    rows = [each.as_json() for each in found]
    verdicts = [row["verdict"] for row in rows]
    return {
        "host": probe.url,
        "ok": verdicts.count(AGREED) == len(verdicts),
        "agreed": verdicts.count(AGREED),
        "differs": verdicts.count(DIFFERS),
        "could_not_be_asked": verdicts.count(UNASKED),
        "findings": rows,
    }


_WORDS = {
    "en": {
        AGREED: "= {name}: {about}",
        DIFFERS: "≠ {name}: {about}",
        UNASKED: "? {name}: {about}",
        "failure": "",
        "there": "there: ",
        "here": "here:  ",
        "summary": (
            "{agreed} agreed, {differs} differed, {unasked} could not be asked."
        ),
        "left": "{count} more with {need}.",
        **{each: each for each in (*answers.ANSWER_AND_HEADERS, APP, TOKEN, STABLE)},
    },
    "zh": {
        AGREED: "= {name}：{about}",
        DIFFERS: "≠ {name}：{about}",
        UNASKED: "? {name}：{about}",
        "failure": "没有得到回答：",
        "there": "对方：",
        "here": "本地：",
        "summary": "{agreed} 项一致，{differs} 项不同，{unasked} 项无法询问。",
        "left": "加上 {need} 还可再问 {count} 项。",
        answers.STATUS: "状态码",
        answers.CONTENT_TYPE: "内容类型",
        answers.KEYS: "字段及顺序",
        answers.ERRCODE: "错误码",
        answers.MESSAGE: "错误信息",
        answers.SUFFIX: "后缀",
        answers.BLANKS: "空白",
        answers.SLASHES: "斜杠",
        answers.LETTERS: "非 ASCII 字符",
        answers.HEADERS: "响应头",
        APP: "--appid 和 --secret",
        TOKEN: TOKEN,
        STABLE: STABLE,
    },
}
