"""Subscribe messages: asked for on the phone, sent, and read in the outbox."""

from typing import Any

import pytest
from flask import Flask

from mockwx.config import DEFAULT_APPID
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body


SEND = "/cgi-bin/message/subscribe/send"
TEMPLATE = "Xk2-4DSw8bCoPHsrA1l_tcbmVnyZR-0WQkpLd3pqRst"
OTHER = "Z9yW-1other"


@pytest.fixture
def openid(server: DeveloperServer, phone: Phone) -> str:
    return str(server.code2session(phone.login()).get_json(force=True)["openid"])


def message(openid: str, **changes: object) -> dict[str, object]:
    return {
        "touser": openid,
        "template_id": TEMPLATE,
        "data": {"thing1": {"value": "咖啡"}},
        **changes,
    }


def agree(phone: Phone, **changes: object) -> dict[str, Any]:
    return phone.wx("requestSubscribeMessage", **{"tmplIds": [TEMPLATE], **changes})


@pytest.mark.fidelity("documented", "subscribe/send: one yes is one message")
def test_each_yes_is_good_for_one_message(
    server: DeveloperServer, phone: Phone, openid: str
) -> None:
    assert agree(phone) == {TEMPLATE: "accept", "errMsg": "requestSubscribeMessage:ok"}

    first = server.post(SEND, message(openid))
    second = server.post(SEND, message(openid))
    agree(phone)
    third = server.post(SEND, message(openid))

    assert first.data == b'{"errcode":0,"errmsg":"ok"}'
    assert first.headers["Content-Type"] == JSON_HEADERS["Content-Type"]
    refused = "user refuse to accept the msg rid: RID"
    assert second.data == error_body(43101, refused, second)
    assert third.data == first.data


def test_outbox_shows_what_was_sent_to_whom(
    server: DeveloperServer, phone: Phone, control: Control, openid: str
) -> None:
    agree(phone)
    data = {"thing1": {"value": "咖啡"}, "number2": {"value": 3}}
    server.post(
        SEND,
        message(
            openid,
            data=data,
            page="pages/a?b=c",
            miniprogram_state="trial",
            lang="en_US",
        ),
    )

    (sent,) = control.get("outbox")["messages"]

    assert sent == {
        "number": 1,
        "sent_at": NOON,
        "appid": DEFAULT_APPID,
        "user": "alice",
        "touser": openid,
        "template_id": TEMPLATE,
        "page": "pages/a?b=c",
        "data": {"thing1": {"value": "咖啡"}, "number2": {"value": "3"}},
        "miniprogram_state": "trial",
        "lang": "en_US",
    }


def test_outbox_is_filtered_and_emptied(
    server: DeveloperServer, phone: Phone, control: Control, openid: str
) -> None:
    agree(phone, tmplIds=[TEMPLATE, OTHER])
    server.post(SEND, message(openid))
    server.post(SEND, message(openid, template_id=OTHER))

    def numbers(**query: str) -> list[int]:
        return [each["number"] for each in control.get("outbox", **query)["messages"]]

    assert numbers() == [1, 2]
    assert numbers(template_id=OTHER) == [2]
    assert numbers(user="bob") == []
    assert numbers(appid=DEFAULT_APPID, user="alice", template_id=TEMPLATE) == [1]
    assert control.http.delete("/_mockwx/api/outbox").get_json() == {"status": "ok"}
    assert numbers() == []
    agree(phone)
    server.post(SEND, message(openid))
    assert numbers() == [3]


def test_outbox_names_what_it_does_not_know(control: Control) -> None:
    assert control.get("outbox", openid="o")["error"]["field"] == "openid"


def test_journal_knows_whom_a_message_was_for(
    server: DeveloperServer, phone: Phone, control: Control, openid: str
) -> None:
    agree(phone)
    server.post(SEND, message(openid))

    assert control.latest_exchange()["user"] == "alice"


def test_message_is_answered_by_the_world_of_its_reader(
    app: Flask, server: DeveloperServer, control: Control
) -> None:
    world = {"X-Mockwx-World": "test 1"}
    door = "/_mockwx/api/wx"
    http = app.test_client()
    asked = {"tmplIds": [TEMPLATE]}
    http.post(f"{door}/requestSubscribeMessage", json=asked, headers=world)
    code = http.post(f"{door}/login", json={}, headers=world).get_json()["code"]
    openid = server.code2session(code).get_json(force=True)["openid"]

    sent = server.post(SEND, message(openid))

    outbox = http.get("/_mockwx/api/outbox", headers=world).get_json()
    assert sent.get_json()["errcode"] == 0
    assert [each["touser"] for each in outbox["messages"]] == [openid]
    assert control.get("outbox") == {"messages": []}


REFUSED: list[Any] = [
    ({"touser": "o" * 28}, 40003, "invalid openid hint: [HINT] rid: RID"),
    ({"touser": None}, 40003, "invalid openid hint: [HINT] rid: RID"),
    ({"template_id": ""}, 40037, "invalid template_id hint: [HINT] rid: RID"),
    ({"template_id": 5}, 40037, "invalid template_id hint: [HINT] rid: RID"),
    ({"data": {}}, 47003, "argument invalid! data invalid rid: RID"),
    ({"data": {"thing1": {"value": "x" * 21}}}, 47003,
     "argument invalid! data.thing1.value invalid rid: RID"),
    ({"data": {"thing1": {"value": ""}}}, 47003,
     "argument invalid! data.thing1.value invalid rid: RID"),
    ({"data": {"thing1": "x"}}, 47003,
     "argument invalid! data.thing1.value invalid rid: RID"),
    ({"data": {"nothing1": {"value": "x"}}}, 47003,
     "argument invalid! data.nothing1.value invalid rid: RID"),
    ({"data": {"thing": {"value": "x"}}}, 47003,
     "argument invalid! data.thing.value invalid rid: RID"),
    ({"data": []}, 47001, "data format error hint: [HINT] rid: RID"),
    ({"miniprogram_state": "release"}, 47003,
     "argument invalid! miniprogram_state invalid rid: RID"),
    ({"lang": "fr_FR"}, 47003, "argument invalid! lang invalid rid: RID"),
    ({"data": {"thing1": {"value": "测试广告"}}}, 45168, "hit sensitive word rid: RID"),
]  # fmt: skip


@pytest.mark.fidelity("documented", "subscribe/send: error table")
@pytest.mark.parametrize(("changes", "errcode", "text"), REFUSED)
def test_refused_message_spends_no_yes(
    server: DeveloperServer,
    phone: Phone,
    openid: str,
    changes: dict[str, object],
    errcode: int,
    text: str,
) -> None:
    agree(phone)

    response = server.post(SEND, message(openid, **changes))

    assert response.data == error_body(errcode, text, response)
    assert server.post(SEND, message(openid)).get_json()["errcode"] == 0


def test_openid_of_another_app_is_40003(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    appid, secret = "wx0000000000000001", "1" * 32
    control.post("mini_programs", appid=appid, secret=secret)
    code = phone.login(appid=appid)
    login = server.code2session(code, appid=appid, secret=secret)
    openid = login.get_json(force=True)["openid"]

    response = server.post(SEND, message(openid))

    text = "invalid openid hint: [HINT] rid: RID"
    assert response.data == error_body(40003, text, response)


def test_template_must_be_one_of_the_apps_if_it_has_a_list(
    server: DeveloperServer, phone: Phone, control: Control, openid: str
) -> None:
    control.patch(f"mini_programs/{DEFAULT_APPID}", templates=[OTHER])

    asked = agree(phone)
    response = server.post(SEND, message(openid))

    assert asked == {
        "errMsg": "requestSubscribeMessage:fail No template data return, verify the "
        "template id exist",
        "errCode": 20001,
    }
    text = "invalid template_id hint: [HINT] rid: RID"
    assert response.data == error_body(40037, text, response)


@pytest.mark.fidelity("inferred", "subscribe/send: what 43107 stands for")
def test_punished_app_may_not_send(
    server: DeveloperServer, phone: Phone, control: Control, openid: str
) -> None:
    agree(phone)
    token = server.access_token()
    control.patch(f"mini_programs/{DEFAULT_APPID}", punished=True)

    response = server.http.post(
        SEND, query_string={"access_token": token}, json=message(openid)
    )

    text = "subscription message capability is banned rid: RID"
    assert response.data == error_body(43107, text, response)
    assert agree(phone)["errCode"] == 20005


# -- the phone ---------------------------------------------------------------------


def setting(phone: Phone, **body: object) -> dict[str, Any]:
    answer = phone.wx("getSetting", withSubscriptions=True, **body)
    return dict(answer["subscriptionsSetting"])


@pytest.mark.fidelity("documented", "requestSubscribeMessage: an answer per template")
def test_person_answers_each_template(
    server: DeveloperServer, phone: Phone, openid: str
) -> None:
    asked = agree(phone, tmplIds=[TEMPLATE, OTHER], answers={OTHER: "reject"})

    assert asked[TEMPLATE] == "accept"
    assert asked[OTHER] == "reject"
    refused = server.post(SEND, message(openid, template_id=OTHER))
    assert refused.get_json()["errcode"] == 43101


@pytest.mark.parametrize("consent", ["deny", "cancel"])
def test_person_who_says_no_gets_no_message(
    server: DeveloperServer, phone: Phone, openid: str, consent: str
) -> None:
    assert agree(phone, consent=consent)[TEMPLATE] == "reject"
    assert server.post(SEND, message(openid)).get_json()["errcode"] == 43101


@pytest.mark.fidelity("documented", "getSetting: itemSettings shows kept answers")
def test_only_a_kept_answer_shows_in_the_settings(phone: Phone) -> None:
    before = setting(phone)
    agree(phone)
    once = setting(phone)
    agree(phone, tmplIds=[TEMPLATE, OTHER], answers={OTHER: "reject"}, keep=True)

    assert before == once == {"mainSwitch": True}
    assert setting(phone) == {
        "mainSwitch": True,
        "itemSettings": {TEMPLATE: "accept", OTHER: "reject"},
    }
    assert setting(phone, user="bob") == {"mainSwitch": True}


def test_kept_answer_is_not_asked_again(
    server: DeveloperServer, phone: Phone, openid: str
) -> None:
    agree(phone, keep=True)

    assert agree(phone, consent="deny")[TEMPLATE] == "accept"
    sent = [server.post(SEND, message(openid)).get_json()["errcode"] for _ in range(3)]
    assert sent == [0, 0, 43101]


def test_banned_template_can_neither_be_asked_for_nor_sent(
    server: DeveloperServer, phone: Phone, openid: str
) -> None:
    agree(phone)
    banned = agree(phone, answers={TEMPLATE: "ban"})

    response = server.post(SEND, message(openid))

    assert banned[TEMPLATE] == agree(phone)[TEMPLATE] == "ban"
    assert setting(phone)["itemSettings"] == {TEMPLATE: "ban"}
    text = "subscription message capability is banned rid: RID"
    assert response.data == error_body(43107, text, response)


@pytest.mark.fidelity("documented", "openSetting: withSubscriptions")
def test_person_changes_their_mind_in_the_settings(
    server: DeveloperServer, phone: Phone, openid: str
) -> None:
    agree(phone, keep=True)

    changed = phone.wx(
        "openSetting",
        withSubscriptions=True,
        subscriptionsSetting={"itemSettings": {TEMPLATE: "reject"}},
    )

    assert changed["subscriptionsSetting"] == {
        "mainSwitch": True,
        "itemSettings": {TEMPLATE: "reject"},
    }
    assert server.post(SEND, message(openid)).get_json()["errcode"] == 43101
    assert agree(phone)[TEMPLATE] == "reject"


@pytest.mark.fidelity("documented", "requestSubscribeMessage: 20004")
def test_nothing_goes_while_the_main_switch_is_off(
    server: DeveloperServer, phone: Phone, openid: str
) -> None:
    agree(phone)
    phone.wx("openSetting", subscriptionsSetting={"mainSwitch": False})

    assert agree(phone) == {
        "errMsg": "requestSubscribeMessage:fail The main switch is switched off",
        "errCode": 20004,
    }
    assert setting(phone) == {"mainSwitch": False}
    assert server.post(SEND, message(openid)).get_json()["errcode"] == 43101
    phone.wx("openSetting", subscriptionsSetting={"mainSwitch": True})
    assert server.post(SEND, message(openid)).get_json()["errcode"] == 0


@pytest.mark.fidelity("documented", "requestSubscribeMessage: numbers of failures")
@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ({"tmplIds": []}, {"errMsg": "tmplIds can't be empty", "errCode": 10001}),
        (
            {"tmplIds": ["a", "b", "c", "d"]},
            {"errMsg": "Templates count out of max bounds", "errCode": 20003},
        ),
        ({"tap": False}, {"errMsg": "can only be invoked by user TAP gesture."}),
        (
            {"base_library": "2.4.3"},
            {"errMsg": "jsapi not supported"},
        ),
    ],
    ids=["none", "four", "no tap", "old phone"],
)
def test_call_that_cannot_be_asked(
    phone: Phone, body: dict[str, object], failure: dict[str, object]
) -> None:
    expected = {
        **failure,
        "errMsg": f"requestSubscribeMessage:fail {failure['errMsg']}",
    }

    assert agree(phone, **body) == expected


def test_old_phone_needs_no_tap(phone: Phone) -> None:
    asked = agree(phone, tap=False, base_library="2.8.1")

    assert asked[TEMPLATE] == "accept"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tmplIds": "x"}, "tmplIds"),
        ({"answers": {TEMPLATE: "maybe"}}, f"answers.{TEMPLATE}"),
        ({"answers": "accept"}, "answers"),
    ],
    ids=["text", "word", "no object"],
)
def test_door_names_what_it_cannot_read(
    phone: Phone, body: dict[str, object], field: str
) -> None:
    assert agree(phone, **body)["error"]["field"] == field


@pytest.mark.parametrize(
    "value", ["x", {"mainSwitch": 1}, {"items": {}}, {"itemSettings": {"a": "x"}}]
)
def test_settings_page_names_what_it_cannot_read(phone: Phone, value: object) -> None:
    answer = phone.wx("openSetting", subscriptionsSetting=value)

    assert answer["error"]["code"] == "bad_request"
