"""People by other roads: to the byte."""

import hashlib
from base64 import b64decode
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockwx.config import DEFAULT_APPID
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body
from tests.wechat import sign


CHECK = "/wxa/business/checkencryptedmsg"
OPENPID = "/wxa/getpluginopenpid"
UNIONID = "/wxa/getpaidunionid"
KEYS = "/wxa/business/getuserencryptkey"
OTHER_APPID = "wx0000000000000001"


def post(server: DeveloperServer, path: str, body: object) -> TestResponse:
    """Post a body with a fresh token."""
    return server.http.post(
        path, query_string={"access_token": server.access_token()}, json=body
    )


def refusal(response: TestResponse, errcode: int, text: str) -> bool:
    """Say whether it is exactly this error."""
    assert response.status_code == 200
    assert response.data == error_body(errcode, text, response)
    return True


@pytest.fixture
def other_token(server: DeveloperServer, control: Control) -> str:
    control.post("mini_programs", appid=OTHER_APPID, secret="1" * 32)
    answer = server.token(appid=OTHER_APPID, secret="1" * 32).get_json(force=True)
    return str(answer["access_token"])


# -- checkencryptedmsg ----------------------------------------------------------------


@pytest.mark.fidelity("documented", "checkencryptedmsg: vaild and create_time")
@pytest.mark.parametrize(
    ("decoded", "note"),
    [
        (False, "encrypted_msg_hash is that of the Base64 text of encryptedData"),
        (True, "encrypted_msg_hash is that of the decoded bytes of encryptedData"),
    ],
    ids=["text", "bytes"],
)
def test_sealed_phone_number_is_vaild_and_the_journal_says_by_which_hash(
    server: DeveloperServer, phone: Phone, control: Control, decoded: bool, note: str
) -> None:
    phone.login()
    sealed = phone.wx("getPhoneNumber")["encryptedData"]
    octets = b64decode(sealed) if decoded else sealed.encode()
    digest = hashlib.sha256(octets).hexdigest()

    response = post(server, CHECK, {"encrypted_msg_hash": digest})

    expected = b'{"errcode":0,"errmsg":"ok","vaild":true,"create_time":%d}' % NOON
    assert response.data == expected
    assert dict(response.headers) == {
        **JSON_HEADERS,
        "Content-Length": str(len(expected)),
    }
    exchange = control.latest_exchange()
    assert (exchange["note"], exchange["user"]) == (note, "alice")


@pytest.mark.fidelity("documented", "checkencryptedmsg: 1 data not exit, 40097")
@pytest.mark.parametrize(
    ("body", "errcode", "text"),
    [
        ({"encrypted_msg_hash": "0" * 64}, 1, "data not exit rid: RID"),
        ({}, 40097, "invalid args hint: [HINT] rid: RID"),
        ({"encrypted_msg_hash": 5}, 40097, "invalid args hint: [HINT] rid: RID"),
        ({"encrypted_msg_hash": "\ud800"}, 40097, "invalid args hint: [HINT] rid: RID"),
    ],
    ids=["unknown", "absent", "number", "surrogate"],
)
def test_hash_of_nothing_is_refused(
    server: DeveloperServer, body: object, errcode: int, text: str
) -> None:
    assert refusal(post(server, CHECK, body), errcode, text)


# -- getpluginopenpid -----------------------------------------------------------------


@pytest.mark.fidelity("documented", "getpluginopenpid: openpid")
def test_plugin_code_yields_an_openpid(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    code = phone.wx("pluginLogin", user="bob")["code"]

    response = post(server, OPENPID, {"code": code})

    openpid = response.get_json(force=True)["openpid"]
    assert response.data == (
        f'{{"errcode":0,"errmsg":"ok","openpid":"{openpid}"}}'.encode()
    )
    assert (len(openpid), openpid[0]) == (28, "G")
    assert control.latest_exchange()["user"] == "bob"


@pytest.mark.fidelity("logged", "getpluginopenpid: 1007 and an empty text")
@pytest.mark.parametrize(
    ("body", "errcode"),
    [({}, 1001), ({"code": ""}, 1001), ({"code": 5}, 1007), ({"code": "x"}, 1007)],
    ids=["absent", "empty", "number", "unknown"],
)
def test_code_of_no_plugin_is_refused_without_a_word(
    server: DeveloperServer, body: object, errcode: int
) -> None:
    assert refusal(post(server, OPENPID, body), errcode, " rid: RID")


def test_login_code_and_used_code_are_1007(
    server: DeveloperServer, phone: Phone
) -> None:
    code = phone.wx("pluginLogin")["code"]
    post(server, OPENPID, {"code": code})

    for spent in (code, phone.login()):
        assert refusal(post(server, OPENPID, {"code": spent}), 1007, " rid: RID")


def test_plugin_code_of_another_app_is_1005(
    server: DeveloperServer, phone: Phone, other_token: str
) -> None:
    response = server.http.post(
        OPENPID,
        query_string={"access_token": other_token},
        json={"code": phone.wx("pluginLogin")["code"]},
    )
    assert refusal(response, 1005, " rid: RID")


def test_hundred_and_first_code_of_a_minute_is_1003(
    server: DeveloperServer, phone: Phone
) -> None:
    token = {"access_token": server.access_token()}
    for _ in range(100):
        code = phone.wx("pluginLogin")["code"]
        server.http.post(OPENPID, query_string=token, json={"code": code})

    response = post(server, OPENPID, {"code": phone.wx("pluginLogin")["code"]})

    assert refusal(response, 1003, " rid: RID")


@pytest.mark.fidelity("documented", "getpluginopenpid: 1022 for what is no JSON")
@pytest.mark.parametrize("body", [b"code=x", b"[]"], ids=["form", "array"])
def test_body_that_is_no_json_object_is_1022(
    server: DeveloperServer, body: bytes
) -> None:
    response = server.http.post(
        OPENPID, query_string={"access_token": server.access_token()}, data=body
    )
    assert refusal(response, 1022, " hint: [HINT] rid: RID")


def test_plugin_codes_beyond_the_daily_limit_are_45009(
    server: DeveloperServer, control: Control
) -> None:
    control.patch(f"mini_programs/{DEFAULT_APPID}", daily_limits={OPENPID: 0})
    response = post(server, OPENPID, {"code": "x"})
    assert refusal(response, 45009, "reach max api daily quota limit rid: RID")


# -- getpaidunionid -------------------------------------------------------------------


def unionid(server: DeveloperServer, **question: object) -> TestResponse:
    query = {"access_token": server.access_token(), **question}
    return server.http.get(UNIONID, query_string=query)


@pytest.fixture
def session(server: DeveloperServer, phone: Phone) -> dict[str, str]:
    answer = server.code2session(phone.login()).get_json(force=True)
    return dict(answer)


@pytest.mark.fidelity("documented", "getpaidunionid: the errcode comes last")
@pytest.mark.parametrize(
    "numbers", [("transaction_id",), ("mch_id", "out_trade_no")], ids=["ours", "shop's"]
)
def test_who_paid_has_a_unionid(
    server: DeveloperServer,
    control: Control,
    session: dict[str, str],
    numbers: tuple[str, ...],
) -> None:
    payment = control.post("payments")

    response = unionid(
        server,
        openid=session["openid"],
        **{name: payment[name] for name in numbers},
    )

    expected = f'{{"unionid":"{session["unionid"]}","errcode":0,"errmsg":"ok"}}'
    assert response.data == expected.encode()


@pytest.mark.fidelity("documented", "getpaidunionid: 40003, 89002, 89300")
def test_who_did_not_pay_has_none(
    server: DeveloperServer, control: Control, session: dict[str, str]
) -> None:
    payment = control.post("payments", user="bob")
    asked = {"transaction_id": payment["transaction_id"]}

    unknown = unionid(server, openid="o" * 28, **asked)
    assert refusal(unknown, 40003, "invalid openid hint: [HINT] rid: RID")
    not_theirs = unionid(server, openid=session["openid"], **asked)
    assert refusal(not_theirs, 89300, "invalid trade rid: RID")

    control.patch(f"mini_programs/{DEFAULT_APPID}", open_platform=None)

    unbound = unionid(server, openid=session["openid"], **asked)
    assert refusal(unbound, 89002, "open not exists rid: RID")


def test_payment_is_recorded_whole(control: Control) -> None:
    stated = {
        "appid": DEFAULT_APPID,
        "user": "bob",
        "transaction_id": "4200",
        "mch_id": "19",
        "out_trade_no": "a",
    }
    assert control.post("payments", **stated) == {**stated, "paid_at": NOON}


def test_payment_with_nothing_stated_is_alices_in_the_default_app(
    control: Control,
) -> None:
    payment = control.post("payments")
    assert (payment["appid"], payment["user"]) == (DEFAULT_APPID, "alice")
    number = payment["transaction_id"]
    assert len(number) == 28
    assert number.isdigit()
    assert payment["mch_id"] == "1900000109"
    assert payment["out_trade_no"] == f"order-{number}"
    assert control.post("payments")["transaction_id"] != number


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"appid": OTHER_APPID}, 404, "appid"),
        ({"appid": "x"}, 400, "appid"),
        ({"users": "bob"}, 400, "users"),
        ({"transaction_id": 5}, 400, "transaction_id"),
    ],
    ids=["unknown app", "no appid", "unknown field", "number"],
)
def test_payment_that_cannot_be_is_refused_by_name(
    control: Control, body: dict[str, Any], status: int, field: str
) -> None:
    answer = control.http.post("/_mockwx/api/payments", json=body)
    assert answer.status_code == status
    assert answer.get_json()["error"]["field"] == field


# -- getuserencryptkey ----------------------------------------------------------------


def keys(
    server: DeveloperServer,
    session: dict[str, str],
    method: str = "GET",
    **changes: str,
) -> TestResponse:
    query = {
        "access_token": server.access_token(),
        "openid": session["openid"],
        "signature": sign(session["session_key"]),
        "sig_method": "hmac_sha256",
        **changes,
    }
    return server.http.open(KEYS, method=method, query_string=query)


@pytest.mark.fidelity(
    "documented", "getuserencryptkey: GET as the page, POST as the guide"
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_keys_of_the_phone_are_told_newest_first(
    server: DeveloperServer,
    phone: Phone,
    control: Control,
    session: dict[str, str],
    method: str,
) -> None:
    first = phone.wx("getLatestUserKey")
    control.post("clock/advance", seconds=3600)
    second = phone.wx("getLatestUserKey")
    control.post("clock/advance", seconds=3)

    response = keys(server, session, method)

    assert (
        response.data
        == (
            '{"errcode":0,"errmsg":"ok","key_info_list":['
            f'{{"encrypt_key":"{second["encryptKey"]}","version":2,"expire_in":3597,'
            f'"iv":"{second["iv"]}","create_time":{NOON + 3600}}},'
            f'{{"encrypt_key":"{first["encryptKey"]}","version":1,"expire_in":0,'
            f'"iv":"{first["iv"]}","create_time":{NOON}}}]}}'
        ).encode()
    )
    assert control.latest_exchange()["user"] == "alice"


def test_login_state_may_be_proved_in_the_body(
    server: DeveloperServer, session: dict[str, str]
) -> None:
    fields = {
        "openid": session["openid"],
        "signature": sign(session["session_key"]),
        "sig_method": "hmac_sha256",
    }
    response = post(server, KEYS, fields)
    assert response.data == b'{"errcode":0,"errmsg":"ok","key_info_list":[]}'


@pytest.mark.fidelity("logged", "getuserencryptkey: errors carry the empty list")
@pytest.mark.parametrize(
    ("changes", "errcode", "text"),
    [
        ({"signature": "0" * 64}, 87009, "invalid signature rid: RID"),
        ({"sig_method": "sha1"}, 87008, "invalid sig_method rid: RID"),
        ({"openid": ""}, 40097, "invalid args hint: [HINT] rid: RID"),
        ({"openid": "o" * 28}, 40003, "invalid openid hint: [HINT] rid: RID"),
    ],
    ids=["signature", "sig_method", "absent", "unknown"],
)
def test_error_carries_an_empty_list(
    server: DeveloperServer,
    session: dict[str, str],
    changes: dict[str, str],
    errcode: int,
    text: str,
) -> None:
    response = keys(server, session, **changes)
    bare = error_body(errcode, text, response)
    assert response.data == bare[:-1] + b',"key_info_list":[]}'


def test_expired_login_state_is_87007(
    server: DeveloperServer, control: Control, session: dict[str, str]
) -> None:
    control.post("sessions/expire")

    response = keys(server, session)

    bare = error_body(87007, "session_key is not existd or expired rid: RID", response)
    assert response.data == bare[:-1] + b',"key_info_list":[]}'


def test_channel_keys_are_masked_in_the_journal(
    server: DeveloperServer, phone: Phone, control: Control, session: dict[str, str]
) -> None:
    key = phone.wx("getLatestUserKey")["encryptKey"]
    keys(server, session)

    shown = control.get("exchanges")["exchanges"]

    assert not any(key in str(each) for each in shown)


# -- what they have in common ---------------------------------------------------------


@pytest.mark.parametrize("path", [CHECK, OPENPID, UNIONID, KEYS])
def test_token_comes_first(server: DeveloperServer, path: str) -> None:
    missing = server.http.open(path, method="DELETE")
    assert refusal(missing, 41001, "access_token missing rid: RID")


@pytest.mark.parametrize("path", [CHECK, OPENPID])
@pytest.mark.parametrize(
    ("method", "errcode", "errmsg"),
    [("GET", 43002, "require POST method"), ("POST", 44002, "empty post data")],
)
def test_method_and_body_come_next(
    server: DeveloperServer, path: str, method: str, errcode: int, errmsg: str
) -> None:
    response = server.http.open(
        path, method=method, query_string={"access_token": server.access_token()}
    )
    assert refusal(response, errcode, f"{errmsg} hint: [HINT] rid: RID")


@pytest.mark.fidelity("documented", "codes that only WeChat's own trouble brings")
@pytest.mark.parametrize(
    ("method", "path", "errcode", "text"),
    [
        ("POST", CHECK, -1, "system error rid: RID"),
        ("POST", OPENPID, 1000, " rid: RID"),
        ("POST", OPENPID, 40016, "invalid button size rid: RID"),
        ("GET", UNIONID, -1, "system error rid: RID"),
        ("POST", "/cgi-bin/clear_quota/v2", -1, "system error rid: RID"),
    ],
)
def test_trouble_of_wechat_itself_comes_by_a_fault(
    server: DeveloperServer,
    control: Control,
    method: str,
    path: str,
    errcode: int,
    text: str,
) -> None:
    control.post("faults", match={"path": path}, effect={"errcode": errcode}, times=1)

    response = server.http.open(path, method=method)

    assert refusal(response, errcode, text)


@pytest.mark.parametrize("path", [CHECK, OPENPID, UNIONID, KEYS])
def test_expired_token_is_42001(
    server: DeveloperServer, control: Control, path: str
) -> None:
    token = server.access_token()
    control.post("clock/advance", seconds=7200)

    response = server.http.get(path, query_string={"access_token": token})

    assert refusal(response, 42001, "access_token expired rid: RID")
