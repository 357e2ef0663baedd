"""The doctor: asked through the control API, and watching the journal by itself."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from mockwx.config import DEFAULT_APPID
from mockwx.diagnosis.question import WORDS
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone
from tests.wechat import sign


@pytest.fixture(autouse=True)
def strict(control: Control) -> None:
    """Let every login replace the key."""
    control.patch(f"mini_programs/{DEFAULT_APPID}", policy="strict")


@pytest.fixture
def session(server: DeveloperServer, phone: Phone) -> dict[str, str]:
    """Log alice in."""
    return dict(server.code2session(phone.login()).get_json(force=True))


def tap_phone_button(phone: Phone, **whom: str) -> dict[str, Any]:
    """Return sealed data."""
    return phone.wx("getPhoneNumber", **whom)


def values(session: dict[str, str], answer: dict[str, Any]) -> dict[str, str]:
    """Return what a backend has in hand when it decrypts."""
    return {
        "session_key": session["session_key"],
        "encryptedData": answer["encryptedData"],
        "iv": answer["iv"],
    }


def causes(diagnosis: dict[str, Any] | None) -> list[str]:
    """Return what was found."""
    return [each["cause"] for each in (diagnosis or {"findings": []})["findings"]]


# -- asked ----------------------------------------------------------------------------


def test_doctor_finds_nothing_wrong_with_right_values(
    control: Control, phone: Phone, session: dict[str, str]
) -> None:
    diagnosis = control.post(
        "doctor", **values(session, tap_phone_button(phone)), appid=DEFAULT_APPID
    )

    assert diagnosis["ok"] is True
    assert diagnosis["findings"] == []
    assert diagnosis["plaintext"]["watermark"]["appid"] == DEFAULT_APPID
    assert diagnosis["needs"] == []


def test_doctor_tells_the_story_of_a_login_in_the_callback(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    control.post("clock/freeze", at=1_700_015_525)
    tapped = tap_phone_button(phone)
    control.post("clock/advance", seconds=2)
    code = phone.login()
    server.code2session(code)

    diagnosis = control.post(
        "doctor", code=code, encryptedData=tapped["encryptedData"], iv=tapped["iv"]
    )

    (finding,) = diagnosis["findings"]
    assert diagnosis["ok"] is False
    assert finding["cause"] == "login_after_payload"
    assert finding["certainty"] == "proved"
    assert finding["message"] == {
        "en": "login at 10:32:07 replaced key 1; this getPhoneNumber payload was "
        "sealed with key 1 at 10:32:05, so key 2 cannot open it.",
        "zh": "10:32:07 的登录替换了 key 1；这份 getPhoneNumber 数据是在 "
        "10:32:05 用 key 1 加密的，因此 key 2 解不开。",
    }
    assert finding["where"] == {"step": "wx.login", "at": 1_700_015_527, "page": None}
    assert finding["cure"]["en"].startswith(
        "Call wx.login and exchange its code before"
    )
    assert {"en", "zh"} == set(finding["evidence"][0])


def test_doctor_names_the_page_of_the_login_in_the_callback(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    control.post("clock/freeze", at=1_700_015_525)
    tapped = tap_phone_button(phone, page="pages/pay/index")
    control.post("clock/advance", seconds=2)
    code = phone.login(page="pages/pay/index")
    server.code2session(code)

    diagnosis = control.post(
        "doctor", code=code, encryptedData=tapped["encryptedData"], iv=tapped["iv"]
    )

    (finding,) = diagnosis["findings"]
    sealing, birth = finding["evidence"]
    assert finding["message"] == {
        "en": "login at 10:32:07 from page `pages/pay/index` replaced key 1; this "
        "getPhoneNumber payload was sealed with key 1 at 10:32:05, so key 2 cannot "
        "open it.",
        "zh": "10:32:07 来自页面 `pages/pay/index` 的登录替换了 key 1；这份 "
        "getPhoneNumber 数据是在 10:32:05 用 key 1 加密的，因此 key 2 解不开。",
    }
    assert finding["where"]["page"] == "pages/pay/index"
    assert sealing["en"].endswith(" from page `pages/pay/index`")
    assert birth["zh"].endswith(" 签发，来自页面 `pages/pay/index`")


def test_doctor_names_the_page_that_replaced_a_key_the_backend_keeps(
    control: Control, phone: Phone, session: dict[str, str]
) -> None:
    phone.login(page="pages/pay/index")

    answer = values(session, tap_phone_button(phone))
    (finding,) = control.post("doctor", **answer)["findings"]

    assert finding["cause"] == "stale_key"
    said = finding["message"]
    assert "which wx.login from page `pages/pay/index` replaced at" in said["en"]
    assert "被来自页面 `pages/pay/index` 的 wx.login 替换；" in said["zh"]


def test_doctor_names_the_pages_of_two_logins_that_raced(
    control: Control, phone: Phone, server: DeveloperServer
) -> None:
    older = phone.login(page="pages/index/index")
    newer = phone.login(page="pages/pay/index")
    server.code2session(newer)
    kept = dict(server.code2session(older).get_json(force=True))

    answer = values(kept, tap_phone_button(phone))
    (finding,) = control.post("doctor", **answer)["findings"]

    assert finding["cause"] == "login_race"
    for origin in ("from page `pages/index/index` (key 1)", "from page `pages/pay/"):
        assert origin in finding["message"]["en"]


@pytest.mark.parametrize("field", WORDS)
def test_doctor_refuses_a_value_that_is_no_text(control: Control, field: str) -> None:
    answer = control.post("doctor", **{field: 7})

    assert answer["error"]["field"] == field
    assert answer["error"]["code"] == "bad_request"


def test_doctor_refuses_an_unknown_field_with_the_right_word(control: Control) -> None:
    answer = control.post("doctor", encrypted_data="x")

    assert "encryptedData" in answer["error"]["message"]


def test_doctor_says_what_it_needs_when_it_is_told_too_little(
    control: Control,
) -> None:
    diagnosis = control.post("doctor", iv="x")

    assert diagnosis["ok"] is False
    assert [said["en"] for said in diagnosis["needs"]]


def test_doctor_finds_the_world_by_the_code_alone(app: Flask, control: Control) -> None:
    elsewhere = {"X-Mockwx-World": "elsewhere"}
    http = app.test_client()
    code = http.post("/_mockwx/api/wx/login", headers=elsewhere).get_json()["code"]

    assert causes(control.post("doctor", code="0" * 32)) == []
    assert causes(control.post("doctor", code=code)) == []
    assert control.post("doctor", code=code, session_key="null")["findings"]


def test_doctor_finds_the_world_by_the_values_alone(
    app: Flask, control: Control
) -> None:
    elsewhere = {"X-Mockwx-World": "elsewhere"}
    http = app.test_client()
    http.post("/_mockwx/api/wx/login", headers=elsewhere)
    tapped = http.post("/_mockwx/api/wx/getPhoneNumber", headers=elsewhere).get_json()

    diagnosis = control.post("doctor", iv=tapped["iv"], session_key="null")

    assert causes(diagnosis) == ["code_used_twice"]
    assert diagnosis["plaintext"]["phoneNumber"]


# -- watching: signatures of a login state --------------------------------------------


def hmac_hex(key: bytes, message: bytes = b"") -> str:
    return hmac.digest(key, message, "sha256").hex()


def misuses(session: dict[str, str], rival: dict[str, str]) -> dict[str, bytes]:
    """Return each wrong signature by the cause it is."""
    key, openid = session["session_key"].encode(), session["openid"].encode()
    decoded, digest = base64.b64decode(key), hmac.digest(key, b"", "sha256")
    return {
        "checksession_signature_decoded_key": hmac_hex(decoded).encode(),
        "checksession_signature_swapped": hmac_hex(b"", key).encode(),
        "checksession_signature_openid": hmac_hex(key, openid).encode(),
        "checksession_signature_raw_bytes": digest,
        "checksession_signature_uppercase": digest.hex().upper().encode(),
        "checksession_signature_sha1": hashlib.sha1(key).hexdigest().encode(),
        "other_persons_key": sign(rival["session_key"]).encode(),
        "unknown_key": hmac_hex(b"never issued").encode(),
    }


MISUSES = list(misuses(*({"session_key": "AAAA", "openid": "o"},) * 2))


@pytest.mark.parametrize("path", ["/wxa/checksession", "/wxa/resetusersessionkey"])
@pytest.mark.parametrize("cause", MISUSES)
def test_misused_signature_is_explained_in_the_journal(
    control: Control,
    phone: Phone,
    server: DeveloperServer,
    session: dict[str, str],
    cause: str,
    path: str,
) -> None:
    rival = server.code2session(phone.login(user="bob")).get_json(force=True)
    token, signature = server.access_token(), quote(misuses(session, rival)[cause])

    server.http.get(
        f"{path}?access_token={token}&openid={session['openid']}"
        f"&signature={signature}&sig_method=hmac_sha256"
    )

    exchange = control.latest_exchange()
    assert exchange["errcode"] == 87009
    assert causes(exchange["diagnosis"]) == [cause]


def test_signature_with_a_replaced_key_is_explained(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    phone.login()

    server.signed("/wxa/checksession", session)

    (finding,) = control.latest_exchange()["diagnosis"]["findings"]
    assert finding["cause"] == "stale_key"
    assert "key 1 is no longer valid: wx.login replaced it" in finding["message"]["en"]


def test_signature_with_an_expired_key_is_explained(
    control: Control, server: DeveloperServer, session: dict[str, str]
) -> None:
    control.post("clock/advance", seconds=40 * 86_400)

    server.signed("/wxa/checksession", session)

    (finding,) = control.latest_exchange()["diagnosis"]["findings"]
    assert finding["cause"] == "stale_key"
    assert "expired" in finding["message"]["en"]


def test_signature_of_nobody_we_know_is_explained_as_far_as_it_shows(
    control: Control, server: DeveloperServer, session: dict[str, str]
) -> None:
    stranger = {"openid": "o" * 28, "session_key": session["session_key"]}
    server.signed("/wxa/checksession", stranger)
    refused = control.latest_exchange()
    server.signed("/wxa/checksession", session, signature=None)

    assert refused["errcode"] == 40003
    assert refused["diagnosis"] is None
    assert control.latest_exchange()["diagnosis"] is None


def test_key_of_another_app_is_named_in_a_signature(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    other = control.post("mini_programs")
    code = phone.login(appid=other["appid"])
    there = server.code2session(code, appid=other["appid"], secret=other["secret"])
    key = there.get_json(force=True)["session_key"]

    server.signed("/wxa/checksession", session, signature=sign(key))

    assert causes(control.latest_exchange()["diagnosis"]) == ["wrong_app"]


def test_right_signature_has_no_diagnosis(
    control: Control, server: DeveloperServer, session: dict[str, str]
) -> None:
    server.signed("/wxa/checksession", session)

    assert control.latest_exchange()["diagnosis"] is None


# -- watching: logins and backends ----------------------------------------------------


def test_code_whose_key_cannot_open_what_was_handed_out_is_marked(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    tap_phone_button(phone)
    server.code2session(phone.login())

    assert causes(control.latest_exchange()["diagnosis"]) == ["login_after_payload"]


def test_later_login_is_not_blamed_for_data_that_could_be_opened(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    tap_phone_button(phone)
    control.post("clock/advance", seconds=3600)

    server.code2session(phone.login())

    assert control.latest_exchange()["diagnosis"] is None


def told(control: Control, **exchange: Any) -> dict[str, Any]:
    """Tell the mock what the backend under test was asked and answered."""
    asked = {"method": "POST", "path": "/phone", "status": 200, "user": "alice"}
    return dict(control.post("exchanges", **{**asked, **exchange}))


FAILURES = {
    "status": {"status": 500, "response_body": "Padding is invalid"},
    "code": {"response_body": '{"code": 40001, "msg": "decrypt failed"}'},
    "success": {"response_body": '{"success": false}'},
}


@pytest.mark.parametrize("failure", FAILURES)
def test_failure_of_a_backend_is_explained_by_the_key_it_held(
    control: Control,
    phone: Phone,
    server: DeveloperServer,
    session: dict[str, str],
    failure: str,
) -> None:
    tapped = tap_phone_button(phone)
    server.code2session(phone.login())
    body = f'{{"user": {{"encrypted_data": "{tapped["encryptedData"]}", '
    body += f'"vector": "{tapped["iv"]}"}}}}'

    exchange = told(control, request_body=body, **FAILURES[failure])

    assert causes(exchange["diagnosis"]) == ["login_after_payload"]
    assert exchange["diagnosis"]["plaintext"] is None, "it is masked"
    asked = control.post("doctor", **values(session, tapped))
    assert asked["ok"] is True


def test_backend_that_failed_with_the_right_key_is_suspected_of_an_older_one(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    server.code2session(phone.login())
    tapped = tap_phone_button(phone)
    body = f'{{"encryptedData": "{tapped["encryptedData"]}", "iv": "{tapped["iv"]}"}}'

    exchange = told(control, request_body=body, **FAILURES["status"])

    assert causes(exchange["diagnosis"]) == ["stale_key", "wrong_algorithm"]
    certainties = [each["certainty"] for each in exchange["diagnosis"]["findings"]]
    assert certainties == ["likely", "possible"]


SHAPES = {
    "form": {"request_body": "encryptedData={data}&iv={iv}"},
    "query": {"query": "encryptedData={data}&iv={iv}", "method": "GET"},
    "url": {"path": "/phone?encryptedData={data}&iv={iv}", "method": "GET"},
    "names of their own": {"request_body": "blob={data}&vector={iv}"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_payload_is_found_wherever_a_backend_wants_it(
    control: Control,
    phone: Phone,
    server: DeveloperServer,
    session: dict[str, str],
    shape: str,
) -> None:
    tapped = tap_phone_button(phone)
    server.code2session(phone.login())
    data, iv = quote(tapped["encryptedData"], safe=""), quote(tapped["iv"], safe="")
    asked = {k: v.format(data=data, iv=iv) for k, v in SHAPES[shape].items()}

    exchange = told(control, **asked, status=500)

    assert causes(exchange["diagnosis"]) == ["login_after_payload"]


def test_values_are_known_by_themselves_when_no_name_tells(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    shown = phone.wx("getUserInfo", button=True)
    code = phone.login()
    server.code2session(code)
    cut = {"a": shown["encryptedData"][:200], "b": [shown["iv"]], "c": code}
    signed = {"d": shown["rawData"], "e": shown["signature"]}

    exchange = told(control, request_body=json.dumps({**cut, **signed}), status=500)

    assert causes(exchange["diagnosis"]) == ["truncated_data", "login_after_payload"]


def test_person_is_known_by_their_payload_if_nobody_says_who_it_was(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    tapped = tap_phone_button(phone)
    server.code2session(phone.login())
    body = json.dumps({"encryptedData": tapped["encryptedData"], "iv": tapped["iv"]})
    elsewhere = json.dumps({"encryptedData": "A" * 64, "iv": tapped["iv"]})

    exchange = told(control, request_body=body, status=500, user="")
    stranger = told(control, request_body=elsewhere, status=500, user="")

    assert causes(exchange["diagnosis"]) == ["login_after_payload"]
    assert causes(stranger["diagnosis"]) == ["unknown_payload"]


def test_call_without_a_code_leaves_the_journal_readable(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    server.code2session("", js_code=None)
    tapped = tap_phone_button(phone)
    body = json.dumps({"encryptedData": tapped["encryptedData"], "iv": tapped["iv"]})

    assert control.latest_exchange()["diagnosis"] is None
    fine = told(control, request_body=body, response_body="[]")
    assert fine["diagnosis"] is None


def test_failed_signature_check_is_explained(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    shown = phone.wx("getUserInfo", button=True)
    raw_data = json.dumps(json.loads(shown["rawData"]), indent=1)
    body = json.dumps({"rawData": raw_data, "signature": shown["signature"]})

    exchange = told(control, request_body=body, status=400)

    assert causes(exchange["diagnosis"]) == ["raw_data_changed"]


def test_journal_is_read_whole_whatever_a_backend_sent(
    control: Control, phone: Phone, session: dict[str, str]
) -> None:
    for body in ("", "[", '["a", {"code": 7}]', "%ZZ=&=", "code=" + "x" * 5000):
        exchange = told(control, request_body=body, status=500, response_body="[]")
        assert exchange["diagnosis"] is None


def test_code_that_was_made_up_is_named_once_wechat_was_asked(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    server.code2session("0" * 32)

    exchange = told(control, request_body=json.dumps({"code": "0" * 32}), status=401)

    assert causes(exchange["diagnosis"]) == ["unknown_code"]


def test_backend_that_did_not_ask_wechat_about_a_code_is_judged_by_the_old_key(
    control: Control, phone: Phone, server: DeveloperServer, session: dict[str, str]
) -> None:
    code = phone.login()
    tapped = tap_phone_button(phone)
    body = json.dumps(
        {"code": code, "encryptedData": tapped["encryptedData"], "iv": tapped["iv"]}
    )

    exchange = told(control, request_body=body, status=500)

    assert causes(exchange["diagnosis"]) == ["stale_key"]


def test_backend_that_spent_a_code_twice_is_told_so(
    control: Control, phone: Phone, server: DeveloperServer
) -> None:
    code = phone.login()
    server.code2session(code)
    tapped = tap_phone_button(phone)
    server.code2session(code)
    body = f"encryptedData={quote(tapped['encryptedData'])}&iv={quote(tapped['iv'])}"

    exchange = told(control, request_body=f"{body}&code={code}", status=500)

    assert causes(exchange["diagnosis"]) == ["code_used_twice"]


def test_login_with_the_code_of_the_phone_button_is_named(
    control: Control, phone: Phone, server: DeveloperServer
) -> None:
    phone.login()
    code = tap_phone_button(phone)["code"]
    server.code2session(code)

    exchange = told(control, request_body=f'{{"code": "{code}"}}', status=401)

    (finding,) = exchange["diagnosis"]["findings"]
    assert finding["cause"] == "wrong_code_kind"
    assert "a phone code was sent to /sns/jscode2session" in finding["message"]["en"]


def test_payload_in_a_url_is_named_with_what_the_url_did(
    control: Control, phone: Phone, session: dict[str, str]
) -> None:
    tapped = tap_phone_button(phone)
    query = f"encryptedData={tapped['encryptedData']}&iv={quote(tapped['iv'])}"

    exchange = told(control, method="GET", query=query, status=400)

    assert set(causes(exchange["diagnosis"])) >= {"payload_in_url"}


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "response_body": '{"code": 0, "data": {}}'},
        {"status": 200, "response_body": '{"ok": true}'},
        {"status": 401, "response_body": "log in first"},
    ],
    ids=["code 0", "ok", "another failure"],
)
def test_backend_that_did_nothing_wrong_is_not_accused(
    control: Control, phone: Phone, session: dict[str, str], answer: dict[str, Any]
) -> None:
    tapped = tap_phone_button(phone)
    body = f'{{"encryptedData": "{tapped["encryptedData"]}", "iv": "{tapped["iv"]}"}}'

    assert told(control, request_body=body, **answer)["diagnosis"] is None
