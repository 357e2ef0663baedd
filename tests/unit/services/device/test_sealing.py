"""Open data: sealed with the key of the moment, or wrong in a named way."""

import base64
import json

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.crypto.open_data import unseal
from mockwx.domain.variant import VARIANTS
from tests.unit.services.play import Play
from tests.unit.services.play import reads


@pytest.fixture
def play():
    return Play("strict")


@pytest.fixture
def broken(play):
    def answered(variant, api="getUserInfo", **body):
        return play.wechat.device.answer(api, body, variant=variant)

    return answered


def payloads(play, user="alice"):
    return play.wechat.world.sessions(DEFAULT_APPID, user)["payloads"]


def test_payload_is_remembered_with_the_key_that_opens_it(play):
    keys = []
    for _ in range(3):
        keys.append(play.session_key())
        play.wx("getUserInfo")
    for payload in payloads(play):
        sealed = {"encryptedData": payload["encrypted_data"], "iv": payload["iv"]}
        opening = [number for number, key in enumerate(keys, 1) if reads(sealed, key)]
        assert opening == [payload["key_number"]]


def test_stale_key_is_the_one_before_the_current(play, broken):
    play.session_key()
    previous, current = play.session_key(), play.session_key()
    answer = broken("stale_key")
    assert reads(answer, previous)
    assert not reads(answer, current)
    assert payloads(play)[-1]["key_number"] == 2


def test_stale_key_of_a_first_login_is_one_that_was_never_issued(play, broken):
    key = play.session_key()
    assert not reads(broken("stale_key"), key)
    assert payloads(play)[-1]["key_number"] == 0


def test_unknown_key_is_one_that_was_never_issued(play, broken):
    keys = [play.session_key(), play.session_key()]
    answer = broken("unknown_key")
    assert not any(reads(answer, key) for key in keys)
    assert payloads(play)[-1]["key_number"] == 0


@pytest.mark.parametrize(("user", "other"), [("alice", "bob"), ("bob", "carol")])
def test_other_users_key_is_a_key_of_that_user_and_none_of_this_one(
    play, broken, user, other
):
    play.session_key(user=user)
    answer = broken("other_users_key", user=user)
    (key,) = play.history(other)
    assert reads(answer, key.session_key)
    assert payloads(play, user)[-1]["key_number"] == 0
    assert payloads(play, other) == []


def test_other_users_key_is_the_current_one_of_somebody_who_has_one(play, broken):
    play.session_key()
    play.session_key(user="bob")
    current = play.session_key(user="bob")
    assert reads(broken("other_users_key"), current)
    assert len(play.history("bob")) == 2


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("api", ["getUserInfo", "getPhoneNumber"])
def test_what_is_wrong_about_one_payload_leaves_the_next_one_right(
    play, broken, variant, api
):
    key = play.session_key()
    assert broken(variant, api)["errMsg"] == f"{api}:ok"
    assert reads(play.wx(api), key)


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_is_wrong_with_what_is_not_sealed(play, broken, variant):
    assert broken(variant, "checkSession") == play.wx("checkSession")
    refused = broken(variant)
    assert refused == play.wx("getUserInfo")
    assert "encryptedData" not in refused


@pytest.mark.parametrize("attempt", range(5))
def test_one_flipped_bit_is_seen_by_who_reads_strictly_alone(play, broken, attempt):
    key = play.session_key()
    answer = broken("tampered_ciphertext")
    sealed = payloads(play)[-1]

    opened = unseal(answer["encryptedData"], session_key=key, iv=answer["iv"])

    assert bits_changed(answer["encryptedData"], sealed["encrypted_data"]) == 1
    assert json.loads(opened.decode(errors="replace"))["openId"] == play.openid()
    with pytest.raises(UnicodeDecodeError):
        opened.decode()


def test_one_bit_is_flipped_where_noise_cannot_pass_for_text(play, broken):
    play.session_key()
    answer = broken("tampered_ciphertext", api="getPhoneNumber")
    sealed = payloads(play)[-1]["encrypted_data"]

    assert bits_changed(answer["encryptedData"], sealed) == 1


def bits_changed(one, other):
    pairs = zip(base64.b64decode(one), base64.b64decode(other), strict=True)
    return sum((a ^ b).bit_count() for a, b in pairs)
