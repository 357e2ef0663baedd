"""encryptedData: AES-128-CBC with PKCS#7, under the decoded session_key."""

import base64
import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7


BLOCK = 16

_PADDING = PKCS7(BLOCK * 8)


class UnsealError(ValueError):
    """Say why a payload does not open: which part is wrong, and how."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part} {reason}")
        self.part = part
        self.reason = reason


def seal(plaintext: bytes, *, session_key: str, iv: bytes) -> str:
    """Encrypt open data; return encryptedData as WeChat sends it, in Base64."""
    padder = _PADDING.padder()
    padded = padder.update(plaintext) + padder.finalize()
    encryptor = Cipher(AES128(base64.b64decode(session_key)), CBC(iv)).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def hashes(encrypted_data: str) -> tuple[str, str]:
    """Return the SHA-256 of the Base64 text and of the bytes in it."""
    decoded = base64.b64decode(encrypted_data)
    return (
        hashlib.sha256(encrypted_data.encode()).hexdigest(),
        hashlib.sha256(decoded).hexdigest(),
    )


def unseal(encrypted_data: str, *, session_key: str, iv: str) -> bytes:
    """Decrypt encryptedData; raise UnsealError naming the part that is wrong.

    Strict where platforms differ: some decoders drop what is not Base64.
    """
    key = _block("session_key", session_key)
    start = _block("iv", iv)
    ciphertext = _decoded("encryptedData", encrypted_data)
    if not ciphertext or len(ciphertext) % BLOCK:
        raise UnsealError(
            "encryptedData",
            f"decodes to {len(ciphertext)} bytes, not to whole blocks of {BLOCK}: "
            "part of it is missing, or it was changed on the way",
        )
    return _unpadded(peek(ciphertext, key=key, iv=start))


def peek(ciphertext: bytes, *, key: bytes, iv: bytes) -> bytes:
    """Decrypt whole blocks and leave the padding on: what a diagnosis looks at."""
    decryptor = Cipher(AES128(key), CBC(iv)).decryptor()
    return decryptor.update(ciphertext) + decryptor.finalize()


def _block(part: str, text: str) -> bytes:
    decoded = _decoded(part, text)
    if len(decoded) != BLOCK:
        raise UnsealError(part, f"decodes to {len(decoded)} bytes, not to {BLOCK}")
    return decoded


def _decoded(part: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise UnsealError(part, "is not standard Base64") from None


def _unpadded(padded: bytes) -> bytes:
    unpadder = _PADDING.unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise UnsealError(
            "session_key",
            "does not open this payload: it was sealed with another key, "
            "or was changed or cut short since",
        ) from None
