"""Quotas, rids and the network: to the byte."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import RID
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body


OK = b'{"errcode":0,"errmsg":"ok"}'
OTHER_APPID = "wx0000000000000001"

CLEAR = "/cgi-bin/clear_quota"
CLEAR_V2 = "/cgi-bin/clear_quota/v2"
CLEAR_ONE = "/cgi-bin/openapi/quota/clear"
GET = "/cgi-bin/openapi/quota/get"
GET_RID = "/cgi-bin/openapi/rid/get"
CHECK = "/cgi-bin/callback/check"
PHONE_PATH = "/wxa/business/getuserphonenumber"


def ask(server: DeveloperServer, path: str, body: object) -> TestResponse:
    """Post a body with a fresh token."""
    return server.http.post(
        path, query_string={"access_token": server.access_token()}, json=body
    )


def refusal(response: TestResponse, errcode: int, text: str) -> bool:
    """Say whether it is exactly this error."""
    assert response.status_code == 200
    assert response.data == error_body(errcode, text, response)
    return True


# -- clear_quota ----------------------------------------------------------------------


@pytest.mark.fidelity("documented", "clear_quota: ok, 48006, 40013")
def test_quota_is_cleared_ten_times_a_month(server: DeveloperServer) -> None:
    for _ in range(10):
        response = ask(server, CLEAR, {"appid": DEFAULT_APPID})
        assert response.data == OK
        assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]

    response = ask(server, CLEAR, {"appid": DEFAULT_APPID})

    text = "forbid to clear quota because of reaching the limit rid: RID"
    assert refusal(response, 48006, text)


@pytest.mark.parametrize("body", [{}, {"appid": OTHER_APPID}, {"appid": 5}], ids=str)
def test_appid_must_be_that_of_the_token(server: DeveloperServer, body: object) -> None:
    assert refusal(
        ask(server, CLEAR, body), 40013, "invalid appid hint: [HINT] rid: RID"
    )


@pytest.mark.fidelity("documented", "clear_quota/v2: in the query or in the body")
@pytest.mark.parametrize("place", ["query_string", "json"])
def test_secret_clears_the_quota_without_a_token(
    server: DeveloperServer, place: str
) -> None:
    fields = {"appid": DEFAULT_APPID, "appsecret": DEFAULT_SECRET}
    asked: dict[str, Any] = {place: fields}

    assert server.http.post(CLEAR_V2, **asked).data == OK


def test_both_ways_to_clear_share_ten_times(
    server: DeveloperServer, control: Control
) -> None:
    fields = {"appid": DEFAULT_APPID, "appsecret": DEFAULT_SECRET}
    for _ in range(10):
        server.http.post(CLEAR_V2, json=fields)

    text = "forbid to clear quota because of reaching the limit rid: RID"
    assert refusal(server.http.post(CLEAR_V2, json=fields), 48006, text)
    assert refusal(ask(server, CLEAR, {"appid": DEFAULT_APPID}), 48006, text)
    assert control.latest_exchange()["appid"] == DEFAULT_APPID


@pytest.mark.fidelity("documented", "clear_quota/v2: 41002, 40013, 41004")
@pytest.mark.parametrize(
    ("fields", "errcode", "text"),
    [
        ({}, 41002, "appid missing rid: RID"),
        ({"appid": OTHER_APPID}, 40013, "invalid appid rid: RID"),
        ({"appid": DEFAULT_APPID}, 41004, "appsecret missing rid: RID"),
        (
            {"appid": DEFAULT_APPID, "appsecret": "0" * 32},
            40125,
            "invalid appsecret rid: RID",
        ),
    ],
    ids=["nothing", "unknown", "no secret", "wrong secret"],
)
def test_wrong_secret_clears_nothing(
    server: DeveloperServer, fields: dict[str, str], errcode: int, text: str
) -> None:
    assert refusal(server.http.post(CLEAR_V2, json=fields), errcode, text)


def test_secret_is_posted(server: DeveloperServer) -> None:
    response = server.http.get(CLEAR_V2, query_string={"appid": DEFAULT_APPID})
    assert refusal(response, 43002, "require POST method hint: [HINT] rid: RID")


# -- openapi/quota --------------------------------------------------------------------


@pytest.mark.fidelity("logged", "quota/get: a real answer")
def test_quota_of_an_interface_is_told_as_the_real_server_does(
    server: DeveloperServer,
) -> None:
    response = ask(server, GET, {"cgi_path": PHONE_PATH})

    expected = (
        b'{"errcode":0,"errmsg":"ok",'
        b'"quota":{"daily_limit":5000000,"used":0,"remain":5000000},'
        b'"rate_limit":{"call_count":1260000,"refresh_second":60},'
        b'"component_rate_limit":{"call_count":1050000,"refresh_second":60}}'
    )
    assert response.data == expected
    assert dict(response.headers) == {
        **JSON_HEADERS,
        "Content-Length": str(len(expected)),
    }


def used(server: DeveloperServer, path: str) -> int:
    answer = ask(server, GET, {"cgi_path": path}).get_json(force=True)
    return int(answer["quota"]["used"])


def test_every_call_with_a_good_token_is_counted(
    server: DeveloperServer, phone: Phone
) -> None:
    token = server.access_token()
    server.phone_number(token, {"code": phone.share_phone_number()})
    server.phone_number(token, {"code": "wrong"})
    server.phone_number(token[:-1], {"code": "not counted"})

    assert used(server, PHONE_PATH) == 2


@pytest.mark.fidelity("documented", "45009 until the quota is cleared")
@pytest.mark.parametrize(
    ("path", "body"),
    [(CLEAR, {"appid": DEFAULT_APPID}), (CLEAR_ONE, {"cgi_path": PHONE_PATH})],
    ids=["all", "one"],
)
def test_clearing_lets_calls_through_again(
    server: DeveloperServer,
    phone: Phone,
    control: Control,
    path: str,
    body: dict[str, str],
) -> None:
    limits = {PHONE_PATH: 1}
    control.patch(f"mini_programs/{DEFAULT_APPID}", daily_limits=limits)
    token, code = server.access_token(), phone.share_phone_number()
    server.phone_number(token, {"code": "wrong"})

    full = server.phone_number(token, {"code": code})
    assert refusal(full, 45009, "reach max api daily quota limit rid: RID")

    assert ask(server, path, body).data == OK

    answer = server.phone_number(token, {"code": code}).get_json(force=True)
    assert answer["errcode"] == 0


@pytest.mark.fidelity("documented", "quota/clear: 50 a month, then 45009")
def test_one_interface_is_cleared_fifty_times_a_month(server: DeveloperServer) -> None:
    token = {"access_token": server.access_token()}
    for _ in range(50):
        cleared = server.http.post(
            CLEAR_ONE, query_string=token, json={"cgi_path": PHONE_PATH}
        )
        assert cleared.data == OK

    response = ask(server, CLEAR_ONE, {"cgi_path": PHONE_PATH})

    assert refusal(response, 45009, "reach max api daily quota limit rid: RID")


def test_punished_account_is_limited(server: DeveloperServer, control: Control) -> None:
    token = server.access_token()
    control.patch(f"mini_programs/{DEFAULT_APPID}", punished=True)

    response = server.http.post(
        CLEAR_ONE, query_string={"access_token": token}, json={"cgi_path": PHONE_PATH}
    )

    assert refusal(response, 50002, "user limited rid: RID")


@pytest.mark.fidelity("documented", "quota/get: 76021, 76022")
@pytest.mark.parametrize("path", [GET, CLEAR_ONE])
@pytest.mark.parametrize(
    ("body", "errcode", "text"),
    [
        ({}, 76021, "cgi_path not found, please check rid: RID"),
        ({"cgi_path": "wxa/x"}, 76021, "cgi_path not found, please check rid: RID"),
        (
            {"cgi_path": "/sns/userinfo"},
            76022,
            "could not use this cgi_path，no permission rid: RID",
        ),
    ],
    ids=["absent", "no slash", "sns"],
)
def test_path_without_a_quota_is_refused(
    server: DeveloperServer, path: str, body: object, errcode: int, text: str
) -> None:
    assert refusal(ask(server, path, body), errcode, text)


# -- openapi/rid ----------------------------------------------------------------------


@pytest.mark.fidelity("documented", "rid/get: the fields of the request")
def test_rid_of_an_error_leads_to_the_whole_exchange(server: DeveloperServer) -> None:
    token = server.access_token()
    failed = server.phone_number(token, {"code": "wrong"})
    rid = rid_of(failed)

    response = ask(server, GET_RID, {"rid": rid})

    cost = response.get_json(force=True)["request"]["cost_in_ms"]
    request = {
        "invoke_time": NOON,
        "cost_in_ms": cost,
        "request_url": f"access_token={token[:4]}…",
        "request_body": '{"code": "wrong"}',
        "response_body": failed.text,
        "client_ip": "127.0.0.1",
    }
    answer = {"errcode": 0, "errmsg": "ok", "request": request}
    assert isinstance(cost, int)
    assert response.data == compact(answer)


def rid_of(response: TestResponse) -> str:
    found = RID.search(response.data)
    assert found is not None
    return found.group().decode()


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def test_answer_about_a_rid_shows_no_secret_in_the_journal(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    session = server.code2session(phone.login()).get_json(force=True)
    token = server.access_token()
    reset = server.http.get(
        "/wxa/resetusersessionkey",
        query_string={"access_token": token, "openid": session["openid"]},
    )
    ask(server, GET_RID, {"rid": rid_of(reset)})

    shown = control.get("exchanges", path=GET_RID)["exchanges"][-1]

    assert token not in json.dumps(shown)


@pytest.mark.fidelity("logged", "rid/get: 76001 to 76004")
@pytest.mark.parametrize(
    ("rid", "errcode", "text"),
    [
        ("", 76002, "rid is error, please check rid: RID"),
        ("65538f00", 76002, "rid is error, please check rid: RID"),
        (f"{NOON:08x}-0-0", 76002, "rid is error, please check rid: RID"),
        (
            f"{NOON - 604_801:08x}-00000000-00000000",
            76004,
            "rid time is error rid: RID",
        ),
        (
            f"{NOON - 604_800:08x}-00000000-00000000",
            76001,
            "rid not found, please check rid: RID",
        ),
    ],
    ids=["empty", "short", "malformed", "old", "unknown"],
)
def test_rid_that_leads_nowhere_is_refused(
    server: DeveloperServer, rid: str, errcode: int, text: str
) -> None:
    assert refusal(ask(server, GET_RID, {"rid": rid}), errcode, text)


@pytest.mark.fidelity("logged", "rid/get: rids of /sns are unknown, 76001")
def test_rid_of_a_login_is_unknown(server: DeveloperServer) -> None:
    rid = rid_of(server.code2session("wrong"))

    response = ask(server, GET_RID, {"rid": rid})

    assert refusal(response, 76001, "rid not found, please check rid: RID")


@pytest.mark.fidelity("documented", "rid/get: 76003")
def test_rid_of_another_app_is_not_told(
    server: DeveloperServer, control: Control
) -> None:
    control.post("mini_programs", appid=OTHER_APPID, secret="1" * 32)
    other = server.token(appid=OTHER_APPID, secret="1" * 32).get_json(force=True)
    failed = server.phone_number(other["access_token"], {"code": "wrong"})

    response = ask(server, GET_RID, {"rid": rid_of(failed)})

    text = "could not query this rid,no permission rid: RID"
    assert refusal(response, 76003, text)


# -- the network ----------------------------------------------------------------------


@pytest.mark.fidelity("documented", "get_api_domain_ip, getcallbackip: ip_list alone")
@pytest.mark.parametrize(
    "path", ["/cgi-bin/get_api_domain_ip", "/cgi-bin/getcallbackip"]
)
def test_addresses_are_listed_without_an_errcode(
    server: DeveloperServer, path: str
) -> None:
    response = server.http.get(
        path, query_string={"access_token": server.access_token()}
    )
    assert response.data == b'{"ip_list":["127.0.0.1"]}'
    assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]


@pytest.mark.fidelity("documented", "callback/check: dns and ping, no errcode")
def test_url_for_pushes_is_looked_at(server: DeveloperServer, control: Control) -> None:
    control.patch(f"mini_programs/{DEFAULT_APPID}", push_url="http://127.0.0.1:1/push")

    response = ask(server, CHECK, {"action": "all", "check_operator": "UNICOM"})

    time = response.get_json(force=True)["ping"][0]["time"]
    assert (
        response.data
        == (
            '{"dns":[{"ip":"127.0.0.1","real_operator":"UNICOM"}],'
            '"ping":[{"ip":"127.0.0.1","from_operator":"UNICOM","package_loss":"0%",'
            f'"time":"{time}"}}]}}'
        ).encode()
    )


@pytest.mark.fidelity("documented", "callback/check: 40201, 40202, 40203")
@pytest.mark.parametrize(
    ("push_url", "body", "errcode", "text"),
    [
        (None, {"action": "all"}, 40201, "invalid url rid: RID"),
        (
            "http://127.0.0.1:1/",
            {"action": "x", "check_operator": "CAP"},
            40202,
            "invalid action hint: [HINT] rid: RID",
        ),
        (
            "http://127.0.0.1:1/",
            {"action": "all", "check_operator": "x"},
            40203,
            "invalid check_operator hint: [HINT] rid: RID",
        ),
    ],
    ids=["no url", "action", "operator"],
)
def test_question_about_the_url_is_checked(
    server: DeveloperServer,
    control: Control,
    push_url: str | None,
    body: object,
    errcode: int,
    text: str,
) -> None:
    control.patch(f"mini_programs/{DEFAULT_APPID}", push_url=push_url)
    assert refusal(ask(server, CHECK, body), errcode, text)


# -- what they have in common ---------------------------------------------------------


POSTED = [CLEAR, CLEAR_ONE, GET, GET_RID, CHECK]
WITH_TOKEN = [*POSTED, "/cgi-bin/get_api_domain_ip", "/cgi-bin/getcallbackip"]


@pytest.mark.parametrize("path", WITH_TOKEN)
def test_token_comes_first(server: DeveloperServer, path: str) -> None:
    missing = server.http.get(path)
    assert refusal(missing, 41001, "access_token missing rid: RID")
    unknown = server.http.get(path, query_string={"access_token": "x" * 136})
    assert unknown.get_json(force=True)["errcode"] == 40001


@pytest.mark.parametrize("path", WITH_TOKEN)
def test_expired_token_is_42001(
    server: DeveloperServer, control: Control, path: str
) -> None:
    token = server.access_token()
    control.post("clock/advance", seconds=7200)

    response = server.http.get(path, query_string={"access_token": token})

    assert refusal(response, 42001, "access_token expired rid: RID")


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize(
    ("method", "body", "errcode", "errmsg"),
    [
        ("GET", b"", 43002, "require POST method"),
        ("POST", b"", 44002, "empty post data"),
        ("POST", b"x=1", 47001, "data format error"),
        ("POST", b"[]", 47001, "data format error"),
    ],
    ids=["get", "empty", "form", "array"],
)
def test_method_and_body_come_next(
    server: DeveloperServer,
    path: str,
    method: str,
    body: bytes,
    errcode: int,
    errmsg: str,
) -> None:
    response = server.http.open(
        path,
        method=method,
        query_string={"access_token": server.access_token()},
        data=body,
    )
    assert refusal(response, errcode, f"{errmsg} hint: [HINT] rid: RID")


@pytest.mark.parametrize(
    "path", ["/cgi-bin/get_api_domain_ip", "/cgi-bin/getcallbackip"]
)
def test_posting_is_fine_where_nothing_is_posted(
    server: DeveloperServer, path: str
) -> None:
    response = server.http.post(
        path, query_string={"access_token": server.access_token()}
    )
    assert response.data == b'{"ip_list":["127.0.0.1"]}'
