"""JUnit XML for CI: a suite for each scenario, a case for each step."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TextIO

from simulator.events import Event
from simulator.events import ScenarioFinished
from simulator.events import ScenarioStarted
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.evidence import evidence


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JUnit:
    """Collect the events; write the file at the end."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._root = ET.Element("testsuites", name="wxsim")
        self._suite = self._root

    def tell(self, event: Event) -> None:
        """Note one event."""
        if isinstance(event, ScenarioStarted):
            self._suite = ET.SubElement(
                self._root, "testsuite", name=_clean(event.name), file=event.file
            )
        elif isinstance(event, ScenarioFinished):
            self._finish(event)
        else:
            self._case(event)

    def close(self) -> None:
        """Write everything."""
        ET.indent(self._root)
        text = ET.tostring(self._root, encoding="unicode")
        self._out.write(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')
        self._out.flush()

    def _finish(self, event: ScenarioFinished) -> None:
        total = event.passed + event.failed + event.skipped
        self._suite.set("tests", str(total))
        self._suite.set("failures", str(event.failed))
        self._suite.set("errors", "0")
        self._suite.set("skipped", str(event.skipped))
        self._suite.set("time", f"{event.seconds:.3f}")

    def _case(self, event: StepPassed | StepFailed | StepSkipped) -> None:
        case = ET.SubElement(
            self._suite,
            "testcase",
            name=_clean(event.step.title),
            classname=_clean(self._suite.get("name", "")),
            file=event.step.file,
            line=str(event.step.line),
        )
        if isinstance(event, StepSkipped):
            ET.SubElement(case, "skipped", message=_clean(event.reason))
            return
        case.set("time", f"{event.seconds:.3f}")
        if isinstance(event, StepFailed):
            reasons = _clean("; ".join(event.reasons))
            failure = ET.SubElement(case, "failure", message=reasons)
            failure.text = _clean("\n".join(evidence(event)))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
