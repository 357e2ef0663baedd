"""Matchers judge and explain."""

import pytest

from simulator.expressions import parse_path
from simulator.matchers import MATCHERS
from simulator.matchers import Rule
from simulator.matchers import broken_rules
from simulator.matchers import json_equal


@pytest.mark.parametrize(
    ("matcher", "expected", "good", "bad"),
    [
        ("equals", {"a": [1]}, {"a": [1.0]}, {"a": [2]}),
        ("equals", 1, 1, True),
        ("not", 0, 1, 0),
        ("present", True, 0, ""),
        ("present", False, None, "x"),
        ("greater_than", 0, 1, 0),
        ("greater_than", 0, 0.5, "1"),
        ("less_than", 400, 200, 400),
        ("less_than", 400, 200, True),
        ("matches", "^a.c$", "abc", "abcd"),
        ("matches", "^1$", 1, 12),
        ("any_of", [1, "a"], "a", "b"),
        ("contains", "b", "abc", "xyz"),
        ("contains", 1, [1, 2], [2]),
        ("contains", "k", {"k": 1}, {"z": 1}),
        ("length", 2, [1, 2], "a"),
        ("length", 2, {"a": 1, "b": 2}, 2),
    ],
)
def test_matcher_accepts_the_good_and_refuses_the_bad(
    matcher: str, expected: object, good: object, bad: object
) -> None:
    assert MATCHERS[matcher](good, expected)[0]
    holds, reason = MATCHERS[matcher](bad, expected)
    assert not holds
    assert "should" in reason


@pytest.mark.parametrize(
    ("matcher", "expected", "holds"),
    [
        ("absent", True, True),
        ("absent", False, False),
        ("present", True, False),
        ("present", False, True),
        ("not", 1, True),
        ("equals", None, False),
    ],
)
def test_nothing_at_the_path_is_judged_too(
    matcher: str, expected: object, holds: bool
) -> None:
    rule = Rule(parse_path("gone"), matcher, expected)

    assert rule.judge({}, {})[0] is holds


def test_expected_values_are_looked_up() -> None:
    rule = Rule(parse_path("a"), "equals", "${wanted}")

    assert broken_rules((rule,), {"a": 1}, {"wanted": 1}) == ()
    assert broken_rules((rule,), {"a": 2}, {"wanted": 1}) == ("a should be 1 and is 2",)


def test_json_equality_keeps_true_and_one_apart() -> None:
    assert json_equal(1, 1.0)
    assert not json_equal(1, True)
    assert not json_equal({"a": 0}, {"a": False})
    assert not json_equal([1], [1, 2])
