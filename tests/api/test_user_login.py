"""code2Session, checkSessionKey, ResetUserSessionKey: to the byte."""

import pytest

from mockwx import Settings
from mockwx import create_app
from mockwx.config import JSON_CONTENT_TYPES
from mockwx.services.user_login import UserLogin
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import RID
from tests.wechat import SNS_HEADERS
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body
from tests.wechat import sign


OTHER_APPID = "wx0000000000000001"


def _session(server: DeveloperServer, phone: Phone) -> dict[str, str]:
    answer = server.code2session(phone.login()).get_json(force=True)
    return dict(answer)


@pytest.mark.fidelity("logged", "code2Session: key order and headers of a success")
def test_success_has_the_key_order_and_headers_of_the_real_server(
    server: DeveloperServer, phone: Phone
) -> None:
    response = server.code2session(phone.login())

    answer = response.get_json(force=True)
    expected = (
        f'{{"session_key":"{answer["session_key"]}","openid":"{answer["openid"]}",'
        f'"unionid":"{answer["unionid"]}"}}'
    ).encode()
    assert response.status_code == 200
    assert response.data == expected
    assert dict(response.headers) == {
        **SNS_HEADERS,
        "Content-Length": str(len(expected)),
    }
    assert len(answer["session_key"]) == 24
    assert len(answer["openid"]) == len(answer["unionid"]) == 28


@pytest.mark.fidelity("documented", "code2Session: unionid of bound apps only")
def test_unionid_is_absent_when_the_app_is_bound_to_no_open_platform(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    control.patch("mini_programs/wx6d6f636b77780001", open_platform=None)

    response = server.code2session(phone.login())

    assert list(response.get_json(force=True)) == ["session_key", "openid"]


ERRORS = [
    ({"appid": None}, 41002, "appid missing"),
    ({"appid": ""}, 41002, "appid missing"),
    ({"appid": OTHER_APPID}, 40013, "invalid appid"),
    ({"appid": "wx6D6F636B77780001"}, 40013, "invalid appid"),
    ({"appid": OTHER_APPID, "secret": None}, 40013, "invalid appid"),
    ({"secret": None}, 41004, "appsecret missing"),
    ({"secret": "0" * 32}, 40125, "invalid appsecret"),
    ({"secret": "密" * 8, "grant_type": None}, 40125, "invalid appsecret"),
    ({"grant_type": None}, 40002, "invalid grant_type"),
    ({"grant_type": "client_credential"}, 40002, "invalid grant_type"),
    ({"js_code": None}, 41008, "missing code"),
    ({"js_code": ""}, 41008, "missing code"),
    ({"js_code": "0" * 32}, 40029, "invalid code"),
    ({"js_code": "the code is a mock one"}, 40029, "invalid code"),
    ({"js_code": "\0"}, 40029, "invalid code"),
]


@pytest.mark.fidelity("logged", "code2Session: order of validation and error texts")
@pytest.mark.parametrize(
    ("changes", "errcode", "errmsg"),
    ERRORS,
    ids=[f"{next(iter(change.items()))!r}-{code}" for change, code, _ in ERRORS],
)
def test_error_is_http_200_with_a_comma_before_its_rid(
    server: DeveloperServer,
    phone: Phone,
    changes: dict[str, str | None],
    errcode: int,
    errmsg: str,
) -> None:
    response = server.code2session(phone.login(), **changes)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain"
    assert response.data == error_body(errcode, f"{errmsg}, rid: RID", response)


@pytest.mark.fidelity("logged", "rid: three groups, the first is the time")
def test_rid_begins_with_the_time_and_is_the_one_in_the_journal(
    server: DeveloperServer, control: Control
) -> None:
    response = server.code2session("x")

    found = RID.search(response.data)
    assert found is not None
    assert found.group().startswith(f"{NOON:08x}-".encode())
    assert found.group().decode() == control.latest_exchange()["rid"]


@pytest.mark.fidelity("logged", "code2Session: a second use is 40163")
def test_second_use_of_a_code_is_40163(server: DeveloperServer, phone: Phone) -> None:
    code = phone.login()
    server.code2session(code)

    response = server.code2session(code)

    assert response.data == error_body(40163, "code been used, rid: RID", response)


@pytest.mark.fidelity("documented", "wx.login: a code lives five minutes")
@pytest.mark.parametrize(
    ("seconds", "errcode"), [(299, None), (300, 40029)], ids=["in time", "too late"]
)
def test_code_lives_five_minutes(
    server: DeveloperServer,
    phone: Phone,
    control: Control,
    seconds: int,
    errcode: int | None,
) -> None:
    code = phone.login()
    control.post("clock/advance", seconds=seconds)

    answer = server.code2session(code).get_json(force=True)

    assert answer.get("errcode") == errcode


@pytest.mark.fidelity("logged", "code2Session: a foreign app burns the code")
def test_foreign_app_gets_40029_and_burns_the_code(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    control.post("mini_programs", appid=OTHER_APPID, secret="1" * 32)
    code = phone.login()

    foreign = server.code2session(code, appid=OTHER_APPID, secret="1" * 32)
    own = server.code2session(code)

    assert foreign.get_json(force=True)["errcode"] == 40029
    assert own.get_json(force=True)["errcode"] == 40163


@pytest.mark.fidelity("inferred", "code2Session: a bad secret spends nothing")
def test_bad_secret_leaves_the_code_unspent(
    server: DeveloperServer, phone: Phone
) -> None:
    code = phone.login()
    server.code2session(code, secret="0" * 32)

    assert "session_key" in server.code2session(code).get_json(force=True)


@pytest.mark.fidelity("inferred", "code2Session: a phone code is 40029")
def test_phone_code_is_no_login_code(server: DeveloperServer, phone: Phone) -> None:
    response = server.code2session(phone.share_phone_number())

    assert response.data == error_body(40029, "invalid code, rid: RID", response)


@pytest.mark.fidelity("documented", "code2Session: 40226 for whom risk control holds")
def test_blocked_person_is_intercepted(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    control.patch("users/alice", blocked=True)

    response = server.code2session(phone.login())

    assert response.data == error_body(40226, "code blocked, rid: RID", response)


@pytest.mark.fidelity("logged", "IP whitelist: 40164 names both forms of the address")
def test_caller_outside_the_whitelist_is_named(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    control.patch("mini_programs/wx6d6f636b77780001", ip_whitelist=["203.0.113.7"])

    response = server.code2session(phone.login())

    text = "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist, rid: RID"
    assert response.data == error_body(40164, text, response)


@pytest.mark.fidelity("documented", "code2Session: 100 a minute and person")
def test_more_than_100_logins_a_minute_of_one_person_are_45011(
    server: DeveloperServer, phone: Phone
) -> None:
    answers = [server.code2session(phone.login()) for _ in range(101)]

    text = "api minute-quota reach limit, must slower, retry next minute, rid: RID"
    assert b"errcode" not in answers[99].data
    assert answers[100].data == error_body(45011, text, answers[100])


@pytest.mark.fidelity("logged", "query: unknown parameters are ignored")
def test_unknown_parameters_are_ignored_and_the_first_of_two_counts(
    server: DeveloperServer, phone: Phone
) -> None:
    code = phone.login()

    response = server.http.get(
        "/sns/jscode2session?appid=wx6d6f636b77780001&appid=second&access_token=any"
        "&secret=6d6f636b77786d6f636b77786d6f636b&&=&%ff=%fe&x"
        f"&js_code={code}&grant_type=authorization_code"
    )

    assert "session_key" in response.get_json(force=True)


@pytest.mark.fidelity("inferred", "GET interfaces take POST")
def test_post_is_welcome_but_its_body_is_not_read(
    server: DeveloperServer, phone: Phone
) -> None:
    query = {
        "appid": "wx6d6f636b77780001",
        "secret": "6d6f636b77786d6f636b77786d6f636b",
        "grant_type": "authorization_code",
    }

    in_body = server.http.post(
        "/sns/jscode2session", query_string=query, json={"js_code": phone.login()}
    )
    in_query = server.http.post(
        "/sns/jscode2session", query_string={**query, "js_code": phone.login()}
    )

    assert in_body.get_json(force=True)["errcode"] == 41008
    assert "session_key" in in_query.get_json(force=True)


@pytest.mark.fidelity("logged", "errmsg: rid, hints and no suffix")
@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("none", "invalid code"),
        ("rid", "invalid code, rid: RID"),
        ("hints", "invalid code, hints: [ req_id: REQ ]"),
    ],
)
def test_suffix_follows_the_setting(suffix: str, text: str) -> None:
    app = create_app(Settings(errmsg_suffix=suffix))

    response = DeveloperServer(app).code2session("x")

    drawn = response.data.decode().partition("req_id: ")[2].partition(" ]")[0]
    assert response.data == error_body(40029, text.replace("REQ", drawn), response)
    assert len(drawn) in (0, 14, 15, 16, 17)


def test_sns_can_be_told_to_say_application_json() -> None:
    app = create_app(Settings(sns_content_type="application/json"))

    response = DeveloperServer(app).code2session("x")

    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("content_type", JSON_CONTENT_TYPES)
def test_the_other_families_can_be_told_their_content_type(content_type: str) -> None:
    app = create_app(Settings(json_content_type=content_type))

    response = DeveloperServer(app).token()

    assert response.headers["Content-Type"] == content_type


@pytest.mark.fidelity("logged", "/sns: the slash of a session_key, escaped or bare")
@pytest.mark.parametrize("escape", [True, False])
def test_slash_in_a_session_key_is_escaped_on_request_only(escape: bool) -> None:
    app = create_app(Settings(seed=1, escape_slash=escape))
    server, phone = DeveloperServer(app), Phone(app)

    responses = [server.code2session(phone.login(user=f"u{n}")) for n in range(40)]

    slashed = [r for r in responses if "/" in r.get_json(force=True)["session_key"]]
    assert slashed
    assert all((b"\\/" in each.data) is escape for each in slashed)


class TestCheckSession:
    def test_live_key_is_ok(self, server: DeveloperServer, phone: Phone) -> None:
        response = server.signed("/wxa/checksession", _session(server, phone))

        assert response.data == b'{"errcode":0,"errmsg":"ok"}'
        assert dict(response.headers) == {**JSON_HEADERS, "Content-Length": "27"}

    def test_expired_key_is_87009(
        self, server: DeveloperServer, phone: Phone, control: Control
    ) -> None:
        session = _session(server, phone)
        control.post("sessions/expire")

        response = server.signed("/wxa/checksession", session)

        assert response.data == error_body(
            87009, "invalid signature rid: RID", response
        )

    @pytest.mark.parametrize(
        ("changes", "errcode", "text"),
        [
            ({"access_token": None}, 41001, "access_token missing rid: RID"),
            ({"access_token": "?"}, 40014, "invalid access_token rid: RID"),
            (
                {"access_token": "96_" + "x" * 133},
                40001,
                "invalid credential, access_token is invalid or not latest, could get "
                "access_token by getStableAccessToken, more details at "
                "https://mmbizurl.cn/s/JtxxFh33r rid: RID",
            ),
            ({"openid": None}, 40097, "invalid args hint: [HINT] rid: RID"),
            ({"signature": ""}, 40097, "invalid args hint: [HINT] rid: RID"),
            ({"sig_method": "md5"}, 87008, "invalid sig_method rid: RID"),
            ({"openid": "o" * 28}, 40003, "invalid openid hint: [HINT] rid: RID"),
            ({"signature": "中"}, 87009, "invalid signature rid: RID"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_error_has_no_comma_before_its_rid(
        self,
        server: DeveloperServer,
        phone: Phone,
        changes: dict[str, str | None],
        errcode: int,
        text: str,
    ) -> None:
        session = _session(server, phone)

        response = server.signed("/wxa/checksession", session, **changes)

        assert response.data == error_body(errcode, text, response)
        assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]

    def test_parameters_may_stand_in_a_json_body_as_the_page_has_them(
        self, server: DeveloperServer, phone: Phone
    ) -> None:
        session = _session(server, phone)

        response = server.http.post(
            "/wxa/checksession",
            query_string={"access_token": server.access_token()},
            json={
                "openid": session["openid"],
                "signature": sign(session["session_key"]),
                "sig_method": "hmac_sha256",
            },
        )

        assert response.data == b'{"errcode":0,"errmsg":"ok"}'

    @pytest.mark.parametrize(
        "body", [b"", b"not json", b"[1]", b"\xff", b'{"openid": 1}']
    )
    def test_body_that_says_nothing_is_as_good_as_none(
        self, server: DeveloperServer, phone: Phone, body: bytes
    ) -> None:
        response = server.http.post(
            "/wxa/checksession",
            query_string={"access_token": server.access_token()},
            data=body,
        )

        assert response.get_json(force=True)["errcode"] == 40097


@pytest.mark.fidelity("documented", "ResetUserSessionKey: success")
def test_reset_answers_openid_and_a_new_key(
    server: DeveloperServer, phone: Phone
) -> None:
    session = _session(server, phone)

    response = server.signed("/wxa/resetusersessionkey", session)

    fresh = response.get_json(force=True)["session_key"]
    expected = (
        f'{{"errcode":0,"errmsg":"ok","openid":"{session["openid"]}",'
        f'"session_key":"{fresh}"}}'
    )
    assert response.data == expected.encode()
    assert fresh != session["session_key"]


@pytest.mark.fidelity("documented", "ResetUserSessionKey: 87007 after the expiry")
def test_reset_after_the_key_expired_is_87007(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    session = _session(server, phone)
    control.post("sessions/expire")

    response = server.signed("/wxa/resetusersessionkey", session)

    text = "session_key is not existd or expired rid: RID"
    assert response.data == error_body(87007, text, response)


@pytest.mark.fidelity("documented", "ResetUserSessionKey: error table")
@pytest.mark.parametrize(
    ("changes", "errcode", "text"),
    [
        ({"access_token": None}, 41001, "access_token missing rid: RID"),
        ({"openid": None}, 40097, "invalid args hint: [HINT] rid: RID"),
        ({"signature": None}, 40097, "invalid args hint: [HINT] rid: RID"),
        ({"sig_method": None}, 87008, "invalid sig_method rid: RID"),
        ({"openid": "o" * 28}, 40003, "invalid openid hint: [HINT] rid: RID"),
        ({"signature": "0" * 64}, 87009, "invalid signature rid: RID"),
    ],
    ids=str,
)
def test_refused_reset_leaves_the_key(
    server: DeveloperServer,
    phone: Phone,
    changes: dict[str, str | None],
    errcode: int,
    text: str,
) -> None:
    session = _session(server, phone)

    response = server.signed("/wxa/resetusersessionkey", session, **changes)

    still = server.signed("/wxa/checksession", session)
    assert response.data == error_body(errcode, text, response)
    assert still.get_json(force=True)["errcode"] == 0


@pytest.mark.fidelity("documented", "ResetUserSessionKey: the old expiry stays")
def test_reset_inherits_the_old_expiry(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    session = _session(server, phone)
    control.post("clock/advance", seconds=3 * 86_400 - 1)
    reset = server.signed("/wxa/resetusersessionkey", session).get_json(force=True)

    alive = server.signed("/wxa/checksession", reset).get_json(force=True)
    control.post("clock/advance", seconds=1)
    dead = server.signed("/wxa/checksession", reset).get_json(force=True)

    assert (alive["errcode"], dead["errcode"]) == (0, 87009)


def test_journal_says_whom_each_call_was_about(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    answer = server.code2session(phone.login(user="张三")).get_json(force=True)
    server.signed("/wxa/checksession", answer)

    exchanges = control.get("exchanges", user="张三")["exchanges"]

    assert [each["request"]["path"] for each in exchanges] == [
        "/sns/jscode2session",
        "/wxa/checksession",
    ]
    assert {each["appid"] for each in exchanges} == {"wx6d6f636b77780001"}


def test_bug_of_ours_is_a_system_error_and_a_logged_traceback(
    server: DeveloperServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(UserLogin, "code2session", lambda self, **_: 1 // 0)

    response = server.code2session("x")

    assert response.status_code == 200
    assert response.data == error_body(-1, "system error, rid: RID", response)
    assert "ZeroDivisionError" in caplog.text
