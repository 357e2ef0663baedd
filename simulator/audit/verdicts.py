"""How a probe ends: with a verdict, or early because it cannot go on."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.audit.model import Outcome
from simulator.audit.model import Words


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a probe, and why."""

    outcome: Outcome
    reason: Words


class StoppedError(Exception):
    """A probe cannot go on; the verdict says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason.en)
        self.verdict = verdict


def passed(en: str, zh: str) -> Verdict:
    """Judge that the backend did right."""
    return Verdict("pass", Words(en, zh))


def failed(en: str, zh: str) -> Verdict:
    """Judge that the backend did wrong."""
    return Verdict("fail", Words(en, zh))


def not_applicable(en: str, zh: str) -> StoppedError:
    """Stop a probe that asks for what the backend does not have."""
    return StoppedError(Verdict("not_applicable", Words(en, zh)))


def inconclusive(en: str, zh: str) -> StoppedError:
    """Stop a probe whose evidence does not suffice."""
    return StoppedError(Verdict("inconclusive", Words(en, zh)))
