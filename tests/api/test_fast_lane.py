"""The fast lane answers as Flask does, byte for byte, and leaves the same journal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mockwx import create_app
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import Settings
from mockwx.domain.exchange import Exchange
from mockwx.web import fast_lane
from mockwx.web.context import EXTENSION
from mockwx.web.fast_lane import FastLane
from mockwx.worlds import Worlds


REQUESTS = 6_000
NOW = 1_700_000_000
SETTINGS = Settings(seed=7, freeze=NOW)
PHONE = tuple(f"{fast_lane.PHONE_DOOR}{api}" for api in fast_lane.ON_THE_PHONE)
LOGIN = PHONE[0]

Question: TypeAlias = dict[str, object]
Answer: TypeAlias = tuple[str, list[tuple[str, str]], bytes]


class Twins:
    """Two mocks of one seed and one frozen clock: one with the lane, one without."""

    def __init__(self) -> None:
        self.fast = create_app(SETTINGS)
        self.slow = create_app(SETTINGS)
        lane = self.slow.wsgi_app
        assert isinstance(lane, FastLane)
        self.slow.wsgi_app = lane._through  # type: ignore[method-assign]  # Flask's own way

    def ask(self, question: Question) -> Answer:
        """Ask both; return the one answer they give."""
        fast, slow = (ask(app.test_client(), question) for app in self.both)
        assert fast == slow, question
        return fast

    def journals(self) -> Iterator[tuple[list[Exchange], list[Exchange]]]:
        """Yield what each world of both has recorded, but how long it took."""
        for fast, slow in zip(*(worlds(app).all() for app in self.both), strict=True):
            yield timeless(fast.journal.tail()), timeless(slow.journal.tail())

    @property
    def both(self) -> tuple[Flask, Flask]:
        return self.fast, self.slow


class Caller:
    """Makes up calls, sane and odd ones, out of what earlier answers told."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.login_codes = ["0" + "a" * 31, ""]
        self.phone_codes = ["f" * 64, ""]
        self.tokens = ["90_unknown", ""]

    def call(self) -> Question:
        """Make up the next call."""
        make = self.chance.choice(
            [self._login, self._code2session, self._token, self._phone, self._weather]
        )
        question = make()
        if self.chance.random() < 0.1:
            question |= self._oddity(question)
        return question

    def learn(self, answer: Answer) -> None:
        """Remember the codes and tokens of an answer."""
        text = answer[2].decode(errors="replace")
        for name, known in (
            ('"access_token":"', self.tokens),
            ('"code":"0', self.login_codes),
            ('"code":"', self.phone_codes),
        ):
            if name in text:
                known.append(text.split(name)[1].split('"')[0])
        # '"code":"0' has eaten the zero that every login code begins with.
        if '"code":"0' in text and len(self.login_codes[-1]) == 31:
            self.login_codes[-1] = "0" + self.login_codes[-1]

    def _login(self) -> Question:
        who = self.chance.choice(["alice", "bob", "小明", "x" * 300, "a/b", ""])
        body: Question = {"user": who, "page": "pages/index"}
        if self.chance.random() < 0.2:
            body |= {"appid": "wx6d6f636b77780009"}
        if self.chance.random() < 0.1:
            body |= {"nonsense": 1}
        path = self.chance.choice([LOGIN] * 6 + list(PHONE))
        if path.endswith("getUserProfile"):
            body |= {"desc": self._mostly("for your page", "", "x" * 31)}
            body |= {"consent": self._mostly("allow", "deny")}
        if self.chance.random() < 0.2:
            body |= {"base_library": self.chance.choice(["2.10.4", "2.27.1", "1.9.0"])}
        return {"method": "POST", "path": path, "json": body}

    def _code2session(self) -> Question:
        query = {
            "appid": self._mostly(DEFAULT_APPID, "wx0000000000000000", ""),
            "secret": self._mostly(DEFAULT_SECRET, "f" * 32, ""),
            "js_code": self.chance.choice(self.login_codes[-4:] + self.phone_codes[:1]),
            "grant_type": self._mostly("authorization_code", "client_credential", ""),
        }
        return {"path": "/sns/jscode2session", "query_string": query}

    def _token(self) -> Question:
        query = {
            "grant_type": self._mostly("client_credential", "nothing"),
            "appid": self._mostly(DEFAULT_APPID, "wx0000000000000000"),
            "secret": self._mostly(DEFAULT_SECRET, "f" * 32),
        }
        return {"path": "/cgi-bin/token", "query_string": query}

    def _phone(self) -> Question:
        return {
            "method": "POST",
            "path": "/wxa/business/getuserphonenumber",
            "query_string": {"access_token": self.chance.choice(self.tokens[-3:])},
            "json": {"code": self.chance.choice(self.phone_codes[-3:])},
        }

    def _weather(self) -> Question:
        if self.chance.random() < 0.7:
            return {"method": "DELETE", "path": "/_mockwx/api/faults"}
        path = self.chance.choice(["/sns/jscode2session", "/cgi-bin/token", "wx.login"])
        effect: Question = {"errcode": -1}
        if path == "wx.login":
            effect = {"session": "rotate"}
        fault = {"match": {"path": path}, "effect": effect, "times": 2}
        return {"method": "POST", "path": "/_mockwx/api/faults", "json": fault}

    def _oddity(self, question: Question) -> Question:
        path = str(question["path"])
        return self.chance.choice(
            [
                {"method": self.chance.choice(["GET", "POST", "PUT", "HEAD", "QUERY"])},
                {"query_string": "appid=%77x6d&appid=wx1&js_code=%ff&grant_type=a+b"},
                {"query_string": "mockwx_world=here&appid=" + DEFAULT_APPID},
                {"query_string": "&&=&a"},
                {"path": path + "/"},
                {"path": path.replace("s", "%73", 1)},
                {"headers": {"X-Mockwx-World": "here"}},
                {"headers": {"X-Mockwx-World": "no;name"}},
                {"headers": {"Origin": "http://evil.example"}},
                {"headers": {"Origin": "http://localhost"}},
                {"headers": {"Host": "evil.example"}},
                {"headers": {"Host": "127.0.0.1:7778"}},
                {"headers": {"Wechatmp-Signature": "c2lnbmVk"}},
                {"headers": {"Content-Length": "seven"}},
                {"json": None, "data": b"{"},
                {"json": None, "data": b"\xff\xfe"},
                {"json": None, "data": b'{"code":1,"code":2}'},
                {"json": None, "data": b"x" * 5_000},
                {"json": None, "data": b""},
                {"environ_base": {"REMOTE_ADDR": "10.0.0.9"}},
            ]
        )

    def _mostly(self, usual: str, *others: str) -> str:
        return self.chance.choice([usual] * 9 + list(others))


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(each, marks=pytest.mark.slow) for each in range(1, 4))]
)
def test_generated_calls_get_the_same_bytes_and_journal(seed: int) -> None:
    twins, caller = Twins(), Caller(seed)

    for _ in range(REQUESTS // 3):
        caller.learn(twins.ask(caller.call()))

    for fast, slow in twins.journals():
        assert fast == slow
    kept = [each.errcode for fast, _ in twins.journals() for each in fast]
    # Else the calls would prove little: every lane has to have been taken in earnest.
    assert kept.count(0) > REQUESTS / 30
    assert {40029, 40163, 40125, 40013} <= set(kept)


@pytest.mark.parametrize(
    "question",
    [
        {"path": "/sns/jscode2session", "query_string": "appid=x"},
        {"path": "/cgi-bin/token"},
        {"method": "POST", "path": "/wxa/business/getuserphonenumber", "data": b"{}"},
        {"method": "POST", "path": LOGIN},
        *({"method": "POST", "path": path, "json": {"user": "bob"}} for path in PHONE),
    ],
    ids=["code2session", "token", "phone", "login", *fast_lane.ON_THE_PHONE],
)
def test_usual_call_does_not_reach_flask(question: Question) -> None:
    app = create_app(SETTINGS)
    lane = app.wsgi_app
    assert isinstance(lane, FastLane)
    lane._through = reach_flask

    assert ask(app.test_client(), question)[0] == "200 OK"


@pytest.mark.parametrize("path", [each.path for each in fast_lane.HOTTEST] + [*PHONE])
def test_armed_fault_leads_through_flask(path: str) -> None:
    app = create_app(SETTINGS)
    worlds(app).default.faults.arm(
        {"match": {"path": "/sns/userinfo"}, "effect": {"errcode": -1}}
    )
    lane = app.wsgi_app
    assert isinstance(lane, FastLane)
    lane._through = reach_flask
    method = "GET" if "token" in path or "jscode" in path else "POST"

    with pytest.raises(LookupError, match="Flask was asked"):
        ask(app.test_client(), {"method": method, "path": path})


def test_login_needs_the_token_where_others_can_reach_the_mock() -> None:
    settings = replace(SETTINGS, host="0.0.0.0", token="secret-of-the-door")

    answer = ask(create_app(settings).test_client(), {"method": "POST", "path": LOGIN})

    assert answer[0] == "401 UNAUTHORIZED"


def reach_flask(*_: object) -> list[bytes]:
    raise LookupError("Flask was asked")


def ask(client: FlaskClient, question: Question) -> Answer:
    """Ask; return status, headers in their order, and bytes."""
    answer = client.open(**question)  # type: ignore[arg-type]  # its keywords
    return answer.status, list(answer.headers), answer.data


def worlds(app: Flask) -> Worlds:
    """Return the worlds behind an app."""
    found = app.extensions[EXTENSION]
    assert isinstance(found, Worlds)
    return found


def timeless(exchanges: object) -> list[Exchange]:
    """Take the one fact out of a journal that no seed decides."""
    return [replace(each, duration_us=0) for each in exchanges]  # type: ignore[attr-defined]  # they are exchanges


@pytest.mark.parametrize(
    ("question", "status", "said"),
    [
        ({"path": "/cgi-bin/token"}, "200 OK", b'"errcode":-1'),
        ({"method": "POST", "path": LOGIN}, "500 INTERNAL SERVER ERROR", b"internal"),
    ],
    ids=["wechat", "phone"],
)
def test_bug_behind_a_call_does_it_no_second_time(
    question: Question,
    status: str,
    said: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = create_app(SETTINGS)
    lane = app.wsgi_app
    assert isinstance(lane, FastLane)
    lane._through = reach_flask
    monkeypatch.setattr("mockwx.web.recording.make_exchange", lambda *_, **__: 1 // 0)

    answer = ask(app.test_client(), question)

    assert answer[0] == status
    assert said in answer[2]
    assert "ZeroDivisionError" in caplog.text


def test_bug_in_the_lane_is_told_as_one_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mockwx.web.recording.make_exchange", lambda *_, **__: 1 // 0)
    twins = Twins()

    for path in ("/cgi-bin/token", "/sns/jscode2session"):
        assert b'"errcode":-1' in twins.ask({"path": path})[2]
    assert b"internal" in twins.ask({"method": "POST", "path": LOGIN})[2]
