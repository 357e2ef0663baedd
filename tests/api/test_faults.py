"""Faults over HTTP: each effect, on exactly the calls it is meant for."""

import base64
import json
import time

import pytest
from flask import Flask

from mockwx import MockServer
from mockwx import Settings
from mockwx.config import DEFAULT_APPID
from mockwx.crypto.open_data import UnsealError
from mockwx.crypto.open_data import unseal
from mockwx.crypto.signature import sign_raw_data
from mockwx.domain.fault import SEALING
from mockwx.domain.variant import FOREIGN_APPID
from mockwx.domain.variant import OLD_WATERMARK
from mockwx.domain.variant import VARIANTS
from tests.control import Mock
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body


LOGIN = {"path": "/sns/jscode2session"}


def arm(control: Control, **effect: object) -> dict[str, object]:
    return dict(control.post("faults", match=LOGIN, effect=effect))


def test_errcode_comes_with_wechats_text_and_suffix(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    arm(control, errcode=45011)

    answer = server.code2session(phone.login())

    text = "api minute-quota reach limit, must slower, retry next minute, rid: RID"
    assert answer.status_code == 200
    assert answer.data == error_body(45011, text, answer)


@pytest.mark.parametrize(
    ("path", "suffix"),
    [("/sns/jscode2session", ", rid: RID"), ("/cgi-bin/token", " rid: RID")],
)
def test_errcode_can_come_with_words_that_somebody_saw(
    server: DeveloperServer, control: Control, path: str, suffix: str
) -> None:
    effect = {"errcode": 40243, "errmsg": "appsecret is frozen"}
    control.post("faults", match={"path": path}, effect=effect)

    answer = server.http.get(path)

    text = f"appsecret is frozen{suffix}"
    assert answer.data == error_body(40243, text, answer)


def test_fault_is_over_after_its_time(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    arm(control, errcode=-1)
    code = phone.login()

    answers = [server.code2session(code).get_json(force=True) for _ in range(2)]

    assert answers[0]["errcode"] == -1
    assert "openid" in answers[1], "the call never reached WeChat: the code is unused"
    assert control.get("faults") == {"faults": []}


@pytest.mark.parametrize(
    ("effect", "spared"),
    [
        ({"errcode": -1}, ("wx.login",)),
        ({"http_status": 502}, ("wx.login",)),
        ({"body": "html"}, ("wx.login",)),
        ({"payload": "wrong_iv"}, ("wx.login", "/cgi-bin/token", LOGIN["path"])),
        ({"session": "rotate"}, ("/cgi-bin/token",)),
    ],
    ids=str,
)
def test_fault_waits_for_a_call_to_which_it_can_happen(
    server: DeveloperServer,
    phone: Phone,
    control: Control,
    effect: dict[str, object],
    spared: tuple[str, ...],
) -> None:
    control.post("faults", effect=effect)

    if "/cgi-bin/token" in spared:
        server.access_token()
    if "wx.login" in spared:
        code = phone.login()
        if LOGIN["path"] in spared:
            server.code2session(code)

    (fault,) = control.get("faults")["faults"]
    assert (fault["met"], fault["struck"]) == (0, 0)


@pytest.mark.parametrize(
    ("path", "effect"),
    [
        ("wx.login", {"errcode": -1}),
        ("wx.getUserInfo", {"transport": "reset"}),
        ("wx.login", {"payload": "wrong_iv"}),
        ("/sns/jscode2session", {"payload": "wrong_iv", "delay_ms": 5}),
    ],
    ids=str,
)
def test_effect_that_cannot_strike_the_path_is_refused(
    control: Control, path: str, effect: dict[str, object]
) -> None:
    answer = control.post("faults", match={"path": path}, effect=effect)

    assert answer["error"]["field"] == "effect"
    assert f"one that can strike {path}:" in answer["error"]["message"]


SEALING_ARGUMENTS: dict[str, dict[str, object]] = {
    "authPrivateMessage": {"shareTicket": "t"},
    "getShareInfo": {"shareTicket": "t", "base_library": "2.17.2"},
}


@pytest.mark.parametrize("path", sorted(SEALING))
def test_call_that_takes_a_broken_payload_gives_a_payload(
    phone: Phone, control: Control, path: str
) -> None:
    mini_game = path == "wx.createUserInfoButton"
    control.patch(f"mini_programs/{DEFAULT_APPID}", mini_game=mini_game)
    control.patch("users/alice", groups=["family"])
    phone.login()
    api = path.removeprefix("wx.")
    desc = {"desc": "to greet you"} if api == "getUserProfile" else {}
    control.post("faults", match={"path": path}, effect={"payload": "wrong_iv"})

    answer = phone.wx(api, **desc, **SEALING_ARGUMENTS.get(api, {}))

    assert "encryptedData" in answer
    assert control.get("faults") == {"faults": []}


def test_fault_strikes_only_whom_it_names(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    control.post("faults", match={"user": "bob"}, effect={"errcode": -1}, times=None)

    answers = {
        user: server.code2session(phone.login(user=user)).get_json(force=True)
        for user in ("alice", "bob")
    }

    assert "openid" in answers["alice"]
    assert answers["bob"]["errcode"] == -1


def test_fault_finds_the_person_by_openid_and_the_app_by_token(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    session = server.code2session(phone.login()).get_json(force=True)
    match = {
        "path": "/wxa/checksession",
        "user": "alice",
        "appid": DEFAULT_APPID,
    }
    control.post("faults", match=match, effect={"errcode": 87009})

    answers = [server.signed("/wxa/checksession", session) for _ in range(2)]

    assert [each.get_json()["errcode"] for each in answers] == [87009, 0]


def test_list_tells_how_often_a_fault_met_and_struck(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    control.post("faults", match=LOGIN, effect={"errcode": -1}, times=3, after=1)

    for _ in range(2):
        server.code2session(phone.login())

    (fault,) = control.get("faults")["faults"]
    assert (fault["met"], fault["struck"]) == (2, 1)


def test_journal_names_the_fault(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    fault = arm(control, http_status=502)

    server.code2session(phone.login())

    exchange = control.latest_exchange()
    assert exchange["fault"] == fault["id"]
    assert exchange["user"] == "alice"
    assert exchange["response"]["status"] == 502


@pytest.mark.parametrize(
    ("effect", "status", "content_type", "body"),
    [
        ({"http_status": 503, "body": "busy"}, 503, "text/html", b"busy"),
        ({"body": "empty"}, 200, "text/plain", b""),
    ],
    ids=str,
)
def test_gateway_answers_in_wechats_place(
    server: DeveloperServer,
    phone: Phone,
    control: Control,
    effect: dict[str, object],
    status: int,
    content_type: str,
    body: bytes,
) -> None:
    arm(control, **effect)

    answer = server.code2session(phone.login())

    assert (answer.status_code, answer.data) == (status, body)
    assert answer.headers["Content-Type"] == content_type


def test_html_comes_where_json_was_expected(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    arm(control, body="html")

    answer = server.code2session(phone.login())

    assert answer.status_code == 200
    assert answer.data.startswith(b"<html>")


def test_malformed_json_is_the_true_answer_cut_off(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    arm(control, body="malformed_json")
    code = phone.login()

    cut, used = server.code2session(code), server.code2session(code)

    assert cut.data.startswith(b'{"session_key":"')
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.data)
    assert used.get_json(force=True)["errcode"] == 40163, "WeChat did answer"


def test_wrong_content_type_spoils_nothing_else(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    arm(control, body="wrong_content_type")

    answer = server.code2session(phone.login())

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "openid" in json.loads(answer.data)


@pytest.mark.parametrize("act", ["rotate", "expire"])
def test_session_ends_before_the_call_is_answered(
    server: DeveloperServer, phone: Phone, control: Control, act: str
) -> None:
    arm(control, session=act)

    session = server.code2session(phone.login()).get_json(force=True)

    answer = server.signed("/wxa/checksession", session)
    assert answer.get_json()["errcode"] == 87009


def test_fault_on_a_wx_call_strikes_before_the_payload_is_sealed(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    session = server.code2session(phone.login()).get_json(force=True)
    match = {"path": "wx.getUserInfo"}
    control.post("faults", match=match, effect={"session": "rotate"})

    detail = phone.wx("getUserInfo")

    with pytest.raises(UnsealError):
        opened(detail, session["session_key"])


def test_delayed_answer_is_the_true_one(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    arm(control, delay_ms=80)
    code = phone.login()

    began = time.monotonic()
    answer = server.code2session(code)
    took = time.monotonic() - began

    assert took >= 0.08
    assert "session_key" in answer.get_json(force=True)


def test_delay_and_errcode_come_together(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    arm(control, delay_ms=80, errcode=-1)

    began = time.monotonic()
    answer = server.code2session(phone.login())

    assert time.monotonic() - began >= 0.08
    assert answer.get_json(force=True)["errcode"] == -1


def test_disarmed_fault_strikes_no_more(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    fault = arm(control, errcode=-1)
    assert control.http.delete(f"/_mockwx/api/faults/{fault['id']}").status_code == 200

    assert "openid" in server.code2session(phone.login()).get_json(force=True)
    gone = control.http.delete(f"/_mockwx/api/faults/{fault['id']}")
    assert gone.status_code == 404


def test_all_faults_are_disarmed_at_once(control: Control) -> None:
    for _ in range(3):
        arm(control, errcode=-1)

    control.http.delete("/_mockwx/api/faults")

    assert control.get("faults") == {"faults": []}


def test_fault_of_one_world_is_not_felt_in_another(
    app: Flask, server: DeveloperServer, phone: Phone
) -> None:
    app.test_client().post(
        "/_mockwx/api/faults",
        json={"match": LOGIN, "effect": {"errcode": -1}},
        headers={"X-Mockwx-World": "stormy"},
    )

    assert "openid" in server.code2session(phone.login()).get_json(force=True)


# -- broken payloads --------------------------------------------------------------


def opened(detail: dict[str, object], session_key: str) -> dict[str, object]:
    plain = unseal(
        str(detail["encryptedData"]), session_key=session_key, iv=str(detail["iv"])
    )
    return dict(json.loads(plain))


def true_payload(detail: dict[str, object], session_key: str) -> bool:
    """Say what a careful backend says: signature, ciphertext and watermark fit."""
    signature = sign_raw_data(str(detail["rawData"]), session_key)
    if signature != detail["signature"]:
        return False
    try:
        plain = opened(detail, session_key)
    except (UnsealError, ValueError):
        return False
    shown = json.loads(str(detail["rawData"]))
    return (
        plain["watermark"] == {"timestamp": NOON, "appid": DEFAULT_APPID}
        and {name: plain[name] for name in shown} == shown
        and base64.b64encode(base64.b64decode(str(detail["iv"]))) is not None
    )


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("user", ["alice", "bob"])
def test_careful_backend_refuses_every_variant_and_takes_the_truth(
    server: DeveloperServer, phone: Phone, control: Control, variant: str, user: str
) -> None:
    session = server.code2session(phone.login(user=user)).get_json(force=True)
    control.post(
        "faults", match={"path": "wx.getUserInfo"}, effect={"payload": variant}
    )

    broken, true = (
        phone.wx("getUserInfo", user=user),
        phone.wx("getUserInfo", user=user),
    )

    assert broken["errMsg"] == true["errMsg"] == "getUserInfo:ok"
    assert list(broken) == list(true)
    assert not true_payload(broken, session["session_key"])
    assert true_payload(true, session["session_key"])


def test_stale_key_is_the_one_before(
    server: DeveloperServer, phone: Phone, control: Control
) -> None:
    control.patch(f"mini_programs/{DEFAULT_APPID}", policy="strict")
    old, new = (
        server.code2session(phone.login()).get_json(force=True)["session_key"]
        for _ in range(2)
    )
    control.post("faults", effect={"payload": "stale_key"})

    detail = phone.wx("getUserInfo")

    assert old != new
    assert true_payload(detail, old)


def test_other_users_key_is_recorded_for_that_user(
    phone: Phone, control: Control
) -> None:
    phone.login()
    control.post("faults", effect={"payload": "other_users_key"})

    detail = phone.wx("getUserInfo")

    (key,) = control.get("sessions", user="bob", reveal=1)["session_keys"]
    assert true_payload(detail, key["session_key"])


@pytest.mark.parametrize(
    ("variant", "watermark"),
    [
        ("wrong_watermark_appid", {"timestamp": NOON, "appid": FOREIGN_APPID}),
        (
            "old_watermark_timestamp",
            {"timestamp": NOON - OLD_WATERMARK, "appid": DEFAULT_APPID},
        ),
    ],
)
def test_only_the_watermark_is_wrong(
    server: DeveloperServer,
    phone: Phone,
    control: Control,
    variant: str,
    watermark: dict[str, object],
) -> None:
    session = server.code2session(phone.login()).get_json(force=True)
    control.post("faults", effect={"payload": variant})

    plain = opened(phone.wx("getUserInfo"), session["session_key"])

    assert plain["watermark"] == watermark
    assert plain["openId"] == session["openid"]


# -- connections ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("transport", "error"),
    [("reset", "RemoteDisconnected"), ("truncate", "IncompleteRead")],
)
def test_connection_breaks_under_the_answer(transport: str, error: str) -> None:
    from http.client import HTTPException

    with MockServer(Settings(seed=1)) as running:
        Mock(running.url).arm(LOGIN, transport=transport)

        with pytest.raises((HTTPException, OSError)) as broken:
            _get(running.url + "/sns/jscode2session")

    assert type(broken.value).__name__ == error


@pytest.mark.slow
def test_answer_drips_and_is_whole() -> None:
    with MockServer(Settings(seed=1)) as running:
        Mock(running.url).arm(LOGIN, transport="drip")
        began = time.monotonic()

        body = _get(running.url + "/sns/jscode2session")

    assert json.loads(body)["errcode"] == 41002
    assert time.monotonic() - began > 0.5


def test_hanging_call_ends_with_the_server() -> None:
    import threading

    running = MockServer(Settings(seed=1)).start()
    Mock(running.url).arm(LOGIN, transport="hang")
    ended = []

    def call() -> None:
        try:
            _get(running.url + "/sns/jscode2session")
        except Exception as error:
            ended.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    time.sleep(0.2)
    hung = caller.is_alive()
    running.stop()
    caller.join(5)

    assert hung
    assert len(ended) == 1


def _get(url: str) -> bytes:
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "nearest"),
    [("/sns/jscode2sesion", "/sns/jscode2session"), ("wx.logn", "wx.login")],
)
def test_path_nobody_can_call_is_refused_with_the_nearest(
    control: Control, path: str, nearest: str
) -> None:
    answer = control.post("faults", match={"path": path}, effect={"errcode": -1})

    assert answer["error"]["field"] == "path"
    assert nearest in answer["error"]["message"]
    assert nearest in answer["error"]["message_zh"]
