"""Compare what came with what was expected; each matcher says why it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from simulator.expressions import MissingError
from simulator.expressions import Path
from simulator.expressions import as_text
from simulator.expressions import resolve
from simulator.patterns import UndecidedError
from simulator.patterns import found


Verdict: TypeAlias = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation about one place of an answer."""

    path: Path
    matcher: str
    expected: object

    def judge(self, answer: object, scope: Mapping[str, object]) -> Verdict:
        """Look the place up and compare it; raises UndecidedError."""
        expected = resolve(self.expected, scope)
        try:
            actual = self.path.look_up(answer)
        except MissingError as missing:
            return _judge_missing(self.matcher, expected, str(missing))
        try:
            matches, reason = MATCHERS[self.matcher](actual, expected)
        except UndecidedError as error:
            raise UndecidedError(
                f"{self.path} {error.message}", f"{self.path} {error.zh}"
            ) from None
        return matches, f"{self.path} {reason}"


def broken_rules(
    rules: tuple[Rule, ...], answer: object, scope: Mapping[str, object]
) -> tuple[str, ...]:
    """List the reasons of the rules that do not hold; raises UndecidedError."""
    verdicts = (rule.judge(answer, scope) for rule in rules)
    return tuple(reason for holds, reason in verdicts if not holds)


def json_equal(one: object, other: object) -> bool:
    """Compare as JSON does: ``true`` is not ``1``, ``1`` is ``1.0``."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            json_equal(one[key], other[key]) for key in one
        )
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(json_equal, one, other))
    return one == other


def shown(value: object) -> str:
    """Write a value for a message, shortened where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:160]}… ({len(text)} characters)"


def _equals(actual: object, expected: object) -> Verdict:
    return json_equal(actual, expected), (
        f"should be {shown(expected)} and is {shown(actual)}"
    )


def _not(actual: object, expected: object) -> Verdict:
    return not json_equal(actual, expected), f"should not be {shown(expected)}"


def _present(actual: object, expected: object) -> Verdict:
    # An empty token or a null is as good as none to whoever wants to use it.
    there = actual is not None and actual != ""
    wanted = "there" if expected else "absent"
    return there is bool(expected), f"should be {wanted} and is {shown(actual)}"


def _absent(actual: object, expected: object) -> Verdict:
    wanted = "absent" if expected else "there"
    return not expected, f"should be {wanted} and is {shown(actual)}"


def _greater_than(actual: object, expected: object) -> Verdict:
    ok = _is_number(actual) and _is_number(expected) and actual > expected  # type: ignore[operator]  # both are numbers by now
    return ok, f"should be greater than {shown(expected)} and is {shown(actual)}"


def _less_than(actual: object, expected: object) -> Verdict:
    ok = _is_number(actual) and _is_number(expected) and actual < expected  # type: ignore[operator]  # both are numbers by now
    return ok, f"should be less than {shown(expected)} and is {shown(actual)}"


def _matches(actual: object, expected: object) -> Verdict:
    try:
        matches = found(str(expected), as_text(actual))
    except re.error as error:
        return False, f"cannot match {expected}: {error}"
    return matches, f"should match {expected} and is {shown(actual)}"


def _any_of(actual: object, expected: object) -> Verdict:
    choices = expected if isinstance(expected, (list, tuple)) else [expected]
    ok = any(json_equal(actual, choice) for choice in choices)
    return ok, f"should be one of {shown(choices)} and is {shown(actual)}"


def _contains(actual: object, expected: object) -> Verdict:
    if isinstance(actual, (list, tuple)):
        ok = any(json_equal(member, expected) for member in actual)
    elif isinstance(actual, Mapping):
        ok = isinstance(expected, str) and expected in actual
    else:
        ok = as_text(expected) in as_text(actual)
    return ok, f"should contain {shown(expected)} and is {shown(actual)}"


def _length(actual: object, expected: object) -> Verdict:
    if not isinstance(actual, (str, list, tuple, Mapping)):
        return False, f"should have length {expected} and is {shown(actual)}"
    there = len(actual)
    return json_equal(there, expected), f"should have length {expected} and has {there}"


MATCHERS: Mapping[str, Callable[[object, object], Verdict]] = {
    "equals": _equals,
    "not": _not,
    "present": _present,
    "absent": _absent,
    "greater_than": _greater_than,
    "less_than": _less_than,
    "matches": _matches,
    "any_of": _any_of,
    "contains": _contains,
    "length": _length,
}


def _judge_missing(matcher: str, expected: object, reason: str) -> Verdict:
    if matcher == "absent":
        return bool(expected), reason
    if matcher == "present":
        return not expected, reason
    return matcher == "not", reason


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
