"""Signatures: known answers, known mistakes, and that only exact bytes agree."""

import base64
import hashlib
import hmac
import json
import re
from pathlib import Path

import pytest
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from mockwx.crypto.signature import same_signature
from mockwx.crypto.signature import sign_login_state
from mockwx.crypto.signature import sign_raw_data


FIXTURES = Path(__file__).parents[2] / "fixtures" / "vectors"
RAW_DATA = json.loads((FIXTURES / "raw_data.json").read_text(encoding="utf-8"))
LOGIN_STATE = json.loads((FIXTURES / "login_state.json").read_text(encoding="utf-8"))
WRONG = LOGIN_STATE["wrong"]

quickly = settings(deadline=None)


@pytest.mark.parametrize("vector", RAW_DATA, ids=lambda vector: vector["name"])
def test_known_raw_data_is_signed(vector):
    signature = sign_raw_data(vector["raw_data"], vector["session_key"])

    assert signature == vector["signature"]


@pytest.mark.parametrize(
    "vector", LOGIN_STATE["right"], ids=lambda vector: vector["name"]
)
def test_known_login_state_is_signed(vector):
    message = vector["message"].encode()

    assert sign_login_state(vector["session_key"], message) == vector["signature"]


def test_get_request_signs_the_empty_message():
    key = LOGIN_STATE["right"][0]["session_key"]

    assert sign_login_state(key) == sign_login_state(key, b"")


MISTAKES = {
    "the key was decoded": lambda key, openid: _hmac(base64.b64decode(key), b""),
    "key and message were swapped": lambda key, openid: _hmac(b"", key.encode()),
    "the openid was signed": lambda key, openid: _hmac(key.encode(), openid.encode()),
    "sha1 over rawData and key": lambda key, openid: hashlib.sha1(
        (RAW_DATA[1]["raw_data"] + key).encode()
    ).hexdigest(),
}


def _hmac(key, message):
    return hmac.new(key, message, "sha256").hexdigest()


@pytest.mark.parametrize(
    "wrong", WRONG["signatures"], ids=lambda wrong: wrong["mistake"]
)
def test_known_mistake_is_not_the_signature(wrong):
    mistaken = MISTAKES[wrong["mistake"]](WRONG["session_key"], WRONG["openid"])

    assert mistaken == wrong["signature"]
    assert not same_signature(mistaken, sign_login_state(WRONG["session_key"]))


@pytest.mark.parametrize(
    "spelled",
    [
        lambda raw: json.dumps(json.loads(raw), separators=(",", ":")),
        lambda raw: json.dumps(json.loads(raw), ensure_ascii=False),
        lambda raw: json.dumps(
            dict(sorted(json.loads(raw).items())),
            ensure_ascii=False,
            separators=(",", ":"),
        ),
        lambda raw: raw.replace("/", "\\/"),
        lambda raw: raw + "\n",
    ],
    ids=["escaped", "spaced", "sorted", "slashes", "line break"],
)
def test_raw_data_written_anew_has_another_signature(spelled):
    vector = RAW_DATA[1]
    rewritten = spelled(vector["raw_data"])

    assert sign_raw_data(rewritten, vector["session_key"]) != vector["signature"]


@quickly
@given(st.text(), st.text(), st.text())
def test_raw_data_signature_fits_only_the_exact_text(raw_data, other, key):
    assume(raw_data != other)

    assert sign_raw_data(raw_data, key) != sign_raw_data(other, key)


@quickly
@given(st.binary(), st.binary(), st.text(min_size=1))
def test_login_state_signature_fits_only_the_exact_bytes(message, other, key):
    assume(message != other)

    assert sign_login_state(key, message) != sign_login_state(key, other)


@quickly
@given(st.text(), st.text())
def test_signatures_are_lower_case_hex(text, key):
    assert re.fullmatch("[0-9a-f]{40}", sign_raw_data(text, key))
    assert re.fullmatch("[0-9a-f]{64}", sign_login_state(key))


@quickly
@given(st.text(st.characters()), st.text(st.characters()))
def test_signatures_are_the_same_only_if_every_character_is(one, other):
    assert same_signature(one, one)
    assert same_signature(one, other) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("签名", "签名!"), ("\ud800", "\udfff"), ("", "0"), ("ab", "AB")],
    ids=["chinese", "lone surrogates", "empty", "case"],
)
def test_strange_signatures_are_told_apart_without_an_error(one, other):
    assert same_signature(one, one)
    assert not same_signature(one, other)


def test_lone_surrogate_is_signed_like_any_other_text():
    assert sign_raw_data("\ud800", "key") != sign_raw_data("?", "key")
