"""Same seed, same clock, same calls: the same bytes."""

from collections.abc import Iterator

from flask import Flask

from mockwx import Settings
from mockwx import create_app
from tests.wechat import NOON
from tests.wechat import DeveloperServer
from tests.wechat import Phone


def _afternoon(seed: int | None) -> Iterator[bytes]:
    return afternoon(create_app(Settings(seed=seed, freeze=NOON)))


def afternoon(app: Flask) -> Iterator[bytes]:
    """Yield what is answered to a fixed course of calls."""
    http, server, phone = app.test_client(), DeveloperServer(app), Phone(app)
    code = phone.login(user="张三")
    yield server.code2session(code).data
    yield server.code2session(code).data
    yield server.code2session("x").data
    token = server.access_token()
    yield server.stable_token().data
    phone_code = phone.share_phone_number()
    yield server.phone_number(token, {"code": phone_code}).data
    yield server.phone_number(token, {"code": phone_code}).data
    for api in ("login", "getUserInfo", "getUserProfile", "getPhoneNumber"):
        body = {"desc": "x"} if api == "getUserProfile" else {}
        yield http.post(f"/_mockwx/api/wx/{api}", json=body).data
    yield http.post("/_mockwx/api/mini_programs").data
    yield http.get("/_mockwx/api/users").data
    yield http.post("/_mockwx/api/sessions/rotate").data
    yield http.get("/_mockwx/api/sessions?reveal=1").data
    yield http.get("/nowhere").data


def test_two_mocks_of_one_seed_answer_alike() -> None:
    assert list(_afternoon(1)) == list(_afternoon(1))


def test_another_seed_answers_otherwise() -> None:
    assert next(_afternoon(1)) != next(_afternoon(2))


def test_without_a_seed_keys_differ_but_people_do_not() -> None:
    first, second = next(_afternoon(None)), next(_afternoon(None))

    assert first != second
    assert first.partition(b'"openid"')[2] == second.partition(b'"openid"')[2]


def test_reset_starts_the_seed_over() -> None:
    app = create_app(Settings(seed=1, freeze=NOON))
    phone = Phone(app)
    before = phone.login()

    app.test_client().post("/_mockwx/api/reset")

    assert phone.login() == before
