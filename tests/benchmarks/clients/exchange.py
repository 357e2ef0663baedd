"""The small backend of both flows: the exchange over one connection, and unseal."""

import base64
import json
import socket
from urllib.parse import urlencode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC


APP = {
    "appid": "wx6d6f636b77780001",
    "secret": "6d6f636b77786d6f636b77786d6f636b",
    "grant_type": "authorization_code",
}


class Exchange:
    """Asks WeChat for session keys, by hand: who plays is measured, and not this."""

    def __init__(self, url: str) -> None:
        self._wire = connect(url)
        asked = f"GET /sns/jscode2session?{urlencode(APP)}&js_code=%s HTTP/1.1"
        host = f"Host: {urlsplit(url).netloc}"
        self._request = f"{asked}\r\n{host}\r\n\r\n".encode()

    def session_key(self, code: str) -> str:
        """Exchange a code; raises KeyError if WeChat refuses it."""
        self._wire.sendall(self._request % code.encode())
        return str(json.loads(answer(self._wire))["session_key"])


def connect(url: str) -> socket.socket:
    """Connect to the mock."""
    parts = urlsplit(url)
    wire = socket.create_connection((parts.hostname, parts.port))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def answer(wire: socket.socket) -> str:
    """Read the body of an answer, which the mock sends in one piece."""
    return wire.recv(65_536).partition(b"\r\n\r\n")[2].decode()


def unseal(session_key: str, iv: str, encrypted_data: str) -> object:
    """Open a payload; raises ValueError if it does not open."""
    key, start, sealed = map(base64.b64decode, (session_key, iv, encrypted_data))
    opener = Cipher(AES(key), CBC(start)).decryptor()
    padded = opener.update(sealed) + opener.finalize()
    # Given bytes, json would first find out how they are encoded.
    return json.loads(padded[: -padded[-1]].decode())
