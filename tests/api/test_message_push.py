"""Message push: what the developer's server receives, to the byte."""

import hashlib
import json
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask

from mockwx.config import DEFAULT_APPID
from mockwx.crypto.push import open_push
from mockwx.outgoing import send
from mockwx.wechat import WeChat
from tests.inbox import Inbox
from tests.inbox import Letter
from tests.inbox import Reply
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


TOKEN = "AAAAA"
KEY = "A" * 43
APP = f"mini_programs/{DEFAULT_APPID}"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as inbox:
        yield inbox


@pytest.fixture
def wechat(app: Flask) -> WeChat:
    found: WeChat = app.extensions["mockwx"].default
    return found


@pytest.fixture
def gh(wechat: WeChat) -> str:
    return wechat.world.mini_program(DEFAULT_APPID).original_id


@pytest.fixture
def openid(server: DeveloperServer, phone: Phone) -> str:
    return str(server.code2session(phone.login()).get_json(force=True)["openid"])


@pytest.fixture
def service(wechat: WeChat) -> str:
    return wechat.directory.openid_of(DEFAULT_APPID, "/push")


def sha1_of(*texts: str) -> str:
    return hashlib.sha1("".join(sorted(texts)).encode()).hexdigest()


def set_up(control: Control, inbox: Inbox, **changes: object) -> None:
    """Set the push settings as a console does; forget the verification's request."""
    settings = {
        "push_url": inbox.url,
        "push_token": TOKEN,
        "encoding_aes_key": KEY,
        **changes,
    }
    assert "error" not in control.patch(APP, **settings)
    settled(control)
    inbox.letters.clear()


def settled(control: Control) -> None:
    world = control.http.application.extensions["mockwx"].default
    assert world.sender.wait(20)


def only(inbox: Inbox, control: Control) -> Letter:
    settled(control)
    (letter,) = inbox.letters
    return letter


def revoke(control: Control, number: int = 8) -> dict[str, Any]:
    answer = control.post("users/alice/revoke", revoke_info=number)
    return dict(answer)


def fields(gh: str, service: str, openid: str, event: str) -> dict[str, Any]:
    return {
        "ToUserName": gh,
        "FromUserName": service,
        "CreateTime": NOON,
        "MsgType": "event",
        "Event": event,
        "OpenID": openid,
        "AppID": DEFAULT_APPID,
    }


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# -- verification ------------------------------------------------------------------


@pytest.mark.fidelity("documented", "push: URL verification")
def test_new_url_is_verified(control: Control, inbox: Inbox) -> None:
    control.patch(APP, push_url=inbox.url, push_token=TOKEN)

    letter = only(inbox, control)
    query = letter.query
    assert (letter.method, letter.path, letter.body) == ("GET", "/wechat", b"")
    assert list(query) == ["signature", "timestamp", "nonce", "echostr"]
    assert query["timestamp"] == str(NOON)
    assert query["signature"] == sha1_of(TOKEN, query["timestamp"], query["nonce"])
    assert query["echostr"].isdigit()


def test_url_of_a_new_app_is_verified(control: Control, inbox: Inbox) -> None:
    control.post("mini_programs", push_url=inbox.url)

    assert only(inbox, control).method == "GET"


def test_only_another_url_or_token_is_verified_again(
    control: Control, inbox: Inbox
) -> None:
    set_up(control, inbox)

    control.patch(APP, name="x", push_mode="secure")
    control.patch(APP, push_url=inbox.url)
    settled(control)
    assert inbox.letters == []
    control.patch(APP, push_token="BBBBB")
    assert only(inbox, control).query["echostr"]
    inbox.letters.clear()
    control.patch(APP, push_url=None)
    control.patch(APP, push_url=inbox.url)
    assert only(inbox, control).query["echostr"]


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (Reply(b"success"), "the answer is not the echostr, alone and as it is"),
        (Reply(b"", 500), "the answer is not the echostr, alone and as it is"),
    ],
    ids=["success", "500"],
)
def test_server_that_does_not_echo_is_not_verified(
    control: Control, answer: Reply, note: str
) -> None:
    with Inbox(lambda _: answer) as inbox:
        control.patch(APP, push_url=inbox.url)
        settled(control)
        verified = control.post(f"{APP}/push/verify")

    assert verified == {"verified": False, "note": note}
    pushed = control.get("exchanges", kind="push")["exchanges"]
    assert [each["note"] for each in pushed] == [note, note]


def test_quoted_echostr_is_none(control: Control) -> None:
    def quoted(letter: Letter) -> Reply:
        return Reply(json.dumps(letter.query["echostr"]).encode())

    with Inbox(quoted) as inbox:
        control.patch(APP, push_url=inbox.url)
        assert control.post(f"{APP}/push/verify")["verified"] is False


def test_url_is_verified_on_demand(control: Control, inbox: Inbox) -> None:
    without = control.post(f"{APP}/push/verify")
    set_up(control, inbox)

    assert without == {"verified": False, "note": "no push_url is set"}
    assert control.post(f"{APP}/push/verify") == {"verified": True, "note": None}
    missing = control.post("mini_programs/wx0000000000000009/push/verify")
    assert missing["error"]["field"] == "appid"


# -- modes and formats -------------------------------------------------------------


@pytest.mark.fidelity("documented", "push: plain mode, JSON")
def test_plain_push(
    control: Control, inbox: Inbox, gh: str, service: str, openid: str
) -> None:
    set_up(control, inbox)

    assert revoke(control) == {"status": "ok"}

    letter = only(inbox, control)
    query = letter.query
    assert (letter.method, letter.path) == ("POST", "/wechat")
    assert letter.content_type == "application/json"
    assert list(query) == ["signature", "timestamp", "nonce", "openid"]
    assert query["signature"] == sha1_of(TOKEN, query["timestamp"], query["nonce"])
    assert (query["timestamp"], query["openid"]) == (str(NOON), openid)
    event = fields(gh, service, openid, "user_authorization_revoke")
    assert letter.body == compact({**event, "RevokeInfo": "8"})


@pytest.mark.fidelity("documented", "push: plain mode, XML")
def test_plain_push_in_xml(
    control: Control, inbox: Inbox, gh: str, service: str, openid: str
) -> None:
    set_up(control, inbox, push_format="xml")
    revoke(control)

    letter = only(inbox, control)
    assert letter.content_type == "text/xml"
    assert letter.body.decode() == (
        "<xml>\n"
        f"<ToUserName><![CDATA[{gh}]]></ToUserName>\n"
        f"<FromUserName><![CDATA[{service}]]></FromUserName>\n"
        f"<CreateTime>{NOON}</CreateTime>\n"
        "<MsgType><![CDATA[event]]></MsgType>\n"
        "<Event><![CDATA[user_authorization_revoke]]></Event>\n"
        f"<OpenID><![CDATA[{openid}]]></OpenID>\n"
        f"<AppID><![CDATA[{DEFAULT_APPID}]]></AppID>\n"
        "<RevokeInfo><![CDATA[8]]></RevokeInfo>\n"
        "</xml>"
    )


def opened(encrypt: str) -> bytes:
    return open_push(encrypt, encoding_aes_key=KEY, appid=DEFAULT_APPID)


def check_sealed_query(letter: Letter, openid: str, encrypt: str) -> None:
    query = letter.query
    assert list(query) == [
        "signature",
        "timestamp",
        "nonce",
        "openid",
        "encrypt_type",
        "msg_signature",
    ]
    parts = (TOKEN, query["timestamp"], query["nonce"])
    assert query["signature"] == sha1_of(*parts)
    assert query["msg_signature"] == sha1_of(*parts, encrypt)
    assert (query["encrypt_type"], query["openid"]) == ("aes", openid)


@pytest.mark.fidelity("documented", "push: secure mode, JSON")
def test_secure_push(
    control: Control, inbox: Inbox, gh: str, service: str, openid: str
) -> None:
    set_up(control, inbox, push_mode="secure")
    revoke(control)

    letter = only(inbox, control)
    body = json.loads(letter.body)
    assert letter.body == compact({"ToUserName": gh, "Encrypt": body["Encrypt"]})
    check_sealed_query(letter, openid, body["Encrypt"])
    event = fields(gh, service, openid, "user_authorization_revoke")
    assert opened(body["Encrypt"]) == compact({**event, "RevokeInfo": "8"})


@pytest.mark.fidelity("documented", "push: secure mode, XML")
def test_secure_push_in_xml(
    control: Control, inbox: Inbox, gh: str, openid: str
) -> None:
    set_up(control, inbox, push_mode="secure", push_format="xml")
    revoke(control)

    letter = only(inbox, control)
    head, _, rest = letter.body.decode().partition("<Encrypt><![CDATA[")
    encrypt, _, tail = rest.partition("]]></Encrypt>")
    assert head == f"<xml>\n<ToUserName><![CDATA[{gh}]]></ToUserName>\n"
    assert tail == "\n</xml>"
    check_sealed_query(letter, openid, encrypt)
    assert opened(encrypt).startswith(b"<xml>\n<ToUserName><![CDATA[gh_")


@pytest.mark.fidelity("documented", "push: compatible mode")
@pytest.mark.parametrize("push_format", ["json", "xml"])
def test_compatible_push_is_plain_and_sealed(
    control: Control,
    inbox: Inbox,
    gh: str,
    service: str,
    openid: str,
    push_format: str,
) -> None:
    set_up(control, inbox, push_mode="compatible", push_format=push_format)
    revoke(control)

    letter = only(inbox, control)
    if push_format == "json":
        body = json.loads(letter.body)
        encrypt = body.pop("Encrypt")
        event = fields(gh, service, openid, "user_authorization_revoke")
        assert body == {**event, "RevokeInfo": "8"}
        assert opened(encrypt) == compact(body)
    else:
        plain, _, rest = letter.body.decode().partition("\n<Encrypt><![CDATA[")
        encrypt, _, tail = rest.partition("]]></Encrypt>")
        assert opened(encrypt).decode() == plain + tail
    check_sealed_query(letter, openid, encrypt)


def test_secure_push_works_without_choosing_a_key(
    control: Control, inbox: Inbox, wechat: WeChat, openid: str
) -> None:
    control.patch(APP, push_url=inbox.url, push_mode="secure")
    settled(control)
    inbox.letters.clear()
    revoke(control)

    encrypt = json.loads(only(inbox, control).body)["Encrypt"]
    key = wechat.world.mini_program(DEFAULT_APPID).encoding_aes_key
    assert openid.encode() in open_push(
        encrypt, encoding_aes_key=key, appid=DEFAULT_APPID
    )


def test_address_keeps_its_own_query(
    control: Control, inbox: Inbox, openid: str
) -> None:
    set_up(control, inbox, push_url=f"{inbox.url}?tenant=5")
    revoke(control)

    assert list(only(inbox, control).query)[:2] == ["tenant", "signature"]


# -- what people do ----------------------------------------------------------------


@pytest.mark.fidelity("documented", "push: user_authorization_revoke")
@pytest.mark.parametrize(
    ("scope", "number"),
    [
        ("scope.userLocation", "13"),
        ("scope.record", "5"),
        ("scope.camera", "7"),
        ("scope.bluetooth", "4"),
        ("scope.werun", "12"),
        ("scope.userInfo", "6"),
    ],
)
def test_scope_switched_off_is_told(
    control: Control,
    inbox: Inbox,
    phone: Phone,
    openid: str,
    scope: str,
    number: str,
) -> None:
    set_up(control, inbox)
    phone.wx("authorize", scope=scope)

    phone.wx("openSetting", authSetting={scope: False})

    event = json.loads(only(inbox, control).body)
    assert event["Event"] == "user_authorization_revoke"
    assert (event["RevokeInfo"], event["OpenID"]) == (number, openid)


def test_two_scopes_of_one_kind_are_told_once(
    control: Control, inbox: Inbox, phone: Phone
) -> None:
    set_up(control, inbox)
    for scope in ("scope.userLocation", "scope.userFuzzyLocation", "scope.camera"):
        phone.wx("authorize", scope=scope)

    phone.wx("openSetting", consent="deny")

    settled(control)
    told = [json.loads(letter.body)["RevokeInfo"] for letter in inbox.letters]
    assert told == ["13", "7"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"consent": "deny"}, {"scope.camera": False}),
        ({"consent": "allow"}, {"scope.camera": True}),
        ({"consent": "allow"}, {"scope.record": False}),
    ],
    ids=["was off", "stays on", "was never asked"],
)
def test_what_was_not_switched_off_is_not_told(
    control: Control,
    inbox: Inbox,
    phone: Phone,
    first: dict[str, str],
    second: dict[str, bool],
) -> None:
    set_up(control, inbox)
    phone.wx("authorize", scope="scope.camera", **first)

    phone.wx("openSetting", authSetting=second)

    settled(control)
    assert inbox.letters == []


def test_scope_without_a_number_is_not_told(
    control: Control, inbox: Inbox, phone: Phone
) -> None:
    set_up(control, inbox)
    phone.wx("authorize", scope="scope.writePhotosAlbum")

    phone.wx("openSetting", consent="deny")

    settled(control)
    assert inbox.letters == []


@pytest.mark.parametrize(
    "number", [1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 18, 19, 20]
)
def test_anything_can_be_taken_back(
    control: Control, inbox: Inbox, openid: str, number: int
) -> None:
    set_up(control, inbox)
    revoke(control, number)

    assert json.loads(only(inbox, control).body)["RevokeInfo"] == str(number)


def test_what_is_taken_back_is_off_in_the_settings(
    control: Control, inbox: Inbox, phone: Phone
) -> None:
    set_up(control, inbox)
    for scope in ("scope.userLocation", "scope.camera"):
        phone.wx("authorize", scope=scope)

    revoke(control, 13)

    shown = phone.wx("getSetting")["authSetting"]
    assert (shown["scope.userLocation"], shown["scope.camera"]) == (False, True)
    settled(control)
    assert len(inbox.letters) == 1


@pytest.mark.fidelity("documented", "push: PluginID and OpenPID")
def test_plugin_that_had_the_data_is_named(
    control: Control, inbox: Inbox, wechat: WeChat, openid: str
) -> None:
    set_up(control, inbox)
    plugin = "wx0000000000000007"

    control.post("users/alice/revoke", revoke_info=8, plugin=plugin)

    event = json.loads(only(inbox, control).body)
    assert list(event)[-3:] == ["RevokeInfo", "PluginID", "OpenPID"]
    openpid = wechat.directory.openpid(DEFAULT_APPID, "alice", plugin)
    assert (event["PluginID"], event["OpenPID"]) == (plugin, openpid)


@pytest.mark.parametrize("number", [0, 9, 21, "8", True, None])
def test_what_has_no_number_cannot_be_taken_back(
    control: Control, number: object
) -> None:
    answer = control.post("users/alice/revoke", revoke_info=number)

    assert answer["error"]["field"] == "revoke_info"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "revoke_info"),
        ({"revoke_info": 8, "appid": "wx0"}, "appid"),
        ({"revoke_info": 8, "plugin": "wx0"}, "plugin"),
    ],
    ids=str,
)
def test_revocation_names_what_is_wrong(
    control: Control, body: dict[str, object], field: str
) -> None:
    assert control.post("users/alice/revoke", **body)["error"]["field"] == field


@pytest.mark.fidelity("documented", "push: user_info_modified within thirty days")
def test_changed_profile_is_told(
    control: Control, inbox: Inbox, gh: str, service: str, openid: str
) -> None:
    set_up(control, inbox)

    control.patch("users/alice", nickName="换了名字")

    event = fields(gh, service, openid, "user_info_modified")
    assert only(inbox, control).body == compact(event)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"avatarUrl": "https://example.com/a.png"}, 1),
        ({"city": "Guangzhou"}, 0),
        ({}, 0),
    ],
    ids=str,
)
def test_only_name_and_picture_are_the_profile(
    control: Control, inbox: Inbox, openid: str, change: dict[str, str], told: int
) -> None:
    set_up(control, inbox)
    control.patch("users/alice", **change)

    settled(control)
    assert len(inbox.letters) == told


@pytest.mark.parametrize(("days", "told"), [(30, 1), (31, 0)])
def test_profile_is_told_to_apps_of_the_last_thirty_days(
    control: Control, inbox: Inbox, openid: str, days: int, told: int
) -> None:
    set_up(control, inbox)
    control.post("clock/advance", seconds=days * 86_400)

    control.patch("users/alice", nickName="new")

    settled(control)
    assert len(inbox.letters) == told


def test_app_the_person_never_was_in_is_told_nothing(
    control: Control, inbox: Inbox
) -> None:
    set_up(control, inbox)
    control.patch("users/bob", nickName="new")
    control.post("users/bob/cancel")

    settled(control)
    assert inbox.letters == []


@pytest.mark.fidelity("documented", "push: user_authorization_cancellation")
def test_closed_account_is_told(
    control: Control, inbox: Inbox, gh: str, service: str, openid: str
) -> None:
    set_up(control, inbox)

    assert control.post("users/alice/cancel") == {"status": "ok"}

    event = fields(gh, service, openid, "user_authorization_cancellation")
    assert only(inbox, control).body == compact(event)


def test_closed_account_leaves_nothing_behind(
    control: Control, inbox: Inbox, phone: Phone, openid: str
) -> None:
    set_up(control, inbox)
    phone.wx("authorize", scope="scope.camera")
    phone.wx("requestSubscribeMessage", tmplIds=["T"], keep=True)

    control.post("users/alice/cancel")
    control.post("users/alice/cancel")

    settled(control)
    assert len(inbox.letters) == 1
    assert phone.wx("checkSession")["errMsg"].startswith("checkSession:fail")
    shown = phone.wx("getSetting", withSubscriptions=True)
    assert "scope.camera" not in shown["authSetting"]
    assert shown["subscriptionsSetting"] == {"mainSwitch": True}


def test_every_app_of_the_person_is_told(
    control: Control, inbox: Inbox, phone: Phone, openid: str
) -> None:
    set_up(control, inbox)
    other = control.post("mini_programs", push_url=inbox.url)["appid"]
    phone.login(appid=other)
    settled(control)
    inbox.letters.clear()

    control.post("users/alice/cancel")

    settled(control)
    told = {json.loads(letter.body)["AppID"] for letter in inbox.letters}
    assert told == {DEFAULT_APPID, other}


def test_nothing_goes_out_without_a_url(
    control: Control, openid: str, wechat: WeChat
) -> None:
    revoke(control)
    control.patch("users/alice", nickName="new")
    control.post("users/alice/cancel")

    assert wechat.sender.wait(10)
    assert control.get("exchanges", kind="push") == {"exchanges": []}


# -- delivery ----------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = partial(send, timeout=0.2)
    monkeypatch.setattr("mockwx.services.message_push.send", quick)


def attempts(control: Control) -> list[tuple[int, str | None]]:
    settled(control)
    found = control.get("exchanges", kind="push", user="alice")["exchanges"]
    return [(each["response"]["status"], each["note"]) for each in found]


@pytest.mark.fidelity("documented", "push: three attempts")
def test_server_that_fails_is_tried_three_times(control: Control, openid: str) -> None:
    with Inbox(lambda _: Reply(b"oops", 500)) as inbox:
        set_up(control, inbox)
        revoke(control)
        tried = attempts(control)

    assert tried == [
        (500, "attempt 1 of 3: HTTP 500, expected 200; sent again"),
        (500, "attempt 2 of 3: HTTP 500, expected 200; sent again"),
        (500, "attempt 3 of 3: HTTP 500, expected 200; given up"),
    ]
    assert inbox.letters[0] == inbox.letters[1] == inbox.letters[2]


def test_server_that_recovers_is_not_tried_again(control: Control, openid: str) -> None:
    answers = iter([Reply(b"", 503), Reply(b"success")])
    with Inbox() as inbox:
        set_up(control, inbox)
        inbox.answer = lambda _: next(answers)
        revoke(control)
        tried = attempts(control)

    assert [status for status, _ in tried] == [503, 200]
    assert tried[1] == (200, None)


@pytest.mark.fidelity("documented", "push: an answer within five seconds")
def test_server_that_hangs_is_given_up(
    control: Control, openid: str, impatient: None
) -> None:
    go = threading.Event()
    with Inbox() as inbox:
        set_up(control, inbox)

        def hang(_: Letter) -> Reply:
            go.wait(10)
            return Reply()

        inbox.answer = hang
        revoke(control)
        tried = attempts(control)
        go.set()

    assert tried[0] == (0, "attempt 1 of 3: no answer within 0.2 s; sent again")
    assert [status for status, _ in tried] == [0, 0, 0]
    assert tried[2][1] == "attempt 3 of 3: no answer within 0.2 s; given up"


def test_server_that_is_not_there_stops_nothing(
    control: Control, phone: Phone, openid: str
) -> None:
    with Inbox() as inbox:
        set_up(control, inbox)
    revoke(control)

    assert phone.login()
    tried = attempts(control)
    assert [status for status, _ in tried] == [0, 0, 0]
    assert "no answer: " in str(tried[0][1])


@pytest.mark.fidelity("documented", "push: success or an empty answer is accepted")
@pytest.mark.parametrize(
    ("body", "note"),
    [
        (b"success", None),
        (b"", None),
        (b"success\n", None),
        (b"ok", "the answer to an event should be success, or empty"),
        (b'{"errcode":0}', "the answer to an event should be success, or empty"),
    ],
)
def test_answer_is_judged_but_not_asked_for_again(
    control: Control, openid: str, body: bytes, note: str | None
) -> None:
    with Inbox() as inbox:
        set_up(control, inbox)
        inbox.answer = lambda _: Reply(body)
        revoke(control)

        assert attempts(control) == [(200, note)]


def test_push_is_in_the_journal(control: Control, inbox: Inbox, openid: str) -> None:
    set_up(control, inbox)
    revoke(control)
    letter = only(inbox, control)

    (shown,) = control.get("exchanges", kind="push", user="alice")["exchanges"]

    assert shown["kind"] == "push"
    assert (shown["appid"], shown["errcode"]) == (DEFAULT_APPID, None)
    assert shown["rid"].startswith(f"{NOON:08x}-")
    assert shown["request"]["method"] == "POST"
    assert shown["request"]["path"] == inbox.url
    assert shown["request"]["body"].encode() == letter.body
    assert f"nonce={letter.query['nonce']}" in shown["request"]["query"]
    assert shown["response"]["body"] == "success"


def test_reset_forgets_what_has_not_gone_out(
    control: Control, inbox: Inbox, openid: str, wechat: WeChat
) -> None:
    set_up(control, inbox)
    revoke(control)
    control.post("reset")

    assert wechat.sender.wait(10)
    assert control.get(APP)["push_url"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("push_url", "ftp://example.com"),
        ("push_token", "x"),
        ("push_token", "with blank"),
        ("encoding_aes_key", "A" * 42),
        ("encoding_aes_key", "A" * 42 + "="),
        ("push_mode", "encrypted"),
        ("push_format", "yaml"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    control: Control, field: str, value: str
) -> None:
    assert control.patch(APP, **{field: value})["error"]["field"] == field
