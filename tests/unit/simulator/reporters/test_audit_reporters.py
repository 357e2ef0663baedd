"""An audit as people, CI and tools read it."""

import io
import json
import xml.etree.ElementTree as ET

from simulator.audit.model import AuditEvent
from simulator.audit.model import AuditFinished
from simulator.audit.model import AuditStarted
from simulator.audit.model import Evidence
from simulator.audit.model import Outcome
from simulator.audit.model import Probe
from simulator.audit.model import ProbeJudged
from simulator.audit.model import Severity
from simulator.audit.model import Words
from simulator.events import HttpTalk
from simulator.events import WeChatCall
from simulator.reporters.audit_console import AuditConsole
from simulator.reporters.audit_junit import AuditJUnit
from simulator.reporters.jsonl import JsonLines


TALK = HttpTalk("POST", "http://h/login", (), "{}", 200, (), "\x1b[2J oops\x01")
CALL = WeChatCall("GET", "/sns/jscode2session", 200, 40029, "rid-1", "", "", "{}")
EVIDENCE = (
    Evidence(Words("a first try", "第一次"), TALK, "", (CALL,)),
    Evidence(Words("nobody answers", "无人应答"), None, "request:fail"),
)


def judged(id: str, outcome: Outcome, severity: Severity = "high") -> ProbeJudged:
    probe = Probe(
        id=id,
        chapter="codes",
        severity=severity,
        title=Words("A title", "标题"),
        does=Words("Does it.", "做这件事。"),
        matters=Words("It matters.", "很重要。"),
        cure=Words("Cure it.", "这样处理。"),
        page="https://developers.weixin.qq.com/x",
    )
    return ProbeJudged(probe, outcome, Words("because", "因为"), EVIDENCE, 0.5)


EVENTS: tuple[AuditEvent, ...] = (
    AuditStarted("Shop", "http://h", 5, 37.0),
    judged("good", "pass"),
    judged("bad", "fail"),
    judged("light", "fail", "low"),
    judged("absent", "not_applicable"),
    judged("unclear", "inconclusive"),
    AuditFinished(1, 2, 1, 1, 2.5, "medium", ok=False),
)


def console(language: str = "en") -> str:
    out = io.StringIO()
    reporter = AuditConsole(out, "zh" if language == "zh" else "en")
    for event in EVENTS:
        reporter.tell(event)
    reporter.close()
    return out.getvalue()


def junit() -> ET.Element:
    out = io.StringIO()
    reporter = AuditJUnit(out)
    for event in EVENTS:
        reporter.tell(event)
    reporter.close()
    return ET.fromstring(out.getvalue())


def case(root: ET.Element, id: str) -> ET.Element:
    (found,) = (c for c in root.iter("testcase") if c.get("name") == f"{id}: A title")
    return found


def test_console_shows_cure_and_evidence_of_what_failed() -> None:
    lines = console().splitlines()

    begin = lines.index("  ✗ A title [bad, high]: because")
    assert lines[begin + 1 : begin + 4] == [
        "      why: It matters. https://developers.weixin.qq.com/x",
        "      cure: Cure it.",
        "      · a first try",
    ]
    assert any("/sns/jscode2session → errcode 40029" in line for line in lines)
    assert "        request:fail" in lines


def test_console_shows_no_evidence_of_what_passed() -> None:
    lines = console().splitlines()

    begin = lines.index("  ✓ A title [good, high]: because")
    assert lines[begin + 1].startswith("  ✗")


def test_console_lets_no_answer_drive_the_terminal() -> None:
    assert "\x1b[2J" not in console()


def test_console_counts_at_the_end_in_either_language() -> None:
    assert console().splitlines()[-1] == (
        "1 passed, 2 failed, 1 not applicable, 1 inconclusive, 2 s"
    )
    assert console("zh").splitlines()[-1] == (
        "通过 1 项，失败 2 项，不适用 1 项，无结论 1 项，2 秒"
    )


def test_console_says_how_long_it_waits_on_purpose() -> None:
    assert console().startswith(
        "Audit of Shop at http://h: 5 probes, which wait up to 37 s on purpose"
    )


def test_junit_has_a_case_for_each_probe_and_fails_for_what_is_severe() -> None:
    root = junit()

    assert root.get("tests") == "5"
    assert root.get("failures") == "1"
    failure = case(root, "bad").find("failure")
    assert failure is not None
    assert failure.get("type") == "high"
    assert failure.get("message") == "because"
    assert "Cure it." in (failure.text or "")


def test_junit_passes_a_light_failure_and_says_what_it_found() -> None:
    light = case(junit(), "light")

    assert light.find("failure") is None
    assert (light.findtext("system-out") or "").startswith("fail: because")


def test_junit_skips_what_could_not_be_judged() -> None:
    root = junit()

    for id, words in (("absent", "not applicable"), ("unclear", "inconclusive")):
        skipped = case(root, id).find("skipped")
        assert skipped is not None
        assert skipped.get("message") == f"{words}: because"


def test_json_lines_hold_every_verdict() -> None:
    out = io.StringIO()
    reporter = JsonLines(out)
    for event in EVENTS:
        reporter.tell(event)

    lines = [json.loads(line) for line in out.getvalue().splitlines()]

    assert [line["event"] for line in lines[:2]] == ["AuditStarted", "ProbeJudged"]
    assert lines[2]["probe"]["id"] == "bad"
    assert lines[2]["outcome"] == "fail"
    assert lines[2]["reason"]["zh"] == "因为"


def test_junit_says_that_an_audit_was_broken_off() -> None:
    out = io.StringIO()
    reporter = AuditJUnit(out)
    for event in EVENTS[:2]:
        reporter.tell(event)
    reporter.close()

    suite = ET.fromstring(out.getvalue())[0]
    assert suite.attrib["errors"] == "1"
    assert suite.attrib["tests"] == "2"
    error = suite.find("testcase/error")
    assert error is not None
    assert error.attrib["message"] == "the audit was broken off"
