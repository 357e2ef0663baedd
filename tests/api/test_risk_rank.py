"""getuserriskrank: to the byte."""

import re
from typing import Any

import pytest
from flask import Flask

from mockwx.config import DEFAULT_APPID
from mockwx.domain.quota import DAY
from mockwx.domain.quota import MINUTE
from mockwx.domain.quota import Window
from mockwx.domain.quota import window_start
from mockwx.services.risk_rank import PER_DAY
from mockwx.services.risk_rank import PER_MINUTE
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body


PATH = "/wxa/getuserriskrank"


@pytest.fixture
def openid(server: DeveloperServer, phone: Phone) -> str:
    return str(server.code2session(phone.login()).get_json(force=True)["openid"])


def question(openid: str, /, **changes: object) -> dict[str, object]:
    return {
        "appid": DEFAULT_APPID,
        "openid": openid,
        "scene": 0,
        "client_ip": "203.0.113.7",
        **changes,
    }


@pytest.mark.fidelity("documented", "getuserriskrank: success, unoin_id is a number")
@pytest.mark.parametrize("rank", range(5))
def test_rank_is_the_persons(
    server: DeveloperServer, control: Control, openid: str, rank: int
) -> None:
    control.patch("users/alice", risk_rank=rank)

    response = server.post(PATH, question(openid))

    pattern = (
        rb'\{"errcode":0,"errmsg":"getuserriskrank succ","risk_rank":%d,'
        rb'"unoin_id":[0-9]{1,10}\}' % rank
    )
    assert re.fullmatch(pattern, response.data)
    assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]


def test_nobody_is_a_risk_unless_told(server: DeveloperServer, openid: str) -> None:
    assert server.post(PATH, question(openid)).get_json()["risk_rank"] == 0


@pytest.mark.parametrize("rank", [-1, 5, "1", None])
def test_rank_is_between_zero_and_four(control: Control, rank: object) -> None:
    assert control.patch("users/alice", risk_rank=rank)["error"]["field"] == "risk_rank"


def test_each_answer_has_a_number_of_its_own(
    server: DeveloperServer, openid: str
) -> None:
    numbers = [
        server.post(PATH, question(openid)).get_json()["unoin_id"] for _ in range(3)
    ]

    assert len(set(numbers)) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"scene": 1},
        {"scene": 2},
        {"mobile_no": "12066600001", "email_address": "a@example.com"},
        {"extended_info": "x", "is_test": True},
    ],
    ids=str,
)
def test_what_else_is_told_is_accepted(
    server: DeveloperServer, openid: str, changes: dict[str, object]
) -> None:
    assert server.post(PATH, question(openid, **changes)).get_json()["errcode"] == 0


REFUSED: list[Any] = [
    ({"scene": 3}, 40129, "invalid scene hint: [HINT] rid: RID"),
    ({"scene": -1}, 40129, "invalid scene hint: [HINT] rid: RID"),
    ({"scene": "0"}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"client_ip": ""}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"openid": None}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"appid": ""}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"openid": "o" * 28}, 40003, "invalid openid hint: [HINT] rid: RID"),
    ({"appid": "wx0000000000000001"}, 43104,
     "this appid does not have permission rid: RID"),
]  # fmt: skip


@pytest.mark.fidelity("documented", "getuserriskrank: error table")
@pytest.mark.parametrize(("changes", "errcode", "text"), REFUSED)
def test_question_that_cannot_be_answered(
    server: DeveloperServer,
    openid: str,
    changes: dict[str, object],
    errcode: int,
    text: str,
) -> None:
    response = server.post(PATH, question(openid, **changes))

    assert response.data == error_body(errcode, text, response)


def test_scene_left_out_is_not_the_first_one(
    server: DeveloperServer, openid: str
) -> None:
    body = question(openid)
    del body["scene"]

    assert server.post(PATH, body).get_json()["errcode"] == 40129


@pytest.mark.fidelity("documented", "getuserriskrank: 61010")
def test_person_must_have_been_here_within_two_hours(
    server: DeveloperServer, control: Control, openid: str
) -> None:
    control.post("clock/advance", seconds=7199)
    in_time = server.post(PATH, question(openid))
    control.post("clock/advance", seconds=2)

    response = server.post(PATH, question(openid))

    assert in_time.get_json()["errcode"] == 0
    assert response.data == error_body(61010, "code is expired rid: RID", response)


@pytest.mark.fidelity("inferred", "getuserriskrank: who is 48001")
@pytest.mark.parametrize("change", [{"personal": True}, {"certified": False}], ids=str)
def test_account_without_the_right_is_48001(
    server: DeveloperServer, control: Control, openid: str, change: dict[str, Any]
) -> None:
    control.patch(f"mini_programs/{DEFAULT_APPID}", **change)

    response = server.post(PATH, question(openid))

    assert response.data == error_body(48001, "api unauthorized rid: RID", response)


@pytest.mark.fidelity("inferred", "getuserriskrank: how often is too often")
@pytest.mark.parametrize(
    ("period", "most", "errcode", "text"),
    [
        (MINUTE, PER_MINUTE, 61081, "get riskrank too frequently rid: RID"),
        (DAY, PER_DAY, 9410009,
         "the quota is not enough;please apply again! rid: RID"),
    ],
)  # fmt: skip
def test_question_is_limited(
    app: Flask,
    server: DeveloperServer,
    openid: str,
    period: int,
    most: int,
    errcode: int,
    text: str,
) -> None:
    store = app.extensions["mockwx"].default.store
    almost = Window(window_start(NOON, period), most - 1)
    store.put("quotas", f"getuserriskrank/{period}/{DEFAULT_APPID}", almost)

    last = server.post(PATH, question(openid))
    response = server.post(PATH, question(openid))

    assert last.get_json()["errcode"] == 0
    assert response.data == error_body(errcode, text, response)


@pytest.mark.parametrize(
    ("method", "token", "body", "errcode", "text"),
    [
        ("POST", "", b"{}", 41001, "access_token missing rid: RID"),
        ("GET", None, b"", 43002, "require POST method hint: [HINT] rid: RID"),
        ("POST", None, b"", 44002, "empty post data hint: [HINT] rid: RID"),
        ("POST", None, b"[]", 47001, "data format error hint: [HINT] rid: RID"),
    ],
)
def test_token_then_method_then_body(
    server: DeveloperServer,
    method: str,
    token: str | None,
    body: bytes,
    errcode: int,
    text: str,
) -> None:
    query = {"access_token": server.access_token() if token is None else token}

    response = server.http.open(PATH, method=method, query_string=query, data=body)

    assert response.data == error_body(errcode, text, response)


@pytest.mark.fidelity("documented", "rows that only WeChat itself can cause")
@pytest.mark.parametrize(
    ("path", "errcode", "text"),
    [
        (PATH, -1, "system error rid: RID"),
        (PATH, 61007, "api is unauthorized to component rid: RID"),
        (PATH, 61080, "the service of getuserriskrank is unavailable now rid: RID"),
        ("/wxa/msg_sec_check", -1, "system error rid: RID"),
        ("/wxa/generatescheme", 85406, "scheme limited rid: RID"),
        ("/wxa/generatescheme", 44993, "reach max api day frequence limit rid: RID"),
        ("/wxa/getwxacodeunlimit", -1, "system error rid: RID"),
        (
            "/cgi-bin/message/subscribe/send",
            43108,
            "Cannot make concurrent calls to the same OpenID, please try again "
            "rid: RID",
        ),
    ],
)
def test_fault_brings_the_rows_that_nothing_else_can(
    server: DeveloperServer, control: Control, path: str, errcode: int, text: str
) -> None:
    control.post("faults", match={"path": path}, effect={"errcode": errcode})

    response = server.post(path, {})

    assert response.data == error_body(errcode, text, response)
