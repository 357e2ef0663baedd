"""Third-party platforms, to the byte: their tokens, and logins in an app's name."""

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mockwx.config import DEFAULT_APPID
from tests.wechat import JSON_HEADERS
from tests.wechat import SNS_HEADERS
from tests.wechat import Browser
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body


PLATFORM = "wx00000000000000aa"
OTHER_PLATFORM = "wx00000000000000bb"
UNKNOWN = "wx00000000000000ff"
SECRET = "a" * 32
TICKET = "ticket@@@abc"
MINI_PROGRAM = f"mini_programs/{DEFAULT_APPID}"

COMPONENT_TOKEN = "/cgi-bin/component/api_component_token"
PRE_AUTH_CODE = "/cgi-bin/component/api_create_preauthcode"
QUERY_AUTH = "/cgi-bin/component/api_query_auth"
AUTHORIZER_TOKEN = "/cgi-bin/component/api_authorizer_token"


class Platform:
    """A third-party platform's server."""

    def __init__(self, server: DeveloperServer, control: Control) -> None:
        self.http = server.http
        self.control = control
        for appid in (PLATFORM, OTHER_PLATFORM):
            control.post(
                "mini_programs",
                appid=appid,
                secret=SECRET,
                kind="third_party_platform",
            )

    def component_token(self, **changes: Any) -> TestResponse:
        """Ask for the platform's own token."""
        body = {
            "component_appid": PLATFORM,
            "component_appsecret": SECRET,
            "component_verify_ticket": TICKET,
        }
        return self.http.post(COMPONENT_TOKEN, json=_changed(body, changes))

    def token(self, component_appid: str = PLATFORM) -> str:
        """Return a fresh token of the platform."""
        answer = self.component_token(component_appid=component_appid)
        return str(answer.get_json(force=True)["component_access_token"])

    def post(
        self,
        path: str,
        token: str,
        parameter: str = "component_access_token",
        /,
        **body: Any,
    ) -> TestResponse:
        """Call an interface of platforms."""
        body = _changed({"component_appid": PLATFORM}, body)
        return self.http.post(path, query_string={parameter: token}, json=body)

    def let_in(self, appid: str = DEFAULT_APPID) -> str:
        """Have an app's administrator let the platform in; return what it gets."""
        answer = self.control.post(
            f"mini_programs/{appid}/authorizations", component_appid=PLATFORM
        )
        return str(answer["authorization_code"])

    def authorization(self, token: str) -> dict[str, Any]:
        """Be let in, and exchange the code."""
        answer = self.post(QUERY_AUTH, token, authorization_code=self.let_in())
        return dict(answer.get_json(force=True)["authorization_info"])

    def code2session(self, js_code: str, /, **changes: str | None) -> TestResponse:
        """Exchange a login code in the name of the default mini program."""
        query = {
            "appid": DEFAULT_APPID,
            "js_code": js_code,
            "grant_type": "authorization_code",
            "component_appid": PLATFORM,
        }
        if "component_access_token" not in changes:
            changes["component_access_token"] = self.token()
        return self.http.get(
            "/sns/component/jscode2session", query_string=_changed(query, changes)
        )


@pytest.fixture
def platform(server: DeveloperServer, control: Control) -> Platform:
    return Platform(server, control)


def _changed(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = {**fields, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _compact(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, separators=(",", ":")).encode()


# -- /sns/component/jscode2session ------------------------------------------------


@pytest.mark.fidelity("documented", "component login: the same answer as a plain one")
def test_platform_gets_the_session_of_an_app_it_serves(
    platform: Platform, server: DeveloperServer, phone: Phone
) -> None:
    platform.let_in()

    response = platform.code2session(phone.login())
    answer = response.get_json(force=True)
    plain = server.code2session(phone.login()).get_json(force=True)

    assert list(answer) == ["session_key", "openid", "unionid"]
    assert answer == plain
    assert response.data == _compact(answer)
    assert dict(response.headers) == {
        **SNS_HEADERS,
        "Content-Length": str(len(response.data)),
    }


def test_unionid_is_absent_when_the_app_is_bound_to_no_open_platform(
    platform: Platform, phone: Phone, control: Control
) -> None:
    platform.let_in()
    control.patch(MINI_PROGRAM, open_platform=None)

    answer = platform.code2session(phone.login()).get_json(force=True)

    assert list(answer) == ["session_key", "openid"]


def test_app_may_be_let_in_by_its_settings_too(
    platform: Platform, phone: Phone, control: Control
) -> None:
    control.patch(MINI_PROGRAM, authorized_to=[PLATFORM])

    answer = platform.code2session(phone.login()).get_json(force=True)

    assert len(answer["session_key"]) == 24


def test_one_token_of_a_platform_serves_every_world(
    platform: Platform, control: Control
) -> None:
    elsewhere = {"X-Mockwx-World": "elsewhere"}
    control.http.patch(
        f"/_mockwx/api/{MINI_PROGRAM}",
        json={"authorized_to": [PLATFORM]},
        headers=elsewhere,
    )
    login = control.http.post("/_mockwx/api/wx/login", json={}, headers=elsewhere)

    there = platform.code2session(login.get_json()["code"]).get_json(force=True)
    platform.let_in()
    here = platform.code2session("0" * 32).get_json(force=True)

    assert len(there["session_key"]) == 24
    assert here["errcode"] == 40029


LOGIN_ERRORS = [
    ({"appid": None}, 41002, "appid missing"),
    ({"appid": UNKNOWN}, 40013, "invalid appid"),
    ({"component_appid": None}, 41004, "appsecret missing"),
    ({"component_access_token": None}, 41004, "appsecret missing"),
    ({"component_appid": None, "secret": "0" * 32}, 40125, "invalid appsecret"),
    (
        {"component_access_token": "9" * 136},
        40001,
        "invalid credential, access_token is invalid or not latest",
    ),
    ({"component_appid": OTHER_PLATFORM}, 40094, "invalid component credential"),
    ({"component_appid": UNKNOWN}, 40094, "invalid component credential"),
    ({"grant_type": None}, 40002, "invalid grant_type"),
    ({"js_code": None}, 40029, "invalid code"),
    ({"js_code": None, "code": "0" * 32}, 40029, "invalid code"),
    ({"js_code": "0" * 32}, 40029, "invalid code"),
]


@pytest.mark.fidelity("logged", "component login: errors")
@pytest.mark.parametrize(
    ("changes", "errcode", "errmsg"),
    LOGIN_ERRORS,
    ids=[f"{'-'.join(change)}-{code}" for change, code, _ in LOGIN_ERRORS],
)
def test_login_error_has_a_comma_before_its_rid(
    platform: Platform,
    phone: Phone,
    changes: dict[str, str | None],
    errcode: int,
    errmsg: str,
) -> None:
    platform.let_in()

    response = platform.code2session(phone.login(), **changes)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain"
    assert response.data == error_body(errcode, f"{errmsg}, rid: RID", response)


@pytest.mark.fidelity("documented", "component login: the app did not let it in")
def test_platform_that_was_not_let_in_is_61003(
    platform: Platform, phone: Phone
) -> None:
    response = platform.code2session(phone.login())

    assert response.data == error_body(
        61003, "component is not authorized by this account, rid: RID", response
    )


def test_platform_that_is_put_out_again_is_61003(
    platform: Platform, phone: Phone, control: Control
) -> None:
    platform.let_in()
    control.patch(MINI_PROGRAM, authorized_to=[])

    answer = platform.code2session(phone.login()).get_json(force=True)

    assert answer["errcode"] == 61003


@pytest.mark.fidelity("logged", "component login: the caller's address")
def test_address_outside_the_platforms_list_is_40090(
    platform: Platform, phone: Phone, control: Control
) -> None:
    platform.let_in()
    token = platform.token()
    control.patch(f"mini_programs/{PLATFORM}", ip_whitelist=["203.0.113.7"])

    response = platform.code2session(phone.login(), component_access_token=token)

    assert response.data == error_body(
        40090, "invalid request source (bad client ip), rid: RID", response
    )


def test_second_use_of_a_code_is_40163(platform: Platform, phone: Phone) -> None:
    platform.let_in()
    code = phone.login()
    platform.code2session(code)

    response = platform.code2session(code)

    assert response.data == error_body(40163, "code been used, rid: RID", response)


def test_more_than_a_hundred_logins_a_minute_are_45011(
    platform: Platform, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.services.user_login.CODE2SESSION_PER_MINUTE", 0)
    platform.let_in()

    response = platform.code2session(phone.login())

    assert response.data == error_body(
        45011,
        "api minute-quota reach limit, must slower, retry next minute, rid: RID",
        response,
    )


def test_expired_token_of_the_platform_is_42001(
    platform: Platform, phone: Phone, control: Control
) -> None:
    platform.let_in()
    token = platform.token()
    control.post("clock/advance", seconds=7200)

    response = platform.code2session(phone.login(), component_access_token=token)

    assert response.data == error_body(
        42001, "access_token expired, rid: RID", response
    )


# -- the platform's own token -----------------------------------------------------


@pytest.mark.fidelity("documented", "component_access_token: two hours")
def test_component_token_has_the_documented_keys(platform: Platform) -> None:
    response = platform.component_token()
    answer = response.get_json(force=True)

    assert list(answer) == ["component_access_token", "expires_in"]
    assert answer["expires_in"] == 7200
    assert response.data == _compact(answer)
    assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]


def test_each_component_token_lives_out_its_time(
    platform: Platform, phone: Phone
) -> None:
    platform.let_in()
    first = platform.token()
    platform.token()

    answer = platform.code2session(phone.login(), component_access_token=first)

    assert "session_key" in answer.get_json(force=True)


COMPONENT_TOKEN_ERRORS = [
    ({"component_appid": None}, 41018, "missing component_appid rid: RID"),
    ({"component_appid": UNKNOWN}, 40013, "invalid appid rid: RID"),
    ({"component_appid": DEFAULT_APPID}, 40013, "invalid appid rid: RID"),
    ({"component_appsecret": None}, 41004, "appsecret missing rid: RID"),
    ({"component_appsecret": "0" * 32}, 40125, "invalid appsecret rid: RID"),
    ({"component_verify_ticket": None}, 61006, "component ticket is invalid rid: RID"),
]


@pytest.mark.fidelity("documented", "component_access_token: errors")
@pytest.mark.parametrize(
    ("changes", "errcode", "errmsg"),
    COMPONENT_TOKEN_ERRORS,
    ids=[f"{'-'.join(each[0])}-{each[1]}" for each in COMPONENT_TOKEN_ERRORS],
)
def test_component_token_error_has_no_comma(
    platform: Platform, changes: dict[str, Any], errcode: int, errmsg: str
) -> None:
    response = platform.component_token(**changes)

    assert response.data == error_body(errcode, errmsg, response)


@pytest.mark.fidelity("logged", "component_access_token: parameters outside JSON")
@pytest.mark.parametrize(
    "question",
    [
        {"query_string": {"component_appid": PLATFORM}, "data": b"{}"},
        {"query_string": {"component_appid": PLATFORM}},
        {"data": {"component_appid": PLATFORM}},
    ],
    ids=["query", "query without body", "form"],
)
def test_parameters_outside_json_are_not_seen(
    platform: Platform, question: dict[str, Any]
) -> None:
    response = platform.http.post(COMPONENT_TOKEN, **question)

    assert response.data == error_body(
        41018, "missing component_appid rid: RID", response
    )


@pytest.mark.parametrize(
    ("ticket", "errcode"), [(TICKET, None), ("another", 61006)], ids=["right", "wrong"]
)
def test_platform_with_a_ticket_takes_no_other(
    platform: Platform, control: Control, ticket: str, errcode: int | None
) -> None:
    control.patch(f"mini_programs/{PLATFORM}", verify_ticket=TICKET)

    answer = platform.component_token(component_verify_ticket=ticket)

    assert answer.get_json(force=True).get("errcode") == errcode


@pytest.mark.fidelity("documented", "third-party platform: the caller's address")
def test_unregistered_address_is_61004(platform: Platform, control: Control) -> None:
    control.patch(f"mini_programs/{PLATFORM}", ip_whitelist=["203.0.113.7"])

    response = platform.component_token()

    assert response.data == error_body(
        61004, "access clientip is not registered rid: RID", response
    )


# -- being let in -----------------------------------------------------------------


@pytest.mark.parametrize("parameter", ["component_access_token", "access_token"])
def test_pre_auth_code_lives_half_an_hour(platform: Platform, parameter: str) -> None:
    response = platform.post(PRE_AUTH_CODE, platform.token(), parameter)
    answer = response.get_json(force=True)

    assert response.data == _compact(
        {"pre_auth_code": answer["pre_auth_code"], "expires_in": 1800}
    )
    assert answer["pre_auth_code"].startswith("preauthcode@@@")


PLATFORM_ERRORS = [
    ("", {}, 41001, "access_token missing rid: RID"),
    (
        "9" * 136,
        {},
        40001,
        "invalid credential, access_token is invalid or not latest rid: RID",
    ),
    (None, {"component_appid": None}, 41018, "missing component_appid rid: RID"),
    (
        None,
        {"component_appid": OTHER_PLATFORM},
        40094,
        "invalid component credential rid: RID",
    ),
]


@pytest.mark.parametrize("path", [PRE_AUTH_CODE, QUERY_AUTH, AUTHORIZER_TOKEN])
@pytest.mark.parametrize(
    ("token", "body", "errcode", "errmsg"),
    PLATFORM_ERRORS,
    ids=[str(each[2]) for each in PLATFORM_ERRORS],
)
def test_platform_error_has_no_comma(
    platform: Platform,
    path: str,
    token: str | None,
    body: dict[str, Any],
    errcode: int,
    errmsg: str,
) -> None:
    token = platform.token() if token is None else token

    response = platform.post(path, token, **body)

    assert response.data == error_body(errcode, errmsg, response)


@pytest.mark.fidelity("logged", "order of validation: the token before the method")
def test_token_is_checked_before_the_method(platform: Platform) -> None:
    without = platform.http.get(PRE_AUTH_CODE).get_json(force=True)
    with_one = platform.http.get(
        PRE_AUTH_CODE, query_string={"component_access_token": platform.token()}
    ).get_json(force=True)

    assert without["errcode"] == 41001
    assert with_one["errcode"] == 43002


def test_empty_body_is_44002(platform: Platform) -> None:
    response = platform.http.post(
        PRE_AUTH_CODE, query_string={"component_access_token": platform.token()}
    )

    assert response.data == error_body(
        44002, "empty post data hint: [HINT] rid: RID", response
    )


@pytest.mark.fidelity("documented", "third-party platform: an app's tokens")
def test_authorization_code_buys_the_tokens_of_an_app(platform: Platform) -> None:
    response = platform.post(
        QUERY_AUTH, platform.token(), authorization_code=platform.let_in()
    )
    found = response.get_json(force=True)["authorization_info"]

    assert response.data == _compact(
        {
            "authorization_info": {
                "authorizer_appid": DEFAULT_APPID,
                "authorizer_access_token": found["authorizer_access_token"],
                "expires_in": 7200,
                "authorizer_refresh_token": found["authorizer_refresh_token"],
                "func_info": [
                    {"funcscope_category": {"id": 17}},
                    {"funcscope_category": {"id": 18}},
                ],
            }
        }
    )


def test_authorization_code_works_once(platform: Platform) -> None:
    token, code = platform.token(), platform.let_in()
    platform.post(QUERY_AUTH, token, authorization_code=code)

    response = platform.post(QUERY_AUTH, token, authorization_code=code)

    assert response.data == error_body(61009, "code is invalid rid: RID", response)


def test_authorization_code_lives_an_hour(platform: Platform, control: Control) -> None:
    token, code = platform.token(), platform.let_in()
    control.post("clock/advance", seconds=3600)

    response = platform.post(QUERY_AUTH, token, authorization_code=code)

    assert response.data == error_body(61010, "code is expired rid: RID", response)


def test_authorization_code_of_another_platform_is_61009(platform: Platform) -> None:
    code = platform.let_in()

    answer = platform.post(
        QUERY_AUTH,
        platform.token(OTHER_PLATFORM),
        component_appid=OTHER_PLATFORM,
        authorization_code=code,
    )

    assert answer.get_json(force=True)["errcode"] == 61009


@pytest.mark.fidelity("documented", "third-party platform: every interface of the app")
def test_authorizer_token_opens_the_interfaces_of_the_app(
    platform: Platform, server: DeveloperServer, phone: Phone
) -> None:
    found = platform.authorization(platform.token())
    code = phone.share_phone_number()

    answer = server.phone_number(found["authorizer_access_token"], {"code": code})

    assert answer.get_json(force=True)["errcode"] == 0


def test_authorizer_token_dies_when_the_app_puts_the_platform_out(
    platform: Platform, server: DeveloperServer, control: Control
) -> None:
    found = platform.authorization(platform.token())
    control.patch(MINI_PROGRAM, authorized_to=[])

    response = server.phone_number(found["authorizer_access_token"], {"code": "x"})

    assert response.data == error_body(
        61003, "component is not authorized by this account rid: RID", response
    )


def test_token_of_a_platform_is_no_token_of_an_app(
    platform: Platform, server: DeveloperServer
) -> None:
    answer = server.phone_number(platform.token(), {"code": "x"})

    assert answer.get_json(force=True)["errcode"] == 40001


def test_refresh_token_buys_another_token_and_stays(
    platform: Platform, server: DeveloperServer, phone: Phone
) -> None:
    token = platform.token()
    found = platform.authorization(token)

    response = platform.post(
        AUTHORIZER_TOKEN,
        token,
        authorizer_appid=DEFAULT_APPID,
        authorizer_refresh_token=found["authorizer_refresh_token"],
    )
    renewed = response.get_json(force=True)
    bought = server.phone_number(
        renewed["authorizer_access_token"], {"code": phone.share_phone_number()}
    )

    assert response.data == _compact(
        {
            "authorizer_access_token": renewed["authorizer_access_token"],
            "expires_in": 7200,
            "authorizer_refresh_token": found["authorizer_refresh_token"],
        }
    )
    assert renewed["authorizer_access_token"] != found["authorizer_access_token"]
    assert bought.get_json(force=True)["errcode"] == 0


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"authorizer_appid": UNKNOWN}, 40013),
        ({"authorizer_appid": OTHER_PLATFORM}, 61003),
        ({"authorizer_refresh_token": "refreshtoken@@@x"}, 61023),
        ({"authorizer_refresh_token": None}, 61023),
    ],
    ids=["unknown app", "app that let nobody in", "wrong token", "no token"],
)
def test_wrong_refresh_is_refused(
    platform: Platform, body: dict[str, Any], errcode: int
) -> None:
    token = platform.token()
    found = platform.authorization(token)

    answer = platform.post(
        AUTHORIZER_TOKEN,
        token,
        **{
            "authorizer_appid": DEFAULT_APPID,
            "authorizer_refresh_token": found["authorizer_refresh_token"],
            **body,
        },
    )

    assert answer.get_json(force=True)["errcode"] == errcode


def test_app_that_let_a_platform_in_by_its_settings_has_no_refresh_token_yet(
    platform: Platform, control: Control
) -> None:
    control.patch(MINI_PROGRAM, authorized_to=[PLATFORM])

    answer = platform.post(
        AUTHORIZER_TOKEN, platform.token(), authorizer_appid=DEFAULT_APPID
    )

    assert answer.get_json(force=True)["errcode"] == 61023


def test_letting_in_twice_names_the_platform_once(
    platform: Platform, control: Control
) -> None:
    token = platform.token()
    first = platform.authorization(token)
    second = platform.authorization(token)

    assert control.get(MINI_PROGRAM)["authorized_to"] == [PLATFORM]
    assert first["authorizer_refresh_token"] == second["authorizer_refresh_token"]


@pytest.mark.parametrize(
    ("appid", "body", "status", "field"),
    [
        (DEFAULT_APPID, {}, 400, "component_appid"),
        (DEFAULT_APPID, {"component_appid": UNKNOWN}, 404, "component_appid"),
        (DEFAULT_APPID, {"component_appid": DEFAULT_APPID}, 404, "component_appid"),
        (UNKNOWN, {"component_appid": PLATFORM}, 404, "appid"),
    ],
    ids=["no platform named", "unknown", "no platform", "unknown app"],
)
def test_letting_in_names_what_is_wrong(
    platform: Platform, appid: str, body: dict[str, str], status: int, field: str
) -> None:
    response = platform.http.post(
        f"/_mockwx/api/mini_programs/{appid}/authorizations", json=body
    )

    assert response.status_code == status
    assert response.get_json()["error"]["field"] == field


# -- web OAuth in an app's name ---------------------------------------------------


@pytest.fixture
def web_query(platform: Platform) -> dict[str, str]:
    """What every call in the app's name carries."""
    platform.let_in()
    return {
        "appid": DEFAULT_APPID,
        "component_appid": PLATFORM,
        "component_access_token": platform.token(),
    }


@pytest.mark.fidelity("documented", "web OAuth by a platform: no secret")
def test_platform_exchanges_and_renews_web_tokens(
    app: Flask, platform: Platform, web_query: dict[str, str]
) -> None:
    code = Browser(app).code(component_appid=PLATFORM)

    granted = platform.http.get(
        "/sns/oauth2/component/access_token",
        query_string={**web_query, "code": code, "grant_type": "authorization_code"},
    ).get_json(force=True)
    renewed = platform.http.get(
        "/sns/oauth2/component/refresh_token",
        query_string={
            **web_query,
            "grant_type": "refresh_token",
            "refresh_token": granted["refresh_token"],
        },
    ).get_json(force=True)

    assert list(granted) == [
        "access_token",
        "expires_in",
        "refresh_token",
        "openid",
        "scope",
        "unionid",
    ]
    assert renewed["access_token"] == granted["access_token"]


@pytest.mark.parametrize("path", ["access_token", "refresh_token"])
@pytest.mark.parametrize(
    ("changes", "errcode", "errmsg"),
    [
        ({"component_access_token": ""}, 41004, "appsecret missing"),
        ({"component_appid": UNKNOWN}, 40094, "invalid component credential"),
        ({"appid": UNKNOWN}, 40013, "invalid appid"),
        (
            {"appid": OTHER_PLATFORM},
            61003,
            "component is not authorized by this account",
        ),
    ],
    ids=["41004", "40094", "40013", "61003"],
)
def test_web_error_of_a_platform_has_a_comma(
    platform: Platform,
    web_query: dict[str, str],
    path: str,
    changes: dict[str, str],
    errcode: int,
    errmsg: str,
) -> None:
    response = platform.http.get(
        f"/sns/oauth2/component/{path}", query_string={**web_query, **changes}
    )

    assert response.data == error_body(errcode, f"{errmsg}, rid: RID", response)


def test_tokens_of_platforms_are_masked_in_the_journal(
    platform: Platform, control: Control
) -> None:
    found = platform.authorization(platform.token())

    shown = json.dumps(control.get("exchanges"))

    assert found["authorizer_access_token"] not in shown
    assert found["authorizer_refresh_token"] not in shown
    assert TICKET not in shown
