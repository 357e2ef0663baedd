"""The content check: to the byte."""

import re
from typing import Any

import pytest
from flask import Flask

from mockwx.config import DEFAULT_APPID
from mockwx.domain.quota import DAY
from mockwx.domain.quota import MINUTE
from mockwx.domain.quota import Window
from mockwx.domain.quota import window_start
from mockwx.domain.sec_check import PER_DAY
from mockwx.domain.sec_check import PER_MINUTE
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body


PATH = "/wxa/msg_sec_check"
TRACE_ID = re.compile(rb'"trace_id":"([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})"')


@pytest.fixture
def openid(server: DeveloperServer, phone: Phone) -> str:
    return str(server.code2session(phone.login()).get_json(force=True)["openid"])


def question(openid: str, content: object, /, **changes: object) -> dict[str, object]:
    return {
        "content": content,
        "version": 2,
        "scene": 2,
        "openid": openid,
        **changes,
    }


def verdict(suggest: str, label: int, keyword: str, *, trace_id: str) -> bytes:
    found = f',"level":90,"keyword":"{keyword}"' if keyword else ""
    said = f'"suggest":"{suggest}","label":{label}'
    return (
        f'{{"errcode":0,"errmsg":"ok","result":{{{said}}},"detail":['
        f'{{"strategy":"content_model","errcode":0,{said},"prob":90}},'
        f'{{"strategy":"keyword","errcode":0,{said}{found}}}],'
        f'"trace_id":"{trace_id}"}}'
    ).encode()


TEXTS: list[Any] = [
    ("hello", "pass", 100, ""),
    ("今天的咖啡☕很好", "pass", 100, ""),
    ("x" * 2500, "pass", 100, ""),
    ("看看这个测试广告吧", "risky", 10001, "测试广告"),
    ("risky-politics", "risky", 20001, "risky-politics"),
    ("测试色情", "risky", 20002, "测试色情"),
    ("测试辱骂", "risky", 20003, "测试辱骂"),
    ("测试违法犯罪", "risky", 20006, "测试违法"),
    ("测试欺诈", "risky", 20008, "测试欺诈"),
    ("测试低俗", "risky", 20012, "测试低俗"),
    ("测试版权", "risky", 20013, "测试版权"),
    ("测试其他", "risky", 21000, "测试其他"),
    ("needs-review", "review", 21000, "needs-review"),
    ("needs-review and risky-ad", "risky", 10001, "risky-ad"),
    (
        "特3456书yuuo莞6543李zxcz蒜7782法fgnv级完2347全dfji试3726测asad感3847知qwez到",
        "risky",
        20006,
        "特3456书yuuo莞6543李zxcz蒜7782法fgnv级",
    ),
]


@pytest.mark.fidelity("documented", "msg_sec_check: version 2")
@pytest.mark.parametrize(("content", "suggest", "label", "keyword"), TEXTS)
def test_text_is_judged(
    server: DeveloperServer,
    openid: str,
    content: str,
    suggest: str,
    label: int,
    keyword: str,
) -> None:
    response = server.post(PATH, question(openid, content))

    trace_id = TRACE_ID.search(response.data)
    assert trace_id
    assert response.data == verdict(
        suggest, label, keyword, trace_id=trace_id[1].decode()
    )
    assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]


@pytest.mark.fidelity("documented", "msg_sec_check: a profile has other texts")
@pytest.mark.parametrize("field", ["title", "nickname", "signature"])
def test_what_stands_beside_the_content_is_judged_too(
    server: DeveloperServer, openid: str, field: str
) -> None:
    body = question(openid, "hello", scene=1, **{field: "risky-ad"})

    result = server.post(PATH, body).get_json()["result"]

    assert result == {"suggest": "risky", "label": 10001}


@pytest.mark.fidelity("logged", "msg_sec_check: version 1")
@pytest.mark.parametrize("version", [{}, {"version": 1}], ids=["none", "one"])
def test_old_version_wants_nothing_but_the_text(
    server: DeveloperServer, version: dict[str, int]
) -> None:
    good = server.post(PATH, {"content": "hello", **version})
    bad = server.post(PATH, {"content": "测试广告", **version})

    assert good.data == b'{"errcode":0,"errmsg":"ok"}'
    assert bad.data == error_body(87014, "risky content rid: RID", bad)


REFUSED: list[Any] = [
    ({"content": ""}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"content": 5}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"content": "x" * 2501}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"version": "2"}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"scene": "2"}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"scene": 0}, 40129, "invalid scene hint: [HINT] rid: RID"),
    ({"scene": 5}, 40129, "invalid scene hint: [HINT] rid: RID"),
    ({"openid": ""}, 40003, "invalid openid hint: [HINT] rid: RID"),
    ({"openid": "o" * 28}, 40003, "invalid openid hint: [HINT] rid: RID"),
]


@pytest.mark.fidelity("documented", "msg_sec_check: error table")
@pytest.mark.parametrize(("changes", "errcode", "text"), REFUSED)
def test_question_that_cannot_be_answered(
    server: DeveloperServer,
    openid: str,
    changes: dict[str, object],
    errcode: int,
    text: str,
) -> None:
    response = server.post(PATH, question(openid, "hello", **changes))

    assert response.data == error_body(errcode, text, response)


@pytest.mark.fidelity("documented", "msg_sec_check: a visit within two hours")
def test_person_must_have_been_here_within_two_hours(
    server: DeveloperServer, phone: Phone, control: Control, openid: str
) -> None:
    control.post("clock/advance", seconds=7200)
    in_time = server.post(PATH, question(openid, "hello"))
    control.post("clock/advance", seconds=1)
    late = server.post(PATH, question(openid, "hello"))
    phone.wx("getSetting")
    again = server.post(PATH, question(openid, "hello"))

    assert in_time.get_json()["errcode"] == 0
    assert late.data == error_body(61010, "code is expired rid: RID", late)
    assert again.get_json()["errcode"] == 0


@pytest.mark.fidelity("documented", "msg_sec_check: 43104")
def test_openid_of_another_app_is_43104(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    appid, secret = "wx0000000000000001", "1" * 32
    control.post("mini_programs", appid=appid, secret=secret)
    code = phone.login(appid=appid)
    login = server.code2session(code, appid=appid, secret=secret)

    response = server.post(PATH, question(login.get_json(force=True)["openid"], "x"))

    text = "this appid does not have permission rid: RID"
    assert response.data == error_body(43104, text, response)


@pytest.mark.fidelity("documented", "msg_sec_check: 4000 a minute, 2 000 000 a day")
@pytest.mark.parametrize(
    ("period", "most", "errcode", "text"),
    [
        (MINUTE, PER_MINUTE, 44991, "reach max api minute frequence rid: RID"),
        (DAY, PER_DAY, 45009, "reach max api daily quota limit rid: RID"),
    ],
)
def test_check_is_limited(
    app: Flask,
    server: DeveloperServer,
    control: Control,
    period: int,
    most: int,
    errcode: int,
    text: str,
) -> None:
    store = app.extensions["mockwx"].default.store
    almost = Window(window_start(NOON, period), most - 1)
    store.put("quotas", f"msg_sec_check/{period}/{DEFAULT_APPID}", almost)

    last = server.post(PATH, {"content": "x"})
    response = server.post(PATH, {"content": "x"})
    control.post("clock/advance", seconds=period)
    later = server.post(PATH, {"content": "x"})

    assert last.get_json()["errcode"] == later.get_json()["errcode"] == 0
    assert response.data == error_body(errcode, text, response)


@pytest.mark.parametrize(
    ("method", "body", "errcode", "errmsg"),
    [
        ("GET", b"", 43002, "require POST method"),
        ("POST", b"", 44002, "empty post data"),
        ("POST", b"content=x", 47001, "data format error"),
    ],
)
def test_method_then_body(
    server: DeveloperServer, method: str, body: bytes, errcode: int, errmsg: str
) -> None:
    query = {"access_token": server.access_token()}

    response = server.http.open(PATH, method=method, query_string=query, data=body)

    text = f"{errmsg} hint: [HINT] rid: RID"
    assert response.data == error_body(errcode, text, response)


def test_journal_knows_whose_text_it_was(
    server: DeveloperServer, control: Control, openid: str
) -> None:
    server.post(PATH, question(openid, "hello"))

    assert control.latest_exchange()["user"] == "alice"
