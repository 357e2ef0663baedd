"""The mock as a server begins it: the fast lane at once, Flask when it is needed."""

import subprocess
import sys
import threading
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING
from typing import Any

import pytest
from flask import Flask

from mockwx import create_app
from mockwx.config import Settings
from mockwx.config import SettingsError
from mockwx.front import Later
from mockwx.front import create_front


if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


SETTINGS = Settings(seed=3, freeze=1_700_000_000)


def _ask(app: "WSGIApplication", path: str, **environ: Any) -> tuple[str, Any, bytes]:
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""}
    asked |= {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1"}
    asked |= {"wsgi.input": BytesIO(), "wsgi.url_scheme": "http", **environ}
    heard: list[Any] = []

    def hear(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
        heard[:] = [status, sorted(headers)]

    body = b"".join(app(asked, hear))
    return heard[0], heard[1], body


@pytest.mark.parametrize(
    "path",
    ["/sns/jscode2session", "/_mockwx/api/health", "/_mockwx/api/clock", "/nowhere"],
)
def test_front_answers_as_the_app_does(path: str) -> None:
    front, _ = create_front(SETTINGS)

    assert _ask(front, path) == _ask(create_app(SETTINGS), path)


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_HOST": "evil.test"},
        {"HTTP_ORIGIN": "http://evil.test"},
        {"QUERY_STRING": "x=1"},
        {"HTTP_X_MOCKWX_WORLD": "one"},
        {"HTTP_X_MOCKWX_WORLD": "%"},
    ],
)
def test_unusual_question_for_the_health_is_answered_as_by_the_app(
    environ: dict[str, str],
) -> None:
    front, _ = create_front(SETTINGS)
    path = "/_mockwx/api/health"

    assert _ask(front, path, **environ) == _ask(create_app(SETTINGS), path, **environ)


def test_flask_is_made_by_the_first_who_needs_it() -> None:
    front, behind = create_front(SETTINGS)

    _ask(front, "/sns/jscode2session")
    assert behind._made is None
    _ask(front, "/_mockwx/api/clock")
    assert isinstance(behind._made, Flask)


def test_all_who_come_at_once_wait_for_one_app() -> None:
    made, may_be_made, answers = [], threading.Event(), []

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        return [b"here"]

    def make() -> "WSGIApplication":
        may_be_made.wait(20)
        made.append(app)
        return app

    later = Later(make)
    asking = [
        threading.Thread(target=lambda: answers.append(later({}, None)))  # type: ignore[arg-type]
        for _ in range(8)
    ]
    for each in asking:
        each.start()
    may_be_made.set()
    for each in asking:
        each.join(20)

    assert answers == [[b"here"]] * 8
    assert len(made) == 1


# In a process of its own, for only the first import of anything can go wrong.
_RUSH = """
import json, threading
from io import BytesIO
from mockwx.config import Settings
from mockwx.front import create_front

front, behind = create_front(Settings())
statuses = []

def ask(method, path, body=b""):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": ""}
    environ |= {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "wsgi.errors": None}
    environ |= {"HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http"}
    environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    say = lambda status, headers, _=None: statuses.append(status)
    return b"".join(front(environ, say))

def use(first):
    for path in (first, "login", "getUserInfo", "getPhoneNumber", "getSetting"):
        answer = json.loads(ask("POST", f"/_mockwx/api/wx/{path}"))
        assert "errMsg" in answer, answer

firsts = ("login", "getUserInfo", "getPhoneNumber", "getSetting", "checkSession")
rush = [threading.Thread(target=use, args=(each,)) for each in firsts]
rush.append(threading.Thread(target=behind.made))
for each in rush: each.start()
for each in rush: each.join()
print(len(statuses), {*statuses})
"""


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(5))
def test_those_who_rush_in_while_flask_is_imported_are_all_answered(
    attempt: int,
) -> None:
    rushed = subprocess.run(
        [sys.executable, "-c", _RUSH], capture_output=True, text=True, check=True
    )

    assert rushed.stdout == "25 {'200 OK'}\n", rushed.stderr
    assert rushed.stderr == ""


def test_app_that_could_not_be_made_is_tried_again() -> None:
    tries = iter([MemoryError("now"), None])

    def make() -> "WSGIApplication":
        error = next(tries)
        if error is not None:
            raise error
        return create_app(SETTINGS)

    later = Later(make)

    with pytest.raises(MemoryError):
        later.made()
    assert later.made() is later.made()


def test_front_that_others_can_reach_wants_a_token() -> None:
    with pytest.raises(SettingsError) as refused:
        create_front(Settings(host="0.0.0.0"))

    assert refused.value.name == "token"
