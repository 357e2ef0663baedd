"""The control API's database: health, reset, mini programs, people, sessions."""

from typing import Any

import pytest

from mockwx import Settings
from mockwx import create_app
from mockwx.version import __version__
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


DEFAULT = "wx6d6f636b77780001"
OTHER = "wx0000000000000001"


def test_health_says_where_the_doors_are() -> None:
    doors = Settings(tls=True, tls_port=7443, proxy=True, proxy_port=7777)
    client = create_app(doors).test_client()

    told = client.get("/_mockwx/api/health").get_json()

    assert (told["https_port"], told["proxy_port"]) == (7443, 7777)


def test_health_says_ok_and_the_version(control: Control) -> None:
    response = control.http.get("/_mockwx/api/health")

    expected = (
        f'{{"status":"ok","version":"{__version__}",'
        '"https_port":null,"proxy_port":null}'
    ).encode()
    assert response.data == expected
    assert response.headers["Content-Type"] == "application/json"


def test_reset_brings_back_the_starting_world(
    control: Control, server: DeveloperServer, phone: Phone
) -> None:
    control.post("mini_programs", appid=OTHER)
    control.post("clock/advance", seconds=9)
    server.code2session(phone.login(user="bob"))

    assert control.post("reset") == {"status": "ok"}

    apps = control.get("mini_programs")["mini_programs"]
    assert [each["appid"] for each in apps] == [DEFAULT]
    assert control.get("users") == {"users": []}
    assert control.get("exchanges") == {"exchanges": []}
    assert control.get("clock") == {"now": NOON, "frozen": True}


class TestMiniPrograms:
    def test_are_added_shown_changed_and_removed(self, control: Control) -> None:
        path = f"/_mockwx/api/mini_programs/{OTHER}"
        added = control.http.post(
            "/_mockwx/api/mini_programs", json={"appid": OTHER, "name": "另一个"}
        )
        changed = control.patch(f"mini_programs/{OTHER}", certified=False)
        shown = control.get(f"mini_programs/{OTHER}")
        removed = control.http.delete(path)

        assert added.status_code == 201
        assert added.get_json()["name"] == "另一个"
        assert "另一个".encode() in added.data
        assert changed["certified"] is False
        assert shown == changed
        assert removed.get_json() == {"status": "ok"}
        assert control.http.get(path).status_code == 404

    def test_an_appid_is_drawn_if_none_is_given(self, control: Control) -> None:
        first, second = control.post("mini_programs"), control.post("mini_programs")

        assert first["appid"].startswith("wx")
        assert len(first["appid"]) == 18
        assert first["appid"] != second["appid"]


class TestUsers:
    def test_are_added_shown_changed_and_forgotten(self, control: Control) -> None:
        added = control.http.post("/_mockwx/api/users", json={"name": "张三"})
        changed = control.patch("users/张三", nickName="老张", phone="12066600001")
        shown = control.get("users/%E5%BC%A0%E4%B8%89")
        forgotten = control.http.delete("/_mockwx/api/users/张三")

        assert added.status_code == 201
        assert changed["nickName"] == "老张"
        assert changed["phone"]["purePhoneNumber"] == "12066600001"
        assert shown == changed
        assert forgotten.get_json() == {"status": "ok"}

    def test_list_holds_who_was_mentioned(self, control: Control, phone: Phone) -> None:
        phone.login(user="bob")
        phone.login()

        names = [each["name"] for each in control.get("users")["users"]]

        assert sorted(names) == ["alice", "bob"]


class TestSessions:
    def test_history_names_key_code_and_payload(
        self, control: Control, phone: Phone, server: DeveloperServer
    ) -> None:
        code = phone.login()
        phone.wx("getUserInfo")
        key = server.code2session(code).get_json(force=True)["session_key"]

        masked = control.get("sessions")
        revealed = control.get("sessions", reveal=1, appid=DEFAULT, user="alice")

        assert masked["session_keys"][0]["session_key"] == key[:4] + "…"
        assert revealed["session_keys"][0]["session_key"] == key
        assert revealed["codes"][0]["code"] == code
        assert revealed["codes"][0]["used_at"] == NOON
        assert revealed["payloads"][0]["api"] == "getUserInfo"

    def test_rotate_replaces_the_key_and_says_why(
        self, control: Control, phone: Phone
    ) -> None:
        phone.login(user="bob")

        keys = control.post("sessions/rotate", user="bob")["session_keys"]

        assert [key["cause"] for key in keys] == ["login", "rotate"]
        assert [key["live"] for key in keys] == [False, True]

    def test_expire_ends_the_key(self, control: Control, phone: Phone) -> None:
        phone.login()
        control.post("sessions/expire", appid=DEFAULT, user="alice")

        failed = phone.wx("checkSession")["errMsg"]

        assert failed == "checkSession:fail session time out, need relogin"


REFUSED: list[tuple[str, str, dict[str, Any] | None, int, str, str | None]] = [
    ("POST", "reset", {"hard": True}, 400, "bad_request", "hard"),
    ("POST", "mini_programs", {"apid": "x"}, 400, "bad_request", "apid"),
    ("POST", "mini_programs", {"appid": "x"}, 400, "bad_request", "appid"),
    ("POST", "mini_programs", {"appid": DEFAULT}, 409, "conflict", "appid"),
    ("POST", "mini_programs", {"certified": 1}, 400, "bad_request", "certified"),
    ("PATCH", f"mini_programs/{DEFAULT}", {"appid": "x"}, 400, "bad_request", "appid"),
    ("PATCH", f"mini_programs/{OTHER}", {}, 404, "not_found", "appid"),
    ("DELETE", f"mini_programs/{OTHER}", None, 404, "not_found", "appid"),
    ("GET", f"mini_programs/{OTHER}", None, 404, "not_found", "appid"),
    ("POST", "users", {}, 400, "bad_request", "name"),
    ("POST", "users", {"name": " x"}, 400, "bad_request", "name"),
    ("POST", "users", {"name": "x" * 65}, 400, "bad_request", "name"),
    ("POST", "users", {"name": "\ud800"}, 400, "bad_request", "name"),
    ("POST", "users", {"name": "x", "nickname": "y"}, 400, "bad_request", "nickname"),
    ("PATCH", "users/x", {"gender": 3}, 400, "bad_request", "gender"),
    ("PATCH", "users/x", {"gender": True}, 400, "bad_request", "gender"),
    ("PATCH", "users/x", {"steps": 1.5}, 400, "bad_request", "steps"),
    ("DELETE", "users/nobody", None, 404, "not_found", "user"),
    ("GET", "sessions?apid=x", None, 400, "bad_request", "apid"),
    ("GET", "sessions?appid=x", None, 404, "not_found", "appid"),
    ("GET", "sessions?user=a&user=b", None, 400, "bad_request", "user"),
    ("GET", "sessions?reveal=yes", None, 400, "bad_request", "reveal"),
    ("POST", "sessions/expire", {"user": "nobody"}, 404, "not_found", "user"),
    ("POST", "sessions/rotate", {"appid": 5}, 400, "bad_request", "appid"),
    ("GET", "health?verbose=1", None, 400, "bad_request", "verbose"),
    ("GET", "nowhere", None, 404, "not_found", None),
    ("GET", "users/a/b", None, 404, "not_found", None),
    ("PUT", "users", {}, 405, "method_not_allowed", None),
    ("POST", "wx/logn", {}, 404, "not_found", "api"),
    ("POST", "wx/login", {"usr": "bob"}, 400, "bad_request", "usr"),
    ("POST", "wx/login", {"platform": "symbian"}, 400, "bad_request", "platform"),
    ("POST", "wx/login", {"appid": OTHER}, 404, "not_found", "appid"),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "field"),
    REFUSED,
    ids=[f"{row[0]} {row[1]} {row[2]}" for row in REFUSED],
)
def test_bad_call_is_refused_in_two_languages_and_by_name(
    control: Control,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    status: int,
    code: str,
    field: str | None,
) -> None:
    response = control.http.open(f"/_mockwx/api/{path}", method=method, json=body)

    error = response.get_json()["error"]
    assert response.status_code == status
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"].endswith((".", "?"))
    assert any("\u4e00" <= character <= "\u9fff" for character in error["message_zh"])


BODIES = [
    b"x",
    b"[]",
    b"null",
    b'"text"',
    b"\xff{}",
    b'{"seconds": NaN}',
    b'{"seconds": 1, "seconds": 2}',
    b"[" * 100_000,
    b'{"seconds": ' + b"9" * 5_000 + b"}",
]


@pytest.mark.parametrize("body", BODIES, ids=[repr(body[:20]) for body in BODIES])
def test_body_that_is_no_json_object_is_refused(control: Control, body: bytes) -> None:
    response = control.http.post("/_mockwx/api/clock/advance", data=body)

    assert response.status_code == 400
    assert response.get_json()["error"]["code"] == "bad_request"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"seconds": 1, "seconds": 2}', "seconds"),
        (b'{"match": {"a": 1, "b": 2, "b": 3}}', "b"),
        (rb'{"\ud800": 1, "\ud800": 2}', r"\ud800"),
    ],
    ids=["first", "within", "surrogate"],
)
def test_field_that_is_given_twice_is_refused_by_name(
    control: Control, body: bytes, field: str
) -> None:
    response = control.http.post("/_mockwx/api/clock/advance", data=body)

    error = response.get_json()["error"]
    assert response.status_code == 400
    assert error["field"] == field
    assert error["message"] == f"field {field!r} must be given once."


def test_number_without_end_is_refused_without_words_of_python(
    control: Control,
) -> None:
    body = b'{"seconds": ' + b"9" * 5_000 + b"}"

    told = control.http.post("/_mockwx/api/clock/advance", data=body).get_json()

    assert told["error"]["message"] == (
        "the body is holding a number of too many digits; send a JSON object."
    )


def test_body_over_the_limit_is_refused_in_json(control: Control) -> None:
    response = control.http.post("/_mockwx/api/users", data=b" " * 1_048_577)

    assert response.status_code == 413
    assert response.get_json()["error"]["code"] == "request_entity_too_large"


def test_method_not_allowed_names_those_that_are(control: Control) -> None:
    response = control.http.put("/_mockwx/api/users", json={})

    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_bug_of_ours_is_a_500_in_json_with_a_logged_traceback(
    control: Control,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("mockwx.services.world.World.users", lambda self: 1 // 0)

    response = control.http.get("/_mockwx/api/users")

    assert response.status_code == 500
    assert response.get_json()["error"]["code"] == "internal"
    assert b"Traceback" not in response.data
    assert "ZeroDivisionError" in caplog.text
