"""The WeChat port over mockwx's HTTP door."""

import json

import pytest

from simulator.adapters.mockwx_http import MockWx
from simulator.ports import RefusedError
from simulator.ports import Response
from simulator.ports import SendError
from simulator.ports import UnreachableError
from tests.unit.simulator.fakes import FakeBackend


def test_wx_call_is_a_post_to_the_door() -> None:
    transport = FakeBackend(responses=[Response(200, (), b'{"errMsg":"login:ok"}')])

    answer = MockWx(transport, token="T").call("login", {"user": "微"})

    (sent,) = transport.requests
    assert answer == {"errMsg": "login:ok"}
    assert (sent.method, sent.url) == (
        "POST",
        "https://backend.example/_mockwx/api/wx/login",
    )
    assert json.loads(sent.body) == {"user": "微"}
    assert ("Authorization", "Bearer T") in sent.headers


def test_calls_in_a_world_name_it_and_others_do_not() -> None:
    transport = FakeBackend()
    wechat = MockWx(transport, token="T")

    wechat.in_world("red").in_world("green").control("GET", "clock")
    wechat.control("GET", "clock")

    named, unnamed = (dict(each.headers) for each in transport.requests)
    assert (named["X-Mockwx-World"], named["Authorization"]) == ("green", "Bearer T")
    assert "X-Mockwx-World" not in unnamed


def test_get_puts_its_filters_into_the_query() -> None:
    transport = FakeBackend()

    MockWx(transport).control("GET", "exchanges", {"since": 3, "path": "/sns/x"})

    assert transport.requests[0].url.endswith("/exchanges?since=3&path=%2Fsns%2Fx")
    assert transport.requests[0].body == b""


def test_refusal_tells_message_field_and_status() -> None:
    error = {"code": "bad_request", "message": "no such thing.", "field": "user"}
    body = json.dumps({"error": {**error, "message_zh": "没有。"}}).encode()
    transport = FakeBackend(responses=[Response(422, (), body)])

    with pytest.raises(RefusedError) as caught:
        MockWx(transport).call("login", {})

    refused = caught.value
    assert (refused.message, refused.zh, refused.status) == (
        "no such thing. (field user)",
        "没有。",
        422,
    )


def test_nobody_there_says_how_to_start_the_mock() -> None:
    transport = FakeBackend(responses=[SendError("refused", "nothing listens there")])

    with pytest.raises(UnreachableError, match="mockwx serve") as caught:
        MockWx(transport).control("POST", "reset")

    assert "请先运行" in caught.value.zh


@pytest.mark.parametrize("body", [b"<html>", b"5", b'"text"'])
def test_somebody_else_there_is_said(body: bytes) -> None:
    transport = FakeBackend(responses=[Response(200, (), body)])

    with pytest.raises(UnreachableError, match="is not mockwx"):
        MockWx(transport).call("login", {})


def test_refusal_without_words_tells_the_status() -> None:
    transport = FakeBackend(responses=[Response(403, (), b"{}")])

    with pytest.raises(RefusedError, match="answered 403"):
        MockWx(transport).control("POST", "reset")
