"""Causes that are a matter of circumstances, each in its own story."""

import base64
import hashlib
import hmac
import html
import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.crypto.open_data import seal
from mockwx.crypto.signature import sign_login_state
from mockwx.crypto.signature import sign_raw_data
from mockwx.diagnosis.doctor import diagnose
from mockwx.diagnosis.finding import Diagnosis
from mockwx.diagnosis.question import Question
from tests.unit.diagnosis.scene import OLD_LIBRARY
from tests.unit.diagnosis.scene import OTHER_APPID
from tests.unit.diagnosis.scene import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene(3, step=1)


@pytest.fixture
def user(scene: Scene) -> str:
    return scene.person()


def asked(scene: Scene, question: Question) -> Diagnosis:
    return scene.wechat.doctor.diagnose(question)


def test_key_replaced_by_a_reset_after_the_payload(scene: Scene, user: str) -> None:
    answer = scene.server.code2session(scene.login(user)).get_json(force=True)
    shown = scene.payload(user)
    scene.wait(1)
    fresh = scene.server.signed("/wxa/resetusersessionkey", answer).get_json(force=True)

    diagnosis = asked(scene, scene.question(fresh["session_key"], shown))

    assert diagnosis.causes == ("key_replaced_after_payload",)
    assert "resetusersessionkey at" in diagnosis.findings[0].message.en


def test_signature_alone_shows_a_stale_key(scene: Scene, user: str) -> None:
    old = scene.key(user)
    scene.key(user)
    shown = scene.payload(user, signed=True)
    question = Question(
        session_key=old, raw_data=shown["rawData"], signature=shown["signature"]
    )

    diagnosis = asked(scene, question)

    assert diagnosis.causes == ("signature_stale_key",)
    assert "the backend holds key 1" in diagnosis.findings[0].message.en


def test_signature_alone_shows_a_login_after_it(scene: Scene, user: str) -> None:
    scene.key(user)
    shown = scene.payload(user, signed=True)
    question = Question(
        session_key=scene.key(user),
        raw_data=shown["rawData"],
        signature=shown["signature"],
    )

    assert asked(scene, question).causes == ("signature_stale_key",)


RIGHT_BUT_FAILED = "Error: error:1C800064:Provider routines::bad decrypt"


def test_right_values_that_fail_all_the_same_blame_the_algorithm(
    scene: Scene, user: str
) -> None:
    question = scene.question(scene.key(user), scene.payload(user))
    failed = replace(question, error=RIGHT_BUT_FAILED)

    known, pasted = asked(scene, failed), diagnose(failed)

    assert known.causes == pasted.causes == ("wrong_algorithm",)
    assert known.findings[0].certainty == "proved"
    assert pasted.findings[0].certainty == "likely"
    assert known.plaintext == pasted.plaintext != None  # noqa: E711
    assert asked(scene, replace(question, error="out of memory")).ok


def test_field_that_is_not_inside_is_explained(scene: Scene, user: str) -> None:
    key = scene.key(user)
    tapped = scene.phone.wx("getPhoneNumber", user=user)
    question = replace(scene.question(key, tapped), error="KeyError: 'openId'")

    (finding,) = asked(scene, question).findings

    assert finding.cause == "field_not_in_payload"
    assert finding.message.en == (
        "getPhoneNumber has no openId: only getUserInfo seals it."
    )


def test_missing_unionid_is_explained_by_the_app_that_is_not_bound(
    scene: Scene, user: str
) -> None:
    scene.wechat.world.change_mini_program(DEFAULT_APPID, {"open_platform": None})
    key = scene.key(user)
    shown = scene.phone.wx("getUserInfo", user=user, button=True)
    question = replace(
        scene.question(key, shown), error="Cannot read properties: unionId"
    )

    (finding,) = asked(scene, question).findings

    assert "is not bound to an Open Platform account" in finding.message.en


def test_code_alone_leads_to_the_key_it_was_answered_with(
    scene: Scene, user: str
) -> None:
    scene.key(user)
    shown = scene.payload(user)
    code = scene.login(user)
    scene.exchange(code)
    question = replace(scene.question("", shown), session_key=None, code=code)

    assert asked(scene, question).causes == ("login_after_payload",)


def test_key_of_a_policy_that_answers_with_the_current_one(
    scene: Scene, user: str
) -> None:
    policy = {"rotate_min_interval": 0, "exchange_returns": "current"}
    scene.wechat.world.change_mini_program(DEFAULT_APPID, {"policy": policy})
    code = scene.login(user)
    scene.login(user)
    shown = scene.payload(user)
    scene.exchange(code)
    question = replace(scene.question("", shown), session_key=None, code=code)

    assert asked(scene, question).ok


def test_code_from_elsewhere_is_named(scene: Scene, user: str) -> None:
    scene.key(user)

    assert asked(scene, Question(code="0" * 32)).causes == ("unknown_code",)


def test_refused_code_is_told_with_its_errcode(scene: Scene, user: str) -> None:
    code = scene.login(user)
    scene.wechat.clock.advance(301)
    scene.server.code2session(code)

    (finding,) = asked(scene, Question(code=code)).findings

    assert finding.cause == "code_refused"
    assert "was answered 40029" in finding.message.en


def test_backend_with_another_secret_is_told_how_the_mock_learns_of_it(
    scene: Scene, user: str
) -> None:
    code = scene.login(user)
    scene.server.code2session(code, secret="0" * 32)

    (finding,) = asked(scene, Question(code=code)).findings

    assert finding.cause == "code_refused"
    assert "(40125)" in finding.message.en
    assert "`secret` in a *.backend.yaml" in finding.cure.en


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("code", "code"),
        ("openid", "openid"),
        ("appid", "appid"),
        ("secret", "AppSecret"),
    ],
)
def test_other_thing_of_wechat_passed_as_key_is_named(
    scene: Scene, user: str, what: str, name: str
) -> None:
    code = scene.login(user)
    shown = scene.payload(user)
    app = scene.wechat.world.mini_program(DEFAULT_APPID)
    text = {
        "code": code,
        "openid": scene.wechat.directory.openid_of(DEFAULT_APPID, user),
        "appid": OTHER_APPID,
        "secret": app.secret,
    }[what]

    (finding,) = asked(scene, replace(scene.question(text, shown), appid=None)).findings

    assert finding.cause == "swapped_arguments"
    assert finding.message.en.endswith(f"passed as session_key is {name}.")


def test_payload_sent_in_a_url_is_blamed_on_the_url(scene: Scene, user: str) -> None:
    key = scene.key(user)
    question = scene.question(key, scene.payload(user))
    data = (question.encrypted_data or "")[:100]

    cut = asked(scene, replace(question, encrypted_data=data, query=True))
    whole = asked(scene, replace(question, query=True))

    assert set(cut.causes) == {"truncated_data", "payload_in_url"}
    assert whole.ok


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({}, "stale_key"),
        ({"appid": OTHER_APPID}, "wrong_app"),
    ],
    ids=["replaced", "of another app"],
)
def test_key_alone_is_judged_as_far_as_one_can(
    scene: Scene, user: str, changes: dict[str, str], cause: str
) -> None:
    key = scene.key(user)
    scene.login(user)

    assert asked(scene, Question(session_key=key, **changes)).causes == (cause,)


def test_key_of_somebody_else_is_named_by_openid_alone(scene: Scene, user: str) -> None:
    other = scene.person()
    key = scene.key(user)
    scene.key(other)
    openid = scene.wechat.directory.openid_of(DEFAULT_APPID, other)

    (finding,) = asked(scene, Question(session_key=key, openid=openid)).findings

    assert finding.cause == "other_persons_key"
    assert finding.message.en == f"key 1 is {user}'s, not {other}'s."


def test_iv_of_another_payload_is_named_with_its_time(scene: Scene, user: str) -> None:
    key = scene.key(user)
    other = scene.payload(user)
    question = replace(scene.question(key, scene.payload(user)), iv=other["iv"])

    (finding,) = asked(scene, question).findings

    assert finding.cause == "wrong_iv"
    assert "belongs to another payload" in finding.message.en
    assert finding.where is not None


KEYS = {
    "percent-encoded": (quote, {"url_encoded"}),
    "blanks": (lambda key: key.replace("+", " "), {"plus_became_space"}),
    "url-safe": (
        lambda key: key.replace("+", "-").replace("/", "_"),
        {"base64_variant"},
    ),
    "cut": (lambda key: key[:16], {"mangled_key"}),
    "trimmed": (lambda key: key.rstrip("="), {"mangled_key"}),
    "escaped": (lambda key: key.replace("/", "\\/"), {"mangled_key"}),
    "HTML": (lambda key: key.replace("=", "&#x3D;"), {"mangled_key"}),
    "quoted": (lambda key: f"'{key}'", {"mangled_key"}),
    "folded": (str.upper, {"mangled_key"}),
    "hex": (lambda key: base64.b64decode(key).hex(), {"mangled_key"}),
    "twice": (
        lambda key: base64.b64encode(key.encode()).decode(),
        {"mangled_key"},
    ),
}


@pytest.mark.parametrize("name", KEYS)
def test_key_is_known_again_whatever_was_done_to_it(
    scene: Scene, user: str, name: str
) -> None:
    change, causes = KEYS[name]
    key = scene.key(user)
    while "+" not in key or "/" not in key or key == change(key):
        key = scene.key(user)
    question = scene.question(change(key), scene.payload(user))
    in_history = asked(scene, question)
    pasted = diagnose(question)

    assert set(in_history.causes) == causes
    assert not pasted.ok
    if name not in ("cut", "folded"):
        assert set(pasted.causes) == causes
        assert pasted.plaintext == in_history.plaintext


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_hash_of_a_key_is_recognised_as_the_backends_own_token(
    scene: Scene, user: str, name: str
) -> None:
    token = hashlib.new(name, scene.key(user).encode()).hexdigest()

    (finding,) = asked(scene, scene.question(token, scene.payload(user))).findings

    assert finding.cause == "own_token_as_key"
    assert "(session_key)" in finding.message.en


def test_unknown_key_that_was_damaged_besides_shows_both(
    scene: Scene, user: str
) -> None:
    scene.key(user)
    key = scene.random_key()
    while "/" not in key:
        key = scene.random_key()
    question = scene.question(quote(key, safe=""), scene.payload(user))

    assert set(asked(scene, question).causes) == {"unknown_key", "url_encoded"}


RAW_DATA = {
    "no JSON": (lambda text: text[:40], "raw_data_changed"),
    "blanks": (lambda text: text.replace("+", " "), "plus_became_space"),
    "form": (lambda text: quote(text).replace("%20", "+"), "url_encoded"),
    "HTML": (html.escape, "raw_data_changed"),
    "narrow": (
        lambda text: "".join(c if ord(c) < 65_536 else "?" for c in text),
        "charset_damage",
    ),
}


@pytest.mark.parametrize("name", RAW_DATA)
def test_raw_data_is_compared_with_what_was_signed(scene: Scene, name: str) -> None:
    change, cause = RAW_DATA[name]
    scene.wechat.world.add_user({"name": "eve", "nickName": '雪+😀 "snow"'})
    key = scene.key("eve")
    shown = scene.phone.wx(
        "getUserProfile",
        user="eve",
        desc="for tests",
        tap=True,
        base_library=OLD_LIBRARY,
    )
    question = replace(
        scene.question(key, shown), raw_data=change(str(shown["rawData"]))
    )

    assert asked(scene, question).causes == (cause,)


def test_signature_a_backend_computed_itself_is_no_cause_of_its_own(
    scene: Scene, user: str
) -> None:
    old = scene.key(user)
    scene.key(user)
    shown = scene.payload(user, signed=True)
    changed = json.dumps(json.loads(shown["rawData"]))
    question = replace(
        scene.question(old, shown),
        raw_data=changed,
        signature=sign_raw_data(shown["rawData"], old),
    )

    assert set(asked(scene, question).causes) == {"stale_key", "raw_data_changed"}


def test_data_the_developer_sealed_with_a_known_key_open(
    scene: Scene, user: str
) -> None:
    key, iv = scene.key(user), bytes(16)
    text = '{"watermark":{"timestamp":1,"appid":"' + DEFAULT_APPID + '"}}'
    question = Question(
        session_key=key,
        iv=base64.b64encode(iv).decode(),
        encrypted_data=seal(text.encode(), session_key=key, iv=iv),
    )
    newer = replace(question, session_key=scene.key(user))

    assert asked(scene, question).ok
    assert asked(scene, newer).causes == ("login_after_payload",)


def test_field_of_another_kind_of_data_is_explained(scene: Scene, user: str) -> None:
    key = scene.key(user)
    run = scene.phone.wx("getWeRunData", user=user)
    error = "openId, phoneNumber is null"
    shown = scene.phone.wx("getUserInfo", user=user, button=True)

    (finding,) = asked(
        scene, replace(scene.question(key, run), error="phoneNumber is null")
    ).findings
    (second,) = asked(scene, replace(scene.question(key, shown), error=error)).findings

    assert finding.message.en == (
        "getWeRunData has no phoneNumber: these data are of another kind."
    )
    assert "has no phoneNumber" in second.message.en


def test_code_that_another_app_burnt_leads_to_no_key(scene: Scene, user: str) -> None:
    scene.key(user)
    code = scene.login(user)
    scene.exchange(code, OTHER_APPID)
    question = Question(code=code, iv=scene.payload(user)["iv"])

    assert asked(scene, question).causes == ("code_refused",)


def test_refusals_of_other_people_are_not_mistaken_for_ones_own(
    scene: Scene, user: str
) -> None:
    scene.key(user)
    other = scene.person()
    code = scene.login(other)
    scene.exchange(code)
    scene.exchange(code)
    scene.exchange("0" * 32)
    question = scene.question("undefined", scene.payload(user))

    (finding,) = asked(scene, question).findings

    assert finding.cause == "code_used_twice"
    assert finding.certainty == "likely", "nobody refused a code of this person"


def test_live_key_alone_is_all_right(scene: Scene, user: str) -> None:
    key = scene.key(user)

    assert asked(scene, Question(session_key=key)).ok


def test_signature_of_a_login_state_can_be_asked_about_without_history() -> None:
    key = base64.b64encode(bytes(16)).decode()
    right = Question(session_key=key, openid="o1", signature=sign_login_state(key))
    wrong = replace(right, signature=sign_login_state("another"))

    assert diagnose(right).ok
    assert diagnose(wrong).causes == ("stale_key",)


def test_key_that_fell_out_of_the_history_is_not_accused(
    scene: Scene, user: str
) -> None:
    key = scene.key(user)
    question = scene.question(key, scene.payload(user))
    history = scene.wechat.doctor.history(())
    forgotten = replace(
        history, owners=tuple(replace(each, keys=()) for each in history.owners)
    )

    assert diagnose(question, forgotten).ok


def test_misused_login_state_is_named_from_pasted_values_too() -> None:
    key = base64.b64encode(bytes(16)).decode()
    decoded = hmac.digest(bytes(16), b"", "sha256").hex()
    question = Question(session_key=key, openid="o1", signature=decoded)

    assert diagnose(question).causes == ("checksession_signature_decoded_key",)


def test_three_faults_at_once_are_found_one_after_another(
    scene: Scene, user: str
) -> None:
    old = scene.key(user)
    scene.key(user)
    question = scene.question(old, scene.payload(user))
    while "+" not in (question.encrypted_data or "")[:100]:
        question = scene.question(old, scene.payload(user))
    cut = (question.encrypted_data or "")[:100].replace("+", " ")
    broken = replace(question, encrypted_data=question.iv, iv=cut)

    assert set(asked(scene, broken).causes) == {
        "swapped_arguments",
        "plus_became_space",
        "truncated_data",
        "stale_key",
    }
