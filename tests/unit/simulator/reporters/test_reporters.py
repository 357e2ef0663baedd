"""The readers of the runner's events: console, JUnit, JSON lines."""

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from simulator.events import Cause
from simulator.events import Event
from simulator.events import HttpTalk
from simulator.events import PlayStarted
from simulator.events import ScenarioFinished
from simulator.events import ScenarioStarted
from simulator.events import Step
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.events import TraceStep
from simulator.events import WeChatCall
from simulator.evidence import call_line
from simulator.evidence import evidence
from simulator.reporters.console import Console
from simulator.reporters.console import brief
from simulator.reporters.console import summary
from simulator.reporters.html import Html
from simulator.reporters.jsonl import JsonLines
from simulator.reporters.junit import JUnit


PLAY = PlayStarted(2, 1777593600.0, "Shop", "http://h", "http://127.0.0.1:7778")
STEP = Step("the code", "backend.login", "phone", "x.scenario.yaml", 7)
TALK = HttpTalk(
    "POST",
    "https://h/login",
    (("Referer", "r"),),
    '{"code":"0"}',
    401,
    (("X-A", "1"),),
    "no\x01 <entry>",
    ("https://h/old",),
)
CALL = WeChatCall("GET", "/sns/x", 200, 40029, "rid-1", "js_code=0", "", "{}")
EVENTS: tuple[Event, ...] = (
    ScenarioStarted("Login", "登录", "x.scenario.yaml", steps=3, at=1777593600.0),
    StepPassed(STEP, {"code": "0abc"}, {"errMsg": "login:ok"}, 0.1, TALK, (CALL,)),
    StepFailed(
        STEP,
        {},
        {"statusCode": 401, "data": {}},
        0.1,
        ("too bad",),
        TALK,
        (CALL,),
        (
            TraceStep("phone", "wx.login", "login:ok"),
            TraceStep("server", "GET /sns/x", "errcode 40029"),
            TraceStep("backend", "POST /login", "HTTP 401"),
        ),
    ),
    StepSkipped(STEP, "an earlier step failed"),
    ScenarioFinished("Login", "x.scenario.yaml", 1, 1, 1, 0.25),
)


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


def test_console_tells_each_step_and_all_about_a_failure(out: io.StringIO) -> None:
    console = Console(out)
    for event in EVENTS:
        console.tell(event)
    console.close()

    assert out.getvalue().splitlines() == [
        "",
        "Login  登录",
        "  ✓ the code  backend.login code=0abc → login:ok",
        "      moved on from https://h/old",
        "      WeChat: GET /sns/x → errcode 40029",
        "  ✗ the code  backend.login → 401 {}",
        "      too bad",
        "      at x.scenario.yaml:7, backend.login",
        "      sent     POST https://h/login",
        "               Referer: r",
        '               {"code":"0"}',
        "      moved on from https://h/old",
        "      got      401",
        "               X-A: 1",
        "               no\\x01 <entry>",
        "      WeChat   GET /sns/x → errcode 40029 (HTTP 200, rid rid-1)",
        "               asked    js_code=0",
        "               answered {}",
        "      the way of this code, from the tap to here:",
        "      phone    wx.login → login:ok",
        "      WeChat   GET /sns/x → errcode 40029",
        "      backend  POST /login → HTTP 401",
        "  - the code  skipped: an earlier step failed",
        "",
        "1 scenario, 2 steps, 1 failed, 0.2 s",
    ]


def test_cause_that_the_doctor_found_is_told_once_with_its_cure() -> None:
    cause = Cause("stale_key", "the key is old.", "Log in again.")
    call = replace(CALL, causes=(cause,))
    failed = StepFailed(STEP, {}, {}, 0.1, ("too bad",), TALK, (call,), causes=(cause,))

    assert list(evidence(failed))[1:3] == [
        "cause    stale_key: the key is old.",
        "         → Log in again.",
    ]
    assert sum("stale_key" in line for line in evidence(failed)) == 1


def test_backend_that_asked_nothing_is_told_as_such() -> None:
    failed = StepFailed(STEP, {}, {}, 0.1, ("too bad",), TALK)

    assert list(evidence(failed))[-1] == (
        "WeChat was not asked anything by the backend in this step"
    )


def test_long_text_is_cut_with_its_length() -> None:
    failed = StepFailed(STEP, {"data": "x" * 3000}, {}, 0.1, ("too bad",))

    (asked,) = (line for line in evidence(failed) if line.startswith("asked"))
    assert asked.endswith("… (3012 characters)")


def test_failure_in_a_world_of_its_own_says_which(out: io.StringIO) -> None:
    console = Console(out)
    console.tell(ScenarioStarted("Login", "", "x.scenario.yaml", "wxsim/x"))
    console.tell(StepFailed(STEP, {}, {}, 0.1, ("too bad",)))

    assert out.getvalue().splitlines()[-1] == "      all of it is in the world wxsim/x"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"errcode": 0}, "GET /sns/x → ok"),
        (
            {"errcode": None, "status": 502},
            "GET /sns/x → HTTP 502, no answer of WeChat's",
        ),
        ({"fault": "fault-1"}, "GET /sns/x → errcode 40029 (struck by fault-1)"),
        (
            {"shared": True},
            "GET /sns/x → errcode 40029 (in the world all stories share)",
        ),
    ],
    ids=["ok", "gateway", "fault", "shared"],
)
def test_call_to_wechat_is_told_in_one_line(
    changes: dict[str, object], line: str
) -> None:
    assert call_line(replace(CALL, **changes)) == line


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, 2], "b": "x" * 40}, "{a: [2 items], b: xxxxxxxxxxxxxxxxxxxxxxx…}"),
        ([], "[]"),
        (None, "null"),
        ("a\n b", "a b"),
    ],
)
def test_values_are_told_in_a_few_words(value: object, text: str) -> None:
    assert brief(value) == text


def test_long_answers_are_cut_to_a_line() -> None:
    answer = {f"key{number}": "x" * 30 for number in range(20)}

    assert len(summary(answer)) == 90


def test_junit_has_a_case_for_each_step(out: io.StringIO) -> None:
    junit = JUnit(out)
    for event in EVENTS:
        junit.tell(event)
    junit.close()

    root = ET.fromstring(out.getvalue())
    (suite,) = root
    properties, passed, failed, skipped = suite
    assert suite.attrib == {
        "name": "Login",
        "file": "x.scenario.yaml",
        "timestamp": "2026-05-01T00:00:00",
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
        "time": "0.250",
    }
    assert [each.attrib for each in properties] == [{"name": "about", "value": "登录"}]
    assert (passed.get("name"), passed[0].tag) == ("the code", "system-out")
    assert "GET /sns/x → errcode 40029" in (passed[0].text or "")
    failure, said = failed
    assert failure.get("type") == "backend.login"
    assert "got      401" in (said.text or "")
    assert failure.get("message") == "too bad"
    assert "no\\x01 <entry>" in (failure.text or "")
    assert skipped[0].tag == "skipped"


def test_junit_totals_are_those_of_all_suites(out: io.StringIO) -> None:
    junit = JUnit(out)
    for event in (PLAY, *EVENTS, *EVENTS):
        junit.tell(event)
    junit.close()

    root = ET.fromstring(out.getvalue())
    totals = {name: root.get(name) for name in ("tests", "failures", "errors")}
    assert totals == {"tests": "6", "failures": "2", "errors": "0"}
    assert root.get("time") == "0.500"
    assert root.find(".//property[@name='mock']").get("value") == PLAY.mock


def test_junit_counts_a_story_that_was_broken_off(out: io.StringIO) -> None:
    junit = JUnit(out)
    for event in EVENTS[:-1]:
        junit.tell(event)
    junit.close()

    root = ET.fromstring(out.getvalue())
    names = ("tests", "failures", "errors", "skipped")
    assert [root[0].get(name) for name in names] == ["4", "1", "1", "1"]
    assert [root.get(name) for name in names[:3]] == ["4", "1", "1"]
    assert [each.get("message") for each in root.iter("error")] == [
        "the story was broken off"
    ]


def test_junit_tells_steps_of_one_title_apart(out: io.StringIO) -> None:
    junit = JUnit(out)
    for event in (*EVENTS, *EVENTS):
        junit.tell(event)
    junit.close()

    names = [each.get("name") for each in ET.fromstring(out.getvalue())[0][1:]]
    assert names == ["the code", "the code (2)", "the code (3)"]


# What Jenkins' xunit plugin allows (its junit-10.xsd), and GitLab reads in this order.
JUNIT_ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {
        *("name", "tests", "failures", "errors", "skipped", "time", "timestamp"),
        *("hostname", "id", "package", "file"),
    },
    "testcase": {"name", "classname", "time", "group"},
    "properties": set(),
    "property": {"name", "value"},
    "failure": {"message", "type"},
    "skipped": {"message", "type"},
    "system-out": set(),
}
JUNIT_CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase"],
    "properties": ["property"],
    "testcase": ["skipped", "failure", "system-out"],
}


def test_junit_keeps_to_what_every_reader_knows(out: io.StringIO) -> None:
    junit = JUnit(out)
    for event in (PLAY, *EVENTS):
        junit.tell(event)
    junit.close()

    for element in ET.fromstring(out.getvalue()).iter():
        allowed = JUNIT_CHILDREN.get(element.tag, [])
        order = [allowed.index(child.tag) for child in element]
        assert order == sorted(order)
        assert set(element.attrib) <= JUNIT_ATTRIBUTES[element.tag]


class Terminal(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        return True


def test_story_that_was_broken_off_has_no_summary(out: io.StringIO) -> None:
    console = Console(out)
    for event in EVENTS[:-1]:
        console.tell(event)
    console.close()

    assert "1 scenario" not in out.getvalue()


def test_progress_stands_on_a_terminal_until_the_next_line() -> None:
    terminal = Terminal()
    console = Console(terminal)
    console.tell(PLAY)
    console.tell(EVENTS[0])
    console.begin(STEP)
    shown = terminal.getvalue().rpartition("\r\x1b[2K")[2]
    console.tell(EVENTS[1])

    assert shown == "  ▸ story 1 of 2 · step 1 of 3 · the code"
    assert f"{shown}\r\x1b[2K  " in terminal.getvalue()


def test_progress_is_not_written_to_a_pipe(out: io.StringIO) -> None:
    console = Console(out)
    console.begin(STEP)

    assert out.getvalue() == ""


def test_progress_never_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()
    Console(terminal).begin(replace(STEP, title="登录登录登录登录登录登录"))

    assert terminal.getvalue() == "\r\x1b[2K  ▸ 登录登录登录登"


def test_console_speaks_chinese(out: io.StringIO) -> None:
    console = Console(out, "zh")
    for event in EVENTS:
        console.tell(event)
    console.close()

    lines = out.getvalue().splitlines()
    assert "      微信: GET /sns/x → errcode 40029" in lines
    assert "      发送     POST https://h/login" in lines
    assert "  - the code  跳过：前面的步骤失败了" in lines
    assert lines[-1] == "1 个故事，2 个步骤，1 个失败，0.2 秒"


def test_hostile_answer_cannot_drive_the_terminal(out: io.StringIO) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
    step = replace(STEP, title=hostile, action=hostile)
    call = replace(CALL, answer=hostile, path=hostile)
    talk = replace(TALK, response_body=hostile, response_headers=(("X", hostile),))
    answered = {"statusCode": 200, "data": {hostile: hostile}}
    console = Console(out)
    console.tell(ScenarioStarted(hostile, hostile, "x.scenario.yaml"))
    console.tell(StepPassed(step, {}, answered, 0.1, talk, (call,)))
    console.tell(StepFailed(step, {}, answered, 0.1, (hostile,), talk, (call,)))
    console.tell(StepSkipped(step, hostile))

    assert not set("\x1b\x07\x9b\u202e") & set(out.getvalue())
    assert "\\x1b[2J" in out.getvalue()


def test_json_lines_tell_every_event_in_full(out: io.StringIO) -> None:
    reporter = JsonLines(out)
    for event in EVENTS:
        reporter.tell(event)
    reporter.close()

    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        "ScenarioStarted",
        "StepPassed",
        "StepFailed",
        "StepSkipped",
        "ScenarioFinished",
    ]
    assert lines[2]["wechat_calls"][0]["errcode"] == 40029
    assert lines[2]["step"]["line"] == 7


def test_half_a_character_breaks_no_file() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    told = replace(EVENTS[1], answered={"data": "half \ud83d"})  # type: ignore[type-var]
    for reporter in (JsonLines(file), Html(file), JUnit(file), Console(file)):
        for event in (EVENTS[0], told):
            reporter.tell(event)
        reporter.close()

    file.seek(0)
    first = json.loads(file.readlines()[1])
    assert first["answered"] == {"data": "half \ud83d"}
