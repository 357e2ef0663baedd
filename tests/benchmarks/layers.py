"""Where each microsecond of jscode2session goes, from the inside out."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from io import BytesIO
from statistics import median
from typing import Any

from mockwx import create_app
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.web.api.user_login import code2session
from mockwx.web.context import EXTENSION
from mockwx.web.hearing import call_of
from mockwx.web.hooks import hooked
from mockwx.web.interfaces import CODE2SESSION
from mockwx.web.reply import success
from mockwx.worlds import Worlds
from tests.benchmarks.servers.bare_flask import app as bare_flask


CALLS = 4_000
PEOPLE = 1_000

Act = Callable[[str], object]


def table(*, rounds: int) -> Mapping[str, float]:
    """Return microseconds of processor time a call, each layer with all inside it."""
    app = create_app()
    lane = app.wsgi_app
    worlds: Worlds = app.extensions[EXTENSION]
    wechat = worlds.default
    answer = hooked(CODE2SESSION, code2session, fair_weather=True)
    login = wechat.user_login.code2session

    def service(code: str) -> object:
        return login(
            appid=DEFAULT_APPID,
            secret=DEFAULT_SECRET,
            js_code=code,
            grant_type="authorization_code",
            ip="127.0.0.1",
        )

    def view(code: str) -> object:
        call = call_of(CODE2SESSION, _environ(code), b"", worlds)
        return success(call, code2session(call))  # type: ignore[arg-type]  # no reply

    layers: dict[str, Act] = {
        "the store: find the code": lambda code: wechat.user_login.codes.get(code),
        "the service: check, spend, ids": service,
        "parse, service, JSON": view,
        "and the hooks: rid, faults, journal": lambda code: answer(
            call_of(CODE2SESSION, _environ(code), b"", worlds)
        ),
        "the fast lane, whole": lambda code: _ask(lane, code),
        "the same through Flask": lambda code: _ask(lane._through, code),  # type: ignore[attr-defined]  # the lane's
        "bare Flask, for comparison": lambda code: _ask(bare_flask, code),
    }
    found: dict[str, list[float]] = {name: [] for name in layers}
    for _ in range(rounds):
        for name, act in layers.items():
            wechat.world.reset()
            found[name].append(_microseconds(act, _codes(wechat.device.answer)))
    return {name: median(each) for name, each in found.items()}


def _codes(answer: Callable[..., Mapping[str, object]]) -> list[str]:
    people = ({"user": f"p{number % PEOPLE}"} for number in range(CALLS))
    return [str(answer("login", person)["code"]) for person in people]


def _microseconds(act: Act, codes: Sequence[str]) -> float:
    started = time.process_time()
    for code in codes:
        act(code)
    return (time.process_time() - started) / len(codes) * 1e6


def _ask(app: Callable[..., Any], code: str) -> bytes:
    return b"".join(app(_environ(code), lambda *_: None))


def _environ(code: str) -> dict[str, Any]:
    query = f"appid={DEFAULT_APPID}&secret={DEFAULT_SECRET}&js_code={code}"
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": CODE2SESSION.path,
        "QUERY_STRING": f"{query}&grant_type=authorization_code",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "7778",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:7778",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(b""),
        "wsgi.url_scheme": "http",
    }
