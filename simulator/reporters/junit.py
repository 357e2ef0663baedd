"""JUnit XML for CI: a suite for each scenario, a case for each step.

It keeps to what the strictest reader (Jenkins' xunit plugin) allows: a case has no file
and line of its own, so that its output begins with them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import TextIO

from simulator.events import Event
from simulator.events import PlayStarted
from simulator.events import ScenarioFinished
from simulator.events import ScenarioStarted
from simulator.events import Step
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.evidence import evidence
from simulator.evidence import happened
from simulator.evidence import place
from simulator.speech import moment
from simulator.speech.words import Language
from simulator.speech.words import reason
from simulator.speech.words import word


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOTALS = ("tests", "failures", "errors", "skipped")


class JUnit:
    """Collect the events; write the file at the end."""

    def __init__(self, out: TextIO, language: Language = "en") -> None:
        self._out = out
        self._language = language
        self._root = ET.Element("testsuites", name="wxsim")
        self._suite = self._root
        self._played: dict[str, str] = {}
        self._titles: Counter[str] = Counter()
        self._totals = dict.fromkeys(_TOTALS, 0)
        self._open: ScenarioStarted | None = None
        self._seconds = 0.0

    def tell(self, event: Event) -> None:
        """Note one event."""
        if isinstance(event, PlayStarted):
            facts = (event.backend, event.address, event.mock)
            self._played = dict(zip(("backend", "address", "mock"), facts, strict=True))
        elif isinstance(event, ScenarioStarted):
            self._start(event)
        elif isinstance(event, ScenarioFinished):
            self._finish(event)
        else:
            self._case(event)

    def close(self) -> None:
        """Write everything."""
        if self._open is not None:
            self._break_off(self._open)
        for name in _TOTALS[:3]:
            self._root.set(name, str(self._totals[name]))
        self._root.set("time", f"{self._seconds:.3f}")
        ET.indent(self._root)
        text = ET.tostring(self._root, encoding="unicode")
        self._out.write(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')
        self._out.flush()

    def _start(self, event: ScenarioStarted) -> None:
        self._titles.clear()
        self._open = event
        self._suite = ET.SubElement(
            self._root, "testsuite", name=_clean(event.name), file=_clean(event.file)
        )
        if event.at:
            self._suite.set("timestamp", moment.iso(event.at))
        facts = {"about": event.about, "world": event.world, **self._played}
        known = {name: value for name, value in facts.items() if value}
        if known:
            properties = ET.SubElement(self._suite, "properties")
        for name, value in known.items():
            ET.SubElement(properties, "property", name=name, value=_clean(value))

    def _break_off(self, event: ScenarioStarted) -> None:
        """Count what was played of a story that never ended."""
        cases = self._suite.findall("testcase")
        failed, skipped = (
            sum(each.find(tag) is not None for each in cases)
            for tag in ("failure", "skipped")
        )
        passed = len(cases) - failed - skipped
        told = (event.name, event.file, passed, failed, skipped, 0.0)
        # Else who reads the file alone would take half a story for a good one.
        case = ET.SubElement(
            self._suite,
            "testcase",
            name=word("broken_off", self._language),
            classname=self._suite.get("name", ""),
            time="0.000",
        )
        ET.SubElement(case, "error", message=word("broken_off", self._language))
        self._finish(ScenarioFinished(*told), errors=1)

    def _finish(self, event: ScenarioFinished, *, errors: int = 0) -> None:
        self._open = None
        total = event.passed + event.failed + event.skipped + errors
        numbers = (total, event.failed, errors, event.skipped)
        for name, number in zip(_TOTALS, numbers, strict=True):
            self._suite.set(name, str(number))
            self._totals[name] += number
        self._suite.set("time", f"{event.seconds:.3f}")
        self._seconds += event.seconds

    def _case(self, event: StepPassed | StepFailed | StepSkipped) -> None:
        case = ET.SubElement(
            self._suite,
            "testcase",
            name=_clean(self._title(event.step)),
            classname=self._suite.get("name", ""),
        )
        if isinstance(event, StepSkipped):
            case.set("time", "0.000")
            why = reason(event.reason, self._language)
            ET.SubElement(case, "skipped", message=_clean(why))
            return
        case.set("time", f"{event.seconds:.3f}")
        lines = [place(event.step, self._language), *happened(event, self._language)]
        if isinstance(event, StepFailed):
            why = "; ".join(reason(each, self._language) for each in event.reasons)
            failure = ET.SubElement(
                case, "failure", message=_clean(why), type=event.step.action
            )
            failure.text = _clean("\n".join(evidence(event, self._language)))
        ET.SubElement(case, "system-out").text = _clean("\n".join(lines))

    def _title(self, step: Step) -> str:
        """Tell steps of one title apart: readers take equal names for one test."""
        self._titles[step.title] += 1
        again = self._titles[step.title]
        return step.title if again == 1 else f"{step.title} ({again})"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
