"""Login on web pages, to the byte: the pages, then the interfaces under /sns."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from mockwx import Settings
from mockwx import create_app
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.wechat import CALLBACK
from tests.wechat import SNS_HEADERS
from tests.wechat import Browser
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import error_body


OTHER_APPID = "wx0000000000000001"
PLATFORM = "wx00000000000000aa"
ALL_DAY = 86_400
SHARED = create_app(Settings())
"""For what leaves nothing behind that another example would notice."""
MINI_PROGRAM = f"mini_programs/{DEFAULT_APPID}"


def _token(
    server: DeveloperServer, browser: Browser, page: str = "authorize", **asked: str
) -> dict[str, Any]:
    return dict(server.web_token(browser.code(page, **asked)).get_json(force=True))


def _user_info(server: DeveloperServer, **query: str | None) -> TestResponse:
    given = {name: text for name, text in query.items() if text is not None}
    return server.http.get("/sns/userinfo", query_string=given)


def _compact(answer: dict[str, Any]) -> bytes:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


# -- the pages --------------------------------------------------------------------


@pytest.mark.fidelity("documented", "web OAuth: the code comes back with the state")
@pytest.mark.parametrize(
    ("redirect_uri", "expected"),
    [
        (CALLBACK, rf"{CALLBACK}\?code=(\w+)&state=s1"),
        (f"{CALLBACK}?a=1&b=%20", rf"{CALLBACK}\?a=1&b=%20&code=(\w+)&state=s1"),
        ("http://127.0.0.1:8000", r"http://127.0.0.1:8000\?code=(\w+)&state=s1"),
        (f"{CALLBACK}#/home", rf"{CALLBACK}\?code=(\w+)&state=s1#/home"),
    ],
    ids=["plain", "with a query", "without a path", "with a fragment"],
)
def test_allowing_leads_on_with_code_and_state(
    browser: Browser, redirect_uri: str, expected: str
) -> None:
    response = browser.open(
        "authorize", redirect_uri=redirect_uri, mockwx_consent="allow"
    )

    found = re.fullmatch(expected, response.headers["Location"])
    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    assert found is not None
    assert re.fullmatch(r"0[A-Za-z0-9]{31}", found.group(1))


def test_state_comes_back_as_it_was_whatever_it_holds(browser: Browser) -> None:
    response = browser.open("authorize", state="a b&c=d/é+", mockwx_consent="allow")

    assert response.headers["Location"].endswith("&state=a%20b%26c%3Dd%2F%C3%A9%2B")


@pytest.mark.fidelity("documented", "web OAuth: the order of the page's parameters")
@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("appid=a&redirect_uri=b&response_type=code&scope=c&state=d", None),
        ("appid=a&redirect_uri=b&response_type=code&scope=c&mockwx_user=bob", None),
        (
            "redirect_uri=b&appid=a&response_type=code&scope=c&state=d",
            "real clients open this address only in this order: "
            "appid, redirect_uri, response_type, scope, state",
        ),
        (
            "appid=a&redirect_uri=b&response_type=code&scope=c&state=d-e",
            "state may be up to 128 letters and digits, WeChat's page says",
        ),
        (
            f"appid=a&redirect_uri=b&response_type=code&scope=c&state={'d' * 129}",
            "state may be up to 128 letters and digits, WeChat's page says",
        ),
    ],
)
def test_journal_says_what_only_real_clients_mind(
    server: DeveloperServer, control: Control, query: str, note: str | None
) -> None:
    server.http.get(f"/connect/oauth2/authorize?{query}")

    (exchange,) = control.get("exchanges")["exchanges"]

    assert exchange["note"] == note


def test_page_of_websites_minds_no_order(
    server: DeveloperServer, control: Control
) -> None:
    server.http.get("/connect/qrconnect?redirect_uri=b&appid=a&state=d-e")

    assert control.latest_exchange()["note"] is None


def test_state_that_was_not_given_does_not_come_back(browser: Browser) -> None:
    response = browser.open("authorize", state=None, mockwx_consent="allow")

    assert "state" not in response.headers["Location"]


@pytest.mark.fidelity("documented", "web OAuth: refusal")
@pytest.mark.parametrize(
    ("page", "consent", "location"),
    [
        ("authorize", "deny", f"{CALLBACK}?state=s1"),
        ("authorize", "deny_on_old_client", f"{CALLBACK}?state=s1"),
        ("qrconnect", "deny_on_old_client", f"{CALLBACK}?state=s1"),
        ("qrconnect", "deny", None),
    ],
    ids=["official account", "same, old client", "website, old client", "website"],
)
def test_refusing_leads_back_with_the_state_alone_or_nowhere(
    browser: Browser, page: str, consent: str, location: str | None
) -> None:
    response = browser.open(page, mockwx_consent=consent)

    assert response.headers.get("Location") == location
    assert response.status_code == (302 if location else 200)


def test_refused_website_page_says_that_wechat_ends_here(browser: Browser) -> None:
    response = browser.open("qrconnect", mockwx_consent="deny", mockwx_user="bob")

    assert "bob refused" in response.text
    assert "leads back nowhere" in response.text


class _Form(HTMLParser):
    """What a browser would send from the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.people: list[str] = []
        self.checked = ""
        self.consents: list[str] = []
        self.action = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "button":
            self.consents.append(given["value"])
        elif given.get("type") == "hidden":
            self.hidden[given["name"]] = given["value"]
        elif given.get("type") == "radio":
            self.people.append(given["value"])
            self.checked = given["value"] if "checked" in given else self.checked


@pytest.mark.parametrize(
    ("page", "consents"),
    [
        ("authorize", ["allow", "deny"]),
        ("qrconnect", ["allow", "deny", "deny_on_old_client"]),
    ],
)
def test_page_asks_who_it_is_and_carries_the_question_along(
    browser: Browser, control: Control, page: str, consents: list[str]
) -> None:
    control.post("users", name="小明")
    control.post("users", name="<b>bob")

    response = browser.open(page, state='"><script>', lang=None)
    form = _Form(response.text)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<script>" not in response.text
    assert "<b>" not in response.text
    assert form.people == ["<b>bob", "alice", "小明"]
    assert form.checked == "alice"
    assert form.consents == consents
    assert form.hidden == {
        "appid": DEFAULT_APPID,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": {"authorize": "snsapi_userinfo", "qrconnect": "snsapi_login"}[page],
        "state": '"><script>',
    }


def test_form_sent_with_another_name_logs_that_person_in(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    form = _Form(browser.open("qrconnect").text)

    answer = server.http.get(
        form.action,
        query_string={
            **form.hidden,
            "mockwx_user": form.checked,
            "mockwx_other": "zoe",
            "mockwx_consent": "allow",
        },
    )

    assert answer.headers["Location"].startswith(f"{CALLBACK}?code=")
    exchange = control.latest_exchange()
    assert (exchange["user"], exchange["appid"]) == ("zoe", DEFAULT_APPID)
    assert "code=" in exchange["response"]["body"]


@pytest.mark.parametrize(
    ("lang", "shown", "hidden"),
    [("cn", "允许", "Allow"), ("en", "Allow", "允许")],
)
def test_lang_chooses_the_language_of_the_page(
    browser: Browser, lang: str, shown: str, hidden: str
) -> None:
    page = browser.open("qrconnect", lang=lang).text

    assert f">{shown}<" in page
    assert hidden not in page


def test_page_without_lang_speaks_both_languages(browser: Browser) -> None:
    assert "允许 / Allow" in browser.open("qrconnect").text


@pytest.mark.fidelity("documented", "web OAuth: snsapi_base asks nobody")
def test_snsapi_base_leads_on_without_asking(browser: Browser) -> None:
    response = browser.open("authorize", scope="snsapi_base")

    assert response.status_code == 302
    assert "code=" in response.headers["Location"]


@pytest.mark.fidelity("documented", "web OAuth: forcePopup")
def test_force_popup_asks_even_for_snsapi_base(browser: Browser) -> None:
    response = browser.open("authorize", scope="snsapi_base", forcePopup="true")

    assert response.status_code == 200
    assert "Allow" in response.text


PAGE_ERRORS = [
    ("authorize", {"appid": None}, {}, 10012, "appid不能为空"),
    ("authorize", {"redirect_uri": ""}, {}, 10011, "redirect_uri不能为空"),
    ("authorize", {"scope": None}, {}, 10010, "scope不能为空"),
    ("authorize", {"state": ""}, {}, 10013, "state不能为空"),
    ("authorize", {"appid": OTHER_APPID}, {}, 40013, "invalid appid"),
    (
        "authorize",
        {},
        {"kind": "website"},
        10016,
        "不支持微信开放平台的Appid，请使用公众号Appid",
    ),
    (
        "qrconnect",
        {},
        {"kind": "official_account"},
        10005,
        "此公众号并没有这些scope的权限",
    ),
    (
        "authorize",
        {"component_appid": PLATFORM},
        {},
        10015,
        "公众号未授权第三方平台，请检查授权状态",
    ),
    ("authorize", {}, {"frozen": True}, 10004, "此公众号被封禁"),
    ("authorize", {}, {"punished": True}, 10004, "此公众号被封禁"),
    (
        "authorize",
        {"scope": "snsapi_login"},
        {},
        10005,
        "此公众号并没有这些scope的权限",
    ),
    (
        "qrconnect",
        {"scope": "snsapi_base"},
        {},
        10005,
        "此公众号并没有这些scope的权限",
    ),
    ("authorize", {}, {"certified": False}, 10005, "此公众号并没有这些scope的权限"),
    (
        "authorize",
        {},
        {"redirect_domain": "www.shop.example"},
        10003,
        "redirect_uri域名与后台配置不一致",
    ),
    (
        "authorize",
        {"redirect_uri": "javascript:alert(1)"},
        {},
        10003,
        "redirect_uri域名与后台配置不一致",
    ),
    (
        "authorize",
        {"redirect_uri": "https://shop.example/\r\nX: 1"},
        {},
        10003,
        "redirect_uri域名与后台配置不一致",
    ),
    (
        "authorize",
        {"redirect_uri": "https://[shop"},
        {},
        10003,
        "redirect_uri域名与后台配置不一致",
    ),
    (
        "authorize",
        {"mockwx_consent": "allow"},
        {"followers": ["bob"]},
        10006,
        "必须关注此测试号",
    ),
]


@pytest.mark.fidelity("documented", "web OAuth: errors shown on the page")
@pytest.mark.parametrize(
    ("page", "asked", "app_is", "errcode", "errmsg"),
    PAGE_ERRORS,
    ids=[f"{error[3]}-{error[1] or error[2]}" for error in PAGE_ERRORS],
)
def test_error_is_a_page_with_number_and_text(
    browser: Browser,
    control: Control,
    page: str,
    asked: dict[str, str | None],
    app_is: dict[str, object],
    errcode: int,
    errmsg: str,
) -> None:
    control.patch(MINI_PROGRAM, **app_is)

    response = browser.open(page, **asked)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"<p>{errcode} {errmsg}</p>" in response.text
    assert control.latest_exchange()["errcode"] == errcode


@pytest.mark.fidelity("inferred", "web OAuth: how often one person may log in")
def test_too_many_logins_in_a_minute_are_page_error_10009(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.services.web_oauth.PAGES_PER_MINUTE", 2)
    for _ in range(2):
        browser.code()

    response = browser.open("authorize", mockwx_consent="allow")
    somebody_else = browser.open("authorize", mockwx_consent="allow", mockwx_user="bob")

    assert "<p>10009 操作太频繁了，请稍后重试</p>" in response.text
    assert somebody_else.status_code == 302


@pytest.mark.parametrize(
    "redirect_uri",
    [CALLBACK, "http://SHOP.example:8080/x?y"],
    ids=["as configured", "scheme, port and case aside"],
)
def test_redirect_domain_is_compared_without_scheme_and_port(
    browser: Browser, control: Control, redirect_uri: str
) -> None:
    control.patch(MINI_PROGRAM, redirect_domain="Shop.example")

    response = browser.open(
        "authorize", redirect_uri=redirect_uri, mockwx_consent="allow"
    )

    assert response.status_code == 302


def test_follower_of_a_test_account_may_log_in(
    browser: Browser, control: Control
) -> None:
    control.patch(MINI_PROGRAM, followers=["bob"])

    assert browser.code(mockwx_user="bob")


@pytest.mark.parametrize(
    ("kind", "page"), [("official_account", "authorize"), ("website", "qrconnect")]
)
def test_app_logs_people_in_on_the_page_of_its_kind(
    browser: Browser, control: Control, kind: str, page: str
) -> None:
    control.patch(MINI_PROGRAM, kind=kind)

    assert browser.code(page)


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ({"mockwx_consnet": "allow"}, "mockwx_consent"),
        ({"mockwx_consent": "yes"}, "allow, deny, deny_on_old_client"),
        ({"mockwx_user": "a/b"}, "mockwx_user"),
    ],
    ids=["unknown name", "unknown answer", "no name of a person"],
)
def test_wrong_parameter_of_the_mock_is_explained_with_http_400(
    browser: Browser, own: dict[str, str], named: str
) -> None:
    response = browser.open("authorize", **own)

    assert response.status_code == 400
    assert named in response.text


def test_page_can_name_the_world_it_is_opened_in(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    code = browser.code(mockwx_world="elsewhere")

    answer = server.web_token(code).get_json(force=True)

    assert answer["expires_in"] == 7200
    assert control.get("exchanges")["exchanges"] == []


@given(
    redirect_uri=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.text(st.characters(exclude_categories=["Cs"])).map("https://{}".format),
        st.text("htps:/.@[]%#?0é\u200d\\ \r\n").map("http://{}".format),
    )
)
def test_whatever_the_redirect_uri_holds_there_is_a_redirect_or_a_page(
    redirect_uri: str,
) -> None:
    response = Browser(SHARED).open(
        "authorize", redirect_uri=redirect_uri, mockwx_consent="allow"
    )

    assert ("Location" in response.headers) is (response.status_code == 302)
    assert response.status_code in (200, 302)


# -- /sns/oauth2/access_token -----------------------------------------------------


@pytest.mark.fidelity("documented", "web OAuth: what a code is exchanged for")
@pytest.mark.parametrize(
    ("page", "scope", "keys"),
    [
        ("authorize", "snsapi_base", []),
        ("authorize", "snsapi_userinfo", ["unionid"]),
        ("authorize", "snsapi_base,snsapi_userinfo", ["unionid"]),
        ("qrconnect", "snsapi_login", ["unionid"]),
    ],
)
def test_token_has_the_documented_keys_in_their_order(
    server: DeveloperServer,
    browser: Browser,
    page: str,
    scope: str,
    keys: list[str],
) -> None:
    response = server.web_token(browser.code(page, scope=scope, mockwx_consent="allow"))
    answer = response.get_json(force=True)

    assert list(answer) == [
        "access_token",
        "expires_in",
        "refresh_token",
        "openid",
        "scope",
        *keys,
    ]
    assert response.data == _compact(answer)
    assert dict(response.headers) == {
        **SNS_HEADERS,
        "Content-Length": str(len(response.data)),
    }
    assert answer["expires_in"] == 7200
    assert answer["scope"] == scope
    assert len(answer["openid"]) == 28
    assert len(answer["refresh_token"]) > len(answer["access_token"])


def test_one_person_has_one_openid_and_unionid_on_phone_and_web(
    server: DeveloperServer, browser: Browser, phone: Any
) -> None:
    session = server.code2session(phone.login()).get_json(force=True)
    granted = _token(server, browser)

    assert granted["openid"] == session["openid"]
    assert granted["unionid"] == session["unionid"]


def test_unionid_is_absent_without_an_open_platform_account(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    control.patch(MINI_PROGRAM, open_platform=None)

    granted = _token(server, browser)
    shown = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    )

    assert "unionid" not in granted
    assert "unionid" not in shown.get_json(force=True)


TOKEN_ERRORS = [
    ({"appid": None}, 41002, "appid missing"),
    ({"appid": OTHER_APPID}, 40013, "invalid appid"),
    ({"secret": None}, 41004, "appsecret missing"),
    ({"secret": "0" * 32}, 40125, "invalid appsecret"),
    ({"grant_type": None}, 40002, "invalid grant_type"),
    ({"grant_type": "refresh_token"}, 40002, "invalid grant_type"),
    ({"code": None}, 41008, "missing code"),
    ({"code": "0" * 32}, 40029, "invalid code"),
]


@pytest.mark.fidelity("logged", "web OAuth: errors of the exchange")
@pytest.mark.parametrize(
    ("changes", "errcode", "errmsg"),
    TOKEN_ERRORS,
    ids=[f"{next(iter(change.items()))!r}-{code}" for change, code, _ in TOKEN_ERRORS],
)
def test_exchange_error_has_a_comma_before_its_rid(
    server: DeveloperServer,
    browser: Browser,
    changes: dict[str, str | None],
    errcode: int,
    errmsg: str,
) -> None:
    response = server.web_token(browser.code(), **changes)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain"
    assert response.data == error_body(errcode, f"{errmsg}, rid: RID", response)


@pytest.mark.fidelity("logged", "web OAuth: SDKs of web frameworks post a form")
@pytest.mark.parametrize("world", [None, "elsewhere"], ids=["default", "named"])
def test_exchange_and_refresh_may_be_posted_as_forms(
    server: DeveloperServer, browser: Browser, world: str | None
) -> None:
    code = browser.code(mockwx_world=world)

    granted = server.http.post(
        "/sns/oauth2/access_token",
        data={
            "appid": DEFAULT_APPID,
            "secret": DEFAULT_SECRET,
            "code": code,
            "grant_type": "authorization_code",
        },
    ).get_json(force=True)
    renewed = server.http.post(
        "/sns/oauth2/refresh_token",
        data={
            "appid": DEFAULT_APPID,
            "grant_type": "refresh_token",
            "refresh_token": granted["refresh_token"],
        },
    ).get_json(force=True)

    assert renewed["access_token"] == granted["access_token"]


def test_second_exchange_of_a_code_is_40163(
    server: DeveloperServer, browser: Browser
) -> None:
    code = browser.code()
    server.web_token(code)

    response = server.web_token(code)

    assert response.data == error_body(40163, "code been used, rid: RID", response)


@pytest.mark.fidelity("documented", "web OAuth: lifetime of a code")
@pytest.mark.parametrize(
    ("page", "seconds", "errcode"),
    [
        ("authorize", 299, None),
        ("authorize", 300, 40029),
        ("qrconnect", 599, None),
        ("qrconnect", 600, 40029),
    ],
)
def test_code_lives_five_minutes_or_ten_for_websites(
    server: DeveloperServer,
    browser: Browser,
    control: Control,
    page: str,
    seconds: int,
    errcode: int | None,
) -> None:
    code = browser.code(page)
    control.post("clock/advance", seconds=seconds)

    assert server.web_token(code).get_json(force=True).get("errcode") == errcode


def test_codes_of_one_kind_are_no_codes_of_another(
    server: DeveloperServer, browser: Browser, phone: Any
) -> None:
    login_code_on_the_web = server.web_token(phone.login()).get_json(force=True)
    web_code_on_the_phone = server.code2session(browser.code()).get_json(force=True)

    assert login_code_on_the_web["errcode"] == 40029
    assert web_code_on_the_phone["errcode"] == 40029


@pytest.mark.fidelity("inferred", "web OAuth: a foreign app burns the code")
def test_code_of_another_app_is_40029_and_then_burnt(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    control.post("mini_programs", appid=OTHER_APPID, secret="1" * 32)
    code = browser.code()

    foreign = server.web_token(code, appid=OTHER_APPID, secret="1" * 32)
    own = server.web_token(code)

    assert foreign.get_json(force=True)["errcode"] == 40029
    assert own.get_json(force=True)["errcode"] == 40163


@pytest.mark.fidelity("inferred", "web OAuth: a person held for a risk")
def test_blocked_person_is_50002(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    control.post("users", name="eve", blocked=True)

    response = server.web_token(browser.code(mockwx_user="eve"))

    assert response.data == error_body(50002, "user limited, rid: RID", response)


@pytest.mark.fidelity("documented", "web OAuth: 50 000 exchanges a minute")
def test_too_many_exchanges_in_a_minute_are_45011(
    server: DeveloperServer, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockwx.services.web_oauth.WEB_TOKENS_PER_MINUTE", 0)

    response = server.web_token(browser.code())

    assert response.data == error_body(
        45011,
        "api minute-quota reach limit, must slower, retry next minute, rid: RID",
        response,
    )


# -- snapshot pages ---------------------------------------------------------------


@pytest.mark.fidelity("documented", "web OAuth: snapshot pages show a virtual person")
@pytest.mark.parametrize(
    ("app_is", "asked"),
    [({"snapshot_mode": True}, {}), ({}, {"forceSnapShot": "true"})],
    ids=["app", "address"],
)
def test_snapshot_page_yields_a_virtual_person_without_asking(
    server: DeveloperServer,
    browser: Browser,
    control: Control,
    app_is: dict[str, object],
    asked: dict[str, str],
) -> None:
    real = _token(server, browser)
    control.patch(MINI_PROGRAM, **app_is)

    granted = _token(server, browser, mockwx_consent="", **asked)
    shown = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    ).get_json(force=True)

    assert list(granted) == [
        "access_token",
        "expires_in",
        "refresh_token",
        "openid",
        "scope",
        "is_snapshotuser",
        "unionid",
    ]
    assert granted["is_snapshotuser"] == 1
    assert granted["openid"] != real["openid"]
    assert granted["unionid"] != real["unionid"]
    assert shown["nickname"] == "微信用户"
    assert shown["openid"] == granted["openid"]


@pytest.mark.parametrize("page", ["authorize", "qrconnect"])
def test_real_person_is_seen_where_no_snapshot_is_shown(
    server: DeveloperServer, browser: Browser, control: Control, page: str
) -> None:
    control.patch(MINI_PROGRAM, snapshot_mode=True)

    granted = _token(server, browser, page=page, forcePopup="true")

    assert "is_snapshotuser" not in granted


# -- /sns/oauth2/refresh_token ----------------------------------------------------


def _refresh(
    server: DeveloperServer, token: str, **changes: str | None
) -> TestResponse:
    query = {
        "appid": DEFAULT_APPID,
        "grant_type": "refresh_token",
        "refresh_token": token,
        **changes,
    }
    given = {name: text for name, text in query.items() if text is not None}
    return server.http.get("/sns/oauth2/refresh_token", query_string=given)


@pytest.mark.fidelity("documented", "web OAuth: a living token is prolonged")
def test_living_token_is_prolonged_and_stays_the_same(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    granted = _token(server, browser)
    control.post("clock/advance", seconds=7199)

    response = _refresh(server, granted["refresh_token"])
    control.post("clock/advance", seconds=7199)
    shown = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    )

    expected = {name: text for name, text in granted.items() if name != "unionid"}
    assert response.data == _compact(expected)
    assert shown.get_json(force=True)["openid"] == granted["openid"]


@pytest.mark.fidelity("documented", "web OAuth: a dead token is replaced")
def test_dead_token_is_replaced_and_stays_dead(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    granted = _token(server, browser)
    control.post("clock/advance", seconds=7200)

    renewed = _refresh(server, granted["refresh_token"]).get_json(force=True)
    old = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    )
    new = _user_info(
        server, access_token=renewed["access_token"], openid=granted["openid"]
    )

    assert renewed["access_token"] != granted["access_token"]
    assert renewed["refresh_token"] == granted["refresh_token"]
    assert old.data == error_body(42001, "access_token expired, rid: RID", old)
    assert new.get_json(force=True)["openid"] == granted["openid"]


REFRESH_ERRORS = [
    ({"appid": None}, 41002, "appid missing"),
    ({"appid": OTHER_APPID}, 40013, "invalid appid"),
    ({"grant_type": None}, 40002, "invalid grant_type"),
    ({"refresh_token": None}, 41003, "refresh_token missing"),
    ({"refresh_token": "9" * 90}, 40030, "invalid refresh_token"),
]


@pytest.mark.fidelity("logged", "web OAuth: errors of a refresh")
@pytest.mark.parametrize(
    ("changes", "errcode", "errmsg"),
    REFRESH_ERRORS,
    ids=[str(code) for _, code, _ in REFRESH_ERRORS],
)
def test_refresh_error_has_a_comma_before_its_rid(
    server: DeveloperServer,
    browser: Browser,
    changes: dict[str, str | None],
    errcode: int,
    errmsg: str,
) -> None:
    token = _token(server, browser)["refresh_token"]

    response = _refresh(server, token, **changes)

    assert response.data == error_body(errcode, f"{errmsg}, rid: RID", response)


def test_refresh_token_of_another_app_is_40030(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    control.post("mini_programs", appid=OTHER_APPID)
    token = _token(server, browser)["refresh_token"]

    answer = _refresh(server, token, appid=OTHER_APPID).get_json(force=True)

    assert answer["errcode"] == 40030


@pytest.mark.fidelity("documented", "web OAuth: a refresh_token lives 30 days")
def test_refresh_token_lives_thirty_days_however_often_it_is_used(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    token = _token(server, browser)["refresh_token"]
    control.post("clock/advance", seconds=30 * ALL_DAY - 1)
    in_time = _refresh(server, token).get_json(force=True)
    control.post("clock/advance", seconds=1)

    too_late = _refresh(server, token)

    assert in_time["expires_in"] == 7200
    assert too_late.data == error_body(
        42002, "refresh_token expired, rid: RID", too_late
    )


# -- /sns/userinfo and /sns/auth --------------------------------------------------


@pytest.mark.fidelity("documented", "web OAuth: since 2021-10-20 no gender, no region")
def test_user_info_is_raw_utf8_with_escaped_slashes_and_no_region(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    control.post(
        "users",
        name="zoe",
        nickName='小"明🐼',
        avatarUrl="https://thirdwx.qlogo.cn/mmopen/vi_32/x/132",
        gender=2,
        city="广州",
        province="广东",
        country="中国",
        language="zh_CN",
    )
    granted = _token(server, browser, mockwx_user="zoe")

    response = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    )

    assert response.headers["Content-Type"] == "text/plain"
    assert response.data.decode() == (
        f'{{"openid":"{granted["openid"]}","nickname":"小\\"明🐼","sex":0,'
        '"language":"","province":"","city":"","country":"",'
        '"headimgurl":"https:\\/\\/thirdwx.qlogo.cn\\/mmopen\\/vi_32\\/x\\/132",'
        f'"privilege":[],"unionid":"{granted["unionid"]}"}}'
    )


@pytest.mark.fidelity("documented", "web OAuth: until 2021-10-20 gender and region")
@pytest.mark.parametrize(
    ("now", "lang", "expected"),
    [
        (1_634_659_199, None, (2, "广东", "广州", "中国", "zh_CN")),
        (1_634_659_199, "en", (2, "Guangdong", "Guangzhou", "China", "zh_CN")),
        (1_634_659_199, "zh_TW", (2, "廣東", "廣州", "中國", "zh_CN")),
        (1_634_659_200, "en", (0, "", "", "", "")),
    ],
)
def test_gender_and_region_are_there_until_20_october_2021(
    now: int, lang: str | None, expected: tuple[object, ...]
) -> None:
    app = create_app(Settings(seed=1, freeze=now))
    server, browser, control = DeveloperServer(app), Browser(app), Control(app)
    control.post(
        "users",
        name="zoe",
        gender=2,
        city="广州",
        province="广东",
        country="中国",
        language="zh_CN",
    )
    granted = _token(server, browser, mockwx_user="zoe")

    shown = _user_info(
        server,
        access_token=granted["access_token"],
        openid=granted["openid"],
        lang=lang,
    ).get_json(force=True)

    names = ("sex", "province", "city", "country", "language")
    assert tuple(shown[name] for name in names) == expected


def test_slashes_stay_bare_when_the_setting_says_so() -> None:
    app = create_app(Settings(seed=1, escape_oauth_slash=False))
    server, browser = DeveloperServer(app), Browser(app)
    granted = _token(server, browser)

    shown = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    )

    assert b'"headimgurl":"https://' in shown.data


def test_whoever_has_no_avatar_has_an_empty_headimgurl(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    control.post("users", name="zoe", avatarUrl="")
    granted = _token(server, browser, mockwx_user="zoe")

    shown = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    )

    assert shown.get_json(force=True)["headimgurl"] == ""


ABOUT_A_TOKEN = [
    ({"access_token": None, "openid": None}, 41001, "access_token missing"),
    ({"access_token": "?", "openid": None}, 40014, "invalid access_token"),
    (
        {"access_token": "9" * 90, "openid": None},
        40001,
        "invalid credential, access_token is invalid or not latest",
    ),
    ({"openid": None}, 41009, "missing openid"),
    ({"openid": "o" * 28}, 40003, "invalid openid"),
]


@pytest.mark.fidelity("logged", "web OAuth: errors of userinfo and auth")
@pytest.mark.parametrize("path", ["/sns/userinfo", "/sns/auth"])
@pytest.mark.parametrize(
    ("changes", "errcode", "errmsg"),
    ABOUT_A_TOKEN,
    ids=[str(code) for _, code, _ in ABOUT_A_TOKEN],
)
def test_token_error_has_a_comma_and_no_advice(
    server: DeveloperServer,
    browser: Browser,
    path: str,
    changes: dict[str, str | None],
    errcode: int,
    errmsg: str,
) -> None:
    granted = _token(server, browser)
    query = {
        "access_token": granted["access_token"],
        "openid": granted["openid"],
        **changes,
    }
    given = {name: text for name, text in query.items() if text is not None}

    response = server.http.get(path, query_string=given)

    assert response.data == error_body(errcode, f"{errmsg}, rid: RID", response)


@pytest.mark.fidelity(
    "documented", "web OAuth: a token of the cgi-bin kind is no other"
)
def test_token_of_the_app_itself_opens_nothing_here(
    server: DeveloperServer, browser: Browser
) -> None:
    openid = _token(server, browser)["openid"]

    answer = _user_info(server, access_token=server.access_token(), openid=openid)

    assert answer.get_json(force=True)["errcode"] == 40001


@pytest.mark.fidelity("documented", "web OAuth: snsapi_base knows the openid alone")
def test_user_info_under_snsapi_base_is_48001(
    server: DeveloperServer, browser: Browser
) -> None:
    granted = _token(server, browser, scope="snsapi_base")

    response = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    )

    assert response.data == error_body(48001, "api unauthorized, rid: RID", response)


@pytest.mark.fidelity("documented", "web OAuth: /sns/auth")
def test_auth_of_a_living_token_is_ok(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    granted = _token(server, browser)
    query = {"access_token": granted["access_token"], "openid": granted["openid"]}

    alive = server.http.get("/sns/auth", query_string=query)
    control.post("clock/advance", seconds=7200)
    dead = server.http.get("/sns/auth", query_string=query)

    assert alive.data == b'{"errcode":0,"errmsg":"ok"}'
    assert alive.headers["Content-Type"] == "text/plain"
    assert dead.data == error_body(42001, "access_token expired, rid: RID", dead)


def test_token_of_a_removed_app_is_40001(
    server: DeveloperServer, browser: Browser, control: Control
) -> None:
    granted = _token(server, browser)
    control.http.delete(f"/_mockwx/api/{MINI_PROGRAM}")

    answer = _user_info(
        server, access_token=granted["access_token"], openid=granted["openid"]
    )

    assert answer.get_json(force=True)["errcode"] == 40001
