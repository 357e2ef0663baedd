"""A small backend: takes a code and a sealed profile, and says who that was.

    python -m tests.endurance.million.backend http://127.0.0.1:PORT

It trusts nothing of ours: signature and decryption are its own. Prints its address.
"""

import base64
import hashlib
import http.client
import json
import sys
import threading
from collections.abc import Callable
from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from urllib.parse import urlsplit

import click
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from granian import Granian
from granian.constants import HTTPModes
from granian.constants import Interfaces

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.listeners.port import bind


THREADS = 32
SECONDS = 30


class WrongError(Exception):
    """What the phone or WeChat sent is wrong; says in few words how."""


class Backend:
    """A WSGI app of one route."""

    def __init__(self, wechat: str) -> None:
        self._address = urlsplit(wechat).netloc
        self._here = threading.local()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        sent = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        try:
            answer = self._login(sent)
        except WrongError as error:
            answer = {"error": str(error)}
        said = json.dumps(answer).encode()
        headers = [("Content-Type", "application/json")]
        start_response("200 OK", [*headers, ("Content-Length", str(len(said)))])
        return [said]

    def _login(self, sent: dict[str, str]) -> dict[str, Any]:
        session = self._session(sent["code"])
        session_key = session["session_key"]
        signed = sent["rawData"] + session_key
        if hashlib.sha1(signed.encode()).hexdigest() != sent["signature"]:
            raise WrongError("signature of another session_key")
        profile = _opened(sent["encryptedData"], session_key, sent["iv"])
        shown = {name: value for name, value in profile.items() if name != "watermark"}
        if shown != json.loads(sent["rawData"]):
            raise WrongError("sealed and raw data differ")
        return {"openid": session["openid"], "profile": profile}

    def _session(self, code: str) -> dict[str, str]:
        query = {"appid": DEFAULT_APPID, "secret": DEFAULT_SECRET, "js_code": code}
        query["grant_type"] = "authorization_code"
        try:
            connection = self._connection()
            connection.request("GET", f"/sns/jscode2session?{urlencode(query)}")
            answer: dict[str, Any] = json.load(connection.getresponse())
        except (OSError, http.client.HTTPException, ValueError):
            self._here.connection = None
            raise WrongError("no answer of the mock") from None
        if "session_key" not in answer:
            raise WrongError(f"errcode {answer.get('errcode')}")
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        known = getattr(self._here, "connection", None)
        if known is None:
            known = http.client.HTTPConnection(self._address, timeout=SECONDS)
            self._here.connection = known
        return known


def _opened(encrypted_data: str, session_key: str, iv: str) -> dict[str, Any]:
    try:
        key, start = base64.b64decode(session_key), base64.b64decode(iv)
        opening = Cipher(AES(key), CBC(start)).decryptor()
        padded = opening.update(base64.b64decode(encrypted_data)) + opening.finalize()
        unpadding = PKCS7(128).unpadder()
        plain = unpadding.update(padded) + unpadding.finalize()
        opened: dict[str, Any] = json.loads(plain)
    except ValueError:
        raise WrongError("data sealed with another session_key") from None
    return opened


def _load(wechat: str) -> Backend:
    return Backend(wechat)


def main() -> None:
    """Serve until ended."""
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    granian = Granian(
        "backend",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        log_enabled=False,
    )
    click.echo(f"http://127.0.0.1:{port}")
    granian.serve(target_loader=partial(_load, sys.argv[1]), wrap_loader=False)


if __name__ == "__main__":
    main()
