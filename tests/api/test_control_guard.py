"""Who may drive the mock."""

import pytest
from flask import Flask

from mockwx import Settings
from mockwx import create_app
from mockwx.config import SettingsError


USERS = "/_mockwx/api/users"
TOKEN = "correct-horse"


@pytest.fixture
def exposed() -> Flask:
    return create_app(Settings(host="0.0.0.0", token=TOKEN))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("127.0.0.1:7778", 200),
        ("127.9.9.9", 200),
        ("[::1]:7778", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("192.168.0.5:7778", 403),
        ("[::1", 403),
        ("", 200),
    ],
)
def test_host_must_be_this_machine(app: Flask, host: str, status: int) -> None:
    response = app.test_client().get(USERS, headers={"Host": host})

    assert response.status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:7778", 200),
        ("https://localhost:7778", 200),
        ("http://localhost:3000", 403),
        ("http://127.0.0.1:7778", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_origin_must_be_the_mock_itself(app: Flask, origin: str, status: int) -> None:
    headers = {"Host": "localhost:7778", "Origin": origin}

    response = app.test_client().get(USERS, headers=headers)

    assert response.status_code == status


def test_refusal_says_which_header_is_wrong(app: Flask) -> None:
    response = app.test_client().get(USERS, headers={"Host": "evil.example"})

    error = response.get_json()["error"]
    assert (error["code"], error["field"]) == ("forbidden", "Host")
    assert "evil.example" in error["message"]


def test_wechats_own_interfaces_answer_under_every_host(app: Flask) -> None:
    headers = {"Host": "api.weixin.qq.com", "Origin": "http://evil.example"}

    response = app.test_client().get("/cgi-bin/token", headers=headers)

    assert response.get_json(force=True)["errcode"] == 41002


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
)
def test_form_of_a_foreign_page_changes_nothing(app: Flask, kind: str) -> None:
    client = app.test_client()
    client.post("/_mockwx/api/users", json={"name": "alice"})
    headers = {"Origin": "http://evil.example", "Content-Type": kind}

    response = client.post("/_mockwx/api/reset", data=b"{}", headers=headers)

    assert response.status_code == 403
    names = [each["name"] for each in client.get(USERS).get_json()["users"]]
    assert "alice" in names


def test_no_answer_invites_another_origin(app: Flask) -> None:
    asked = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Private-Network": "true",
    }
    for path in (USERS, "/cgi-bin/token", "/_mockwx/"):
        for method in ("OPTIONS", "GET"):
            answer = app.test_client().open(path, method=method, headers=asked)
            allowed = [name for name, _ in answer.headers if "Allow-" in name]
            assert allowed == [], (method, path)


def test_configured_host_is_own() -> None:
    app = create_app(Settings(host="mock.test", token=TOKEN))
    bearer = {"Authorization": f"Bearer {TOKEN}"}

    own = app.test_client().get(USERS, headers={**bearer, "Host": "Mock.Test:7778"})
    foreign = app.test_client().get(USERS, headers={**bearer, "Host": "other.test"})

    assert (own.status_code, foreign.status_code) == (200, 403)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 401),
        (f"bearer {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer ", 401),
        ("Bearer é", 401),
        (None, 401),
    ],
)
def test_others_need_the_token(
    exposed: Flask, authorization: str | None, status: int
) -> None:
    headers = {"Host": "192.168.0.5:7778"}
    if authorization is not None:
        headers["Authorization"] = authorization

    response = exposed.test_client().get(USERS, headers=headers)

    assert response.status_code == status
    assert ("WWW-Authenticate" in response.headers) is (status == 401)


def test_health_and_wechat_need_no_token(exposed: Flask) -> None:
    client = exposed.test_client()

    assert client.get("/_mockwx/api/health").status_code == 200
    assert client.get("/cgi-bin/token").status_code == 200


def test_exposed_mock_without_a_token_is_not_made() -> None:
    with pytest.raises(SettingsError, match=r"token must be given: .* 0\.0\.0\.0"):
        create_app(Settings(host="0.0.0.0"))
