"""The mock in process, as verbs: a developer's server, a phone, the control API."""

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import parse_qs
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET


NOON = 1_700_000_000
CALLBACK = "https://shop.example/callback"
RID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")
HINT = re.compile(rb"hint: \[([A-Za-z0-9._-]{14,17})\]")

SNS_HEADERS = {"Content-Type": "text/plain"}
JSON_HEADERS = {"Content-Type": "application/json; encoding=utf-8"}


class DeveloperServer:
    """Calls WeChat as a developer's server does."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()

    def code2session(self, js_code: str, /, **changes: str | None) -> TestResponse:
        """Exchange a code; a change to None leaves the parameter out."""
        query = {
            "appid": DEFAULT_APPID,
            "secret": DEFAULT_SECRET,
            "js_code": js_code,
            "grant_type": "authorization_code",
        }
        return self.http.get(
            "/sns/jscode2session", query_string=_changed(query, changes)
        )

    def token(self, **changes: str | None) -> TestResponse:
        """Ask for an access_token."""
        query = {
            "grant_type": "client_credential",
            "appid": DEFAULT_APPID,
            "secret": DEFAULT_SECRET,
        }
        return self.http.get("/cgi-bin/token", query_string=_changed(query, changes))

    def stable_token(self, **changes: Any) -> TestResponse:
        """Ask for the stable access_token."""
        body = {
            "grant_type": "client_credential",
            "appid": DEFAULT_APPID,
            "secret": DEFAULT_SECRET,
        }
        return self.http.post("/cgi-bin/stable_token", json=_changed(body, changes))

    def access_token(self) -> str:
        """Return a fresh access_token."""
        return str(self.token().get_json(force=True)["access_token"])

    def phone_number(self, access_token: str, body: object) -> TestResponse:
        """Exchange a phone code."""
        return self.http.post(
            "/wxa/business/getuserphonenumber",
            query_string={"access_token": access_token},
            json=body,
        )

    def web_token(self, code: str, /, **changes: str | None) -> TestResponse:
        """Exchange the code of a web page."""
        query = {
            "appid": DEFAULT_APPID,
            "secret": DEFAULT_SECRET,
            "code": code,
            "grant_type": "authorization_code",
        }
        return self.http.get(
            "/sns/oauth2/access_token", query_string=_changed(query, changes)
        )

    def post(self, path: str, body: object, /, **query: str) -> TestResponse:
        """Call an interface with a fresh access_token; bytes go out as they are."""
        query = {"access_token": self.access_token(), **query}
        if isinstance(body, bytes):
            return self.http.post(path, query_string=query, data=body)
        return self.http.post(path, query_string=query, json=body)

    def signed(
        self, path: str, session: dict[str, str], **changes: str | None
    ) -> TestResponse:
        """Call checksession or resetusersessionkey for a session."""
        query = {
            "access_token": self.access_token(),
            "openid": session["openid"],
            "signature": sign(session["session_key"]),
            "sig_method": "hmac_sha256",
        }
        return self.http.get(path, query_string=_changed(query, changes))


class Phone:
    """A person's phone with WeChat on it."""

    def __init__(self, app: Flask) -> None:
        self._http = app.test_client()

    def wx(self, api: str, **body: object) -> dict[str, Any]:
        """Play a wx call."""
        response = self._http.post(f"/_mockwx/api/wx/{api}", json=body)
        return dict(response.get_json())

    def login(self, **body: object) -> str:
        """Log in; return the code."""
        return str(self.wx("login", **body)["code"])

    def share_phone_number(self, **body: object) -> str:
        """Tap the phone button; return the phone code."""
        return str(self.wx("getPhoneNumber", **body)["code"])


class Browser:
    """A person in front of a web page that wants to know them."""

    def __init__(self, app: Flask) -> None:
        self._http = app.test_client()

    def open(self, page: str, /, **changes: str | None) -> TestResponse:
        """Open `authorize` or `qrconnect`; a change to None leaves a parameter out."""
        path, scope = {
            "authorize": ("/connect/oauth2/authorize", "snsapi_userinfo"),
            "qrconnect": ("/connect/qrconnect", "snsapi_login"),
        }[page]
        query = {
            "appid": DEFAULT_APPID,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": scope,
            "state": "s1",
        }
        return self._http.get(path, query_string=_changed(query, changes))

    def code(self, page: str = "authorize", /, **changes: str | None) -> str:
        """Allow what a page asks; return the code."""
        back = self.open(page, **{"mockwx_consent": "allow", **changes})
        return parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]


class Control:
    """The control API."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()

    def get(self, path: str, /, **query: object) -> Any:
        """Read something."""
        return self.http.get(f"/_mockwx/api/{path}", query_string=query).get_json()

    def post(self, path: str, /, **body: object) -> Any:
        """Do something."""
        return self.http.post(f"/_mockwx/api/{path}", json=body).get_json()

    def patch(self, path: str, /, **body: object) -> Any:
        """Change something."""
        return self.http.patch(f"/_mockwx/api/{path}", json=body).get_json()

    def latest_exchange(self) -> dict[str, Any]:
        """Return the last call that WeChat received."""
        return dict(self.get("exchanges", reveal=1)["exchanges"][-1])


def sign(session_key: str) -> str:
    """Sign an empty message with the key as text, as checksession wants it."""
    return hmac.new(session_key.encode(), b"", hashlib.sha256).hexdigest()


def error_body(errcode: int, text: str, response: TestResponse) -> bytes:
    """Return the only body right for an error, given the rid and hint it drew."""
    rid, hint = RID.search(response.data), HINT.search(response.data)
    filled = text.replace("RID", rid.group().decode() if rid else "no rid")
    filled = filled.replace("HINT", hint.group(1).decode() if hint else "no hint")
    return f'{{"errcode":{errcode},"errmsg":"{filled}"}}'.encode()


def _changed(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = {**fields, **changes}
    return {name: value for name, value in merged.items() if value is not None}
