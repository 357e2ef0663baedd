"""The control API's journal: list, get, clear, wait."""

import json
import threading
from typing import Any

import pytest
from flask import Flask

from mockwx.config import DEFAULT_APPID
from mockwx.web.waiting import MOST_WAITERS
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


def test_exchange_holds_question_and_answer_with_secrets_masked(
    server: DeveloperServer, control: Control, phone: Phone
) -> None:
    code = phone.login()
    answer = server.code2session(code).get_json(force=True)

    masked = control.get("exchanges")["exchanges"][0]
    revealed = control.get(f"exchanges/{masked['rid']}", reveal=1)

    assert masked["number"] == 2, "the login on the phone came first"
    assert masked["kind"] == "server"
    assert masked["at"] == NOON
    assert (masked["appid"], masked["user"]) == ("wx6d6f636b77780001", "alice")
    assert masked["errcode"] == 0
    assert masked["request"]["method"] == "GET"
    assert masked["request"]["path"] == "/sns/jscode2session"
    assert "secret=6d6f…" in masked["request"]["query"]
    assert answer["session_key"] not in masked["response"]["body"]
    assert "6d6f636b77786d6f636b77786d6f636b" in revealed["request"]["query"]
    assert answer["session_key"] in revealed["response"]["body"]
    assert revealed["response"]["content_type"] == "text/plain"


def test_control_calls_are_not_recorded(control: Control, phone: Phone) -> None:
    phone.login()
    control.get("users")

    assert control.get("exchanges") == {"exchanges": []}


CHOICES: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [2, 3, 4, 5]),
    ({"path": "/cgi-bin/token"}, [4]),
    ({"errcode": 40163}, [3]),
    ({"errcode": 0}, [2, 4]),
    ({"user": "bob"}, [2, 3]),
    ({"appid": "wx6d6f636b77780001"}, [2, 3, 4]),
    ({"since": 3}, [4, 5]),
    ({"since": 99}, []),
    ({"errcode": 0, "since": 2}, [4]),
    ({"path": "/cgi-bin"}, []),
    ({"kind": "phone"}, [1]),
    ({"kind": "phone", "path": "wx.login"}, [1]),
    ({"kind": "any"}, [1, 2, 3, 4, 5]),
    ({"kind": "push"}, []),
]


@pytest.mark.parametrize(
    ("query", "numbers"), CHOICES, ids=[str(row[0]) for row in CHOICES]
)
def test_filter_chooses(
    server: DeveloperServer,
    control: Control,
    phone: Phone,
    query: dict[str, Any],
    numbers: list[int],
) -> None:
    code = phone.login(user="bob")
    server.code2session(code)
    server.code2session(code)
    server.token()
    server.http.get("/nowhere")

    found = control.get("exchanges", **query)["exchanges"]

    assert [each["number"] for each in found] == numbers


def test_exchanges_about_one_code_are_counted(
    server: DeveloperServer, control: Control, phone: Phone
) -> None:
    code, other = phone.login(), phone.login()
    server.code2session(code)
    server.code2session(other)
    about_it = {"path": "/sns/jscode2session", "code": code}

    verified = control.post("exchanges/verify", match=about_it, count=1)

    assert verified["ok"]
    assert len(control.get("exchanges", code=other)["exchanges"]) == 1


def test_clear_forgets_but_numbers_go_on(
    server: DeveloperServer, control: Control
) -> None:
    server.token()

    cleared = control.http.delete("/_mockwx/api/exchanges").get_json()
    server.token()

    assert cleared == {"status": "ok"}
    assert [each["number"] for each in control.get("exchanges")["exchanges"]] == [2]


def test_clear_forgets_those_that_match(
    server: DeveloperServer, control: Control, phone: Phone
) -> None:
    server.code2session(phone.login())
    server.token()
    matching = {"path": "/cgi-bin/token", "since": "1"}

    control.http.delete("/_mockwx/api/exchanges", query_string=matching)

    left = control.get("exchanges", kind="any")["exchanges"]
    assert [each["number"] for each in left] == [1, 2]


def test_clear_with_a_wrong_filter_forgets_nothing(
    server: DeveloperServer, control: Control
) -> None:
    server.token()

    refused = control.http.delete("/_mockwx/api/exchanges?pth=/cgi-bin/token")

    assert refused.status_code == 400
    assert refused.get_json()["error"]["field"] == "pth"
    assert len(control.get("exchanges")["exchanges"]) == 1


REFUSED = [
    ("exchanges?errcode=x", "errcode"),
    ("exchanges?code=", "code"),
    ("exchanges?errcode=", "errcode"),
    ("exchanges?errcode=٤", "errcode"),
    ("exchanges?since=-1", "since"),
    ("exchanges?since=1e3", "since"),
    ("exchanges?timeout=1", "timeout"),
    ("exchanges?reveal=2", "reveal"),
    ("exchanges?usr=bob", "usr"),
    ("exchanges?kind=telepathy", "kind"),
    ("exchanges/wait?timeout=61", "timeout"),
    ("exchanges/wait?timeout=-1", "timeout"),
    ("exchanges/wait?timeout=nan", "timeout"),
    ("exchanges/wait?count=0", "count"),
    ("exchanges/wait?count=1001", "count"),
]


@pytest.mark.parametrize(("path", "field"), REFUSED)
def test_bad_question_is_refused_by_name(
    control: Control, path: str, field: str
) -> None:
    response = control.http.get(f"/_mockwx/api/{path}")

    assert response.status_code == 400
    assert response.get_json()["error"]["field"] == field


def test_unknown_rid_is_404(control: Control) -> None:
    response = control.http.get("/_mockwx/api/exchanges/00000000-00000000-00000000")

    assert response.status_code == 404
    assert response.get_json()["error"]["field"] == "rid"


class TestWait:
    def test_answers_at_once_with_what_is_there(
        self, server: DeveloperServer, control: Control
    ) -> None:
        server.token()

        found = control.get("exchanges/wait", path="/cgi-bin/token", timeout=0)

        assert [each["number"] for each in found["exchanges"]] == [1]

    def test_answers_when_enough_have_come(
        self, app: Flask, server: DeveloperServer
    ) -> None:
        answers: list[Any] = []
        waiter = threading.Thread(
            target=lambda: answers.append(
                Control(app).get(
                    "exchanges/wait", errcode=0, since=1, count=2, timeout=30
                )
            )
        )
        server.token()
        waiter.start()
        server.code2session("x")
        server.token()
        server.token()
        waiter.join(10)

        assert [each["number"] for each in answers[0]["exchanges"]] == [3, 4]

    def test_time_up_is_408_and_counts_what_came(
        self, server: DeveloperServer, control: Control
    ) -> None:
        server.token()

        response = control.http.get("/_mockwx/api/exchanges/wait?timeout=0.01&count=2")

        error = response.get_json()["error"]
        assert response.status_code == 408
        assert error["code"] == "timeout"
        assert error["message"] == "1 of 2 exchanges came within 0.01 s."

    def test_wrong_parameter_is_refused_without_waiting(self, control: Control) -> None:
        response = control.http.get("/_mockwx/api/exchanges/wait?timeout=0&reveal=2")

        assert response.status_code == 400
        assert response.get_json()["error"]["field"] == "reveal"

    def test_too_many_at_once_are_told_so(self, app: Flask, control: Control) -> None:
        room = app.extensions["mockwx.waiting_room"]
        taken = [room.take_seat() for _ in range(MOST_WAITERS)]

        response = control.http.get("/_mockwx/api/exchanges/wait?timeout=0")

        assert all(taken)
        assert response.status_code == 429
        assert response.get_json()["error"]["code"] == "too_many_waiters"


def test_refused_call_is_about_whose_code_it_was(
    server: DeveloperServer, control: Control, phone: Phone
) -> None:
    code = phone.login(user="bob")
    server.code2session(code)
    server.code2session(code)

    found = control.get("exchanges", user="bob", errcode=40163)["exchanges"]

    assert len(found) == 1


def test_acts_on_the_mock_are_told_to_who_asks_for_them(
    control: Control, phone: Phone
) -> None:
    control.post("clock/advance", seconds=7)
    control.post("faults", effect={"errcode": 45011})
    secret = "0123456789abcdef" * 2
    control.patch(f"mini_programs/{DEFAULT_APPID}", policy="strict", secret=secret)
    phone.login()

    told = control.get("exchanges", kind="act")["exchanges"]

    assert [(each["request"]["method"], each["request"]["path"]) for each in told] == [
        ("POST", "clock/advance"),
        ("POST", "faults"),
        ("PATCH", f"mini_programs/{DEFAULT_APPID}"),
    ]
    assert json.loads(told[0]["request"]["body"]) == {"seconds": 7}
    assert json.loads(told[1]["response"]["body"])["id"]
    assert secret not in told[2]["request"]["body"]
    others = control.get("exchanges", kind="any")["exchanges"]
    assert [each["kind"] for each in others] == ["phone"]


def test_act_that_was_refused_is_none(control: Control) -> None:
    control.post("clock/advance", seconds=-1)

    assert control.get("exchanges", kind="act")["exchanges"] == []
