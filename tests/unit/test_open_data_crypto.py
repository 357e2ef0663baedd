"""Sealing and unsealing open data: known answers first, then the laws."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from mockwx.crypto.open_data import UnsealError
from mockwx.crypto.open_data import seal
from mockwx.crypto.open_data import unseal


FIXTURES = Path(__file__).parents[2] / "fixtures" / "vectors"
VECTORS = json.loads((FIXTURES / "open_data.json").read_text(encoding="utf-8"))
DEMO = VECTORS[0]

blocks = st.binary(min_size=16, max_size=16)
plaintexts = st.binary(max_size=200)
quickly = settings(deadline=None)


def b64(octets):
    return base64.b64encode(octets).decode()


def opened(**changes):
    parts = {key: DEMO[key] for key in ("encrypted_data", "session_key", "iv")}
    return unseal(**{**parts, **changes})


def opened_or_none(sealed, key, iv):
    """Open what is whole blocks under a whole key: only the padding can be wrong."""
    try:
        return unseal(sealed, session_key=b64(key), iv=b64(iv))
    except UnsealError as error:
        if error.part != "session_key":
            raise
        return None


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_known_payload_is_opened(vector):
    plaintext = unseal(
        vector["encrypted_data"], session_key=vector["session_key"], iv=vector["iv"]
    )

    assert plaintext.decode() == vector["plaintext"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_known_payload_is_sealed(vector):
    sealed = seal(
        vector["plaintext"].encode(),
        session_key=vector["session_key"],
        iv=base64.b64decode(vector["iv"]),
    )

    assert sealed == vector["encrypted_data"]


@quickly
@given(plaintexts, blocks, blocks)
def test_unsealing_gives_back_what_was_sealed(plaintext, key, iv):
    sealed = seal(plaintext, session_key=b64(key), iv=iv)

    assert unseal(sealed, session_key=b64(key), iv=b64(iv)) == plaintext


@quickly
@given(plaintexts, blocks, blocks)
def test_sealed_data_is_whole_blocks_longer_than_the_plaintext(plaintext, key, iv):
    sealed = base64.b64decode(seal(plaintext, session_key=b64(key), iv=iv))

    assert len(sealed) == len(plaintext) // 16 * 16 + 16


@quickly
@given(plaintexts, blocks, blocks, st.data())
def test_changed_byte_never_gives_the_same_payload(plaintext, key, iv, data):
    sealed = bytearray(base64.b64decode(seal(plaintext, session_key=b64(key), iv=iv)))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    assert opened_or_none(b64(sealed), key, iv) != plaintext


@quickly
@given(plaintexts, blocks, blocks, blocks)
def test_another_key_never_gives_the_same_payload(plaintext, key, other, iv):
    assume(key != other)
    sealed = seal(plaintext, session_key=b64(key), iv=iv)

    assert opened_or_none(sealed, other, iv) != plaintext


@quickly
@given(st.binary(min_size=32, max_size=200), blocks, blocks, blocks)
def test_another_iv_garbles_only_the_first_block(plaintext, key, iv, other):
    assume(iv != other)
    sealed = seal(plaintext, session_key=b64(key), iv=iv)

    got = unseal(sealed, session_key=b64(key), iv=b64(other))

    assert got[:16] != plaintext[:16]
    assert got[16:] == plaintext[16:]


@quickly
@given(st.text(), st.text(), st.text())
def test_any_text_is_opened_or_refused_with_a_reason(encrypted_data, key, iv):
    with pytest.raises(UnsealError) as caught:
        unseal(encrypted_data, session_key=key, iv=iv)

    assert str(caught.value).startswith(f"{caught.value.part} ")


CUT = DEMO["encrypted_data"][:252]
REFUSED = [
    (
        "key with a blank",
        {"session_key": "tiihtNczf5v6AKRyjwEUh =="},
        "session_key is not standard Base64",
    ),
    (
        "key cut short",
        {"session_key": "tiihtNczf5v6"},
        "session_key decodes to 9 bytes, not to 16",
    ),
    (
        "key without padding",
        {"session_key": "tiihtNczf5v6AKRyjwEUhQ"},
        "session_key is not standard Base64",
    ),
    ("empty key", {"session_key": ""}, "session_key decodes to 0 bytes, not to 16"),
    (
        "another key",
        {"session_key": "HyVFkGl5F5OQWJZZaNzBBg=="},
        "session_key does not open this payload",
    ),
    ("iv in Chinese", {"iv": "随机数"}, "iv is not standard Base64"),
    ("iv cut short", {"iv": "r7BXXKkLb8qr"}, "iv decodes to 9 bytes, not to 16"),
    (
        "plus became blank",
        {"encrypted_data": DEMO["encrypted_data"].replace("+", " ")},
        "encryptedData is not standard Base64",
    ),
    (
        "percent left in",
        {"encrypted_data": DEMO["encrypted_data"].replace("+", "%2B")},
        "encryptedData is not standard Base64",
    ),
    (
        "other alphabet",
        {"encrypted_data": DEMO["encrypted_data"].replace("+", "-")},
        "encryptedData is not standard Base64",
    ),
    (
        "line break",
        {"encrypted_data": DEMO["encrypted_data"] + "\n"},
        "encryptedData is not standard Base64",
    ),
    (
        "cut inside a block",
        {"encrypted_data": CUT},
        "encryptedData decodes to 189 bytes, not to",
    ),
    (
        "cut between blocks",
        {"encrypted_data": DEMO["encrypted_data"][:256]},
        "session_key does not open this payload",
    ),
    (
        "nothing",
        {"encrypted_data": ""},
        "encryptedData decodes to 0 bytes, not to whole blocks of 16",
    ),
]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_refusal_names_the_part_that_is_wrong(changes, reason):
    with pytest.raises(UnsealError) as caught:
        opened(**changes)

    assert str(caught.value).startswith(reason)
    assert caught.value.__cause__ is None
