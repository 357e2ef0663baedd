"""Secrets that look real: as chance makes them, the same in every run, a mock's never.

A process warns of each once, so a test that waits for a warning takes one of its own.
"""

import base64
import hashlib


def chance(size: int, name: str) -> bytes:
    """Return bytes of this name that look like chance."""
    return hashlib.shake_256(f"real {name}".encode()).digest(size)


def app_secret(name: str) -> str:
    """Make an AppSecret."""
    return chance(16, name).hex()


def session_key(name: str) -> str:
    """Make a session_key."""
    return base64.b64encode(chance(16, name)).decode()


def access_token(name: str) -> str:
    """Make an access_token."""
    return "86_" + base64.urlsafe_b64encode(chance(102, name)).decode()


def bearer(name: str) -> str:
    """Make what follows "Bearer"."""
    return base64.urlsafe_b64encode(chance(30, name)).decode()


def private_key(name: str) -> str:
    """Make what looks like a private key in PEM."""
    lines = base64.encodebytes(chance(300, name)).decode()
    return f"-----BEGIN PRIVATE KEY-----\n{lines}-----END PRIVATE KEY-----"


def key(name: str) -> str:
    """Make a symmetric key of the server API."""
    return base64.b64encode(chance(32, name)).decode()


def letters(name: str, length: int) -> str:
    """Make letters and digits, as WeChat's consoles make keys of them."""
    text = base64.b64encode(chance(3 * length, name)).decode()
    return "".join(filter(str.isalnum, text))[:length]
