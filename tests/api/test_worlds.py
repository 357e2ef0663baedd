"""Worlds side by side, told apart by nothing but the ids a backend forwards."""

import hashlib
import threading
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mockwx import Settings
from mockwx import create_app
from mockwx.config import DEFAULT_APPID
from mockwx.web.context import EXTENSION
from mockwx.worlds import Worlds
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body
from tests.wechat import sign


HEADER = "X-Mockwx-World"


class _InWorld(FlaskClient):
    """A client that sends the header of one world."""

    world = ""

    def open(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        headers = dict(kwargs.pop("headers", None) or {})  # type: ignore[call-overload]
        return super().open(*args, headers={HEADER: self.world, **headers}, **kwargs)


def phone_in(app: Flask, world: str) -> Phone:
    phone = Phone(app)
    phone._http = _client(app, world)
    return phone


def control_in(app: Flask, world: str) -> Control:
    control = Control(app)
    control.http = _client(app, world)
    return control


def worlds_of(app: Flask) -> Worlds:
    return cast("Worlds", app.extensions[EXTENSION])


def _client(app: Flask, world: str) -> FlaskClient:
    client = _InWorld(app, app.response_class)
    client.world = world
    return client


def test_code_is_answered_from_the_world_it_was_made_in(
    app: Flask, server: DeveloperServer
) -> None:
    codes = {name: phone_in(app, name).login() for name in ("red", "green", "blue")}

    sessions = {
        name: server.code2session(code).get_json(force=True)
        for name, code in codes.items()
    }

    assert len({each["openid"] for each in sessions.values()}) == 3
    assert len({each["session_key"] for each in sessions.values()}) == 3
    for name in codes:
        keys = control_in(app, name).get("sessions", reveal=1)["session_keys"]
        assert [key["session_key"] for key in keys] == [sessions[name]["session_key"]]


def test_each_world_has_its_own_journal(app: Flask, server: DeveloperServer) -> None:
    server.code2session(phone_in(app, "red").login())

    seen = {
        name: len(control_in(app, name).get("exchanges")["exchanges"])
        for name in ("default", "red", "green")
    }

    assert seen == {"default": 0, "red": 1, "green": 0}


def test_each_world_has_its_own_clock(app: Flask, server: DeveloperServer) -> None:
    late, early = phone_in(app, "late").login(), phone_in(app, "early").login()
    control_in(app, "late").post("clock/advance", seconds=301)

    refused, answered = server.code2session(late), server.code2session(early)

    assert refused.data == error_body(40029, "invalid code, rid: RID", refused)
    assert "openid" in answered.get_json(force=True)


def test_each_world_has_its_own_people(app: Flask) -> None:
    control_in(app, "red").patch("users/alice", nickName="红")

    names = [
        control_in(app, world).get("users/alice")["nickName"]
        for world in ("red", "green", "default")
    ]

    assert names[0] == "红"
    assert names[1] == names[2] != "红"


def test_one_access_token_serves_phone_codes_of_every_world(
    app: Flask, server: DeveloperServer
) -> None:
    control_in(app, "red").patch("users/alice", phone="12066600024")
    access_token = server.access_token()
    code = phone_in(app, "red").share_phone_number()

    answer = server.phone_number(access_token, {"code": code}).get_json(force=True)

    assert answer["phone_info"]["phoneNumber"] == "12066600024"


def test_openid_leads_checksession_to_its_world(
    app: Flask, server: DeveloperServer
) -> None:
    session = server.code2session(phone_in(app, "red").login()).get_json(force=True)

    answer = server.signed("/wxa/checksession", session)

    assert answer.data == b'{"errcode":0,"errmsg":"ok"}'


def test_appid_that_only_one_world_knows_leads_to_it(
    app: Flask, server: DeveloperServer
) -> None:
    added = control_in(app, "red").post("mini_programs")

    answer = server.token(appid=added["appid"], secret=added["secret"])

    assert answer.get_json(force=True)["expires_in"] == 7200


def test_header_on_a_call_to_wechat_chooses_the_world(app: Flask) -> None:
    server = DeveloperServer(app)
    server.http = _client(app, "red")

    server.token()

    assert len(control_in(app, "red").get("exchanges")["exchanges"]) == 1


def test_reset_of_a_named_world_leaves_the_others(app: Flask) -> None:
    for name in ("red", "green"):
        phone_in(app, name).login()

    control_in(app, "red").post("reset")

    left = {
        name: len(control_in(app, name).get("sessions")["codes"])
        for name in ("red", "green")
    }
    assert left == {"red": 0, "green": 1}


def test_world_that_is_reset_sends_nothing_any_more(app: Flask) -> None:
    red = worlds_of(app).named("red")
    busy, sent = threading.Event(), list[str]()
    red.sender.submit(lambda: busy.wait(10) and None)
    red.sender.submit(lambda: sent.append("a push"))

    control_in(app, "red").post("reset")
    busy.set()

    assert red.sender.wait(10)
    assert sent == []


def test_call_that_meets_a_reset_is_answered_as_if_it_came_later(app: Flask) -> None:
    code = phone_in(app, "red").login()
    red = worlds_of(app).named("red")

    control_in(app, "red").post("reset")

    # What a call sees that found the world before it was ended.
    assert red.directory.mini_programs.get(DEFAULT_APPID) is not None
    assert red.store.get("codes", code) is None


def test_reset_without_a_name_ends_every_world(
    app: Flask, control: Control, server: DeveloperServer
) -> None:
    code = phone_in(app, "red").login()

    control.post("reset")

    gone = server.code2session(code)
    assert gone.data == error_body(40029, "invalid code, rid: RID", gone)
    assert control_in(app, "red").get("sessions")["codes"] == []


def test_same_seed_gives_each_world_the_same_bytes_again() -> None:
    def play() -> list[bytes]:
        app = create_app(Settings(seed=5, freeze=NOON))
        server = DeveloperServer(app)
        return [
            server.code2session(phone_in(app, name).login()).data
            for name in ("b", "a", "default")
        ]

    assert play() == play()


def test_world_does_not_depend_on_the_order_of_its_mention() -> None:
    def openid(*names: str) -> str:
        app = create_app(Settings(seed=5, freeze=NOON))
        codes = [phone_in(app, name).login() for name in names]
        sessions = [DeveloperServer(app).code2session(code) for code in codes]
        return str(sessions[names.index("a")].get_json(force=True)["openid"])

    assert openid("a", "b") == openid("b", "a")


@pytest.mark.parametrize("name", ["", "a/b\t", "x" * 201, "世界"])
def test_impossible_name_of_a_world_is_refused(app: Flask, name: str) -> None:
    answer = app.test_client().get(
        "/_mockwx/api/clock", headers={HEADER: name.encode().decode("latin-1")}
    )

    assert answer.status_code == 400
    assert answer.get_json()["error"]["field"] == HEADER


def test_signature_of_another_world_is_no_good(
    app: Flask, server: DeveloperServer
) -> None:
    red, green = (
        server.code2session(phone_in(app, name).login()).get_json(force=True)
        for name in ("red", "green")
    )

    answer = server.signed(
        "/wxa/checksession", red, signature=sign(green["session_key"])
    )

    assert answer.get_json()["errcode"] == 87009


def test_plugin_code_is_answered_from_its_world(
    app: Flask, server: DeveloperServer
) -> None:
    answers = [
        server.http.post(
            "/wxa/getpluginopenpid",
            query_string={"access_token": server.access_token()},
            json={"code": phone_in(app, name).wx("pluginLogin")["code"]},
        ).get_json(force=True)
        for name in ("red", "green")
    ]

    assert [each["errcode"] for each in answers] == [0, 0]
    assert answers[0]["openpid"] != answers[1]["openpid"]


def test_rid_leads_to_the_journal_that_has_it(
    app: Flask, server: DeveloperServer
) -> None:
    token = server.access_token()
    code = phone_in(app, "red").share_phone_number()
    server.phone_number(token, {"code": code})
    rid = control_in(app, "red").latest_exchange()["rid"]

    answer = server.http.post(
        "/cgi-bin/openapi/rid/get",
        query_string={"access_token": token},
        json={"rid": rid},
    ).get_json(force=True)

    assert code in answer["request"]["request_body"]


def test_hash_of_a_payload_leads_to_the_world_that_sealed_it(
    app: Flask, server: DeveloperServer
) -> None:
    phone = phone_in(app, "red")
    phone.login()
    sealed = str(phone.wx("getPhoneNumber")["encryptedData"])

    answers = [
        server.http.post(
            "/wxa/business/checkencryptedmsg",
            query_string={"access_token": server.access_token()},
            json={"encrypted_msg_hash": hashlib.sha256(text.encode()).hexdigest()},
        ).get_json(force=True)["errcode"]
        for text in (sealed, "nobody's")
    ]

    assert answers == [0, 1]


def test_same_person_has_another_unionid_in_another_world(
    app: Flask, server: DeveloperServer
) -> None:
    codes = [phone_in(app, name).login() for name in ("red", "green", "default")]

    unionids = {
        server.code2session(code).get_json(force=True)["unionid"] for code in codes
    }

    assert len(unionids) == 3, "a backend that knows its users by it must not mix them"


@pytest.mark.parametrize("path", ["/sns/jscode2session", "/wxa/checksession"])
def test_world_too_many_is_refused_to_a_call_to_wechat_too(
    path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("mockwx.worlds.MOST_WORLDS", 0)

    # No answer of WeChat's, whose description does not know it.
    refused = create_app().test_client().get(path, headers={HEADER: "red"})

    assert refused.status_code == 422
    assert refused.get_json()["error"]["field"] == HEADER
    assert caplog.records == []
