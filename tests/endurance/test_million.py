"""A short course of logins ends by itself and right; a wrong answer would be told."""

from dataclasses import replace

import pytest

from mockwx import Settings
from mockwx.config import DEFAULT_APPID
from mockwx.domain.open_data import user_info
from mockwx.wechat import WeChat
from tests.endurance.million.course import Course
from tests.endurance.million.course import Memory
from tests.endurance.million.course import Result
from tests.endurance.million.course import run
from tests.endurance.million.judging import Judge
from tests.endurance.million.judging import Login
from tests.redis_server import NEEDS_REDIS


NOW = 1_700_000_000
LOGINS = 300
RIGHT = Result(10, 10, 1.0, {}, [Memory(1, 1)] * 3, {})


def answer(person: str = "p", at: int = NOW) -> dict[str, object]:
    """Answer as a good backend behind a good mock does."""
    directory = WeChat(Settings()).directory
    shown = user_info(directory.seen(person), "en", region_withdrawn=False).as_json()
    mark = {"timestamp": at, "appid": DEFAULT_APPID}
    openid = directory.openid_of(DEFAULT_APPID, person)
    return {"openid": openid, "profile": {**shown, "watermark": mark}}


def test_right_login_is_right() -> None:
    assert Judge().wrong(Login("p", NOW, NOW + 1, answer())) == ""


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"error": "errcode 40029"}, "errcode 40029"),
        ({**answer(), "openid": answer("q")["openid"]}, "openid of somebody else"),
        ({**answer(), "profile": answer("q")["profile"]}, "profile of somebody else"),
        ({**answer(), "profile": None}, "no profile"),
        (answer(at=NOW - 1), "watermark of another time"),
        (answer(at=NOW + 2), "watermark of another time"),
    ],
    ids=lambda told: told if isinstance(told, str) else "",
)
def test_wrong_login_is_told(wrong: dict[str, object], told: str) -> None:
    assert Judge().wrong(Login("p", NOW, NOW + 1, wrong)) == told


def test_course_with_wrong_or_missing_answers_is_not_right() -> None:
    assert RIGHT.right is True
    assert replace(RIGHT, wrong={"no profile": 1}).right is False
    assert replace(RIGHT, logins=9).right is False


def test_line_counts_wrong_answers_by_kind() -> None:
    line = replace(RIGHT, wrong={"no profile": 2, "errcode 40029": 1}).line()

    assert "3 wrong answers, 2 no profile, 1 errcode 40029;" in line


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "course", [pytest.param(Course(LOGINS, 40, 8), id="300", marks=NEEDS_REDIS)]
)
def test_logins_by_locust_on_two_workers_on_redis_are_right(course: Course) -> None:
    told: list[str] = []

    result = run(course, tell=told.append)

    assert result.right, result.line()
    assert result.logins >= LOGINS
    assert len(result.memory) == 3
    assert told
