"""What the journal says of a story, and what the story adds to it."""

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.events import Cause
from simulator.events import HttpTalk
from simulator.events import TraceStep
from simulator.ports import RefusedError
from simulator.scenario.journal import Watch
from simulator.scenario.journal import calls
from simulator.scenario.journal import tell
from simulator.scenario.journal import trace
from tests.unit.simulator.fakes import FakeWeChat
from tests.unit.simulator.fakes import exchange


def talk(status: int = 200, body: str = "") -> HttpTalk:
    headers = (("Content-Type", "application/json"),)
    url = "http://h/login?a=1"
    return HttpTalk("POST", url, (), body, status, headers, '{"token":"t"}')


def test_each_look_tells_only_what_is_new() -> None:
    wechat = FakeWeChat(exchanges=[exchange(1), exchange(2)])
    watch = Watch(wechat)

    assert watch.skip() == 2
    wechat.exchanges.append(exchange(3))
    assert [each["number"] for each in watch.news()] == [3]
    assert watch.news() == []


def test_watch_goes_on_from_the_start_of_a_journal_that_begins_anew() -> None:
    wechat = FakeWeChat(exchanges=[exchange(5)])
    watch = Watch(wechat)
    watch.news()

    wechat.exchanges[:] = []

    assert watch.skip() == 0


def test_call_says_what_struck_it_and_where_it_was_answered() -> None:
    struck = exchange(1) | {"fault": "fault-1", "errcode": None}

    (call,) = calls([struck], shared=True)

    assert (call.fault, call.errcode, call.shared) == ("fault-1", None, True)
    assert "0123456789abcdef" not in call.query


def test_phone_tells_what_it_asked_of_the_backend() -> None:
    wechat = FakeWeChat()

    tell(wechat, talk(body="x" * 20_000), Device(wechat, user="bob"), seconds=0.25)

    ((method, path, told),) = wechat.controls
    assert (method, path) == ("POST", "exchanges")
    assert len(told.pop("request_body")) == 16_384
    assert told == {
        "method": "POST",
        "path": "/login",
        "query": "a=1",
        "status": 200,
        "response_body": '{"token":"t"}',
        "content_type": "application/json",
        "duration_ms": 250,
        "appid": "wx6d6f636b77780001",
        "user": "bob",
    }


def test_call_tells_the_cause_that_the_doctor_found() -> None:
    finding = {
        "cause": "stale_key",
        "message": {"en": "the key is old."},
        "cure": {"en": "Log in again."},
    }
    diagnosed = exchange(1) | {"diagnosis": {"findings": [finding]}}

    (call,) = calls([diagnosed])

    assert call.causes == (Cause("stale_key", "the key is old.", "Log in again."),)


def test_status_that_is_none_is_not_told() -> None:
    wechat = FakeWeChat()

    tell(wechat, talk(status=999), Device(wechat), seconds=0)

    assert wechat.controls == []


def test_trace_joins_phone_backend_and_wechat() -> None:
    wechat = local_mock()
    code = wechat.call("login", {})["code"]
    tell(wechat, talk(body=f'{{"code":"{code}"}}'), Device(wechat), seconds=0)

    assert trace(wechat, code) == (
        TraceStep("phone", "wx.login", "login:ok"),
        TraceStep("backend", "POST /login", "HTTP 200"),
    )


@pytest.mark.parametrize(
    ("errcode", "came"), [(0, "ok"), (40163, "errcode 40163"), (None, "HTTP 502")]
)
def test_trace_tells_how_wechat_answered(errcode: int | None, came: str) -> None:
    step = {
        "kind": "server",
        "errcode": errcode,
        "request": {"method": "GET", "path": "/sns/x"},
        "response": {"status": 502, "body": ""},
    }

    class Traced(FakeWeChat):
        def control(self, *_: object) -> dict[str, object]:
            return {"steps": [step]}

    assert trace(Traced(), "c") == (TraceStep("server", "GET /sns/x", came),)


@pytest.mark.parametrize("body", ['{"errMsg": "login:o', "[]"])
def test_phone_step_whose_answer_was_cut_is_told_without_it(body: str) -> None:
    step = {
        "kind": "phone",
        "request": {"path": "wx.login"},
        "response": {"body": body},
    }

    class Traced(FakeWeChat):
        def control(self, *_: object) -> dict[str, object]:
            return {"steps": [step]}

    assert trace(Traced(), "c") == (TraceStep("phone", "wx.login", ""),)


def test_failure_is_told_even_if_the_mock_knows_no_traces() -> None:
    wechat = FakeWeChat(refusal=RefusedError("no such call.", status=404))

    assert trace(wechat, "c") == ()
