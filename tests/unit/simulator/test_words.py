"""What reporters say, in both languages."""

import pytest

from simulator.expressions import MissingError
from simulator.expressions import parse_path
from simulator.matchers import MATCHERS
from simulator.speech import words
from simulator.speech.words import reason


def test_every_word_fills_in_the_same_in_both_languages() -> None:
    for english, chinese in words._WORDS.values():
        assert sorted(_places(english)) == sorted(_places(chinese))


@pytest.mark.parametrize("matcher", list(MATCHERS))
def test_reason_of_every_matcher_is_told_in_chinese(matcher: str) -> None:
    _, said = MATCHERS[matcher]("x", 3)

    told = reason(f"data.token {said}", "zh")

    assert told.startswith("data.token ")
    assert "should" not in told
    assert "是" in told or "不应当" in told or "无法匹配" in told


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("an earlier step failed", "前面的步骤失败了"),
        (
            "cannot keep 'token': nothing is at data.token: there is no 'token'; "
            "it is empty",
            "无法保留“token”：data.token 处没有值：没有“token”，它是空的",
        ),
        (
            "nothing is at status: there is no 'status'; did you mean 'statusCode'?",
            "status 处没有值：没有“status”，是否想写“statusCode”？",
        ),
        (
            "nothing is at a.b: there is no 'b'; there is c, d",
            "a.b 处没有值：没有“b”，有 c, d",
        ),
        ("the backend says: token should be x", "后端说：token should be x"),
        ("request:fail timeout", "request:fail timeout"),
    ],
)
def test_reasons_are_told_in_chinese(english: str, chinese: str) -> None:
    assert reason(english, "zh") == chinese
    assert reason(english, "en") == english


@pytest.mark.parametrize("value", [{}, {"a": {"b": 1}}, {"a": 1}, {"a": []}])
def test_reason_that_nothing_is_there_is_told_in_chinese(value: object) -> None:
    with pytest.raises(MissingError) as missing:
        parse_path("a.b[3].c").look_up(value)

    assert "处没有值" in reason(str(missing.value), "zh")


def _places(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


@pytest.mark.parametrize(
    "said",
    [
        "tried 3 times",
        "should take at most 1500 ms and takes 2000",
        "there is no device 'tablet'",
        "'x' should go over a list",
        "the journal holds 2 of these",
        "the first 1 of these came in this order, and no more",
    ],
)
def test_reasons_of_blocks_and_of_the_journal_are_said_in_chinese(said: str) -> None:
    assert reason(said, "zh") != said
