"""A regular expression of a story file takes bounded time, whatever it is."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from simulator import patterns
from simulator.events import StepFailed
from simulator.expressions import parse_path
from simulator.mapping import Judgement
from simulator.matchers import Rule
from simulator.patterns import UndecidedError
from simulator.patterns import found
from simulator.playing import problems
from simulator.runner import run
from simulator.scenario.loader import load_scenario
from simulator.scenario.turn import Stage
from simulator.speech.words import reason
from tests.unit.simulator.fakes import FakeWeChat


BOMBS = [
    (r"(a|aa)+$", "a" * 60 + "!"),
    (r"(a+)+$", "a" * 60 + "!"),
    (r"(?:a|aa|b)" * 30 + "c", "a" * 60),
    (r"(?x) (a+) +$", "a" * 60 + "!"),
    (r"(a*)*\1b", "a" * 60),
    (r".*.*.*.*.*.*=x", "=" * 5000),
]
ENOUGH = 0.1
QUICK = [
    (r"^[0-9]{11}$", "13800000000", True),
    (r"^\d+\.\d+$", "1.2", True),
    (r"^(ab)+$", "ababab", True),
    (r"^(ab)+$", "ababa", False),
    (r"[)*+]+x", ")*+x", True),
    (r"(?s)^a.*z$", "a" + "\n" * 100_000 + "z", True),
    ("好+", "你好", True),
    ("\ud800", "\ud800", True),
]


@pytest.fixture(autouse=True)
def _little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb burns whatever time it is given."""
    monkeypatch.setattr(patterns, "SECONDS", ENOUGH)


@pytest.mark.parametrize(("pattern", "text"), BOMBS, ids=[str(n) for n in range(6)])
def test_pattern_that_takes_for_ever_is_given_up(pattern: str, text: str) -> None:
    began = time.monotonic()

    with pytest.raises(UndecidedError) as given_up:
        found(pattern, text)

    assert time.monotonic() - began < 60
    assert "longer than 0.1 s" in given_up.value.message
    assert "超过 0.1 秒" in given_up.value.zh


@pytest.mark.parametrize(
    ("pattern", "text", "there"), QUICK, ids=[ascii(each[0]) for each in QUICK]
)
def test_pattern_is_found_as_python_finds_it(
    pattern: str, text: str, there: bool
) -> None:
    assert found(pattern, text) is there
    assert (re.search(pattern, text) is not None) is there


def test_a_second_is_what_a_pattern_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    assert patterns.SECONDS == 1


def test_usual_patterns_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(subprocess, "run", refused)

    assert found(r"^1[3-9]\d{9}$", "13800000000")
    assert found(r"^eyJ[\w-]+\.[\w-]+\.[\w-]+$", "eyJhbGciOi.eyJzdWIi.c2ln")


def test_failure_that_cannot_be_ruled_out_is_no_success() -> None:
    bomb = Rule(parse_path("text"), "matches", BOMBS[0][0])

    reasons = Judgement(failure=(bomb,)).reasons({"text": BOMBS[0][1]})

    assert len(reasons) == 1
    assert reasons[0].startswith("text took longer than 0.1 s to match")
    assert reason(reasons[0], "zh").startswith("text 匹配 (a|aa)+$ 超过 0.1 秒")


def test_step_whose_pattern_takes_for_ever_fails_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bomb.scenario.yaml"
    path.write_text(
        "name: bomb\nsteps:\n"
        f"  - wx.setStorage: {{key: k, data: {BOMBS[0][1]}}}\n"
        "  - wx.getStorage: {key: k}\n"
        f"    expect: {{data: {{matches: {BOMBS[0][0]}}}}}\n"
    )

    told = list(run(load_scenario(path), Stage(FakeWeChat())))

    (failed,) = [each for each in told if isinstance(each, StepFailed)]
    assert failed.step.line == 4
    assert failed.step.file == str(path)
    assert "took longer than 0.1 s" in failed.reasons[0]


@pytest.mark.parametrize("pattern", ["(" * 9000 + ")" * 9000, "a{99999999999}"])
def test_pattern_beyond_all_bounds_is_told_by_the_check(
    pattern: str, tmp_path: Path
) -> None:
    path = tmp_path / "deep.scenario.yaml"
    path.write_text(
        "name: deep\nsteps:\n  - wx.login:\n"
        f"    expect: {{code: {{matches: '{pattern}'}}}}\n"
    )

    (error,) = problems([path])

    assert f"{path}:4: " in error.message
    assert "is not a regular expression: too large or too deep" in error.message
