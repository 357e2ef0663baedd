"""Sealing and signing pushes: the official answers first, then the laws."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from mockwx.crypto.open_data import UnsealError
from mockwx.crypto.push import aes_key
from mockwx.crypto.push import msg_signature
from mockwx.crypto.push import open_push
from mockwx.crypto.push import seal_push
from mockwx.crypto.push import signature


FIXTURES = Path(__file__).parents[3] / "fixtures" / "vectors"
VECTORS = json.loads((FIXTURES / "push.json").read_text(encoding="utf-8"))
SECURE_PUSH, REPLY = VECTORS["sealed"]
TOKEN = VECTORS["token"]
KEY = VECTORS["encoding_aes_key"]
APPID = VECTORS["appid"]
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

documented = pytest.mark.fidelity("documented", "push: signature and envelope")
inferred = pytest.mark.fidelity("inferred", "push: signature and envelope")
quickly = settings(deadline=None)
keys = st.from_regex("[A-Za-z0-9]{43}", fullmatch=True)
randoms = st.binary(min_size=16, max_size=16)
messages = st.binary(max_size=200)
appids = st.text(st.characters(codec="utf-8"), max_size=20)


def named(vector):
    return vector["name"]


def opened(encrypt, *, key=KEY, appid=APPID):
    return open_push(encrypt, encoding_aes_key=key, appid=appid)


def encrypted(padded):
    """Encrypt octets as they are, under the vectors' key."""
    encryptor = Cipher(AES256(bytes(32)), CBC(bytes(16))).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def padded_to_32(full):
    size = 32 - len(full) % 32
    return full + bytes([size]) * size


@documented
@pytest.mark.parametrize("vector", VECTORS["signatures"], ids=named)
def test_known_push_is_signed(vector):
    signed = signature(TOKEN, vector["timestamp"], vector["nonce"])

    assert signed == vector["signature"]


@documented
@pytest.mark.parametrize("vector", VECTORS["sealed"], ids=named)
def test_known_ciphertext_is_signed(vector):
    signed = msg_signature(
        TOKEN, vector["timestamp"], vector["nonce"], vector["encrypt"]
    )

    assert signed == vector["msg_signature"]


@documented
@pytest.mark.parametrize("vector", VECTORS["sealed"], ids=named)
def test_known_push_is_opened(vector):
    assert opened(vector["encrypt"]).decode() == vector["message"]


@documented
@pytest.mark.parametrize("vector", VECTORS["sealed"], ids=named)
def test_known_push_is_sealed(vector):
    sealed = seal_push(
        vector["message"].encode(),
        encoding_aes_key=KEY,
        appid=APPID,
        random=vector["random"].encode(),
    )

    assert sealed == vector["encrypt"]


@documented
def test_iv_is_the_first_half_of_the_key():
    # The official key is all zeros, so its answers cannot tell.
    vector = VECTORS["other_key"]
    secrets = {key: vector[key] for key in ("encoding_aes_key", "appid")}

    sealed = seal_push(
        vector["message"].encode(), random=vector["random"].encode(), **secrets
    )

    assert sealed == vector["encrypt"]
    assert open_push(sealed, **secrets).decode() == vector["message"]


@documented
def test_known_answer_of_a_backend_is_signed_and_sealed_alike():
    parts = (TOKEN, REPLY["timestamp"], REPLY["nonce"], REPLY["encrypt"])

    assert msg_signature(*parts) == REPLY["msg_signature"]
    assert opened(REPLY["encrypt"]) == b'{"demo_resp":"good luck"}'


@documented
def test_signature_is_not_the_one_with_the_ciphertext_in_it():
    parts = (TOKEN, SECURE_PUSH["timestamp"], SECURE_PUSH["nonce"])

    assert signature(*parts) != msg_signature(*parts, SECURE_PUSH["encrypt"])


@quickly
@given(st.permutations(["Token", "1714112445", "415670741"]))
def test_signature_does_not_depend_on_the_order_of_its_parts(parts):
    joined = b"1714112445415670741Token"

    assert signature(*parts) == hashlib.sha1(joined).hexdigest()


@quickly
@given(st.text(st.characters()), st.text(st.characters()), st.text(st.characters()))
def test_any_text_is_signed_in_lower_case_hex(token, timestamp, nonce):
    assert re.fullmatch("[0-9a-f]{40}", signature(token, timestamp, nonce))


@quickly
@given(messages, keys, appids, randoms)
def test_opening_gives_back_what_was_sealed(message, key, appid, random):
    sealed = seal_push(message, encoding_aes_key=key, appid=appid, random=random)

    assert opened(sealed, key=key, appid=appid) == message


@documented
@quickly
@given(messages, keys, appids, randoms)
def test_padding_fills_blocks_of_32(message, key, appid, random):
    sealed = seal_push(message, encoding_aes_key=key, appid=appid, random=random)

    full = 20 + len(message) + len(appid.encode())
    assert len(base64.b64decode(sealed)) == full // 32 * 32 + 32


@quickly
@given(messages, randoms, randoms)
def test_another_random_start_gives_another_ciphertext(message, random, other):
    assume(random != other)

    assert seal_push(
        message, encoding_aes_key=KEY, appid=APPID, random=random
    ) != seal_push(message, encoding_aes_key=KEY, appid=APPID, random=other)


@quickly
@given(messages, keys, randoms, st.data())
def test_changed_byte_never_gives_the_same_message(message, key, random, data):
    sealed = seal_push(message, encoding_aes_key=key, appid=APPID, random=random)
    octets = bytearray(base64.b64decode(sealed))
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= data.draw(st.integers(1, 255))

    try:
        got = opened(base64.b64encode(octets).decode(), key=key)
    except UnsealError:
        return
    assert got != message


@documented
@quickly
@given(messages, keys, randoms, appids)
def test_message_for_another_app_is_refused(message, key, random, other):
    assume(not other or not APPID.endswith(other))
    sealed = seal_push(message, encoding_aes_key=key, appid=APPID, random=random)

    with pytest.raises(UnsealError, match=f"^appid is '{APPID}' inside") as caught:
        opened(sealed, key=key, appid=other)

    assert caught.value.part == "appid"


@quickly
@given(st.text(), st.text() | st.just(KEY))
def test_any_text_is_refused_with_a_reason(encrypt, key):
    with pytest.raises(UnsealError) as caught:
        opened(encrypt, key=key)

    assert str(caught.value).startswith(f"{caught.value.part} ")


START = bytes(16)
REFUSED = [
    ("not Base64", "%2B" * 20, "Encrypt is not standard Base64"),
    ("nothing", "", "Encrypt decodes to 0 bytes, not to whole blocks of 32"),
    (
        "padded to 16",
        encrypted(START + b"\0\0\0\2{}" + APPID.encode() + b"\x08" * 8),
        "Encrypt decodes to 48 bytes, not to whole blocks of 32",
    ),
    (
        "another key",
        seal_push(b"{}", encoding_aes_key="B" * 42 + "A", appid=APPID, random=START),
        "EncodingAESKey does not open this message",
    ),
    ("padding of none", encrypted(bytes(64)), "EncodingAESKey does not open"),
    ("padding of 33", encrypted(b"\x21" * 64), "EncodingAESKey does not open"),
    (
        "no room for a length",
        encrypted(padded_to_32(START)),
        "Encrypt holds 0 bytes after its length field, which promises 0",
    ),
    (
        "length little-endian",
        encrypted(padded_to_32(START + b"\2\0\0\0{}" + APPID.encode())),
        "Encrypt holds 20 bytes after its length field, which promises 33554432",
    ),
    (
        "length of more than everything",
        encrypted(padded_to_32(START + b"\0\0\0\x15{}" + APPID.encode())),
        "Encrypt holds 20 bytes after its length field, which promises 21",
    ),
    (
        "length counted in characters",
        encrypted(padded_to_32(START + b"\0\0\0\2" + "中文".encode() + APPID.encode())),
        "Encrypt says that its message has 2 bytes, but more come before the appid",
    ),
    (
        "no appid",
        encrypted(padded_to_32(START + b"\0\0\0\2{}")),
        "appid is '' inside the message, not 'wxba5fad812f8e6fb9'",
    ),
]


@pytest.mark.parametrize(
    ("encrypt", "reason"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_refusal_names_the_part_that_is_wrong(encrypt, reason):
    with pytest.raises(UnsealError) as caught:
        opened(encrypt)

    assert str(caught.value).startswith(reason)
    assert caught.value.__cause__ is None


@documented
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("A" * 42, "EncodingAESKey has 42 characters, not 43"),
        ("A" * 43 + "=", "EncodingAESKey has 44 characters, not 43"),
        ("", "EncodingAESKey has 0 characters, not 43"),
        ("A" * 42 + "+", "EncodingAESKey must consist of letters and digits only"),
        ("A" * 42 + "中", "EncodingAESKey must consist of letters and digits only"),
        ("A" * 42 + "\n", "EncodingAESKey must consist of letters and digits only"),
        ("A" * 42 + "٣", "EncodingAESKey must consist of letters and digits only"),
    ],
    ids=["short", "padded", "empty", "plus", "chinese", "line break", "arabic digit"],
)
def test_wrong_encoding_aes_key_is_refused(key, reason):
    with pytest.raises(UnsealError) as caught:
        aes_key(key)

    assert str(caught.value) == reason


@inferred
def test_stray_bits_do_not_change_the_key():
    assert aes_key("A" * 42 + "D") == aes_key("A" * 43)
    assert opened(SECURE_PUSH["encrypt"], key="A" * 42 + "D") == opened(
        SECURE_PUSH["encrypt"]
    )


@pytest.mark.parametrize("size", [0, 15, 17])
def test_push_starts_with_16_random_bytes(size):
    with pytest.raises(ValueError, match=f"16 random bytes, not with {size}"):
        seal_push(b"", encoding_aes_key=KEY, appid=APPID, random=bytes(size))
