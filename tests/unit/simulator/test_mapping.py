# ruff: noqa: E501 - tables, a row on a line
"""The shapes of real backends, each in a backend file: what is sent, judged and kept."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.device import Device
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError
from simulator.scenario.loader import load_backend
from simulator.scenario.talks import play_call
from simulator.scenario.turn import Played
from simulator.scenario.turn import Stage
from simulator.scenario.turn import Turn
from tests.unit.simulator.fakes import FakeBackend
from tests.unit.simulator.fakes import FakeWeChat


GIVEN = {
    "code": "0co+de",
    "phoneCode": "ph",
    "encryptedData": "e+/=",
    "iv": "i==",
    "rawData": '{"nickName":"微"}',
    "signature": "s",
    "userInfo": {"nickName": "微"},
}


@dataclass
class Session:
    """One phone talking to one backend file."""

    device: Device
    stage: Stage
    backend: FakeBackend

    def call(
        self, name: str, *responses: Response | SendError, **given: object
    ) -> Played:
        assert self.stage.file is not None
        self.backend.responses[:] = responses
        storage = {
            key: self.device.wx.get_storage_sync(key) for key in self.device.storage
        }
        facts = {"appid": self.device.mini_program_id, "person": self.device.user}
        turn = Turn(self.stage, self.device, {"storage": storage, "device": facts})
        return play_call(turn, self.stage.file.calls[name], given or GIVEN)

    @property
    def sent(self) -> Request:
        return self.backend.requests[-1]

    @property
    def header(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.sent.headers}


def session(tmp_path: Path, text: str) -> Session:
    path = tmp_path / "x.backend.yaml"
    path.write_text(f"base_url: https://backend.example\n{text}", encoding="utf-8")
    backend = FakeBackend()
    device = Device(FakeWeChat(), backend)
    return Session(device, Stage(FakeWeChat(), backend, load_backend(path)), backend)


def answer(
    body: object = None, *header: tuple[str, str], status: int = 200
) -> Response:
    text = body if isinstance(body, str) else json.dumps(body or {})
    return Response(status, header, text.encode())


CODE = [
    ("POST json", "{path: /l, json: {js_code: '${code}'}}", "/l", b'{"js_code":"0co+de"}'),
    ("POST form", "{path: /l, form: {auth_code: '${code}'}}", "/l", b"auth_code=0co%2Bde"),
    ("GET query", "{method: GET, path: /l, query: {xcxCode: '${code}'}}", "/l?xcxCode=0co%2Bde", b""),
    ("path", "{method: GET, path: '/l/${code}/'}", "/l/0co%2Bde/", b""),
    ("appid in the path", "{path: '/${device.appid}/l', json: {code: '${code}'}}", "/wx6d6f636b77780001/l", b'{"code":"0co+de"}'),
    ("constants beside", "{path: /l, json: {code: '${code}', clientId: 7, tag: wechat_miniprogram}}", "/l", b'{"code":"0co+de","clientId":7,"tag":"wechat_miniprogram"}'),
    ("two codes", "{path: /l, json: {loginCode: '${code}', phoneCode: '${phoneCode}'}}", "/l", b'{"loginCode":"0co+de","phoneCode":"ph"}'),
    ("nested payload", "{path: /l, json: {code: '${code}', userInfo: {userInfo: '${userInfo}', rawData: '${rawData}'}}}", "/l", '{"code":"0co+de","userInfo":{"userInfo":{"nickName":"微"},"rawData":"{\\"nickName\\":\\"微\\"}"}}'.encode()),
    ("json inside a form", "{path: /l, form: {userInfo: '${userInfo}'}}", "/l", b"userInfo=%7B%22nickName%22%3A%22%E5%BE%AE%22%7D"),
    ("payload in the query", "{path: /l, query: {encryptedData: '${encryptedData}', iv: '${iv}'}}", "/l?encryptedData=e%2B%2F%3D&iv=i%3D%3D", b""),
    ("optional part left out", "{path: /l, json: {code: '${code}', remark: '${remark?}'}}", "/l", b'{"code":"0co+de"}'),
    ("plain text", "{path: /l, text: 'code=${code}'}", "/l", b"code=0co+de"),
    ("trailing slash and query", "{path: '/l/?a=1', query: {b: 2}}", "/l/?a=1&b=2", b""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "target", "body"), [row[1:] for row in CODE], ids=[row[0] for row in CODE]
)
def test_code_and_payload_go_where_the_backend_wants_them(
    call: str, target: str, body: bytes, tmp_path: Path
) -> None:
    phone = session(tmp_path, f"calls: {{login: {call}}}")

    phone.call("login")

    assert phone.sent.url == f"https://backend.example{target}"
    assert phone.sent.body == body


def test_code_and_payload_go_into_headers(tmp_path: Path) -> None:
    phone = session(
        tmp_path,
        "header: {X-Requested-With: XMLHttpRequest}\n"
        "calls: {login: {method: GET, path: /l, header: "
        "{X-WX-Code: '${code}', X-WX-Encrypted-Data: '${encryptedData}'}}}",
    )

    phone.call("login")

    assert phone.header["x-wx-code"] == "0co+de"
    assert phone.header["x-wx-encrypted-data"] == "e+/="
    assert phone.header["x-requested-with"] == "XMLHttpRequest"


STATE = [
    ("json path", "keep: {t: data.result.token}", answer({"result": {"token": "T"}}), {"t": "T"}),
    ("quoted key", "keep: {t: 'data[\"a.b\"]'}", answer({"a.b": "T"}), {"t": "T"}),
    ("header", "keep: {t: header.x-token}", answer({}, ("X-Token", "T")), {"t": "T"}),
    ("cookie", "keep: {t: cookie.sid}", answer({}, ("Set-Cookie", "x=1; Path=/"), ("Set-Cookie", "sid=T; HttpOnly")), {"t": "T"}),
    ("whole body", "keep: {t: text}", answer("T"), {"t": "T"}),
    ("several values", "keep: {id: data.id, skey: data.skey}", answer({"id": 1, "skey": "S"}), {"id": 1, "skey": "S"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("keep", "response", "stored"),
    [row[1:] for row in STATE],
    ids=[row[0] for row in STATE],
)
def test_login_state_is_taken_from_where_the_backend_puts_it(
    keep: str, response: Response, stored: dict[str, object], tmp_path: Path
) -> None:
    phone = session(tmp_path, f"calls: {{login: {{path: /l, {keep}}}}}")

    assert phone.call("login", response).ok
    assert {k: phone.device.wx.get_storage_sync(k) for k in phone.device.storage} == (
        stored
    )


SEND = [
    ("bearer", "header: {Authorization: 'Bearer ${storage.t}'}", {"authorization": "Bearer T"}, "/me", b'{"a":1}'),
    ("jwt", "header: {Authorization: 'JWT ${storage.t}'}", {"authorization": "JWT T"}, "/me", b'{"a":1}'),
    ("no scheme", "header: {Authorization: '${storage.t}'}", {"authorization": "T"}, "/me", b'{"a":1}'),
    ("own header", "header: {X-Shop-Token: '${storage.t}'}", {"x-shop-token": "T"}, "/me", b'{"a":1}'),
    ("cookie", "cookie: {sid: '${storage.t}', lang: zh}", {"cookie": "sid=T; lang=zh"}, "/me", b'{"a":1}'),
    ("query", "query: {token: '${storage.t}'}", {}, "/me?token=T", b'{"a":1}'),
    ("body", "body: {id: 5, skey: '${storage.t}'}", {}, "/me", b'{"a":1,"id":5,"skey":"T"}'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("send", "header", "target", "body"),
    [row[1:] for row in SEND],
    ids=[row[0] for row in SEND],
)
def test_login_state_travels_as_the_backend_wants_it(
    send: str, header: dict[str, str], target: str, body: bytes, tmp_path: Path
) -> None:
    phone = session(
        tmp_path, f"send: {{{send}}}\ncalls: {{me: {{path: /me, json: {{a: 1}}}}}}"
    )
    phone.device.wx.set_storage_sync("t", "T")

    phone.call("me")

    assert phone.sent.url == f"https://backend.example{target}"
    assert phone.sent.body == body
    assert header.items() <= phone.header.items()


def test_without_login_state_nothing_is_sent_of_it(tmp_path: Path) -> None:
    phone = session(
        tmp_path,
        "send: {header: {Authorization: 'Bearer ${storage.t}'}}\n"
        "calls: {me: {path: /me}}",
    )

    assert phone.call("me").ok
    assert "authorization" not in phone.header


def test_a_call_may_go_without_the_login_state(tmp_path: Path) -> None:
    phone = session(
        tmp_path,
        "send: {query: {t: '${storage.t}'}}\ncalls: {login: {path: /l, send: false}}",
    )
    phone.device.wx.set_storage_sync("t", "T")

    phone.call("login")

    assert phone.sent.url == "https://backend.example/l"


def test_renewed_state_replaces_the_old_one_and_logout_forgets_it(
    tmp_path: Path,
) -> None:
    phone = session(
        tmp_path,
        "keep: {t: header.X-New-Token}\n"
        "calls: {me: {path: /me}, logout: {path: /out, forget: [t]}}",
    )
    phone.device.wx.set_storage_sync("t", "old")

    phone.call("me")
    assert phone.device.wx.get_storage_sync("t") == "old"
    phone.call("me", answer({}, ("x-new-token", "new")))
    assert phone.device.wx.get_storage_sync("t") == "new"
    phone.call("logout")
    assert phone.device.wx.get_storage_sync("t") == ""


JUDGED = [
    ("status", "", answer({}, status=500), False),
    ("status is fine", "", answer({}, status=204), True),
    ("errno absent", "success: {data.errno: {absent: true}}", answer({"errno": 1}), False),
    ("code is 0", "success: {data.code: 0}", answer({"code": 0}), True),
    ("code is not 0", "success: {data.code: 0}", answer({"code": 500}), False),
    ("success: false", "success: {data.success: true}", answer({"success": False}), False),
    ("greater than", "success: {data.id: {greater_than: 0}}", answer({"id": 3}), True),
    ("matches", "success: {text: {matches: ^OK}}", answer("OK then"), True),
    ("any of", "success: {data.code: {any_of: [0, 200]}}", answer({"code": 200}), True),
    ("failure rule", "failure: {data.error: {present: true}}", answer({"error": "no"}), False),
    ("no failure", "failure: {data.error: {present: true}}", answer({}), True),
    ("plain text failure", "failure: {text: {contains: fail}}", answer("login fail"), False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "response", "ok"),
    [row[1:] for row in JUDGED],
    ids=[row[0] for row in JUDGED],
)
def test_success_is_what_the_backend_file_says(
    rules: str, response: Response, ok: bool, tmp_path: Path
) -> None:
    phone = session(tmp_path, f"{rules}\ncalls: {{login: {{path: /l}}}}")

    played = phone.call("login", response)

    assert played.ok is ok
    assert bool(played.reasons) is not ok


def test_failure_tells_the_backends_own_words(tmp_path: Path) -> None:
    phone = session(
        tmp_path,
        "success: {data.code: 0}\nmessage: data.msg\ncalls: {login: {path: /l}}",
    )

    played = phone.call("login", answer({"code": 1, "msg": "code 无效"}))

    assert played.reasons == (
        "data.code should be 0 and is 1",
        "the backend says: code 无效",
    )


def test_rules_of_a_call_replace_those_of_the_file(tmp_path: Path) -> None:
    phone = session(
        tmp_path,
        "success: {data.code: 0}\ncalls: {login: {path: /l, success: {statusCode: 201}}}",
    )

    assert phone.call("login", answer({"code": 9}, status=201)).ok


def test_what_cannot_be_kept_is_a_failure(tmp_path: Path) -> None:
    phone = session(tmp_path, "calls: {login: {path: /l, keep: {t: data.token}}}")

    played = phone.call("login", answer({"tokn": "T"}))

    assert played.reasons == (
        "cannot keep 't': nothing is at data.token: there is no 'token'; "
        "did you mean 'tokn'?",
    )


def test_what_need_not_be_there_is_kept_when_it_is(tmp_path: Path) -> None:
    phone = session(
        tmp_path,
        "calls: {login: {path: /l, keep: {t: 'data.token?', bind: 'data.bind?'}}}",
    )

    assert phone.call("login", answer({"bind": "B", "token": None})).ok
    assert phone.device.wx.get_storage_sync("bind") == "B"
    assert phone.device.wx.get_storage_sync("t") == ""


def test_login_state_too_large_for_the_phone_is_a_failure(tmp_path: Path) -> None:
    phone = session(tmp_path, "calls: {login: {path: /l, keep: {t: text}}}")

    played = phone.call("login", answer("x" * 2_000_000))

    assert played.reasons == ("setStorageSync:fail entry size limit reached",)


def test_backend_that_does_not_answer_is_a_failure_in_wechats_words(
    tmp_path: Path,
) -> None:
    phone = session(tmp_path, "calls: {login: {path: /l}}")

    played = phone.call("login", SendError("timeout", "no answer"))

    assert played.reasons == ("request:fail fail:time out (no answer)",)
    assert played.answer == {"errMsg": "request:fail fail:time out", "errno": 5}


def test_argument_that_is_not_given_is_named(tmp_path: Path) -> None:
    phone = session(tmp_path, "calls: {login: {path: /l, json: {c: '${code}'}}}")

    played = phone.call("login", other=1)

    assert "backend.login needs more: nothing is at code" in played.reasons[0]
    assert phone.backend.requests == []


def test_redirects_are_reported(tmp_path: Path) -> None:
    phone = session(tmp_path, "calls: {me: {method: GET, path: /me}}")

    played = phone.call("me", answer({}, ("Location", "/me/"), status=301), answer({}))

    assert played.answer["redirects"] == ["https://backend.example/me"]


def test_person_and_storage_names_are_not_arguments(tmp_path: Path) -> None:
    phone = session(
        tmp_path, "calls: {l: {path: '/${a}/${b?}', query: {t: '${storage.t}'}}}"
    )

    assert phone.stage.file is not None
    assert phone.stage.file.calls["l"].arguments() == {"a"}
