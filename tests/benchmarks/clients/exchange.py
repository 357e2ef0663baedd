"""The small backend of both flows: the exchange over one connection, and unseal."""

import base64
import http.client
import json
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
    """Asks WeChat for session keys."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def session_key(self, code: str) -> str:
        """Exchange a code; raises KeyError if WeChat refuses it."""
        query = urlencode({**APP, "js_code": code})
        self._connection.request("GET", f"/sns/jscode2session?{query}")
        return str(json.load(self._connection.getresponse())["session_key"])


def unseal(session_key: str, iv: str, encrypted_data: str) -> object:
    """Open a payload; raises ValueError if it does not open."""
    key, start, sealed = map(base64.b64decode, (session_key, iv, encrypted_data))
    opener = Cipher(AES(key), CBC(start)).decryptor()
    padded = opener.update(sealed) + opener.finalize()
    return json.loads(padded[: -padded[-1]])
