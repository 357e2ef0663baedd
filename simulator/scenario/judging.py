"""Whether a step is played, and whether what came is what was expected."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.expressions import MissingError
from simulator.matchers import Rule
from simulator.matchers import broken_rules
from simulator.matchers import shown
from simulator.patterns import UndecidedError
from simulator.scenario.model import Step
from simulator.scenario.turn import Played


UNDECIDED = (MissingError, UndecidedError)
"""What a rule raises that can be said neither to hold nor to be broken."""


def why_skipped(step: Step, scope: Mapping[str, object]) -> str | None:
    """Say why a step is left out; None if it is to be played; raises UNDECIDED."""
    if step.only_if and (reasons := broken_rules(step.only_if, scope, scope)):
        return reasons[0]
    if step.unless and not broken_rules(step.unless, scope, scope):
        return f"{step.unless[0].path} is as `unless` says"
    return None


def disappointments(
    step: Step, played: Played, scope: Mapping[str, object]
) -> tuple[str, ...]:
    """Say how the answer differs from what was expected."""
    expect = step.expect
    if expect.outcome == "ok" and not played.ok:
        told = played.answer.get("errMsg")
        return played.reasons or (f"should succeed, but: {shown(told)}",)
    if expect.outcome == "fail" and played.ok:
        return ("should fail, but succeeds",)
    return tuple(
        reason for rule in expect.rules for reason in _broken(rule, played, scope)
    )


def _broken(rule: Rule, played: Played, scope: Mapping[str, object]) -> tuple[str, ...]:
    try:
        return broken_rules((rule,), played.answer, scope)
    except UNDECIDED as error:
        return (str(error),)
