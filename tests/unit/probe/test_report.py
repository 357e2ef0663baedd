"""Findings written down."""

import pytest

from mockwx.probe import report
from mockwx.probe.answers import ANSWER_AND_HEADERS
from mockwx.probe.asking import AGREED
from mockwx.probe.asking import DIFFERS
from mockwx.probe.asking import UNASKED
from mockwx.probe.asking import Difference
from mockwx.probe.asking import Finding
from mockwx.probe.asking import Probe
from mockwx.probe.questions import QUESTIONS


EVERYTHING = tuple(Difference(each, "a", "b") for each in ANSWER_AND_HEADERS)
FOUND = [
    Finding(QUESTIONS[0], AGREED),
    Finding(QUESTIONS[1], DIFFERS, EVERYTHING, there="A", here="B"),
    Finding(QUESTIONS[2], UNASKED, failure="no answer: refused"),
]


@pytest.mark.parametrize(
    ("lang", "first", "there", "here"),
    [("en", "status", "there: ", "here:  "), ("zh", "状态码", "对方：", "本地：")],
    ids=["en", "zh"],
)
def test_every_difference_is_told_with_both_texts(
    lang: str, first: str, there: str, here: str
) -> None:
    _, *told, said_there, said_here = report.lines(FOUND[1], lang)

    assert told[:3] == [f"  · {first}", f"    {there}a", f"    {here}b"]
    assert len(told) == 3 * len(ANSWER_AND_HEADERS)
    assert (said_there, said_here) == (f"  {there}A", f"  {here}B")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_verdict_has_its_sign(lang: str) -> None:
    signs = [next(report.lines(each, lang))[:2] for each in FOUND]

    assert signs == ["= ", "≠ ", "? "]
    assert list(report.lines(FOUND[2], lang))[1].endswith("no answer: refused")


@pytest.mark.parametrize(
    ("lang", "counts", "more"),
    [
        ("en", "1 agreed, 1 differed, 1 could not be asked.", "--appid and --secret."),
        ("zh", "1 项一致，1 项不同，1 项无法询问。", "加上 --appid 和 --secret 还可"),
    ],
    ids=["en", "zh"],
)
def test_summary_counts_and_says_what_more_there_is(
    lang: str, counts: str, more: str
) -> None:
    said = list(report.summary(FOUND, lang))

    assert said[0] == counts
    assert more in said[1]
    assert len(said) == 4


def test_one_question_that_could_not_be_asked_is_no_agreement() -> None:
    probe = Probe.checked("https://a")

    assert report.answer(probe, FOUND[:1])["ok"] is True
    assert report.answer(probe, FOUND[::2])["ok"] is False
    assert report.answer(probe, FOUND)["could_not_be_asked"] == 1
