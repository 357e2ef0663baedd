"""A mini program's backend: logs people in with WeChat, keeps them in memory."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request
from urllib.request import urlopen

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from flask import Blueprint
from flask import Flask
from flask import abort
from flask import current_app
from flask import request
from werkzeug.local import LocalProxy


BUSY, TOO_OFTEN = -1, 45011
PATIENCE = 2  # seconds: somebody is looking at a spinner
HOUR = 3600


class WeChatError(Exception):
    """WeChat answered with an errcode."""


class NoAnswerError(Exception):
    """WeChat did not answer, or what came back is no answer of WeChat's."""


class WeChat:
    """The three calls to WeChat's servers that a login needs."""

    def __init__(self, api: str, appid: str, secret: str) -> None:
        self.api, self.appid, self.secret = api.rstrip("/"), appid, secret
        self.token, self.token_ends = "", 0.0

    def ask(self, path: str, query: dict, body: dict | None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        question = Request(f"{self.api}{path}?{urlencode(query)}", data)
        try:
            with urlopen(question, timeout=PATIENCE) as response:
                return json.load(response)
        except HTTPError as error:
            error.close()
            raise NoAnswerError from error
        except (OSError, HTTPException, ValueError) as error:
            # Asking again could spend a code twice: let the phone log in again.
            raise NoAnswerError from error

    def call(self, path: str, query: dict, body: dict | None = None) -> dict:
        answer = self.ask(path, query, body)
        if answer.get("errcode") == BUSY:
            answer = self.ask(path, query, body)
        if answer.get("errcode"):
            raise WeChatError(answer["errcode"], answer["errmsg"])
        return answer

    def code2session(self, code: str) -> dict:
        query = {"appid": self.appid, "secret": self.secret, "js_code": code}
        query["grant_type"] = "authorization_code"
        answer = self.call("/sns/jscode2session", query)
        if not answer.get("openid"):
            raise NoAnswerError("WeChat told nobody's openid")
        return answer

    def access_token(self) -> str:
        if time.time() >= self.token_ends:
            query = {"appid": self.appid, "secret": self.secret}
            query["grant_type"] = "client_credential"
            answer = self.call("/cgi-bin/token", query)
            self.token = answer["access_token"]
            self.token_ends = time.time() + answer["expires_in"] - 300
        return self.token

    def phone_number(self, code: str, *, retry: bool = True) -> str:
        query = {"access_token": self.access_token()}
        try:
            path = "/wxa/business/getuserphonenumber"
            answer = self.call(path, query, {"code": code})
        except WeChatError as error:
            if not retry or error.args[0] not in (40001, 40014, 42001):
                raise
            self.token_ends = 0
            return self.phone_number(code, retry=False)
        return answer["phone_info"]["phoneNumber"]

    def decrypt(self, encrypted_data: str, iv: str, session_key: str) -> dict:
        key, vector = base64.b64decode(session_key), base64.b64decode(iv)
        opener, unpad = Cipher(AES(key), CBC(vector)).decryptor(), PKCS7(128).unpadder()
        padded = opener.update(base64.b64decode(encrypted_data)) + opener.finalize()
        plain = json.loads(unpad.update(padded) + unpad.finalize())
        if plain["watermark"]["appid"] != self.appid:
            raise ValueError("the data were made for another mini program")
        return plain


class Accounts:
    """Who is known and who is signed in, until the server stops."""

    def __init__(self, wechat: WeChat) -> None:
        self.wechat = wechat
        self.people: dict[str, dict] = {}  # openid → what we know of a person
        self.sessions: dict[str, dict] = {}  # our token → openid and session_key
        self.tickets: dict[str, dict] = {}  # came by QR code, not registered yet
        self.newest: dict[str, int] = {}  # openid → when their latest data were sealed

    def sign_in(self, session: dict) -> str:
        token = secrets.token_urlsafe(16)
        self.sessions[token] = session
        self.people.setdefault(session["openid"], {})
        return token

    def session(self) -> dict:
        token = request.authorization.token if request.authorization else ""
        return self.sessions.get(token) or abort(401)

    def sign_out(self) -> None:
        token = request.authorization.token if request.authorization else ""
        self.sessions.pop(token, None)

    def opened(self, session: dict) -> dict:
        key, openid = session["session_key"], session["openid"]
        plain = self.wechat.decrypt(sent("encryptedData"), sent("iv"), key)
        sealed_at, newest = plain["watermark"]["timestamp"], self.newest.get(openid, 0)
        if sealed_at < newest - HOUR:
            raise ValueError("newer data came before these")
        self.newest[openid] = max(newest, sealed_at)
        return plain


def sent(name: str) -> str:
    """Read a text that the phone sent; anything else is a bad request."""
    value = request.json.get(name) if isinstance(request.json, dict) else None
    if not value or not isinstance(value, str):
        raise ValueError(f"{name} is missing")
    return value


pages = Blueprint("pages", __name__)
accounts: Accounts = LocalProxy(lambda: current_app.extensions["accounts"])


@pages.post("/login")
def login():
    session = accounts.wechat.code2session(sent("code"))
    return {"token": accounts.sign_in(session)}


@pages.get("/me")
def me():
    return accounts.people[accounts.session()["openid"]]


@pages.post("/logout")
def logout():
    accounts.sign_out()
    return {}


@pages.post("/user-info")
def user_info():
    session = accounts.session()
    signed = hashlib.sha1((sent("rawData") + session["session_key"]).encode())
    if not hmac.compare_digest(signed.hexdigest().encode(), sent("signature").encode()):
        raise ValueError("the signature is wrong")
    plain = accounts.opened(session)
    if plain.get("openId", session["openid"]) != session["openid"]:
        raise ValueError("the data are somebody else's")
    person = accounts.people[session["openid"]]
    person |= {"nickName": plain["nickName"], "avatarUrl": plain["avatarUrl"]}
    return person


@pages.post("/login-with-data")
def login_with_data():
    session = accounts.wechat.code2session(sent("code"))
    nickname = accounts.opened(session)["nickName"]
    token = accounts.sign_in(session)
    accounts.people[session["openid"]]["nickName"] = nickname
    return {"token": token, "nickName": nickname}


@pages.post("/phone/decrypt")
def phone_by_payload():
    session = accounts.session()
    person = accounts.people[session["openid"]]
    person["phone"] = accounts.opened(session)["phoneNumber"]
    return person


@pages.post("/phone/code")
def phone_by_code():
    person = accounts.people[accounts.session()["openid"]]
    person["phone"] = accounts.wechat.phone_number(sent("code"))
    return person


@pages.post("/scan-login")
def scan_login():
    session = accounts.wechat.code2session(sent("code"))
    if session["openid"] in accounts.people:
        return {"registered": True, "token": accounts.sign_in(session)}
    ticket = secrets.token_urlsafe(16)
    accounts.tickets[ticket] = {**session, "scene": sent("scene")}
    return {"registered": False, "ticket": ticket}


@pages.post("/register")
def register():
    phone = accounts.wechat.phone_number(sent("phoneCode"))
    session = accounts.tickets.pop(sent("ticket"), None) or abort(401)
    token = accounts.sign_in(session)
    accounts.people[session["openid"]] |= {"phone": phone, "scene": session["scene"]}
    return {"token": token}


@pages.errorhandler(WeChatError)
def wechat_refuses(error):
    errcode, errmsg = error.args
    status = {BUSY: 503, TOO_OFTEN: 429}.get(errcode, 401)
    return {"error": "wechat", "errcode": errcode, "errmsg": errmsg}, status


@pages.errorhandler(NoAnswerError)
def wechat_is_away(error):
    return {"error": "wechat_unavailable"}, 503, {"Retry-After": "1"}


@pages.errorhandler(ValueError)
@pages.errorhandler(KeyError)
@pages.errorhandler(RecursionError)
def bad_request(error):
    return {"error": "bad_data", "reason": str(error)}, 400


def create_app(wechat_api: str = "", appid: str = "", secret: str = "") -> Flask:
    wechat = WeChat(
        wechat_api or os.environ.get("WECHAT_API", "https://api.weixin.qq.com"),
        appid or os.environ.get("WECHAT_APPID", ""),
        secret or os.environ.get("WECHAT_SECRET", ""),
    )
    app = Flask(__name__)
    app.extensions["accounts"] = Accounts(wechat)
    app.register_blueprint(pages)
    return app


app = create_app()
