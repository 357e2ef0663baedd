"""What a fault breaks on purpose, the doctor names; what WeChat would not do, too."""

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.diagnosis.doctor import diagnose
from mockwx.diagnosis.question import Question
from mockwx.domain.variant import VARIANTS
from tests.unit.services.play import Play


NAMED = {
    "stale_key": "stale_key",
    "other_users_key": "other_persons_key",
    "unknown_key": "unknown_key",
    "wrong_iv": "wrong_iv",
    "missing_iv": "wrong_iv",
    "short_iv": "wrong_iv",
    "swapped_iv": "swapped_arguments",
    "tampered_ciphertext": "tampered_data",
    "truncated_ciphertext": "truncated_data",
    "empty_ciphertext": "truncated_data",
    "truncated_at_block": "truncated_data",
    "plus_became_space": "plus_became_space",
    "url_encoded": "url_encoded",
    "url_encoded_twice": "url_encoded",
    "broken_lines": "extra_whitespace",
    "url_safe_base64": "base64_variant",
    "unpadded_base64": "base64_variant",
    "wrong_watermark_appid": "wrong_app",
    "old_watermark_timestamp": "old_watermark",
    "reserialised_raw_data": "raw_data_changed",
    "url_encoded_raw_data": "url_encoded",
    "mojibake_raw_data": "charset_damage",
    "changed_raw_data": "raw_data_changed",
    "forged_signature": "wrong_signature",
}
"""Variant → the one cause the doctor must name."""

MOST_TRIES = 60
"""Payloads without a `+`, a `=` or a `/` are made again."""


@pytest.fixture
def play() -> Play:
    play = Play("strict")
    play.wechat.world.add_user({"name": "alice", "nickName": "雪 + snow"})
    for _ in range(2):
        play.session_key(user="alice")
        play.advance(60)
    return play


def shown(play: Play, variant: str) -> Question:
    """Let alice show her profile, broken; return what her backend has in hand."""
    key = play.history()[-1].session_key
    for _ in range(MOST_TRIES):
        answer = play.wechat.device.answer(
            "getUserInfo",
            {"button": True, "base_library": "2.12.0"},
            variant=variant,
        )
        made = play.wechat.doctor.payloads.last(f"{DEFAULT_APPID}/alice")
        assert made is not None
        question = Question(
            session_key=key,
            iv=answer["iv"],
            encrypted_data=answer["encryptedData"],
            raw_data=answer["rawData"],
            signature=answer["signature"],
            appid=DEFAULT_APPID,
        )
        if not play.wechat.doctor.diagnose(question).ok:
            return question
        play.advance(1)
    raise AssertionError(f"{variant} never broke a thing")


def test_every_variant_is_named_here() -> None:
    assert set(NAMED) == set(VARIANTS)


@pytest.mark.parametrize("variant", VARIANTS)
def test_doctor_names_each_variant(play: Play, variant: str) -> None:
    question = shown(play, variant)

    diagnosis = play.wechat.doctor.diagnose(question)

    assert diagnosis.causes == (NAMED[variant],)
    assert diagnosis.findings[0].certainty == "proved"


@pytest.mark.parametrize("variant", VARIANTS)
def test_doctor_without_history_never_calls_a_broken_payload_right(
    play: Play, variant: str
) -> None:
    diagnosis = diagnose(shown(play, variant))

    # An old watermark and a right signature agree with themselves.
    assert diagnosis.ok is (variant == "old_watermark_timestamp")
