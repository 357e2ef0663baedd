"""getAccessToken, getStableAccessToken: to the byte."""

import re
from typing import Any

import pytest

from mockwx import Settings
from mockwx import create_app
from tests.wechat import JSON_HEADERS
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import error_body


@pytest.mark.fidelity("logged", "getAccessToken: a success has no errcode")
def test_token_answer_has_no_errcode(server: DeveloperServer) -> None:
    response = server.token()

    found = re.fullmatch(
        rb'\{"access_token":"(9\d_[A-Za-z0-9_-]{133})","expires_in":7200\}',
        response.data,
    )
    assert found is not None
    assert dict(response.headers) == {**JSON_HEADERS, "Content-Length": "173"}


def test_token_is_given_to_a_post_with_the_query_too(server: DeveloperServer) -> None:
    response = server.http.post(
        "/cgi-bin/token?grant_type=client_credential&appid=wx6d6f636b77780001"
        "&secret=6d6f636b77786d6f636b77786d6f636b"
    )

    assert b'"access_token"' in response.data


ERRORS: list[tuple[dict[str, str | None], int, str]] = [
    ({"appid": None}, 41002, "appid missing"),
    ({"appid": "wx0000000000000001", "grant_type": None}, 40013, "invalid appid"),
    ({"secret": None}, 41004, "appsecret missing"),
    ({"secret": "x"}, 40125, "invalid appsecret"),
    ({"grant_type": None}, 40002, "invalid grant_type"),
    ({"grant_type": "authorization_code"}, 40002, "invalid grant_type"),
]
IDS = [f"{next(iter(change.items()))!r}-{code}" for change, code, _ in ERRORS]


@pytest.mark.fidelity("logged", "getAccessToken: order of validation and error texts")
@pytest.mark.parametrize(("changes", "errcode", "errmsg"), ERRORS, ids=IDS)
def test_error_of_the_plain_token(
    server: DeveloperServer, changes: dict[str, str | None], errcode: int, errmsg: str
) -> None:
    response = server.token(**changes)

    assert response.status_code == 200
    assert response.data == error_body(errcode, f"{errmsg} rid: RID", response)


@pytest.mark.fidelity("documented", "getStableAccessToken: error table")
@pytest.mark.parametrize(("changes", "errcode", "errmsg"), ERRORS, ids=IDS)
def test_error_of_the_stable_token(
    server: DeveloperServer, changes: dict[str, str | None], errcode: int, errmsg: str
) -> None:
    response = server.stable_token(**changes)

    assert response.data == error_body(errcode, f"{errmsg} rid: RID", response)


STATES = [
    (
        {"secret_frozen": True},
        40243,
        "AppSecret已被冻结，请登录MP解冻后再次调用",
    ),
    (
        {"punished": True},
        50004,
        "user not allow to use accesstoken, maybe for punishment",
    ),
    ({"frozen": True}, 50007, "账号已冻结"),
    (
        {"ip_whitelist": ["203.0.113.7"]},
        40164,
        "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
    ),
]


@pytest.mark.fidelity(
    "documented", "getAccessToken: frozen secrets, punished and frozen accounts"
)
@pytest.mark.parametrize(
    ("change", "errcode", "errmsg"), STATES, ids=[str(each[0]) for each in STATES]
)
def test_state_of_the_account_shows(
    server: DeveloperServer,
    control: Control,
    change: dict[str, Any],
    errcode: int,
    errmsg: str,
) -> None:
    control.patch("mini_programs/wx6d6f636b77780001", **change)

    for response in (server.token(), server.stable_token()):
        assert response.data == error_body(errcode, f"{errmsg} rid: RID", response)


@pytest.mark.fidelity("documented", "getAccessToken: old and new overlap five minutes")
def test_old_token_works_five_minutes_more_and_is_40001_then(
    server: DeveloperServer, control: Control
) -> None:
    old = server.access_token()
    server.access_token()

    def errcode() -> int:
        response = server.phone_number(old, {"code": "x"})
        return int(response.get_json(force=True)["errcode"])

    control.post("clock/advance", seconds=299)
    within = errcode()
    control.post("clock/advance", seconds=1)
    after = errcode()

    assert (within, after) == (40029, 40001)


@pytest.mark.fidelity("documented", "getAccessToken: two hours")
def test_token_dies_after_two_hours_as_42001(
    server: DeveloperServer, control: Control
) -> None:
    token = server.access_token()
    control.post("clock/advance", seconds=7200)

    response = server.phone_number(token, {"code": "x"})

    assert response.data == error_body(42001, "access_token expired rid: RID", response)


BODIES = [
    (b"", 44002, "empty post data"),
    (b" ", 47001, "data format error"),
    (b"grant_type=client_credential&appid=x", 47001, "data format error"),
    (b"[]", 47001, "data format error"),
    (b'"text"', 47001, "data format error"),
    (b"null", 47001, "data format error"),
    (b'{"appid": NaN}', 47001, "data format error"),
    (b'{"appid": "\xff"}', 47001, "data format error"),
    (b'\xef\xbb\xbf{"appid": "x"}', 47001, "data format error"),
    (b"[" * 100_000, 47001, "data format error"),
    (b'{"n": ' + b"9" * 5_000 + b"x}", 47001, "data format error"),
    (b'{"force_refresh": 1}', 47001, "data format error"),
    (b'{"force_refresh": "true"}', 47001, "data format error"),
    (b'{"force_refresh": null}', 47001, "data format error"),
]


class TestStableToken:
    def test_same_token_comes_back_with_the_time_it_has_left(
        self, server: DeveloperServer, control: Control
    ) -> None:
        first = server.stable_token().get_json(force=True)
        control.post("clock/advance", seconds=100)

        second = server.stable_token().get_json(force=True)

        assert first["expires_in"] == 7200
        assert second == {"access_token": first["access_token"], "expires_in": 7100}

    def test_force_refresh_ends_the_old_one_at_once(
        self, server: DeveloperServer, control: Control
    ) -> None:
        old = server.stable_token().get_json(force=True)["access_token"]

        new = server.stable_token(force_refresh=True).get_json(force=True)

        used = server.phone_number(old, {"code": "x"}).get_json(force=True)
        assert new["access_token"] != old
        assert used["errcode"] == 40001

    def test_twenty_first_forced_refresh_of_a_day_is_45009(
        self, server: DeveloperServer, control: Control
    ) -> None:
        for _ in range(20):
            server.stable_token(force_refresh=True)
            control.post("clock/advance", seconds=30)

        response = server.stable_token(force_refresh=True)

        text = "reach max api daily quota limit rid: RID"
        assert response.data == error_body(45009, text, response)

    def test_second_forced_refresh_within_30_seconds_refreshes_nothing(
        self, server: DeveloperServer, control: Control
    ) -> None:
        first = server.stable_token(force_refresh=True).get_json(force=True)
        control.post("clock/advance", seconds=29)

        second = server.stable_token(force_refresh=True).get_json(force=True)

        assert second == {"access_token": first["access_token"], "expires_in": 7171}

    def test_get_asks_for_post(self, server: DeveloperServer) -> None:
        response = server.http.get("/cgi-bin/stable_token?appid=x")

        text = "require POST method hint: [HINT] rid: RID"
        assert response.data == error_body(43002, text, response)

    @pytest.mark.parametrize(
        ("body", "errcode", "errmsg"), BODIES, ids=[repr(b[0][:30]) for b in BODIES]
    )
    def test_body_must_be_a_json_object(
        self, server: DeveloperServer, body: bytes, errcode: int, errmsg: str
    ) -> None:
        response = server.http.post("/cgi-bin/stable_token", data=body)

        text = f"{errmsg} hint: [HINT] rid: RID"
        assert response.data == error_body(errcode, text, response)

    @pytest.mark.parametrize(
        "content_type",
        ["application/json", "text/plain", "application/x-www-form-urlencoded", ""],
    )
    def test_declared_content_type_does_not_matter(
        self, server: DeveloperServer, content_type: str
    ) -> None:
        response = server.http.post(
            "/cgi-bin/stable_token",
            data=b'{"grant_type":"client_credential","appid":"wx6d6f636b77780001",'
            b'"secret":"6d6f636b77786d6f636b77786d6f636b"}',
            content_type=content_type,
        )

        assert b'"access_token"' in response.data

    @pytest.mark.parametrize(
        ("changes", "errcode"),
        [
            ({"appid": 5}, 40013),
            ({"appid": "\ud800"}, 40013),
            ({"secret": ["x"]}, 40125),
            ({"grant_type": {}}, 40002),
        ],
        ids=str,
    )
    def test_parameter_of_another_json_type_is_an_invalid_one(
        self, server: DeveloperServer, changes: dict[str, Any], errcode: int
    ) -> None:
        answer = server.stable_token(**changes).get_json(force=True)

        assert answer["errcode"] == errcode


@pytest.mark.fidelity("logged", "access_token: 40001 before the stable token")
@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (
            "rid",
            "invalid credential, access_token is invalid or not latest, could get "
            "access_token by getStableAccessToken, more details at "
            "https://mmbizurl.cn/s/JtxxFh33r rid: RID",
        ),
        (
            "hints",
            "invalid credential, access_token is invalid or not latest hint: [HINT]",
        ),
    ],
)
def test_40001_names_the_stable_token_only_since_there_is_one(
    suffix: str, text: str
) -> None:
    server = DeveloperServer(create_app(Settings(errmsg_suffix=suffix)))

    response = server.phone_number("91_" + "a" * 133, {})

    assert response.data == error_body(40001, text, response)
