"""What is guessed of a recorded login."""

import base64
import json
from typing import Any

import pytest

from simulator.ports import SimulatorError
from simulator.sketch.har import read_har
from simulator.sketch.model import Sent
from simulator.sketch.model import Sketch


CODE = "0f1FUYRMTzBmS19Kdc8DYlvWzdepCRli"
PHONE_CODE = "ab" * 32
TOKEN = "eyJhbGciOi.J9.x_y"


def talk(
    method: str,
    url: str,
    *,
    body: Any = None,
    form: str = "",
    headers: dict[str, str] | None = None,
    answer: Any = None,
    answer_headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    posted = {}
    if body is not None:
        posted = {"mimeType": "application/json", "text": json.dumps(body)}
    if form:
        posted = {"mimeType": "application/x-www-form-urlencoded", "text": form}
    text = answer if isinstance(answer, str) else json.dumps(answer or {})
    return {
        "request": {
            "method": method,
            "url": f"https://shop.example{url}",
            "headers": named(headers),
            "postData": posted,
        },
        "response": {"headers": named(answer_headers), "content": {"text": text}},
    }


def named(pairs: dict[str, str] | None) -> list[dict[str, str]]:
    return [{"name": n, "value": v} for n, v in (pairs or {}).items()]


def read(*talks: dict[str, Any]) -> Sketch:
    return read_har({"log": {"entries": list(talks)}}, "shop.har")


def login(**kept: Any) -> dict[str, Any]:
    return talk("POST", "/login", body={"code": CODE}, **kept)


def test_login_is_the_first_request_with_a_code() -> None:
    sketch = read(
        talk("GET", "/banner"),
        talk("POST", "/api/wx", body={"jsCode": CODE, "tenantId": 7, "password": "p"}),
    )

    assert sketch.base_url == "https://shop.example"
    assert (sketch.login.method, sketch.login.path) == ("POST", "/api/wx")
    assert sketch.login.json == {
        "jsCode": "${code}",
        "tenantId": 7,
        "password": "EDIT",
    }


def test_code_is_known_by_its_looks_under_any_name() -> None:
    assert read(talk("POST", "/l", body={"code": 1}, form="")).login.json == {
        "code": "${code}"
    }
    assert read(talk("GET", f"/login/{CODE}")).login.path == "/login/${code}"


def test_form_query_and_headers_are_read() -> None:
    by_form = read(talk("POST", "/l", form=f"js_code={CODE}&clientId=mini"))
    by_header = read(talk("GET", "/l", headers={"X-WX-Code": CODE, "Accept": "*/*"}))
    by_query = read(talk("GET", f"/l?auth_code={CODE}&v=2"))

    assert by_form.login.form == {"js_code": "${code}", "clientId": "mini"}
    assert by_header.login.header == {"x-wx-code": "${code}"}
    assert by_query.login.query == {"auth_code": "${code}", "v": "2"}


@pytest.mark.parametrize(
    ("answered", "later", "keep", "sent"),
    [
        (
            {"answer": {"code": 0, "data": {"jwt": TOKEN}}},
            {"headers": {"authorization": f"Bearer {TOKEN}"}},
            "data.data.jwt",
            Sent("header", "Authorization", "Bearer ${storage.token}"),
        ),
        (
            {"answer": {"odd key": TOKEN}},
            {"headers": {"X-Shop": TOKEN}},
            'data["odd key"]',
            Sent("header", "x-shop", "${storage.token}"),
        ),
        (
            {"answer_headers": {"Set-Cookie": f"sid={TOKEN}; Path=/; HttpOnly"}},
            {"headers": {"Cookie": f"lang=zh; sid={TOKEN}"}},
            "cookie.sid",
            Sent("cookie", "sid", "${storage.token}"),
        ),
        (
            {"answer_headers": {"X-Token": TOKEN}},
            {"headers": {"X-Token": TOKEN}},
            "header.X-Token",
            Sent("header", "x-token", "${storage.token}"),
        ),
        (
            {"answer": TOKEN},
            {"headers": {"Authorization": f"Token {TOKEN}"}},
            "text",
            Sent("header", "Authorization", "Token ${storage.token}"),
        ),
    ],
    ids=["bearer", "odd key", "cookie", "header", "text"],
)
def test_login_state_is_what_is_sent_again(
    answered: dict[str, Any], later: dict[str, Any], keep: str, sent: Sent
) -> None:
    sketch = read(login(**answered), talk("GET", "/me", **later))

    assert (sketch.keep, sketch.sent) == (keep, sent)


def test_state_in_the_query_is_left_to_what_sends_it() -> None:
    sketch = read(
        login(answer={"token": TOKEN}), talk("GET", f"/me?access_token={TOKEN}&page=1")
    )

    assert sketch.sent == Sent("query", "access_token", "${storage.token}")
    assert sketch.others[0].query == {"page": "1"}


def test_state_that_is_never_sent_is_known_by_its_name() -> None:
    sketch = read(login(answer={"name": "alice in", "session_id": TOKEN}))

    assert (sketch.keep, sketch.sent) == ("data.session_id", None)


def test_later_calls_are_sketched_by_what_they_send() -> None:
    sealed = {"encryptedData": "x==", "iv": "y=="}
    sketch = read(
        login(answer={"token": TOKEN}),
        talk("POST", "/profile", body=sealed),
        talk("POST", "/phone", body={"code": PHONE_CODE}),
        talk("GET", "/me"),
        talk("GET", "/me"),
    )

    assert [(each.purpose, each.path) for each in sketch.others] == [
        ("profile", "/profile"),
        ("phone", "/phone"),
        ("page", "/me"),
    ]
    assert sketch.others[1].json == {"code": "${phoneCode}"}


@pytest.mark.parametrize(
    ("answer", "success", "message"),
    [
        ({"code": 0, "msg": "ok"}, ("data.code", 0), "data.msg"),
        ({"errno": 0, "code": 7, "errmsg": ""}, ("data.errno", 0), "data.errmsg"),
        ({"success": True, "message": None}, ("data.success", True), "data.message"),
        ({"code": {"a": 1}}, None, ""),
        ([1], None, ""),
    ],
)
def test_how_the_login_said_that_all_was_well_is_a_success(
    answer: Any, success: tuple[str, object] | None, message: str
) -> None:
    sketch = read(login(answer=answer))

    assert (sketch.success, sketch.message) == (success, message)


def test_answer_in_base64_is_read() -> None:
    recorded = login(answer={"token": TOKEN})
    content = recorded["response"]["content"]
    content["text"] = base64.b64encode(content["text"].encode()).decode()
    content["encoding"] = "base64"

    assert read(recorded).keep == "data.token"


def test_what_looks_like_a_look_up_is_only_text() -> None:
    sketch = read(talk("POST", "/l", body={"code": CODE, "note": "${storage.x}"}))

    assert sketch.login.json["note"] == "$${storage.x}"


def test_recording_without_a_login_says_so() -> None:
    with pytest.raises(SimulatorError, match="no request with a code"):
        read(talk("GET", "/me"))
