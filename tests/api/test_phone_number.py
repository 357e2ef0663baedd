"""getPhoneNumber of the server: to the byte."""

from typing import Any

import pytest

from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body


PATH = "/wxa/business/getuserphonenumber"


@pytest.mark.fidelity("documented", "getPhoneNumber (server): success")
def test_success_spells_the_number_as_the_real_server(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    control.patch("users/alice", phone="12066600001")
    code = phone.share_phone_number()

    response = server.phone_number(server.access_token(), {"code": code})

    expected = (
        '{"errcode":0,"errmsg":"ok","phone_info":{"phoneNumber":"12066600001",'
        '"purePhoneNumber":"12066600001","countryCode":"86",'
        f'"watermark":{{"timestamp":{NOON},"appid":"wx6d6f636b77780001"}}}}}}'
    ).encode()
    assert response.status_code == 200
    assert response.data == expected
    assert dict(response.headers) == {
        **JSON_HEADERS,
        "Content-Length": str(len(expected)),
    }


@pytest.mark.fidelity("logged", "getPhoneNumber (server): a second use is 40029")
def test_second_use_is_40029_never_40163(server: DeveloperServer, phone: Phone) -> None:
    token, code = server.access_token(), phone.share_phone_number()
    server.phone_number(token, {"code": code})

    response = server.phone_number(token, {"code": code})

    text = "invalid code hint: [HINT] rid: RID"
    assert response.data == error_body(40029, text, response)


CODES: list[Any] = [{}, {"code": ""}, {"code": None}, {"code": 5}, {"code": ["x"]}]


@pytest.mark.fidelity("logged", "getPhoneNumber (server): what is no code is 40029")
@pytest.mark.parametrize("body", [*CODES, {"code": "\ud800"}], ids=str)
def test_code_that_is_none_is_40029(server: DeveloperServer, body: object) -> None:
    response = server.phone_number(server.access_token(), body)

    text = "invalid code hint: [HINT] rid: RID"
    assert response.data == error_body(40029, text, response)


@pytest.mark.fidelity("logged", "getPhoneNumber (server): a blank behind the key")
def test_code_under_a_key_with_a_blank_behind_it_is_47001(
    server: DeveloperServer, phone: Phone
) -> None:
    code = phone.share_phone_number()

    response = server.phone_number(server.access_token(), {"code ": code})

    text = "data format error hint: [HINT] rid: RID"
    assert response.data == error_body(47001, text, response)


def test_login_code_is_no_phone_code(server: DeveloperServer, phone: Phone) -> None:
    response = server.phone_number(server.access_token(), {"code": phone.login()})

    assert response.get_json(force=True)["errcode"] == 40029


@pytest.mark.fidelity("inferred", "getPhoneNumber (server): the code of another person")
def test_openid_of_somebody_else_is_40003(
    server: DeveloperServer, phone: Phone
) -> None:
    code = phone.share_phone_number()

    response = server.phone_number(
        server.access_token(), {"code": code, "openid": "o" * 28}
    )

    text = "invalid openid hint: [HINT] rid: RID"
    assert response.data == error_body(40003, text, response)


@pytest.mark.fidelity("logged", "getPhoneNumber (server): the code of another app")
def test_code_of_another_app_is_40013(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    appid, secret = "wx0000000000000001", "1" * 32
    control.post("mini_programs", appid=appid, secret=secret)
    code = phone.share_phone_number(appid=appid)

    response = server.phone_number(server.access_token(), {"code": code})

    text = "invalid appid hint: [HINT] rid: RID"
    assert response.data == error_body(40013, text, response)


@pytest.mark.fidelity(
    "logged", "getPhoneNumber (server): the token of an official account"
)
def test_token_of_an_official_account_is_48001(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    appid, secret = "wx0000000000000001", "1" * 32
    control.post("mini_programs", appid=appid, secret=secret, kind="official_account")
    token = server.token(appid=appid, secret=secret).get_json(force=True)

    response = server.phone_number(
        token["access_token"], {"code": phone.share_phone_number()}
    )

    text = "api unauthorized rid: RID"
    assert response.data == error_body(48001, text, response)


@pytest.mark.fidelity("logged", "access_token: checked before method and body")
@pytest.mark.parametrize(
    ("method", "query", "errcode", "text"),
    [
        ("GET", "", 41001, "access_token missing rid: RID"),
        ("POST", "?access_token=", 41001, "access_token missing rid: RID"),
        ("GET", "?access_token=!", 40014, "invalid access_token rid: RID"),
    ],
)
def test_token_is_checked_before_method_and_body(
    server: DeveloperServer, method: str, query: str, errcode: int, text: str
) -> None:
    response = server.http.open(PATH + query, method=method)

    assert response.data == error_body(errcode, text, response)


@pytest.mark.fidelity("inferred", "method: checked before the body")
@pytest.mark.parametrize(
    ("method", "body", "errcode", "errmsg"),
    [
        ("GET", b"", 43002, "require POST method"),
        ("PUT", b"{}", 43002, "require POST method"),
        ("POST", b"", 44002, "empty post data"),
        ("POST", b"code=x", 47001, "data format error"),
    ],
)
def test_method_is_checked_before_the_body(
    server: DeveloperServer, method: str, body: bytes, errcode: int, errmsg: str
) -> None:
    response = server.http.open(
        PATH,
        method=method,
        data=body,
        query_string={"access_token": server.access_token()},
    )

    text = f"{errmsg} hint: [HINT] rid: RID"
    assert response.data == error_body(errcode, text, response)


def test_token_in_the_body_is_not_seen(server: DeveloperServer) -> None:
    response = server.http.post(PATH, json={"access_token": server.access_token()})

    assert response.get_json(force=True)["errcode"] == 41001
