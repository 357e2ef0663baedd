"""Signed and encrypted calls on the wire; WeChat's own vector, to the byte."""

import base64
import json
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import PublicFormat
from flask import Flask
from werkzeug.test import TestResponse

from mockwx import Settings
from mockwx import create_app
from mockwx.config import DEFAULT_APPID
from mockwx.crypto import api_signature
from mockwx.crypto.api_signature import ApiCall
from mockwx.directory import owner_of
from mockwx.entropy import Entropy
from tests.wechat import JSON_HEADERS
from tests.wechat import NOON
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import error_body


HOST = "https://api.weixin.qq.com"
RISK = "/wxa/getuserriskrank"
SECURITY = f"mini_programs/{DEFAULT_APPID}/api_security"
SN = "0123456789abcdef0123456789abcdef"
KEY = base64.b64encode(bytes(range(32))).decode()

VECTORS = Path(__file__).parents[2] / "fixtures" / "vectors" / "api_signature.json"


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def drawn() -> list[rsa.RSAPrivateKey]:
    return [rsa.generate_private_key(65537, 2048) for _ in range(4)]


@pytest.fixture(autouse=True)
def quick_keys(
    drawn: list[rsa.RSAPrivateKey],
    private_key: rsa.RSAPrivateKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let WeChat take keys drawn before: to draw one takes longer than most tests."""
    keys = cycle(drawn)
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: next(keys))


@pytest.fixture
def public_key(private_key: rsa.RSAPrivateKey) -> str:
    return (
        private_key.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@pytest.fixture
def keys(control: Control, public_key: str) -> dict[str, Any]:
    """Register both keys; return what the console shows."""
    return put(
        control,
        symmetric={"sn": SN, "key": KEY},
        asymmetric={"sn": "f" * 32, "public_key": public_key},
    )


@pytest.fixture
def openid(server: DeveloperServer, phone: Phone) -> str:
    return str(server.code2session(phone.login()).get_json(force=True)["openid"])


@pytest.fixture
def signed(server: DeveloperServer, private_key: rsa.RSAPrivateKey) -> "Signer":
    return Signer(server, private_key)


def put(control: Control, **body: object) -> dict[str, Any]:
    response = control.http.put(f"/_mockwx/api/{SECURITY}", json=body)
    return dict(response.get_json())


class Signer:
    """A backend that signs and encrypts as the guide says."""

    def __init__(self, server: DeveloperServer, private_key: rsa.RSAPrivateKey) -> None:
        self._server = server
        self._private_key = private_key
        self._symmetric = api_signature.load_symmetric_key(SN, KEY)

    def headers(
        self, path: str, body: str, *, appid: str = DEFAULT_APPID, at: int = NOON
    ) -> dict[str, str]:
        call = ApiCall(HOST + path, appid, at)
        signature = api_signature.sign(
            call, body.encode(), private_key=self._private_key
        )
        return {
            "Wechatmp-Appid": appid,
            "Wechatmp-TimeStamp": str(at),
            "Wechatmp-Signature": signature,
        }

    def seal(self, path: str, fields: dict[str, Any], *, at: int = NOON) -> str:
        return api_signature.seal_body(
            fields,
            call=ApiCall(HOST + path, DEFAULT_APPID, at),
            key=self._symmetric,
            iv=b"123456789012",
            nonce="nonce",
        )

    def send(
        self, path: str, body: str, headers: dict[str, str | None]
    ) -> TestResponse:
        return self._server.http.post(
            path,
            query_string={"access_token": self._server.access_token()},
            data=body,
            headers={name: value for name, value in headers.items() if value},
        )

    def post(self, path: str, fields: dict[str, Any], **changes: Any) -> TestResponse:
        """Call as it should be done, but for single headers changed or left out."""
        body = self.seal(path, fields)
        return self.send(path, body, {**self.headers(path, body), **changes})

    def open(self, path: str, response: TestResponse) -> dict[str, object]:
        call = ApiCall(
            HOST + path, DEFAULT_APPID, int(response.headers["Wechatmp-TimeStamp"])
        )
        return api_signature.open_body(response.data, call=call, key=self._symmetric)


def question(openid: str) -> dict[str, Any]:
    return {
        "appid": DEFAULT_APPID,
        "openid": openid,
        "scene": 0,
        "client_ip": "127.0.0.1",
    }


# -- WeChat's vector ---------------------------------------------------------------


@pytest.mark.fidelity("documented", "API signature: the official vector on the wire")
def test_official_vector_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    vector = json.loads(VECTORS.read_text("utf-8"))
    asked, told = vector["messages"]
    appid, person = vector["appid"], json.loads(asked["plaintext"])["openid"]
    app = create_app(Settings(seed=1, freeze=told["timestamp"]))
    server, control = DeveloperServer(app), Control(app)
    control.post("mini_programs", appid=appid, secret="1" * 32)
    control.http.put(
        f"/_mockwx/api/mini_programs/{appid}/api_security",
        json={
            "symmetric": {"sn": vector["sn"], "key": vector["key"]},
            "asymmetric": {"public_key": vector["keys"]["request"]},
        },
    )
    wechat = app.extensions["mockwx"].default
    wechat.directory.openids.put(person, owner_of(appid, "alice"))
    wechat.visitors.enter(owner_of(appid, "alice"), told["timestamp"])
    drawn = json.loads(told["plaintext"])
    monkeypatch.setattr(Entropy, "risk_request_id", lambda _: drawn["unoin_id"])
    monkeypatch.setattr(Entropy, "api_nonce", lambda _: drawn["_n"])
    monkeypatch.setattr(Entropy, "api_iv", lambda _: base64.b64decode(told["iv"]))
    token = server.token(appid=appid, secret="1" * 32).get_json()["access_token"]

    response = server.http.post(
        RISK,
        query_string={"access_token": token},
        data=asked["body"],
        headers={
            "Wechatmp-Appid": appid,
            "Wechatmp-TimeStamp": str(asked["timestamp"]),
            "Wechatmp-Signature": asked["signature"],
        },
    )

    assert response.data == told["body"].encode()
    assert response.headers["Wechatmp-Appid"] == appid
    assert response.headers["Wechatmp-TimeStamp"] == str(told["timestamp"])


# -- calls that are right ----------------------------------------------------------


@pytest.mark.fidelity("documented", "API signature: answers are signed and sealed")
def test_answer_is_sealed_and_signed(
    keys: dict[str, Any], signed: Signer, openid: str
) -> None:
    response = signed.post(RISK, question(openid))

    assert response.status_code == 200
    assert response.headers["Content-Type"] == JSON_HEADERS["Content-Type"]
    assert list(response.get_json()) == ["iv", "data", "authtag"]
    assert response.headers["Wechatmp-Appid"] == DEFAULT_APPID
    assert response.headers["Wechatmp-TimeStamp"] == str(NOON)
    assert response.headers["Wechatmp-Serial"] == keys["platform"]["serial"]
    certificate = keys["platform"]["certificate"]
    api_signature.verify(
        ApiCall(HOST + RISK, DEFAULT_APPID, NOON),
        response.data,
        response.headers["Wechatmp-Signature"],
        public_key=api_signature.load_public_key(certificate),
    )
    answer = signed.open(RISK, response)
    assert answer.pop("unoin_id")
    assert answer == {"errcode": 0, "errmsg": "getuserriskrank succ", "risk_rank": 0}


SIGNABLE: list[Any] = [
    ("/wxa/business/getuserphonenumber", {"code": "x"}, 40029),
    ("/wxa/generatescheme", {}, 0),
    ("/wxa/generate_urllink", {}, 0),
    ("/cgi-bin/message/subscribe/send", {"touser": "o" * 28}, 40003),
    ("/wxa/msg_sec_check", {"content": "hello"}, 0),
    (RISK, {}, 47001),
]


@pytest.mark.fidelity("inferred", "API signature: the list of interfaces")
@pytest.mark.parametrize(("path", "fields", "errcode"), SIGNABLE)
def test_interface_takes_signed_calls_and_no_others(
    server: DeveloperServer,
    keys: dict[str, Any],
    signed: Signer,
    path: str,
    fields: dict[str, Any],
    errcode: int,
) -> None:
    plain = server.post(path, fields)
    sealed = signed.post(path, fields)

    text = "API_Missing_Wechatmp_Timestamp rid: RID"
    assert plain.data == error_body(40231, text, plain)
    assert signed.open(path, sealed)["errcode"] == errcode


@pytest.mark.parametrize("path", ["/wxa/getwxacodeunlimit", "/cgi-bin/clear_quota"])
def test_other_interfaces_stay_plain(
    server: DeveloperServer, keys: dict[str, Any], path: str
) -> None:
    response = server.post(path, {"scene": "1", "appid": DEFAULT_APPID})

    assert "Wechatmp-Signature" not in response.headers
    assert b"API_" not in response.data


def test_error_inside_is_sealed_too(
    keys: dict[str, Any], signed: Signer, control: Control
) -> None:
    response = signed.post(RISK, question("o" * 28))

    answer = signed.open(RISK, response)
    assert answer["errcode"] == 40003
    assert str(answer["errmsg"]).startswith("invalid openid hint: [")
    assert control.latest_exchange()["errcode"] == 40003


def test_journal_keeps_what_crossed_the_wire(
    keys: dict[str, Any], signed: Signer, control: Control, openid: str
) -> None:
    response = signed.post(RISK, question(openid))

    kept = control.latest_exchange()
    assert kept["user"] == "alice"
    assert list(json.loads(kept["request"]["body"])) == ["iv", "data", "authtag"]
    assert kept["response"]["body"].encode() == response.data


def test_serial_and_certificate_stay_the_same(
    control: Control, keys: dict[str, Any], public_key: str
) -> None:
    again = put(control, asymmetric={"public_key": public_key})

    assert again["platform"] == keys["platform"] == control.get(SECURITY)["platform"]
    certificate = x509.load_pem_x509_certificate(
        keys["platform"]["certificate"].encode()
    )
    assert keys["platform"]["serial"] != f"{certificate.serial_number:x}"
    assert certificate.subject.rfc4514_string().endswith(f"CN={DEFAULT_APPID}")


@pytest.mark.fidelity("documented", "API signature: two signatures in a roll-over")
def test_both_certificates_check_answers_while_they_change(
    control: Control, keys: dict[str, Any], signed: Signer, openid: str
) -> None:
    changing = control.post(f"{SECURITY}/roll_over")
    response = signed.post(RISK, question(openid))
    ended = control.http.delete(f"/_mockwx/api/{SECURITY}/roll_over").get_json()
    after = signed.post(RISK, question(openid))

    new, old = changing["platform"], changing["platform_deprecated"]
    assert old == keys["platform"]
    assert keys["platform_deprecated"] is None
    call = ApiCall(HOST + RISK, DEFAULT_APPID, NOON)
    for certificate, suffix in ((new, ""), (old, "-Deprecated")):
        assert response.headers[f"Wechatmp-Serial{suffix}"] == certificate["serial"]
        api_signature.verify(
            call,
            response.data,
            response.headers[f"Wechatmp-Signature{suffix}"],
            public_key=api_signature.load_public_key(certificate["certificate"]),
        )
    assert (ended["platform"], ended["platform_deprecated"]) == (new, None)
    assert after.headers["Wechatmp-Serial"] == new["serial"]
    assert "Wechatmp-Serial-Deprecated" not in after.headers


# -- calls that are wrong ----------------------------------------------------------


REFUSED: list[Any] = [
    ({"Wechatmp-TimeStamp": None}, 40231, "API_Missing_Wechatmp_Timestamp"),
    ({"Wechatmp-TimeStamp": "noon"}, 40231, "API_Missing_Wechatmp_Timestamp"),
    ({"Wechatmp-Signature": None}, 40232, "API_Missing_Wechatmp_Signature"),
    ({"Wechatmp-Appid": None}, 40233, "API_Missing_Wechatmp_Appid"),
    ({"Wechatmp-Signature": "AAAA"}, 40234, "API_Invalid_Signature"),
    ({"Wechatmp-Signature": "!"}, 40234, "API_Invalid_Signature"),
    ({"Wechatmp-TimeStamp": str(NOON - 1)}, 40234, "API_Invalid_Signature"),
    ({"Wechatmp-Appid": "wx0"}, 40236, "API_Invalid_Wechatmp_Appid"),
    ({"Wechatmp-Appid": "wx0000000000000001"}, 40237,
     "API_Invalid_Wechatmp_Appidmatch"),
    ({"Wechatmp-TimeStamp": str(NOON - 301)}, 40240,
     "API_Expired_Wechatmp_Timestamp"),
]  # fmt: skip


@pytest.mark.fidelity("documented", "API signature: 40231 to 40240")
@pytest.mark.parametrize(("changes", "errcode", "errmsg"), REFUSED)
def test_header_that_is_wrong_is_named(
    keys: dict[str, Any],
    signed: Signer,
    control: Control,
    openid: str,
    changes: dict[str, Any],
    errcode: int,
    errmsg: str,
) -> None:
    control.post("mini_programs", appid="wx0000000000000001")

    response = signed.post(RISK, question(openid), **changes)

    assert response.data == error_body(errcode, f"{errmsg} rid: RID", response)
    assert "Wechatmp-Signature" not in response.headers
    assert control.latest_exchange()["note"]


@pytest.mark.fidelity("documented", "API signature: five minutes")
@pytest.mark.parametrize(("age", "errcode"), [(300, 0), (301, 40240), (-3600, 0)])
def test_call_may_be_five_minutes_old(
    keys: dict[str, Any], signed: Signer, openid: str, age: int, errcode: int
) -> None:
    body = signed.seal(RISK, question(openid), at=NOON - age)

    response = signed.send(RISK, body, dict(signed.headers(RISK, body, at=NOON - age)))

    if errcode:
        text = "API_Expired_Wechatmp_Timestamp rid: RID"
        assert response.data == error_body(errcode, text, response)
    else:
        assert signed.open(RISK, response)["errcode"] == 0


@pytest.mark.fidelity("documented", "API signature: 40235")
@pytest.mark.parametrize(
    "body",
    ["", "{}", "[]", "scene=0", '{"iv":"AAAA","data":"AAAA","authtag":"AAAA"}'],
)
def test_signed_body_that_does_not_open_is_40235(
    keys: dict[str, Any], signed: Signer, body: str
) -> None:
    response = signed.send(RISK, body, dict(signed.headers(RISK, body)))

    text = "API_Invalid_Encrypt rid: RID"
    assert response.data == error_body(40235, text, response)


def test_body_sealed_for_another_interface_is_40235(
    keys: dict[str, Any], signed: Signer, openid: str
) -> None:
    body = signed.seal("/wxa/msg_sec_check", question(openid))

    response = signed.send(RISK, body, dict(signed.headers(RISK, body)))

    text = "API_Invalid_Encrypt rid: RID"
    assert response.data == error_body(40235, text, response)


@pytest.mark.fidelity("documented", "API signature: 40238 and 40239")
@pytest.mark.parametrize(
    ("symmetric", "asymmetric", "errcode", "text"),
    [
        (True, False, 40239, "API_NoExist_DevSecretAsym rid: RID"),
        (False, True, 40238, "API_NoExist_DevSecretSym rid: RID"),
        (False, False, 40239, "API_NoExist_DevSecretAsym rid: RID"),
    ],
)
def test_key_that_is_not_registered_is_named(
    control: Control,
    signed: Signer,
    openid: str,
    public_key: str,
    symmetric: bool,
    asymmetric: bool,
    errcode: int,
    text: str,
) -> None:
    body: dict[str, object] = {}
    body |= {"symmetric": {"sn": SN, "key": KEY}} if symmetric else {}
    body |= {"asymmetric": {"public_key": public_key}} if asymmetric else {}
    put(control, **body)

    response = signed.post(RISK, question(openid))

    assert response.data == error_body(errcode, text, response)


def test_signed_call_of_an_app_that_never_registered_is_refused(
    signed: Signer, openid: str
) -> None:
    response = signed.post(RISK, question(openid))

    text = "API_NoExist_DevSecretAsym rid: RID"
    assert response.data == error_body(40239, text, response)


def test_serial_is_missed_by_a_fault_alone(
    server: DeveloperServer, control: Control
) -> None:
    control.post("faults", match={"path": RISK}, effect={"errcode": 40230})

    response = server.post(RISK, {})

    text = "API_Missing_Wechatmp_Serial rid: RID"
    assert response.data == error_body(40230, text, response)


def test_token_is_checked_before_the_signature(
    server: DeveloperServer, keys: dict[str, Any]
) -> None:
    response = server.post(RISK, {}, access_token="!")

    assert response.data == error_body(40014, "invalid access_token rid: RID", response)


# -- the console -------------------------------------------------------------------


def test_console_shows_what_was_registered(
    keys: dict[str, Any], public_key: str
) -> None:
    assert keys["symmetric"] == {"sn": SN, "key": KEY}
    assert keys["asymmetric"] == {"sn": "f" * 32, "public_key": public_key}


def test_console_draws_a_key_if_none_is_given(control: Control) -> None:
    drawn = put(control, symmetric={})["symmetric"]

    assert len(base64.b64decode(drawn["key"], validate=True)) == 32
    assert len(drawn["sn"]) == 32


def test_no_key_can_be_said_in_so_many_words(control: Control) -> None:
    shown = put(control, symmetric=None, asymmetric=None)

    assert (shown["symmetric"], shown["asymmetric"]) == (None, None)


def test_keys_can_be_taken_away(
    server: DeveloperServer, control: Control, keys: dict[str, Any], openid: str
) -> None:
    gone = control.http.delete(f"/_mockwx/api/{SECURITY}").get_json()

    assert gone == {"status": "ok"}
    assert control.get(SECURITY)["symmetric"] is None
    assert server.post(RISK, question(openid)).get_json()["errcode"] == 0


def test_app_that_is_removed_takes_its_keys_along(
    server: DeveloperServer, phone: Phone, control: Control, keys: dict[str, Any]
) -> None:
    app = control.get(f"mini_programs/{DEFAULT_APPID}")
    control.http.delete(f"/_mockwx/api/mini_programs/{DEFAULT_APPID}")
    control.post("mini_programs", **app)

    assert control.get(SECURITY)["asymmetric"] is None
    assert server.post("/wxa/generatescheme", {}).get_json()["errcode"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"symmetric": {"key": "AAAA"}}, "symmetric.key"),
        ({"symmetric": {"key": "not base64!"}}, "symmetric.key"),
        ({"symmetric": {"algorithm": "SM4_GCM"}}, "symmetric.key"),
        ({"symmetric": "key"}, "symmetric"),
        ({"asymmetric": {}}, "asymmetric.public_key"),
        ({"asymmetric": {"public_key": "x"}}, "asymmetric.public_key"),
        ({"asymmetric": {"public_key": "x", "algorithm": "SM2withSM3"}},
         "asymmetric.public_key"),
        ({"asymmetric": []}, "asymmetric"),
        ({"keys": {}}, "keys"),
    ],
)  # fmt: skip
def test_key_that_cannot_work_is_refused(
    control: Control, body: dict[str, Any], field: str
) -> None:
    error = put(control, **body)["error"]

    assert (error["code"], error["field"]) == ("bad_request", field)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_app_that_does_not_exist_has_no_keys(control: Control, method: str) -> None:
    path = "/_mockwx/api/mini_programs/wx0000000000000009/api_security"

    response = control.http.open(path, method=method)

    assert response.status_code == 404
    assert response.get_json()["error"]["field"] == "appid"


def test_keys_survive_a_snapshot(
    app: Flask, control: Control, keys: dict[str, Any]
) -> None:
    saved = control.get("snapshot")
    control.post("reset")
    control.http.put("/_mockwx/api/snapshot", json=saved)

    assert control.get(SECURITY) == keys
