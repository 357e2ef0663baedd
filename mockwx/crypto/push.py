"""The envelope of message push: SHA-1 signatures, AES-256-CBC under EncodingAESKey.

Not the algorithm of encryptedData: another key size, another padding, no iv to send.
https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
"""

import base64
import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from mockwx.crypto.open_data import UnsealError


KEY_LENGTH = 43
RANDOM_SIZE = 16
# PKCS#7 up to this, though AES itself works in blocks of 16.
BLOCK = 32

_LENGTH_SIZE = 4
_HEAD_SIZE = RANDOM_SIZE + _LENGTH_SIZE
_PADDING = PKCS7(BLOCK * 8)


def signature(token: str, timestamp: str, nonce: str) -> str:
    """Sign a push: sha1 over the three texts, sorted and joined."""
    return _sha1_of_sorted(token, timestamp, nonce)


def msg_signature(token: str, timestamp: str, nonce: str, encrypt: str) -> str:
    """Sign an encrypted push: as `signature`, with the ciphertext among the texts."""
    return _sha1_of_sorted(token, timestamp, nonce, encrypt)


def aes_key(encoding_aes_key: str) -> bytes:
    """Decode an EncodingAESKey to its 32 bytes; raise UnsealError if it is none."""
    if len(encoding_aes_key) != KEY_LENGTH:
        raise UnsealError(
            "EncodingAESKey",
            f"has {len(encoding_aes_key)} characters, not {KEY_LENGTH}",
        )
    if not (encoding_aes_key.isascii() and encoding_aes_key.isalnum()):
        raise UnsealError("EncodingAESKey", "must consist of letters and digits only")
    return base64.b64decode(encoding_aes_key + "=")


def seal_push(
    message: bytes, *, encoding_aes_key: str, appid: str, random: bytes
) -> str:
    """Encrypt a push or an answer; return Encrypt, in Base64."""
    if len(random) != RANDOM_SIZE:
        raise ValueError(
            f"a push starts with {RANDOM_SIZE} random bytes, not with {len(random)}"
        )
    key = aes_key(encoding_aes_key)
    length = len(message).to_bytes(_LENGTH_SIZE, "big")
    padder = _PADDING.padder()
    padded = padder.update(random + length + message + appid.encode())
    encryptor = _cipher(key).encryptor()
    sealed = encryptor.update(padded + padder.finalize()) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def open_push(encrypt: str, *, encoding_aes_key: str, appid: str) -> bytes:
    """Decrypt a push or an answer; raise UnsealError naming the part that is wrong."""
    key = aes_key(encoding_aes_key)
    decryptor = _cipher(key).decryptor()
    padded = decryptor.update(_ciphertext(encrypt)) + decryptor.finalize()
    message, inside = _taken_apart(_unpadded(padded))
    if inside != appid.encode():
        raise _wrong_end(message, inside, appid)
    return message


def _sha1_of_sorted(*texts: str) -> str:
    # Sorted as bytes, as WeChat's own code does. A lone surrogate must not raise.
    joined = b"".join(sorted(text.encode("utf-8", "surrogatepass") for text in texts))
    # SHA-1 is WeChat's choice.
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def _cipher(key: bytes) -> Cipher[CBC]:
    return Cipher(AES256(key), CBC(key[:16]))


def _ciphertext(encrypt: str) -> bytes:
    try:
        ciphertext = base64.b64decode(encrypt, validate=True)
    except ValueError:
        raise UnsealError("Encrypt", "is not standard Base64") from None
    if not ciphertext or len(ciphertext) % BLOCK:
        raise UnsealError(
            "Encrypt",
            f"decodes to {len(ciphertext)} bytes, not to whole blocks of {BLOCK}: "
            "part of it is missing, or it was padded to 16",
        )
    return ciphertext


def _unpadded(padded: bytes) -> bytes:
    unpadder = _PADDING.unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise UnsealError(
            "EncodingAESKey",
            "does not open this message: it was sealed with another key, "
            "or was changed or cut short since",
        ) from None


def _taken_apart(full: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(full[RANDOM_SIZE:_HEAD_SIZE], "big")
    if _HEAD_SIZE + length > len(full):
        raise UnsealError(
            "Encrypt",
            f"holds {max(len(full) - _HEAD_SIZE, 0)} bytes after its length field, "
            f"which promises {length}: 4 bytes, big-endian, counted in bytes",
        )
    end = _HEAD_SIZE + length
    return full[_HEAD_SIZE:end], full[end:]


def _wrong_end(message: bytes, inside: bytes, appid: str) -> UnsealError:
    if appid and inside.endswith(appid.encode()):
        return UnsealError(
            "Encrypt",
            f"says that its message has {len(message)} bytes, but more come before "
            "the appid: count bytes, not characters",
        )
    return UnsealError(
        "appid",
        f"is {inside.decode(errors='replace')!r} inside the message, not {appid!r}: "
        "it was sealed for another app",
    )
