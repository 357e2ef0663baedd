"""What an audit asks, what it found, and all that its reporters read.

Texts are in both languages; secrets in the evidence are masked already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from typing import TypeAlias

from simulator.events import HttpTalk
from simulator.events import WeChatCall


Severity: TypeAlias = Literal["critical", "high", "medium", "low"]
Outcome: TypeAlias = Literal["pass", "fail", "not_applicable", "inconclusive"]
Chapter: TypeAlias = Literal[
    "secrets", "identity", "codes", "payloads", "races", "weather", "input"
]

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
"""The worst first."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    en: str
    zh: str

    def filled(self, **values: object) -> Words:
        """Fill the ``{names}`` of both texts in."""
        return Words(self.en.format(**values), self.zh.format(**values))


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that a backend is tried with."""

    id: str
    chapter: Chapter
    severity: Severity
    title: Words
    does: Words
    matters: Words
    cure: Words
    page: str
    """The address of WeChat's page about it."""
    seconds: float = 0.0
    """How long it may take beyond the time the backend needs, at most."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was tried: what was sent, what came, what WeChat was asked."""

    note: Words
    talk: HttpTalk | None = None
    """None if nothing came back, or nothing was sent to the backend."""
    failure: str = ""
    """Why nothing came back."""
    wechat_calls: tuple[WeChatCall, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditStarted:
    """An audit begins."""

    backend: str
    base_url: str
    probes: int
    seconds: float
    """How long the probes wait on purpose, all together, at most."""


@dataclass(frozen=True, slots=True)
class ProbeJudged:
    """What became of a probe, why, and what shows it."""

    probe: Probe
    outcome: Outcome
    reason: Words
    evidence: tuple[Evidence, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class AuditFinished:
    """An audit ends."""

    passed: int
    failed: int
    not_applicable: int
    inconclusive: int
    seconds: float
    fail_on: Severity
    ok: bool
    """Whether no probe of at least the severity ``fail_on`` failed."""


AuditEvent: TypeAlias = AuditStarted | ProbeJudged | AuditFinished


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Say whether a severity is as bad as another, or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)
