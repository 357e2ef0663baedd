"""The signatures that prove a caller holds the session_key.

Both use the key as TEXT, its 24 characters, never decoded; only AES decodes it.
"""

import hashlib
import hmac


def sign_raw_data(raw_data: str, session_key: str) -> str:
    """Sign rawData as wx.getUserInfo does: sha1 over exactly this text and the key."""
    # SHA-1 is WeChat's choice; it protects nothing here.
    return hashlib.sha1(
        _octets(raw_data) + _octets(session_key), usedforsecurity=False
    ).hexdigest()


def sign_login_state(session_key: str, message: bytes = b"") -> str:
    """Sign a request for one person: HMAC-SHA256 over the body; a GET has none."""
    return hmac.digest(_octets(session_key), message, "sha256").hex()


def same_signature(a: str, b: str) -> bool:
    """Compare two signatures in constant time, whatever text they are."""
    return hmac.compare_digest(_octets(a), _octets(b))


def _octets(text: str) -> bytes:
    # A lone surrogate (JSON can carry one) must give a mismatch, not an exception.
    return text.encode("utf-8", "surrogatepass")
