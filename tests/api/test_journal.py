"""The journal as a whole: verified, explained, live, and the story of one login."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from flask import Flask

from mockwx import MockServer
from mockwx import Settings
from mockwx.web.recording import RECORDED_BYTES
from tests.control import Mock
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


LOGIN = "/sns/jscode2session"


@pytest.mark.parametrize(
    ("question", "ok", "found"),
    [
        ({"match": {"path": LOGIN}, "count": 2}, True, 2),
        ({"match": {"path": LOGIN}, "count": 1}, False, 2),
        ({"match": {"path": LOGIN, "errcode": 40163}, "count": 1}, True, 1),
        ({"match": {"path": LOGIN}, "at_least": 2, "at_most": 3}, True, 2),
        ({"match": {"path": LOGIN}, "at_most": 1}, False, 2),
        ({"match": {"path": "/cgi-bin/token"}}, False, 0),
        ({"match": {"kind": "phone"}, "count": 1}, True, 1),
        ({}, True, 2),
        ({"order": [{"path": LOGIN}, {"errcode": 40163}]}, True, 2),
        ({"order": [{"errcode": 40163}, {"errcode": 0}]}, False, 1),
        ({"order": []}, True, 0),
    ],
    ids=str,
)
def test_journal_is_verified_by_count_and_order(
    server: DeveloperServer,
    phone: Phone,
    control: Control,
    question: dict[str, object],
    ok: bool,
    found: int,
) -> None:
    code = phone.login()
    server.code2session(code)
    server.code2session(code)

    verdict = control.post("exchanges/verify", **question)

    assert verdict == {"ok": ok, "found": found}


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"matsch": {}}, "matsch"),
        ({"match": {"url": LOGIN}}, "url"),
        ({"match": 5}, "match"),
        ({"order": [{"path": 5}]}, "path"),
        ({"count": -1}, "count"),
    ],
    ids=str,
)
def test_question_that_means_nothing_is_refused_by_name(
    control: Control, question: dict[str, object], field: str
) -> None:
    assert control.post("exchanges/verify", **question)["error"]["field"] == field


def test_retry_loop_is_found_and_named(
    server: DeveloperServer, control: Control
) -> None:
    for _ in range(5):
        server.phone_number("97_" + "x" * 133, {"code": "c"})

    (finding,) = control.get("exchanges/findings")["findings"]

    assert finding["finding"] == "retry_loop"
    assert (finding["errcode"], finding["count"]) == (40001, 5)


def test_trace_joins_phone_backend_and_wechat(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    phone.login(user="bob")
    code = phone.login()
    control.post(
        "exchanges",
        method="POST",
        path="/login",
        request_body=json.dumps({"code": code}),
        status=200,
        response_body='{"token":"t"}',
        user="alice",
    )
    session = server.code2session(code).get_json(force=True)
    server.signed("/wxa/checksession", session)

    by_code = control.get("trace", code=code)
    by_openid = control.get("trace", openid=session["openid"])

    assert [step["kind"] for step in by_code["steps"]] == [
        "phone",
        "backend",
        "server",
        "server",
    ]
    assert [step["request"]["path"] for step in by_code["steps"]] == [
        "wx.login",
        "/login",
        LOGIN,
        "/wxa/checksession",
    ]
    assert (by_code["appid"], by_code["user"]) == ("wx6d6f636b77780001", "alice")
    assert session["session_key"] not in json.dumps(by_code)
    assert [step["request"]["path"] for step in by_openid["steps"]] == [
        LOGIN,
        "/wxa/checksession",
    ]


@pytest.mark.parametrize("query", [{}, {"code": ""}, {"code": "a", "openid": "b"}])
def test_trace_needs_one_login(control: Control, query: dict[str, str]) -> None:
    assert control.get("trace", **query)["error"]["field"] == "code"


def test_trace_of_a_code_nobody_made_is_empty(control: Control) -> None:
    assert control.get("trace", code="x") == {"appid": "", "user": "", "steps": []}


def test_told_exchange_must_be_whole(control: Control) -> None:
    assert control.post("exchanges", method="GET")["error"]["field"] == "path"


# -- live -------------------------------------------------------------------------


@pytest.fixture
def running() -> Iterator[MockServer]:
    with MockServer(Settings(seed=1)) as server:
        yield server


def listen(server: MockServer, query: str = "", **headers: str) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", f"/_mockwx/api/events{query}", headers=headers)
    return connection


def next_event(response: object) -> dict[str, object]:
    while True:
        line = response.readline()  # type: ignore[attr-defined]
        assert line, "the stream ended"
        if line.startswith(b"data: "):
            return dict(json.loads(line.removeprefix(b"data: ")))


def test_exchange_is_seen_as_it_happens(running: MockServer) -> None:
    connection = listen(running)
    response = connection.getresponse()
    assert response.headers["Content-Type"].startswith("text/event-stream")

    Mock(running.url).ask(LOGIN)

    event = next_event(response)
    assert event["errcode"] == 41002
    connection.close()


@pytest.mark.parametrize(
    ("query", "headers"), [("?since=1", {}), ("", {"Last-Event-ID": "1"})]
)
def test_listener_goes_on_where_it_stopped(
    running: MockServer, query: str, headers: dict[str, str]
) -> None:
    for _ in range(3):
        Mock(running.url).ask(LOGIN)

    connection = listen(running, query, **headers)
    response = connection.getresponse()

    assert [next_event(response)["number"] for _ in range(2)] == [2, 3]
    connection.close()


def test_listener_hears_only_what_it_asked_for(running: MockServer) -> None:
    connection = listen(running, "?path=/cgi-bin/token")
    response = connection.getresponse()

    Mock(running.url).ask(LOGIN)
    Mock(running.url).ask("/cgi-bin/token")

    event = next_event(response)
    assert event["request"]["path"] == "/cgi-bin/token"  # type: ignore[index]
    connection.close()


def test_listeners_that_left_give_their_seats_back(running: MockServer) -> None:
    for _ in range(40):
        connection = listen(running)
        response = connection.getresponse()
        assert response.status == 200
        assert connection.sock is not None or response is not None
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
        connection.close()
        response.close()
        Mock(running.url).ask(LOGIN)
        Mock(running.url).ask(LOGIN)


def test_stop_of_the_server_ends_the_stream(app: Flask) -> None:
    server = MockServer(Settings(seed=1)).start()
    connection = listen(server)
    response = connection.getresponse()

    server.stop()

    response.read()
    connection.close()


def test_what_is_told_is_cut_like_what_is_seen(control: Control) -> None:
    long = "长" * 10_000

    told = control.post(
        "exchanges",
        method="POST",
        path=long,
        query=long,
        request_body=long,
        status=200,
        response_body=long,
        content_type=long,
        appid=long,
        user=long,
    )

    shown = (told["appid"], told["user"], *told["request"].values())
    assert max(map(len, shown)) == RECORDED_BYTES // len("长".encode())
    assert len(told["response"]["body"]) == RECORDED_BYTES // len("长".encode())
