"""The signed and encrypted server API: RSA-PSS over the call, AES-256-GCM inside it.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/getting_started/api_signature.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mockwx.domain.api_security import APPID_HEADER
from mockwx.domain.api_security import DEPRECATED_SERIAL_HEADER
from mockwx.domain.api_security import DEPRECATED_SIGNATURE_HEADER
from mockwx.domain.api_security import SERIAL_HEADER
from mockwx.domain.api_security import SIGNATURE_HEADER
from mockwx.domain.api_security import TIMESTAMP_HEADER
from mockwx.domain.open_data import to_json


# RSA, PEM and certificates are imported where they are used: few apps sign, and every
# start of the server would pay for them.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


AES256_GCM = "AES256_GCM"
SM4_GCM = "SM4_GCM"
RSA_WITH_SHA256 = "RSAwithSHA256"
SM2_WITH_SM3 = "SM2withSM3"

KEY_SIZE = 32
IV_SIZE = 12
TAG_SIZE = 16
SALT_SIZE = 32
LIFETIME = 300

_WHOLE_NUMBER = re.compile("0|[1-9][0-9]{0,18}")
_INSTEAD = {SM4_GCM: AES256_GCM, SM2_WITH_SM3: RSA_WITH_SHA256}


class ApiRefusal(Enum):
    """Why a call is refused, in WeChat's words; named as the errcodes are."""

    # Documented, though the guide gives no request a serial.
    API_MISSING_SERIAL = "API_Missing_Wechatmp_Serial"
    API_MISSING_TIMESTAMP = "API_Missing_Wechatmp_Timestamp"
    API_MISSING_SIGNATURE = "API_Missing_Wechatmp_Signature"
    API_MISSING_APPID = "API_Missing_Wechatmp_Appid"
    API_INVALID_SIGNATURE = "API_Invalid_Signature"
    API_INVALID_ENCRYPT = "API_Invalid_Encrypt"
    API_INVALID_APPID = "API_Invalid_Wechatmp_Appid"
    API_APPID_MISMATCH = "API_Invalid_Wechatmp_Appidmatch"
    API_NO_SYMMETRIC_KEY = "API_NoExist_DevSecretSym"
    API_NO_ASYMMETRIC_KEY = "API_NoExist_DevSecretAsym"
    API_EXPIRED_TIMESTAMP = "API_Expired_Wechatmp_Timestamp"


class ApiCallError(ValueError):
    """Say which rule of the guide a call breaks, and how."""

    def __init__(self, refusal: ApiRefusal, reason: str) -> None:
        super().__init__(f"{refusal.value}: {reason}")
        self.refusal = refusal
        self.reason = reason


class ApiKeyError(ValueError):
    """Say why a key cannot be registered."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """What a signature and a ciphertext are bound to, in either direction.

    `urlpath` is the full https address without its query.
    """

    urlpath: str
    appid: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class SymmetricKey:
    """The key of the bodies, and the number `sn` the console gave it."""

    sn: str
    aes_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CallHeaders:
    """The headers of a signed request."""

    appid: str
    timestamp: int
    signature: str


# Keys


def load_symmetric_key(
    sn: str, encoded: str, *, algorithm: str = AES256_GCM
) -> SymmetricKey:
    """Decode the key from the console's Base64; raise ApiKeyError if it is none."""
    require_algorithm(algorithm, AES256_GCM)
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise ApiKeyError("the symmetric key must be standard Base64") from None
    if len(key) != KEY_SIZE:
        raise ApiKeyError(
            f"the symmetric key must have {KEY_SIZE} bytes, not {len(key)}"
        )
    return SymmetricKey(sn, key)


def load_private_key(pem: str, *, algorithm: str = RSA_WITH_SHA256) -> RSAPrivateKey:
    """Read a private key from unencrypted PEM; raise ApiKeyError if it is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    require_algorithm(algorithm, RSA_WITH_SHA256)
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ApiKeyError("the private key must be PEM, without a password") from None
    if not isinstance(key, RSAPrivateKey):
        raise ApiKeyError(_not_rsa("private"))
    return key


def load_public_key(pem: str, *, algorithm: str = RSA_WITH_SHA256) -> RSAPublicKey:
    """Read a public key from PEM, a certificate's too; raise ApiKeyError if none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from cryptography.x509 import load_pem_x509_certificate

    require_algorithm(algorithm, RSA_WITH_SHA256)
    try:
        key = (
            load_pem_x509_certificate(pem.encode()).public_key()
            if "BEGIN CERTIFICATE" in pem
            else load_pem_public_key(pem.encode())
        )
    except (ValueError, UnsupportedAlgorithm):
        raise ApiKeyError(
            "the public key must be PEM, or a certificate's PEM"
        ) from None
    if not isinstance(key, RSAPublicKey):
        raise ApiKeyError(_not_rsa("public"))
    return key


def require_algorithm(algorithm: str, supported: str) -> None:
    """Refuse any algorithm but the supported one; name what to register instead."""
    if algorithm == supported:
        return
    if _INSTEAD.get(algorithm) == supported:
        raise ApiKeyError(
            f"{algorithm} is not supported: register a key for {supported}"
        )
    raise ApiKeyError(f"there is no algorithm {algorithm!r} here: use {supported}")


# Headers


def read_headers(headers: Mapping[str, str]) -> CallHeaders:
    """Read a request's headers; raise ApiCallError for the first that is missing."""
    given = {name.lower(): value.strip() for name, value in headers.items()}
    timestamp = _header(given, TIMESTAMP_HEADER, ApiRefusal.API_MISSING_TIMESTAMP)
    signature = _header(given, SIGNATURE_HEADER, ApiRefusal.API_MISSING_SIGNATURE)
    appid = _header(given, APPID_HEADER, ApiRefusal.API_MISSING_APPID)
    if not _WHOLE_NUMBER.fullmatch(timestamp):
        raise ApiCallError(
            ApiRefusal.API_MISSING_TIMESTAMP,
            f"{TIMESTAMP_HEADER} must be a whole number of seconds",
        )
    return CallHeaders(appid=appid, timestamp=int(timestamp), signature=signature)


def check_age(timestamp: int, *, now: int) -> None:
    """Refuse a call older than five minutes; one from the future passes."""
    if now - timestamp > LIFETIME:
        raise ApiCallError(
            ApiRefusal.API_EXPIRED_TIMESTAMP,
            f"{TIMESTAMP_HEADER} is {now - timestamp} seconds old; "
            f"{LIFETIME} are allowed",
        )


def response_headers(call: ApiCall, *, serial: str, signature: str) -> dict[str, str]:
    """Return the headers of a signed answer.

    `serial` is the certificate's number in the console, not the one inside it.
    """
    return {
        APPID_HEADER: call.appid,
        TIMESTAMP_HEADER: str(call.timestamp),
        SERIAL_HEADER: serial,
        SIGNATURE_HEADER: signature,
    }


def deprecated_headers(*, serial: str, signature: str) -> dict[str, str]:
    """Return the headers added while one platform certificate replaces another."""
    return {DEPRECATED_SERIAL_HEADER: serial, DEPRECATED_SIGNATURE_HEADER: signature}


# Signature


def string_to_sign(call: ApiCall, body: bytes) -> bytes:
    """Join what is signed by line breaks, none at the end; the body as it travels."""
    head = f"{call.urlpath}\n{call.appid}\n{call.timestamp}\n"
    return head.encode() + body


def sign(call: ApiCall, body: bytes, *, private_key: RSAPrivateKey) -> str:
    """Sign a call in Base64; PSS draws a salt, so no two signatures are the same."""
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1
    from cryptography.hazmat.primitives.asymmetric.padding import PSS
    from cryptography.hazmat.primitives.hashes import SHA256

    pss = PSS(MGF1(SHA256()), SALT_SIZE)
    signed = private_key.sign(string_to_sign(call, body), pss, SHA256())
    return base64.b64encode(signed).decode()


def verify(
    call: ApiCall, body: bytes, signature: str, *, public_key: RSAPublicKey
) -> None:
    """Check a signature; raise ApiCallError, naming the usual mistake if it is one."""
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1
    from cryptography.hazmat.primitives.asymmetric.padding import PSS
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        signed = base64.b64decode(signature, validate=True)
    except ValueError:
        _refuse_signature("is not standard Base64")
    message = string_to_sign(call, body)

    def fits(padding: PSS | PKCS1v15) -> bool:
        try:
            public_key.verify(signed, message, padding, SHA256())
        except InvalidSignature:
            return False
        return True

    if fits(PSS(MGF1(SHA256()), SALT_SIZE)):
        return
    if fits(PSS(MGF1(SHA256()), PSS.AUTO)):
        _refuse_signature(f"has a PSS salt of another length than {SALT_SIZE} bytes")
    if fits(PKCS1v15()):
        _refuse_signature("is padded by PKCS#1 v1.5; RSAwithSHA256 means PSS here")
    _refuse_signature(
        "does not fit urlpath, appid, timestamp and body, joined by line breaks, "
        "under this key"
    )


# Bodies


def additional_data(call: ApiCall, sn: str) -> bytes:
    """Join what AES-GCM authenticates beside the body (its AAD) by bars."""
    return f"{call.urlpath}|{call.appid}|{call.timestamp}|{sn}".encode()


def seal_body(
    fields: Mapping[str, object],
    *,
    call: ApiCall,
    key: SymmetricKey,
    iv: bytes,
    nonce: str,
) -> str:
    """Encrypt the fields of a request or an answer; return the body to send."""
    if len(iv) != IV_SIZE:
        raise ValueError(f"the iv of a body has {IV_SIZE} bytes, not {len(iv)}")
    security = {"_n": nonce, "_appid": call.appid, "_timestamp": call.timestamp}
    # The first `security` puts its keys in front, the second keeps its values.
    plaintext = to_json({**security, **fields, **security}).encode()
    sealed = AESGCM(key.aes_key).encrypt(iv, plaintext, additional_data(call, key.sn))
    return to_json(
        {
            "iv": base64.b64encode(iv).decode(),
            "data": base64.b64encode(sealed[:-TAG_SIZE]).decode(),
            "authtag": base64.b64encode(sealed[-TAG_SIZE:]).decode(),
        }
    )


def open_body(body: bytes, *, call: ApiCall, key: SymmetricKey) -> dict[str, object]:
    """Decrypt a body; return its fields without the security fields."""
    envelope = _json_object(body, "the body")
    iv = _octets(envelope, "iv", IV_SIZE)
    authtag = _octets(envelope, "authtag", TAG_SIZE)
    sealed = _octets(envelope, "data") + authtag
    try:
        plaintext = AESGCM(key.aes_key).decrypt(
            iv, sealed, additional_data(call, key.sn)
        )
    except InvalidTag:
        _refuse_encryption(
            "data does not open: the key, its sn, urlpath, appid or timestamp "
            "is another than it was sealed with"
        )
    return _without_security(_json_object(plaintext, "the plaintext of data"), call)


def _without_security(fields: dict[str, object], call: ApiCall) -> dict[str, object]:
    expected = {"_appid": call.appid, "_timestamp": call.timestamp}
    for name, value in expected.items():
        if fields.get(name) != value:
            _refuse_encryption(f"{name} inside data must be {value}, as in the header")
    if not isinstance(fields.get("_n"), str):
        _refuse_encryption("_n inside data must be random text")
    return {
        name: value
        for name, value in fields.items()
        if name not in ("_n", "_appid", "_timestamp")
    }


def _json_object(octets: bytes, what: str) -> dict[str, object]:
    try:
        found = json.loads(octets)
    except (ValueError, RecursionError):
        _refuse_encryption(f"{what} is not JSON")
    if not isinstance(found, dict):
        _refuse_encryption(f"{what} is not a JSON object")
    return found


def _octets(
    envelope: Mapping[str, object], name: str, size: int | None = None
) -> bytes:
    text = envelope.get(name)
    if not isinstance(text, str):
        _refuse_encryption(f"{name} is missing: the body needs iv, data and authtag")
    try:
        octets = base64.b64decode(text, validate=True)
    except ValueError:
        _refuse_encryption(f"{name} is not standard Base64")
    if size is not None and len(octets) != size:
        _refuse_encryption(f"{name} decodes to {len(octets)} bytes, not to {size}")
    return octets


def _header(given: Mapping[str, str], name: str, refusal: ApiRefusal) -> str:
    value = given.get(name.lower())
    if not value:
        raise ApiCallError(refusal, f"the header {name} is missing")
    return value


def _refuse_signature(reason: str) -> NoReturn:
    raise ApiCallError(
        ApiRefusal.API_INVALID_SIGNATURE, f"the signature {reason}"
    ) from None


def _refuse_encryption(reason: str) -> NoReturn:
    raise ApiCallError(ApiRefusal.API_INVALID_ENCRYPT, reason) from None


def _not_rsa(kind: str) -> str:
    return (
        f"the {kind} key is not RSA: {RSA_WITH_SHA256} needs an RSA key, "
        f"and {SM2_WITH_SM3} is not supported"
    )
