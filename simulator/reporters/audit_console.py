"""An audit for people: a line per probe, evidence where one failed, a summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

import click

from simulator.audit.model import AuditEvent
from simulator.audit.model import AuditFinished
from simulator.audit.model import AuditStarted
from simulator.audit.model import Evidence
from simulator.audit.model import Outcome
from simulator.audit.model import ProbeJudged
from simulator.audit.model import Words
from simulator.evidence import asked_meanwhile
from simulator.evidence import talk_lines
from simulator.speech.harmless import harmless
from simulator.speech.words import Language


_MARKS: dict[Outcome, tuple[str, str]] = {
    "pass": ("✓", "green"),
    "fail": ("✗", "red"),
    "not_applicable": ("-", "bright_black"),
    "inconclusive": ("?", "yellow"),
}
CHAPTERS = {
    "codes": Words("Codes", "登录 code"),
    "identity": Words("Identity", "身份"),
    "payloads": Words("Sealed and signed data", "加密与签名的数据"),
    "races": Words("Bad timing", "时序"),
    "weather": Words("Bad weather", "微信异常"),
    "input": Words("Odd input", "异常输入"),
    "secrets": Words("Secrets", "秘密"),
}
SEVERITY_WORDS = {
    "critical": Words("critical", "危急"),
    "high": Words("high", "高"),
    "medium": Words("medium", "中"),
    "low": Words("low", "低"),
}
_BEGIN = Words(
    "Audit of {backend} at {base_url}: {probes} probes",
    "审计 {backend}（{base_url}）：{probes} 项探测",
)
_BEGIN_SLOWLY = Words(
    "Audit of {backend} at {base_url}: {probes} probes, which wait up to {seconds:g} s "
    "on purpose",
    "审计 {backend}（{base_url}）：{probes} 项探测，其中有意等待最多 {seconds:g} 秒",
)
_END = Words(
    "{passed} passed, {failed} failed, {not_applicable} not applicable, "
    "{inconclusive} inconclusive, {seconds:.0f} s",
    "通过 {passed} 项，失败 {failed} 项，不适用 {not_applicable} 项，"
    "无结论 {inconclusive} 项，{seconds:.0f} 秒",
)
_MATTERS, _CURE = Words("why", "原因"), Words("cure", "处理")
# The last of many talks is the one that shows it.
_MOST_TALKS = 2


class AuditConsole:
    """Print each probe as it is judged."""

    def __init__(self, out: TextIO | None = None, language: Language = "en") -> None:
        self._out = out
        self._language = language
        self._chapter = ""

    def tell(self, event: AuditEvent) -> None:
        """Print one event."""
        if isinstance(event, AuditStarted):
            text = (_BEGIN_SLOWLY if event.seconds else _BEGIN).filled(
                backend=event.backend,
                base_url=event.base_url,
                probes=event.probes,
                seconds=event.seconds,
            )
            self._print(click.style(self._in(text), bold=True))
        elif isinstance(event, ProbeJudged):
            self._judged(event)
        else:
            self._finished(event)

    def close(self) -> None:
        """Nothing is left to print."""

    def _judged(self, event: ProbeJudged) -> None:
        probe = event.probe
        if probe.chapter != self._chapter:
            self._chapter = probe.chapter
            self._print()
            self._print(click.style(self._in(CHAPTERS[probe.chapter]), bold=True))
        mark, colour = _MARKS[event.outcome]
        severity = self._in(SEVERITY_WORDS[probe.severity])
        title = f"{self._in(probe.title)} [{probe.id}, {severity}]"
        reason = click.style(self._in(event.reason), dim=event.outcome != "fail")
        self._print(f"  {click.style(mark, fg=colour)} {title}: {reason}")
        if event.outcome == "fail":
            for line in self._details(event):
                self._print(f"      {line}")

    def _details(self, event: ProbeJudged) -> Iterator[str]:
        probe = event.probe
        yield f"{self._in(_MATTERS)}: {self._in(probe.matters)} {probe.page}"
        yield f"{self._in(_CURE)}: {self._in(probe.cure)}"
        for each in event.evidence[-_MOST_TALKS:]:
            yield from evidence_lines(each, self._language)

    def _finished(self, event: AuditFinished) -> None:
        text = _END.filled(
            passed=event.passed,
            failed=event.failed,
            not_applicable=event.not_applicable,
            inconclusive=event.inconclusive,
            seconds=event.seconds,
        )
        self._print()
        colour = "green" if event.ok else "red"
        self._print(click.style(self._in(text), fg=colour, bold=True))

    def _in(self, words: Words) -> str:
        return words.zh if self._language == "zh" else words.en

    def _print(self, text: str = "") -> None:
        click.echo(text, file=self._out)
        if self._out is not None:
            self._out.flush()


def evidence_lines(each: Evidence, language: Language) -> Iterator[str]:
    """Tell one thing that was tried, line by line."""
    yield f"· {each.note.zh if language == 'zh' else each.note.en}"
    lines = [each.failure] if each.failure else []
    if each.talk is not None:
        lines = list(talk_lines(each.talk, language))
    for line in (*lines, *asked_meanwhile(each.wechat_calls, language)):
        # A page of several lines stays within its evidence.
        yield from (f"  {part}" for part in harmless(line).splitlines())
