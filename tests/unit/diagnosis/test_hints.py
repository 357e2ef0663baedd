"""Exception texts of SDKs, as measured, and what they point to."""

import pytest

from mockwx.diagnosis.doctor import diagnose
from mockwx.diagnosis.hints import HINTS
from mockwx.diagnosis.hints import RUNTIMES
from mockwx.diagnosis.hints import guess
from mockwx.diagnosis.hints import hint_for
from mockwx.diagnosis.question import Question
from mockwx.diagnosis.words import CAUSES


# Exception text, and the cause it must name first.
TEXTS = [
    ("DecryptException: The given payload is invalid: ", "login_after_payload"),
    ("java.lang.RuntimeException: AES解密失败！", "login_after_payload"),
    (
        "BadPaddingException: Given final block not properly padded. Such issues can "
        "arise if a bad key is used during decryption.",
        "login_after_payload",
    ),
    (
        "IllegalBlockSizeException: Input length not multiple of 16 bytes",
        "truncated_data",
    ),
    (
        "Expected BEGIN_OBJECT but was STRING at line 1 column 1 path $",
        "wrong_iv",
    ),
    ("Error: Illegal Buffer", "login_after_payload"),
    (
        "error:06065064:digital envelope routines:EVP_DecryptFinal_ex:bad decrypt",
        "login_after_payload",
    ),
    ("error:1C800064:Provider routines::bad decrypt", "login_after_payload"),
    ("Padding is invalid and cannot be removed.", "login_after_payload"),
    ("invalid padding on input", "login_after_payload"),
    ("bad iv length 9", "wrong_iv"),
    ("ErrAppIDNotMatch", "wrong_app"),
    ("wechatpy.exceptions.InvalidAppIdException", "wrong_app"),
    ("invalid character '¶' looking for beginning of value", "wrong_iv"),
    (
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "login_after_payload",
    ),
    (
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0x8b in position 1",
        "login_after_payload",
    ),
    ("-41001", "code_used_twice"),
    ("-41002", "wrong_iv"),
    ("-41003", "login_after_payload"),
    ("-41004", "plus_became_space"),
    ("wrong final block length", "plus_became_space"),
    (
        "Invalid base64-encoded string: number of data characters (713) cannot be 1 "
        "more than a multiple of 4",
        "plus_became_space",
    ),
    ("binascii.Error: Incorrect padding", "truncated_data"),
    ("IllegalArgumentException: Illegal base64 character 20", "plus_became_space"),
    ("IllegalArgumentException: Illegal base64 character 25", "url_encoded"),
    ("IllegalArgumentException: Illegal base64 character 2d", "base64_variant"),
    ("illegal base64 data at input byte 88", "truncated_data"),
    ("unexpected end of JSON input", "truncated_data"),
    ("Invalid key length", "code_used_twice"),
    ("Invalid key size (72) for AES.", "code_used_twice"),
    ("InvalidKeyException: Invalid AES key length: 9 bytes", "code_used_twice"),
    ("crypto/aes: invalid key size 9", "code_used_twice"),
    ("Invalid initialization vector", "wrong_iv"),
    ("Invalid IV size (9) for CBC.", "wrong_iv"),
    ("Wrong IV length: must be 16 bytes long", "wrong_iv"),
    ("cipher.NewCBCDecrypter: IV length must equal block size", "wrong_iv"),
    ("OpenSSL::Cipher::CipherError (data not multiple of block length)", None),
    ('{"errcode":40163,"errmsg":"code been used"}', "code_used_twice"),
    ('{"errcode":40029,"errmsg":"invalid code"}', "wrong_code_kind"),
    ('{"errcode":87009,"errmsg":"invalid signature"}', "stale_key"),
    ("signature mismatch", "signature_stale_key"),
    ("用户信息签名校验失败", "signature_stale_key"),
]


@pytest.mark.parametrize(("error", "cause"), TEXTS, ids=[t[0][:40] for t in TEXTS])
def test_exception_text_points_to_its_likeliest_cause(
    error: str, cause: str | None
) -> None:
    diagnosis = diagnose(Question(error=error))

    assert diagnosis.causes[0] == (cause or "truncated_data")
    assert diagnosis.findings[0].certainty == "likely"
    assert "proved" not in {each.certainty for each in diagnosis.findings}
    assert diagnosis.needs


def test_unknown_text_points_to_nothing_and_says_what_is_needed() -> None:
    diagnosis = diagnose(Question(error="the cat sat on the keyboard"))

    assert diagnosis.findings == ()
    assert not diagnosis.ok
    assert diagnosis.needs


def test_sdk_decides_between_hints_that_share_a_word() -> None:
    error = "Expecting value: line 1 column 1 (char 0); UnicodeDecodeError"

    assert hint_for(error, "wechatpy") == hint_for(error)
    assert hint_for("bad padding", "wxjava") == hint_for("bad padding")
    found = hint_for("illegal base64 data, Incorrect padding", "Silenceper")
    assert found is not None
    assert found.sdk == "go"
    python = hint_for("illegal base64 data, Incorrect padding", "wechatpy")
    assert python is not None
    assert python.sdk == "python"


def test_every_hint_names_known_causes_in_words_of_their_own() -> None:
    for hint in HINTS:
        assert set(hint.causes) <= set(CAUSES)
        for cause in hint.causes:
            said = guess(cause, "possible")
            assert "{" not in said.message.en + said.message.zh


def test_every_hint_has_an_sdk_or_a_runtime() -> None:
    runtimes = {*RUNTIMES, *RUNTIMES.values(), "any", "demo"}

    assert {hint.sdk for hint in HINTS} <= runtimes
