"""Signed and encrypted calls: the official answers first, then the laws."""

import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization import PublicFormat
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from mockwx.crypto.api_signature import ApiCall
from mockwx.crypto.api_signature import ApiCallError
from mockwx.crypto.api_signature import ApiKeyError
from mockwx.crypto.api_signature import ApiRefusal
from mockwx.crypto.api_signature import CallHeaders
from mockwx.crypto.api_signature import additional_data
from mockwx.crypto.api_signature import check_age
from mockwx.crypto.api_signature import deprecated_headers
from mockwx.crypto.api_signature import load_private_key
from mockwx.crypto.api_signature import load_public_key
from mockwx.crypto.api_signature import load_symmetric_key
from mockwx.crypto.api_signature import open_body
from mockwx.crypto.api_signature import read_headers
from mockwx.crypto.api_signature import response_headers
from mockwx.crypto.api_signature import seal_body
from mockwx.crypto.api_signature import sign
from mockwx.crypto.api_signature import string_to_sign
from mockwx.crypto.api_signature import verify
from mockwx.domain.errors import ErrCode
from mockwx.domain.open_data import to_json


FIXTURES = Path(__file__).parents[3] / "fixtures" / "vectors"
VECTORS = json.loads((FIXTURES / "api_signature.json").read_text(encoding="utf-8"))
REQUEST, RESPONSE = VECTORS["messages"]
KEY = load_symmetric_key(VECTORS["sn"], VECTORS["key"])
SECURITY = ("_n", "_appid", "_timestamp")

documented = pytest.mark.fidelity("documented", "API signature: keys, headers, bodies")
inferred = pytest.mark.fidelity("inferred", "API signature: keys, headers, bodies")
quickly = settings(deadline=None)
ivs = st.binary(min_size=12, max_size=12)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
bodies = st.dictionaries(
    texts.filter(lambda name: name not in SECURITY),
    st.none() | st.booleans() | st.integers() | texts | st.lists(texts),
    max_size=5,
)


def named(vector):
    return vector["name"]


def call_of(vector):
    return ApiCall(VECTORS["urlpath"], VECTORS["appid"], vector["timestamp"])


CALL = call_of(REQUEST)


@pytest.fixture(scope="module")
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def sealed(fields, *, call=CALL, key=KEY, iv=bytes(12), nonce="nonce"):
    return seal_body(fields, call=call, key=key, iv=iv, nonce=nonce).encode()


def raw_sealed(plaintext, **changes):
    """Seal octets as they are, even such as no client should send."""
    octets = AESGCM(KEY.aes_key).encrypt(
        bytes(12), plaintext, additional_data(CALL, KEY.sn)
    )
    envelope = {
        "iv": base64.b64encode(bytes(12)).decode(),
        "data": base64.b64encode(octets[:-16]).decode(),
        "authtag": base64.b64encode(octets[-16:]).decode(),
    }
    kept = {k: v for k, v in {**envelope, **changes}.items() if v != ...}
    return json.dumps(kept).encode()


def refused(body, **changes):
    with pytest.raises(ApiCallError) as caught:
        open_body(body, **{"call": CALL, "key": KEY, **changes})
    assert caught.value.refusal is ApiRefusal.API_INVALID_ENCRYPT
    assert caught.value.__cause__ is None
    return caught.value.reason


# Official answers


@documented
@pytest.mark.parametrize("vector", VECTORS["messages"], ids=named)
def test_known_body_is_opened(vector):
    fields = open_body(vector["body"].encode(), call=call_of(vector), key=KEY)

    expected = json.loads(vector["plaintext"])
    assert list(fields.items()) == [
        (name, value) for name, value in expected.items() if name not in SECURITY
    ]


@documented
@pytest.mark.parametrize("vector", VECTORS["messages"], ids=named)
def test_known_body_is_sealed(vector):
    plaintext = json.loads(vector["plaintext"])
    fields = {name: plaintext[name] for name in plaintext if name not in SECURITY}

    body = seal_body(
        fields,
        call=call_of(vector),
        key=KEY,
        iv=base64.b64decode(vector["iv"]),
        nonce=plaintext["_n"],
    )

    assert body == vector["body"]


@documented
@pytest.mark.parametrize("vector", VECTORS["messages"], ids=named)
def test_known_signature_fits(vector):
    verify(
        call_of(vector),
        vector["body"].encode(),
        vector["signature"],
        public_key=load_public_key(VECTORS["keys"][vector["name"]]),
    )


@documented
def test_known_string_to_sign_has_the_known_hash():
    signed = string_to_sign(call_of(RESPONSE), RESPONSE["body"].encode())

    assert hashlib.sha256(signed).hexdigest() == (
        "f797cafd9e323df336fb427569fbe67e20d5bc96dd68a3f54d66b54e6e08bb27"
    )


@documented
def test_string_to_sign_has_four_lines_and_no_break_at_the_end():
    assert string_to_sign(CALL, b"{}") == (
        b"https://api.weixin.qq.com/wxa/getuserriskrank\n"
        b"wxba6223c06417af7b\n1635927954\n{}"
    )


@documented
def test_additional_data_is_joined_by_bars():
    assert additional_data(CALL, KEY.sn) == (
        b"https://api.weixin.qq.com/wxa/getuserriskrank"
        b"|wxba6223c06417af7b|1635927954|fa05fe1e5bcc79b81ad5ad4b58acf787"
    )


# Signatures


def test_signature_made_here_fits(private_key):
    signature = sign(CALL, b"{}", private_key=private_key)

    verify(CALL, b"{}", signature, public_key=private_key.public_key())


@documented
def test_signature_has_a_pss_salt_of_32_bytes(private_key):
    signature = base64.b64decode(sign(CALL, b"{}", private_key=private_key))

    private_key.public_key().verify(
        signature,
        string_to_sign(CALL, b"{}"),
        padding.PSS(padding.MGF1(SHA256()), 32),
        SHA256(),
    )


@documented
def test_no_two_signatures_are_the_same(private_key):
    assert sign(CALL, b"{}", private_key=private_key) != sign(
        CALL, b"{}", private_key=private_key
    )


@documented
@pytest.mark.parametrize(
    ("call", "body"),
    [
        (replace(CALL, urlpath=f"{CALL.urlpath}?access_token=T"), REQUEST["body"]),
        (replace(CALL, urlpath="/wxa/getuserriskrank"), REQUEST["body"]),
        (replace(CALL, appid="wxba6223c06417af7c"), REQUEST["body"]),
        (replace(CALL, timestamp=1635927955), REQUEST["body"]),
        (CALL, REQUEST["body"] + "\n"),
        (CALL, json.dumps(json.loads(REQUEST["body"]))),
        (CALL, REQUEST["plaintext"]),
    ],
    ids=["query", "path", "appid", "timestamp", "line break", "spaces", "plaintext"],
)
def test_signature_fits_only_what_was_signed(call, body):
    with pytest.raises(ApiCallError) as caught:
        verify(
            call,
            body.encode(),
            REQUEST["signature"],
            public_key=load_public_key(VECTORS["keys"]["request"]),
        )

    assert caught.value.refusal is ApiRefusal.API_INVALID_SIGNATURE
    assert caught.value.reason.startswith("the signature does not fit urlpath, appid")


PSS_LONG = padding.PSS(padding.MGF1(SHA256()), padding.PSS.MAX_LENGTH)


@documented
@pytest.mark.parametrize(
    ("scheme", "reason"),
    [
        (PSS_LONG, "the signature has a PSS salt of another length than 32 bytes"),
        (padding.PKCS1v15(), "the signature is padded by PKCS#1 v1.5; RSAwithSHA256"),
    ],
    ids=["longest salt", "PKCS#1 v1.5"],
)
def test_usual_mistake_in_the_padding_is_named(private_key, scheme, reason):
    signed = private_key.sign(string_to_sign(CALL, b"{}"), scheme, SHA256())

    with pytest.raises(ApiCallError) as caught:
        verify(
            CALL,
            b"{}",
            base64.b64encode(signed).decode(),
            public_key=private_key.public_key(),
        )

    assert caught.value.refusal is ApiRefusal.API_INVALID_SIGNATURE
    assert caught.value.reason.startswith(reason)


@given(st.text(st.characters()))
def test_any_text_as_signature_is_refused(signature):
    with pytest.raises(ApiCallError) as caught:
        verify(
            CALL,
            b"{}",
            signature,
            public_key=load_public_key(VECTORS["keys"]["request"]),
        )

    assert caught.value.refusal is ApiRefusal.API_INVALID_SIGNATURE
    assert caught.value.__cause__ is None


# Bodies


@quickly
@given(bodies, ivs, texts)
def test_opening_gives_back_what_was_sealed(fields, iv, nonce):
    body = sealed(fields, iv=iv, nonce=nonce)

    assert open_body(body, call=CALL, key=KEY) == fields


@documented
def test_security_fields_come_first_and_cannot_be_replaced_from_outside():
    body = sealed({"_appid": "wxother", "errcode": 0, "_n": "mine", "_timestamp": 1})

    envelope = json.loads(body)
    octets = base64.b64decode(envelope["data"]) + base64.b64decode(envelope["authtag"])
    plaintext = AESGCM(KEY.aes_key).decrypt(
        bytes(12), octets, additional_data(CALL, KEY.sn)
    )
    assert plaintext == (
        b'{"_n":"nonce","_appid":"wxba6223c06417af7b",'
        b'"_timestamp":1635927954,"errcode":0}'
    )


@quickly
@given(bodies, st.sampled_from(["iv", "data", "authtag"]), st.data())
def test_changed_byte_is_always_noticed(fields, part, data):
    envelope = json.loads(sealed(fields))
    octets = bytearray(base64.b64decode(envelope[part]))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    envelope[part] = base64.b64encode(octets).decode()

    assert refused(to_json(envelope).encode()).startswith("data does not open")


@documented
@pytest.mark.parametrize(
    "changes",
    [
        {"call": replace(CALL, urlpath="https://api.weixin.qq.com/wxa/checksession")},
        {"call": replace(CALL, appid="wxother")},
        {"call": replace(CALL, timestamp=CALL.timestamp + 1)},
        {"key": replace(KEY, sn="another")},
        {"key": replace(KEY, aes_key=bytes(32))},
    ],
    ids=["urlpath", "appid", "timestamp", "sn", "key"],
)
def test_body_opens_only_for_the_call_it_was_sealed_for(changes):
    reason = refused(REQUEST["body"].encode(), **changes)

    assert reason.startswith("data does not open: the key, its sn, urlpath, appid")


GOOD = f'{{"_n":"n","_appid":"{CALL.appid}","_timestamp":{CALL.timestamp}}}'.encode()
INSIDE = [
    (
        "another appid",
        GOOD.replace(CALL.appid.encode(), b"wxother"),
        "_appid inside data must be wxba6223c06417af7b, as in the header",
    ),
    ("no appid", b'{"_n":"n"}', "_appid inside data must be wxba6223c06417af7b"),
    (
        "another timestamp",
        GOOD.replace(b"954", b"955"),
        "_timestamp inside data must be 1635927954, as in the header",
    ),
    (
        "timestamp as text",
        GOOD.replace(b"1635927954", b'"1635927954"'),
        "_timestamp inside data must be 1635927954, as in the header",
    ),
    ("no nonce", GOOD.replace(b"_n", b"n"), "_n inside data must be random text"),
    ("number as nonce", GOOD.replace(b'"n"', b"1"), "_n inside data must be random"),
    ("no JSON inside", b"appid=wx", "the plaintext of data is not JSON"),
    ("no text inside", b"\xff\xfe\xff", "the plaintext of data is not JSON"),
    ("a list inside", b"[]", "the plaintext of data is not a JSON object"),
]


def test_body_with_only_the_security_fields_is_empty():
    assert open_body(raw_sealed(GOOD), call=CALL, key=KEY) == {}


@documented
@pytest.mark.parametrize(
    ("plaintext", "reason"),
    [row[1:] for row in INSIDE],
    ids=[row[0] for row in INSIDE],
)
def test_plaintext_that_breaks_the_rules_is_refused(plaintext, reason):
    assert refused(raw_sealed(plaintext)).startswith(reason)


ENVELOPES = [
    ("a form", b"openid=o", "the body is not JSON"),
    ("nothing", b"", "the body is not JSON"),
    ("too deep", b"[" * 100_000, "the body is not JSON"),
    ("a list", b"[]", "the body is not a JSON object"),
    ("plain fields", b'{"openid":"o"}', "iv is missing: the body needs iv, data and"),
    ("no data", raw_sealed(GOOD, data=...), "data is missing: the body needs iv"),
    ("null tag", raw_sealed(GOOD, authtag=None), "authtag is missing: the body needs"),
    ("iv of 16", raw_sealed(GOOD, iv="A" * 22 + "=="), "iv decodes to 16 bytes, not"),
    ("short tag", raw_sealed(GOOD, authtag="AAAA"), "authtag decodes to 3 bytes, not"),
    ("hex", raw_sealed(GOOD, iv="0f" * 12 + "0"), "iv is not standard Base64"),
    ("chinese", raw_sealed(GOOD, data="密文"), "data is not standard Base64"),
    ("plus lost", raw_sealed(GOOD, data="AA A"), "data is not standard Base64"),
    ("no ciphertext", raw_sealed(GOOD, data=""), "data does not open"),
]


@pytest.mark.parametrize(
    ("body", "reason"),
    [row[1:] for row in ENVELOPES],
    ids=[row[0] for row in ENVELOPES],
)
def test_body_that_is_no_envelope_is_refused(body, reason):
    assert refused(body).startswith(reason)


@pytest.mark.parametrize("size", [0, 11, 13, 16])
def test_iv_has_12_bytes(size):
    with pytest.raises(ValueError, match=f"12 bytes, not {size}"):
        sealed({}, iv=bytes(size))


# Headers

HEADERS = {
    "Wechatmp-Appid": "wxba6223c06417af7b",
    "Wechatmp-TimeStamp": "1635927954",
    "Wechatmp-Signature": "c2lnbmVk",
}


@pytest.mark.parametrize(
    "spelled", [str, str.lower, str.upper], ids=lambda f: f.__name__
)
def test_headers_are_read_in_any_case(spelled):
    given_headers = {spelled(name): value for name, value in HEADERS.items()}

    assert read_headers(given_headers) == CallHeaders(
        "wxba6223c06417af7b", 1635927954, "c2lnbmVk"
    )


@documented
@pytest.mark.parametrize("value", [None, "", " "], ids=["absent", "empty", "blank"])
@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("Wechatmp-Appid", ApiRefusal.API_MISSING_APPID),
        ("Wechatmp-TimeStamp", ApiRefusal.API_MISSING_TIMESTAMP),
        ("Wechatmp-Signature", ApiRefusal.API_MISSING_SIGNATURE),
    ],
)
def test_missing_header_is_named(name, refusal, value):
    headers = {**HEADERS, name: value}
    if value is None:
        del headers[name]

    with pytest.raises(ApiCallError) as caught:
        read_headers(headers)

    assert caught.value.refusal is refusal
    assert str(caught.value) == f"{refusal.value}: the header {name} is missing"


@inferred
@pytest.mark.parametrize("value", ["now", "1.5", "-1", "01", "1e9", "٣", "1" * 20])
def test_timestamp_that_is_no_number_counts_as_missing(value):
    with pytest.raises(ApiCallError, match=r"must be a whole number of sec") as caught:
        read_headers({**HEADERS, "Wechatmp-TimeStamp": value})

    assert caught.value.refusal is ApiRefusal.API_MISSING_TIMESTAMP


@documented
@pytest.mark.parametrize("age", [-3600, 0, 299, 300])
def test_call_is_fresh_for_five_minutes(age):
    check_age(CALL.timestamp, now=CALL.timestamp + age)


@documented
@pytest.mark.parametrize("age", [301, 3600])
def test_older_call_is_refused(age):
    with pytest.raises(ApiCallError, match=f"is {age} seconds old; 300 are") as caught:
        check_age(CALL.timestamp, now=CALL.timestamp + age)

    assert caught.value.refusal is ApiRefusal.API_EXPIRED_TIMESTAMP


@documented
def test_answer_carries_four_headers_and_two_more_while_certificates_change():
    assert response_headers(CALL, serial="79ba", signature="c2lnbmVk") == {
        "Wechatmp-Appid": "wxba6223c06417af7b",
        "Wechatmp-TimeStamp": "1635927954",
        "Wechatmp-Serial": "79ba",
        "Wechatmp-Signature": "c2lnbmVk",
    }
    assert deprecated_headers(serial="2171", signature="b2xk") == {
        "Wechatmp-Serial-Deprecated": "2171",
        "Wechatmp-Signature-Deprecated": "b2xk",
    }


@documented
def test_every_refusal_has_its_errcode():
    numbers = {refusal: ErrCode[refusal.name] for refusal in ApiRefusal}

    assert sorted(numbers.values()) == list(range(40230, 40241))
    assert {refusal.value: number.errmsg for refusal, number in numbers.items()} == {
        refusal.value: refusal.value for refusal in ApiRefusal
    }


# Keys


def pem_of(key, format_=PrivateFormat.TraditionalOpenSSL, encryption=None):
    return key.private_bytes(
        Encoding.PEM, format_, encryption or NoEncryption()
    ).decode()


def public_pem_of(key):
    return (
        key.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@pytest.mark.parametrize(
    "format_",
    [PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8],
    ids=["PKCS#1", "PKCS#8"],
)
def test_private_key_is_read_in_both_wrappings(private_key, format_):
    read = load_private_key(pem_of(private_key, format_))

    assert read.private_numbers() == private_key.private_numbers()


def test_public_key_is_read(private_key):
    read = load_public_key(public_pem_of(private_key))

    assert read.public_numbers() == private_key.public_key().public_numbers()


ELLIPTIC = ec.derive_private_key(1, ec.SECP256R1())


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (lambda: load_private_key(""), "the private key must be PEM"),
        (lambda: load_private_key("\ud800"), "the private key must be PEM"),
        (
            lambda: load_private_key(
                pem_of(ELLIPTIC, PrivateFormat.PKCS8, BestAvailableEncryption(b"pass"))
            ),
            "the private key must be PEM, without a password",
        ),
        (
            lambda: load_private_key(VECTORS["keys"]["request"]),
            "the private key must be PEM",
        ),
        (lambda: load_private_key(pem_of(ELLIPTIC)), "the private key is not RSA"),
        (lambda: load_public_key(""), "the public key must be PEM"),
        (lambda: load_public_key("\ud800"), "the public key must be PEM"),
        (
            lambda: load_public_key(VECTORS["keys"]["response"][:200]),
            "the public key must be PEM, or a certificate's PEM",
        ),
        (lambda: load_public_key(public_pem_of(ELLIPTIC)), "the public key is not RSA"),
        (
            lambda: load_symmetric_key("sn", "密钥"),
            "the symmetric key must be standard Base64",
        ),
        (
            lambda: load_symmetric_key("sn", "AAAA"),
            "the symmetric key must have 32 bytes, not 3",
        ),
        (
            lambda: load_symmetric_key("sn", VECTORS["key"], algorithm="SM4_GCM"),
            "SM4_GCM is not supported: register a key for AES256_GCM",
        ),
        (
            lambda: load_public_key("", algorithm="SM2withSM3"),
            "SM2withSM3 is not supported: register a key for RSAwithSHA256",
        ),
        (
            lambda: load_private_key("", algorithm="SM2withSM3"),
            "SM2withSM3 is not supported: register a key for RSAwithSHA256",
        ),
        (
            lambda: load_symmetric_key("sn", "", algorithm="RSAwithSHA256"),
            "there is no algorithm 'RSAwithSHA256' here: use AES256_GCM",
        ),
    ],
    ids=[
        "no private key",
        "lone surrogate as private key",
        "password",
        "public as private",
        "private key on a curve",
        "no public key",
        "lone surrogate as public key",
        "cut certificate",
        "public key on a curve",
        "symmetric key in Chinese",
        "short symmetric key",
        "SM4",
        "SM2 public",
        "SM2 private",
        "algorithm of another kind",
    ],
)
def test_key_that_cannot_be_used_is_refused(load, reason):
    with pytest.raises(ApiKeyError) as caught:
        load()

    assert str(caught.value).startswith(reason)
    assert caught.value.__cause__ is None


def test_symmetric_key_is_not_shown_in_logs():
    assert "aes_key" not in repr(KEY)


@quickly
@given(st.binary(min_size=32, max_size=32), bodies)
def test_another_key_never_opens_a_body(other, fields):
    assume(other != KEY.aes_key)

    reason = refused(sealed(fields), key=replace(KEY, aes_key=other))

    assert reason.startswith("data does not open")
