"""A backend with every sin that `wxsim audit` looks for; each can be switched on.

Without sins it is sound. It is no example to follow: look at `flask_backend` for that.
"""

import base64
import hashlib
import hmac
import itertools
import json
import os
import secrets
import threading
import time
import traceback
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
from werkzeug.exceptions import HTTPException as Refusal
from werkzeug.local import LocalProxy


SINS = {
    "trusts_codes": "takes the code for the openid and never asks WeChat",
    "bypass": "lets codes through that developers made up",
    "caches_codes": "remembers whose code it was, and takes it again",
    "ignores_errcode": "reads an answer of WeChat's without looking at errcode",
    "accepts_nobody": "logs in whom WeChat gave no openid",
    "exchanges_twice": "asks WeChat twice with the same code",
    "pastes_codes": "pastes the code into the address unescaped",
    "falls_over_refusals": "handles no errcode of WeChat's",
    "believes_openid": "takes the openid from the request",
    "stores_for_claimed": "stores a profile for the openid in the request",
    "tells_for_claimed": "tells about the openid in the request",
    "openid_is_password": "makes the openid the password of its account",
    "open_doors": "asks for no login state",
    "keeps_logged_in": "forgets nothing at the logout",
    "one_session": "keeps the session of whoever came last, for all",
    "new_accounts": "makes a new account at each login",
    "needs_unionid": "knows people by unionid",
    "trusts_fields": "expects every field to be there, and to be text",
    "no_signature_check": "takes rawData without its signature",
    "optional_signature": "checks a signature if there is one",
    "any_key": "tries the session_keys of all people",
    "no_watermark_check": "takes data made for another mini program",
    "no_freshness_check": "takes data of any age",
    "ignores_damage": "goes on when data cannot be opened",
    "falls_over_data": "handles no failure of a decryption",
    "believes_phone": "takes a phone number from the request",
    "key_per_person": "keeps one session_key per person, the latest exchanged",
    "insert_race": "looks up, then inserts",
    "global_person": "keeps the person in a global for a moment",
    "falls_over_weather": "handles no failure of the network",
    "retries_forever": "asks WeChat until it says yes",
    "never_refreshes": "keeps an access_token that WeChat refuses",
    "no_token_cache": "fetches an access_token for each call",
    "no_timeout": "waits for WeChat as long as it takes",
    "latin_names": "stores names in Latin-1",
    "short_names": "stores 32 characters of a name",
    "chinese_phones": "takes numbers of eleven digits only",
    "no_size_limit": "handles no input that is too long",
    "leaks_connections": "gives a connection back only if all went well",
    "token_is_key": "hands out sha1(session_key)",
    "token_is_openid": "hands out md5(openid)",
    "counts_tokens": "hands out 1, 2, 3",
    "weak_jwt": "signs with 'secret'",
    "tells_errors": "answers with the texts of exceptions",
    "shows_tracebacks": "answers errors with their tracebacks",
    "answers_session": "answers a login with all that WeChat said",
    "answers_config": "answers with its configuration",
    "answers_token": "answers with its access_token",
}

TOKEN_ERRORS = (40001, 40014, 42001)
DAY = 86_400
LONGEST = 4096
POOL = 8


class WeChatError(Exception):
    """WeChat answered with an errcode."""


class WeatherError(Exception):
    """WeChat did not answer."""


class WeChat:
    """The calls to WeChat, with what can go wrong in them."""

    def __init__(self, api: str, appid: str, secret: str, sins: frozenset) -> None:
        self.api, self.appid, self.secret, self.sins = api, appid, secret, sins
        self.patience = 2.0
        self.token = ""

    def ask(self, address: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        patience = None if "no_timeout" in self.sins else self.patience
        try:
            with urlopen(Request(self.api + address, data), timeout=patience) as came:
                return json.load(came)
        except (OSError, HTTPException, ValueError) as error:
            if isinstance(error, HTTPError):
                error.close()
            if "falls_over_weather" in self.sins:
                raise
            raise WeatherError(f"GET {self.api}{address}: {error!r}") from error

    def call(self, address: str, body: dict | None = None) -> dict:
        answer = self.ask(address, body)
        while "retries_forever" in self.sins and answer.get("errcode"):
            answer = self.ask(address, body)
        if answer.get("errcode") and "ignores_errcode" not in self.sins:
            raise WeChatError(answer["errcode"], answer["errmsg"])
        return answer

    def code2session(self, code: str) -> dict:
        who = urlencode({"appid": self.appid, "secret": self.secret})
        kind = "grant_type=authorization_code"
        shown = code if "pastes_codes" in self.sins else urlencode({"": code})[1:]
        address = f"/sns/jscode2session?{who}&js_code={shown}&{kind}"
        session = self.call(address)
        if "exchanges_twice" in self.sins:
            self.ask(address)
        return session

    def access_token(self) -> str:
        if not self.token or "no_token_cache" in self.sins:
            query = {"appid": self.appid, "secret": self.secret}
            query["grant_type"] = "client_credential"
            self.token = self.call(f"/cgi-bin/token?{urlencode(query)}")["access_token"]
        return self.token

    def phone_number(self, code: str, *, retry: bool = True) -> dict:
        path = "/wxa/business/getuserphonenumber"
        query = urlencode({"access_token": self.access_token()})
        try:
            answer = self.call(f"{path}?{query}", {"code": code})
        except WeChatError as error:
            refreshable = error.args[0] in TOKEN_ERRORS and retry
            if not refreshable or "never_refreshes" in self.sins:
                raise
            self.token = ""
            return self.phone_number(code, retry=False)
        return answer["phone_info"]


class Shop:
    """Who is known and who is signed in."""

    def __init__(self, wechat: WeChat, sins: frozenset) -> None:
        self.wechat, self.sins = wechat, sins
        self.people: dict[str, dict] = {}
        self.sessions: dict[str, dict] = {}
        self.codes: dict[str, dict] = {}
        self.keys: dict[str, str] = {}
        self.newest: dict[str, int] = {}
        self.last: dict = {}
        self.numbers = itertools.count(1)
        self.connections = threading.Semaphore(POOL)
        self.jwt_key = b"secret" if "weak_jwt" in sins else secrets.token_bytes(32)

    def exchanged(self, code: str) -> dict:
        """Find out whose code this is."""
        if "trusts_codes" in self.sins:
            return {"openid": code, "session_key": "", "unionid": code}
        if "bypass" in self.sins and code.startswith(("test", "mock", "dev")):
            return {"openid": "developer", "session_key": "", "unionid": "developer"}
        if "caches_codes" in self.sins and code in self.codes:
            return self.codes[code]
        session = self.wechat.code2session(code)
        if {"ignores_errcode", "accepts_nobody"} & self.sins:
            session = {"openid": "", "session_key": "", **session}
        elif not session.get("openid"):
            raise WeatherError("WeChat told no openid")
        self.codes[code] = session
        return session

    def sign_in(self, session: dict) -> str:
        if "global_person" in self.sins:
            self.last = session
            time.sleep(0.05)
            session = self.last
        openid = session["openid"]
        self.insert(session["unionid"] if "needs_unionid" in self.sins else openid)
        self.people.setdefault(openid, self.new_person())
        if "new_accounts" in self.sins:
            self.people[openid]["id"] = next(self.numbers)
        token = self.new_token(session)
        self.sessions[token] = self.last = session
        self.keys[openid] = session["session_key"]
        return token

    def insert(self, key: str) -> None:
        if "insert_race" in self.sins and key not in self.people:
            time.sleep(0.05)
            if key in self.people:
                raise RuntimeError("UNIQUE constraint failed: person.openid")
        self.people.setdefault(key, self.new_person())

    def new_person(self) -> dict:
        return {"id": next(self.numbers)}

    def new_token(self, session: dict) -> str:
        if "token_is_key" in self.sins:
            return hashlib.sha1(session["session_key"].encode()).hexdigest()
        if "token_is_openid" in self.sins:
            return hashlib.md5(session["openid"].encode()).hexdigest()
        if "counts_tokens" in self.sins:
            return f"{next(self.numbers):08d}"
        plain = json.dumps({"jti": secrets.token_urlsafe(16)}).encode()
        parts = (b'{"alg":"HS256","typ":"JWT"}', plain)
        signed = ".".join(map(url_safe, parts))
        made = hmac.new(self.jwt_key, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{url_safe(made)}"

    def session(self) -> dict:
        given = request.authorization
        if "openid_is_password" in self.sins and given and given.type == "basic":
            known = given.username in self.people and given.password == given.username
            return {"openid": given.username} if known else abort(401)
        token = given.token if given else ""
        if "one_session" in self.sins:
            return self.last
        if "open_doors" in self.sins and token not in self.sessions:
            return self.last
        return self.sessions.get(token) or abort(401)

    def key_of(self, session: dict) -> str:
        if "key_per_person" in self.sins:
            return self.keys[session["openid"]]
        return session["session_key"]

    def opened(self, session: dict) -> dict:
        """Decrypt what came, with the key of the session or a wrong one."""
        sealed, iv = sent("encryptedData"), sent("iv")
        key = self.key_of(session)
        keys = [key, *self.keys.values()] if "any_key" in self.sins else [key]
        for number, each in enumerate(keys, 1):
            try:
                return self.checked(decrypted(each, sealed, iv), session["openid"])
            except (ValueError, KeyError, TypeError):
                if number == len(keys) and "ignores_damage" not in self.sins:
                    raise
        return {"nickName": "", "phoneNumber": "", "purePhoneNumber": ""}

    def checked(self, plain: dict, openid: str) -> dict:
        mark = plain["watermark"]
        foreign = mark["appid"] != self.wechat.appid
        if foreign and "no_watermark_check" not in self.sins:
            raise ValueError("the data were made for another mini program")
        newest = self.newest.get(openid, 0)
        if mark["timestamp"] < newest - DAY and "no_freshness_check" not in self.sins:
            raise ValueError("newer data came before these")
        self.newest[openid] = max(newest, mark["timestamp"])
        return plain


def url_safe(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decrypted(session_key: str, sealed: str, iv: str) -> dict:
    key, vector = base64.b64decode(session_key), base64.b64decode(iv)
    opener, unpad = Cipher(AES(key), CBC(vector)).decryptor(), PKCS7(128).unpadder()
    padded = opener.update(base64.b64decode(sealed)) + opener.finalize()
    return json.loads(unpad.update(padded) + unpad.finalize())


class BadRequestError(Exception):
    """The phone sent something else than it should."""


def sent(name: str) -> str:
    if "trusts_fields" in shop.sins:
        return request.json[name].strip()
    value = request.json.get(name) if isinstance(request.json, dict) else None
    if not value or not isinstance(value, str):
        raise BadRequestError(f"{name} is missing")
    if len(value) > LONGEST:
        if "no_size_limit" in shop.sins:
            raise OverflowError("Data too long for column")
        raise BadRequestError(f"{name} is too long")
    return value


def also(name: str) -> str | None:
    """Read what the phone claims, where a sin believes it."""
    return request.json.get(name) if isinstance(request.json, dict) else None


pages = Blueprint("pages", __name__)
shop: Shop = LocalProxy(lambda: current_app.extensions["shop"])


@pages.post("/login")
def login():
    if not shop.connections.acquire(blocking=False):
        return {"error": "no connection left"}, 503
    try:
        session = shop.exchanged(sent("code"))
    except Exception:
        if "leaks_connections" not in shop.sins:
            shop.connections.release()
        raise
    shop.connections.release()
    if "believes_openid" in shop.sins and also("openid"):
        session = {**session, "openid": also("openid")}
    answer = {"token": shop.sign_in(session)}
    if "answers_session" in shop.sins:
        answer |= session
    if "answers_config" in shop.sins:
        answer["config"] = {"appid": shop.wechat.appid, "key": shop.wechat.secret}
    return answer


@pages.get("/me")
def me():
    openid = shop.session()["openid"]
    if "tells_for_claimed" in shop.sins:
        openid = request.args.get("openid", openid)
    return {"openid": openid, **shop.people[openid]}


@pages.post("/logout")
def logout():
    if "keeps_logged_in" not in shop.sins and request.authorization:
        shop.sessions.pop(request.authorization.token, None)
    return {}


@pages.post("/profile")
def profile():
    session, sins = shop.session(), shop.sins
    raw, signature = sent("rawData"), also("signature")
    key = shop.key_of(session)
    made = hashlib.sha1((raw + key).encode()).hexdigest()
    right = hmac.compare_digest(made.encode(), str(signature).encode())
    excused = {"no_signature_check", "any_key", "ignores_damage", "falls_over_data"}
    if not signature:
        excused |= {"optional_signature"}
    if not right and not excused & sins:
        raise BadRequestError("the signature is wrong")
    shop.opened(session)
    name = json.loads(raw)["nickName"]
    if "latin_names" in sins:
        name = name.encode("latin-1").decode("latin-1")
    person = shop.people[stored_for(session)]
    person["nickName"] = name[:32] if "short_names" in sins else name
    return person


def stored_for(session: dict) -> str:
    claimed = also("openid") if "stores_for_claimed" in shop.sins else None
    return claimed or session["openid"]


@pages.post("/phone")
def phone():
    session = shop.session()
    number = shop.opened(session)["purePhoneNumber"]
    if "believes_phone" in shop.sins:
        number = also("phoneNumber") or number
    return numbered(session, number)


@pages.post("/phone/code")
def phone_by_code():
    session = shop.session()
    found = shop.wechat.phone_number(sent("code"))
    answer = numbered(session, found["purePhoneNumber"])
    if "answers_token" in shop.sins:
        answer = {**answer, "debug": shop.wechat.token}
    return answer


def numbered(session: dict, number: str) -> dict:
    if "chinese_phones" in shop.sins and len(number) != 11:
        raise BadRequestError("this is no phone number")
    person = shop.people[session["openid"]]
    person["phone"] = number
    return person


HANDLED = (
    (BadRequestError, 400, "bad request", set()),
    (WeatherError, 503, "WeChat is away", set()),
    (WeChatError, 401, "WeChat refuses", {"falls_over_refusals"}),
    (RecursionError, 400, "bad request", {"trusts_fields"}),
    (
        (ValueError, KeyError, TypeError),
        400,
        "bad data",
        {
            "falls_over_data",
            "trusts_fields",
            "latin_names",
            "falls_over_weather",
            "needs_unionid",
        },
    ),
)
"""Errors, what they are answered with, and the sins that let them through."""


@pages.errorhandler(Exception)
def failed(error):
    if isinstance(error, Refusal):
        return {"error": error.name}, error.code
    told = {"reason": str(error)} if "tells_errors" in shop.sins else {}
    if "shows_tracebacks" in shop.sins:
        told = {"trace": traceback.format_exc()}
    for kind, status, text, sins in HANDLED:
        if isinstance(error, kind) and not sins & shop.sins:
            return {"error": text, **told}, status
    raise error


def create_app(
    wechat_api: str = "",
    appid: str = "",
    secret: str = "",
    sins: str = "",
) -> Flask:
    chosen = sins or os.environ.get("BAD_SINS", "")
    known = frozenset(filter(None, chosen.split(",")))
    if unknown := known - SINS.keys():
        raise ValueError(f"there is no sin {', '.join(unknown)}; see SINS")
    wechat = WeChat(
        wechat_api or os.environ.get("WECHAT_API", "https://api.weixin.qq.com"),
        appid or os.environ.get("WECHAT_APPID", ""),
        secret or os.environ.get("WECHAT_SECRET", ""),
        known,
    )
    app = Flask(__name__)
    app.extensions["shop"] = Shop(wechat, known)
    app.register_blueprint(pages)
    return app


app = create_app()
