"""An audit as JUnit XML: a case for each probe, its chapter as the class.

A probe fails the build if it is as severe as the audit fails for; a lighter one passes
and says in its output what it found.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import TextIO

from simulator.audit.model import AuditEvent
from simulator.audit.model import AuditFinished
from simulator.audit.model import AuditStarted
from simulator.audit.model import Evidence
from simulator.audit.model import ProbeJudged
from simulator.audit.model import Severity
from simulator.audit.model import Words
from simulator.audit.model import at_least
from simulator.evidence import asked_meanwhile
from simulator.evidence import talk_lines
from simulator.speech.words import Language


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class AuditJUnit:
    """Collect the events; write the file at the end."""

    def __init__(self, out: TextIO, language: Language = "en") -> None:
        self._out = out
        self._language = language
        self._name = "audit"
        self._judged: list[ProbeJudged] = []
        self._fail_on: Severity = "low"
        self._seconds = 0.0
        self._is_over = False

    def tell(self, event: AuditEvent) -> None:
        """Note one event."""
        if isinstance(event, AuditStarted):
            self._name = f"audit of {event.backend}"
        elif isinstance(event, AuditFinished):
            self._fail_on, self._seconds = event.fail_on, event.seconds
            self._is_over = True
        else:
            self._judged.append(event)

    def close(self) -> None:
        """Write everything."""
        root = ET.Element("testsuites", name="wxsim audit")
        suite = ET.SubElement(root, "testsuite", name=_clean(self._name))
        for event in self._judged:
            self._case(suite, event)
        if not self._is_over:
            # Else who reads the file alone would take half an audit for a good one.
            told = self._in(_BROKEN_OFF)
            case = ET.SubElement(
                suite, "testcase", name=told, classname="audit", time="0.000"
            )
            ET.SubElement(case, "error", message=told)
        bad = sum(self._counts(event) for event in self._judged)
        skipped = sum(e.outcome in _LEFT_OUT for e in self._judged)
        for element in (root, suite):
            element.set("tests", str(len(self._judged) + (not self._is_over)))
            element.set("failures", str(bad))
            element.set("errors", "0" if self._is_over else "1")
            element.set("time", f"{self._seconds:.3f}")
        suite.set("skipped", str(skipped))
        ET.indent(root)
        text = ET.tostring(root, encoding="unicode")
        self._out.write(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')
        self._out.flush()

    def _case(self, suite: ET.Element, event: ProbeJudged) -> None:
        probe = event.probe
        case = ET.SubElement(
            suite,
            "testcase",
            name=f"{probe.id}: {_clean(self._in(probe.title))}",
            classname=f"audit.{probe.chapter}",
            time=f"{event.seconds:.3f}",
        )
        reason = _clean(self._in(event.reason))
        if event.outcome in _LEFT_OUT:
            words = self._in(_LEFT_OUT[event.outcome])
            ET.SubElement(case, "skipped", message=f"{words}: {reason}")
            return
        details = _clean("\n".join(self._details(event)))
        if self._counts(event):
            failure = ET.SubElement(
                case, "failure", message=reason, type=probe.severity
            )
            failure.text = details
        ET.SubElement(case, "system-out").text = f"{event.outcome}: {reason}\n{details}"

    def _counts(self, event: ProbeJudged) -> bool:
        severe = at_least(event.probe.severity, self._fail_on)
        return event.outcome == "fail" and severe

    def _details(self, event: ProbeJudged) -> Iterator[str]:
        probe = event.probe
        yield self._in(probe.does)
        if event.outcome == "fail":
            yield f"{self._in(probe.matters)} {probe.page}"
            yield f"→ {self._in(probe.cure)}"
        for each in event.evidence:
            yield from self._told(each)

    def _told(self, each: Evidence) -> Iterator[str]:
        yield f"· {self._in(each.note)}"
        if each.talk is not None:
            yield from talk_lines(each.talk, self._language)
        elif each.failure:
            yield each.failure
        yield from asked_meanwhile(each.wechat_calls, self._language)

    def _in(self, words: Words) -> str:
        return words.zh if self._language == "zh" else words.en


_BROKEN_OFF = Words("the audit was broken off", "审计被中断")
_LEFT_OUT = {
    "not_applicable": Words("not applicable", "不适用"),
    "inconclusive": Words("inconclusive", "无结论"),
}


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
