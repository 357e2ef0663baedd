"""How an answer is read: a fall, a refusal in words, too many calls."""

import json
from dataclasses import replace

import pytest

from simulator.audit.bench import changed
from simulator.audit.reply import Reply
from simulator.audit.reply import ids_of
from simulator.audit.reply import texts_of
from simulator.events import HttpTalk
from simulator.expressions import parse_path
from simulator.mapping import Call
from simulator.mapping import Judgement
from simulator.matchers import Rule


TRACEBACK = 'Traceback (most recent call last):\n  File "x.py", line 1'


def reply(status: int, text: str, *, accepted: bool = True) -> Reply:
    talk = HttpTalk("POST", "http://h/", (), "", status, (), text)
    try:
        data: object = json.loads(text)
    except ValueError:
        data = text
    answer = {"statusCode": status, "data": data, "text": text}
    return Reply(Call("login", "/"), accepted, answer, (), 0.1, talk, ())


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, "<h1>Internal Server Error</h1>"),
        (500, '{"message": "Internal server error"}'),
        (500, "oops"),
        (200, json.dumps({"error": TRACEBACK})),
        (500, "Error: x\n    at Object.<anonymous> (/srv/app.js:10:5)"),
        (200, json.dumps({"stack": "Error: x\n    at login (/srv/app.js:10:5)"})),
    ],
)
def test_unhandled_error_is_a_fall(status: int, text: str) -> None:
    assert reply(status, text).fell


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (503, "try again"),
        (502, "<html>"),
        (500, '{"error": "WeChat is away"}'),
        (400, "no"),
        (200, '{"code": 500}'),
    ],
)
def test_error_that_was_meant_is_none(status: int, text: str) -> None:
    assert not reply(status, text).fell


@pytest.mark.parametrize(
    "text",
    [
        TRACEBACK,
        "<pre>Error: x<br> &nbsp; &nbsp;at Layer.next (/srv/app.js:1:5)</pre>",
        "java.lang.NullPointerException\n\tat com.shop.Login.go(Login.java:7)",
    ],
)
def test_traceback_below_a_refusal_is_no_fall_but_is_seen(text: str) -> None:
    refusal = reply(400, text)

    assert refusal.traceback
    assert not refusal.fell


def test_answer_with_another_code_in_its_body_is_a_refusal() -> None:
    honest = reply(200, '{"errno": 0, "token": "a"}')

    assert reply(200, '{"errno": 0, "token": "b"}').like(honest)
    assert not reply(200, '{"errno": 501, "token": ""}').like(honest)
    assert not reply(200, '{"success": false}').like(honest)
    assert not reply(200, '{"errno": 0}', accepted=False).like(honest)


def test_rules_that_look_into_the_body_know_better() -> None:
    rule = Rule(parse_path("data.token"), "present", True)
    call = Call("login", "/", judgement=Judgement((rule,)))
    honest = replace(reply(200, '{"status": "new"}'), call=call)

    assert replace(reply(200, '{"status": "known"}'), call=call).like(honest)


def test_what_no_phone_can_send_is_not_held_against_the_backend() -> None:
    unsent = Reply(Call("x", "/"), False, {"errno": 600010}, ("x",), 0.0, None, ())
    reset = Reply(Call("x", "/"), False, {"errno": 600001}, ("x",), 0.0, None, ())

    assert not unsent.dropped
    assert reset.dropped


def test_call_says_more_in_its_body_or_else_in_its_query() -> None:
    posted = changed(Call("a", "/", body={"code": "${code}"}), openid="o")
    asked = changed(Call("b", "/", "GET"), openid="o")

    assert posted.body == {"code": "${code}", "openid": "o"}
    assert asked.query == {"openid": "o"}


def test_texts_of_an_answer_are_found_at_any_depth() -> None:
    assert texts_of({"a": [{"b": "x"}, 7], "c": True, "d": None}) == ["x", "7"]


def test_id_of_an_account_is_found_and_no_other() -> None:
    text = '{"data": {"user": {"userId": 7}, "session": {"id": 1}}, "trace": {"id": 2}}'

    assert ids_of(reply(200, text)) == {"userId": "7"}


def test_refusal_is_said_in_both_languages() -> None:
    refused = replace(
        reply(401, "no", accepted=False), reasons=("tried 3 times", "nobody knows")
    )

    assert refused.refusal.en == "tried 3 times; nobody knows"
    assert refused.refusal.zh.startswith("尝试了 3 次；")
    assert (refused.why, refused.why_zh) == ("HTTP 401", "HTTP 401")


def test_silence_is_said_in_both_languages() -> None:
    silent = replace(reply(0, ""), talk=None)

    assert (silent.why, silent.why_zh) == ("no answer", "没有应答")
    assert (silent.refusal.en, silent.refusal.zh) == ("no answer", "没有应答")
