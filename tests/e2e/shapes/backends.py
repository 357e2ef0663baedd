"""Small backends, each of a shape that a real one had: what goes where, what comes.

Each is a factory for ``base_url: wsgi:tests.e2e.shapes.backends:NAME``.
"""

import hashlib
import itertools
import json
import time
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from flask import Flask
from flask import Response
from flask import jsonify
from flask import redirect
from flask import request

from docs.examples.flask_backend.app import WeChat
from docs.examples.flask_backend.app import WeChatError
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET


MAGIC = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A"


@dataclass
class Shop:
    """What every backend knows: WeChat, people, and who is signed in."""

    wechat: WeChat
    keys: dict[str, str] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def log_in(self, code: str) -> str:
        session = self.wechat.code2session(code)
        openid = session["openid"]
        self.keys[openid] = session["session_key"]
        self.people.setdefault(openid, {"uid": len(self.people) + 1})
        return openid

    def token_for(self, openid: str) -> str:
        token = hashlib.sha1(f"{openid} {next(self.numbers)}".encode()).hexdigest()
        self.tokens[token] = openid
        return token

    def opened(self, openid: str, sent: Mapping[str, str]) -> dict[str, Any]:
        return self.wechat.decrypt(sent["encryptedData"], sent["iv"], self.keys[openid])

    def signed(self, openid: str, sent: Mapping[str, str]) -> bool:
        text = sent["rawData"] + self.keys[openid]
        return hashlib.sha1(text.encode()).hexdigest() == sent["signature"]

    def person(self, token: str | None) -> dict[str, Any] | None:
        return self.people.get(self.tokens.get(token or "", ""))


def shop_of(wechat_api: str) -> tuple[Flask, Shop]:
    shop = Shop(WeChat(wechat_api, DEFAULT_APPID, DEFAULT_SECRET))
    app = Flask(__name__)
    app.json.ensure_ascii = False
    return app, shop


def json_code(wechat_api: str) -> Flask:
    """POST JSON, Bearer, judged by the status; a second login keeps the first token."""
    app, shop = shop_of(wechat_api)

    @app.post("/api/auth/login")
    def login() -> Any:
        openid = shop.log_in(request.json["code"])
        return {"data": {"token": shop.token_for(openid)}}

    @app.get("/api/me")
    def me() -> Any:
        person = shop.person(bearer("Bearer "))
        return person or ({"message": "log in first"}, 401)

    @app.post("/api/auth/logout")
    def logout() -> Any:
        shop.tokens.pop(bearer("Bearer ") or "", None)
        return "", 204

    @app.errorhandler(WeChatError)
    def refused(error: WeChatError) -> Any:
        return {"message": f"WeChat says {error.args[0]}"}, 401

    return app


def form_code(wechat_api: str) -> Flask:
    """POST form with constants, a cookie, 200 with errno; one session a person."""
    app, shop = shop_of(wechat_api)

    @app.post("/auth/token")
    def login() -> Any:
        constants = {"clientId": "mini", "grantType": "wechat", "tenantId": "1"}
        if any(request.form.get(name) != value for name, value in constants.items()):
            return {"errno": 400, "errmsg": "unknown client"}
        openid = shop.log_in(request.form["js_code"])
        for token in [each for each, whose in shop.tokens.items() if whose == openid]:
            del shop.tokens[token]
        answer = jsonify(errno=0)
        answer.set_cookie("sid", shop.token_for(openid), httponly=True)
        answer.set_cookie("lang", "zh_CN")
        return answer

    @app.get("/user/info")
    def me() -> Any:
        person = shop.person(request.cookies.get("sid"))
        return {"errno": 0, "data": person} if person else {"errno": 501}

    @app.errorhandler(WeChatError)
    def refused(error: WeChatError) -> Any:
        return {"errno": 502, "errmsg": str(error.args[0])}

    return app


def query_code(wechat_api: str) -> Flask:
    """GET query; the whole body is the token, or says in plain text what is wrong."""
    app, shop = shop_of(wechat_api)

    @app.get("/login")
    def login() -> Any:
        return plain(shop.token_for(shop.log_in(request.args["auth_code"])))

    @app.get("/me")
    def me() -> Any:
        person = shop.person(bearer("Token "))
        return plain(f"person {person['uid']}" if person else "ERROR not logged in")

    @app.errorhandler(WeChatError)
    def refused(error: WeChatError) -> Any:
        return plain(f"ERROR {error.args[0]}")

    return app


def header_code(wechat_api: str) -> Flask:
    """Code and payload in request headers, two values back under a key of letters."""
    app, shop = shop_of(wechat_api)

    @app.get("/login")
    def login() -> Any:
        try:
            openid = shop.log_in(request.headers["X-WX-Code"])
            headers = request.headers
            sent = {
                "encryptedData": headers["X-WX-Encrypted-Data"],
                "iv": headers["X-WX-IV"],
            }
            shop.people[openid] |= {"nickName": shop.opened(openid, sent)["nickName"]}
        except (WeChatError, ValueError):
            return {MAGIC: 1, "error": "ERR_LOGIN_FAILED"}
        skey = shop.token_for(openid)
        return {MAGIC: 1, "session": {"id": shop.people[openid]["uid"], "skey": skey}}

    @app.get("/me")
    def me() -> Any:
        person = shop.person(request.headers.get("X-WX-Skey"))
        if person is None or str(person["uid"]) != request.headers.get("X-WX-Id"):
            return {MAGIC: 1, "error": "ERR_SESSION_EXPIRED"}
        return {MAGIC: 1, "nickName": person["nickName"]}

    return app


def path_code(wechat_api: str) -> Flask:
    """Appid and code in the path; the token in a header, a new one with each answer."""
    app, shop = shop_of(wechat_api)

    @app.post("/wx/<appid>/login/<code>")
    def login(appid: str, code: str) -> Any:
        if appid != shop.wechat.appid:
            return "", 404
        token = shop.token_for(shop.log_in(code))
        return "", 204, {"Authorization": token}

    @app.get("/me")
    def me() -> Any:
        openid = shop.tokens.pop(request.headers.get("Authorization", ""), None)
        if openid is None:
            return "", 401
        return shop.people[openid], 200, {"Authorization": shop.token_for(openid)}

    return app


def other_names(wechat_api: str) -> Flask:
    """The code under the names that others gave it."""
    app, shop = shop_of(wechat_api)

    @app.post("/<name>")
    def login(name: str) -> Any:
        sent = request.get_json(silent=True) or request.values
        return {"uid": shop.people[shop.log_in(sent[name])]["uid"]}

    return app


def flat_payload(wechat_api: str) -> Flask:
    """Everything flat beside the code; `success: false` when it fails."""
    app, shop = shop_of(wechat_api)

    @app.post("/wxLogin")
    def login() -> Any:
        sent = request.json
        openid = shop.log_in(sent["code"])
        if not shop.signed(openid, sent):
            return {"success": False, "error": "signature"}
        nickname = shop.opened(openid, sent)["nickName"]
        shop.people[openid] |= {"nickName": nickname}
        return {"success": True, "token": shop.token_for(openid)}

    @app.post("/whoami")
    def me() -> Any:
        person = shop.person(request.headers.get("X-Shop-Token"))
        return {"success": bool(person), **(person or {})}

    @app.errorhandler(ValueError)
    def bad(error: ValueError) -> Any:
        return {"success": False, "error": "payload"}

    return app


def nested_payload(wechat_api: str) -> Flask:
    """The whole answer of getUserInfo inside, as JSON or as text in a form."""
    app, shop = shop_of(wechat_api)

    @app.post("/auth/loginByWeixin")
    def login() -> Any:
        return answer(request.json["code"], request.json["userInfo"])

    @app.post("/auth/form")
    def login_by_form() -> Any:
        return answer(request.form["code"], json.loads(request.form["userInfo"]))

    def answer(code: str, sent: Mapping[str, Any]) -> Any:
        openid = shop.log_in(code)
        plain_name = shop.opened(openid, sent)["nickName"]
        if not shop.signed(openid, sent) or plain_name != sent["userInfo"]["nickName"]:
            return {"code": 401, "msg": "not yours"}
        shop.people[openid] |= {"nickName": plain_name}
        result = {"session": shop.token_for(openid), "user": shop.people[openid]}
        return {"code": 0, "result": result}

    @app.get("/user/me")
    def me() -> Any:
        person = shop.person(request.headers.get("Session"))
        return {"code": 0, "result": person} if person else {"code": 401}

    return app


def query_payload(wechat_api: str) -> Flask:
    """The payload in the query of a second call, with every + and / it has."""
    app, shop = shop_of(wechat_api)

    @app.get("/code")
    def login() -> Any:
        return {"id": shop.token_for(shop.log_in(request.args["code"]))}

    @app.get("/decode")
    def decode() -> Any:
        openid = shop.tokens.get(request.headers.get("token", ""))
        if openid is None:
            return {"error": "token"}
        return {"phone": shop.opened(openid, request.args)["phoneNumber"]}

    @app.errorhandler(ValueError)
    def bad(error: ValueError) -> Any:
        return {"error": "payload"}

    return app


def second_call(wechat_api: str) -> Flask:
    """The code first; what else there is later, opened with the key of the login."""
    app, shop = shop_of(wechat_api)

    @app.post("/login")
    def login() -> Any:
        return {"token": shop.token_for(shop.log_in(request.json["code"]))}

    @app.post("/profile")
    def profile() -> Any:
        openid = shop.tokens.get(bearer("JWT ") or "")
        if openid is None:
            return {"error": "token"}, 401
        opened = shop.opened(openid, request.json)
        names = ("nickName", "phoneNumber")
        shop.people[openid] |= {n: opened[n] for n in names if n in opened}
        return shop.people[openid]

    @app.errorhandler(ValueError)
    def bad(error: ValueError) -> Any:
        return {"error": "payload"}, 400

    return app


def phone_payload(wechat_api: str) -> Flask:
    """Code and phone payload in one call; the token in the query of later ones."""
    app, shop = shop_of(wechat_api)

    @app.post("/mobile/login")
    def login() -> Any:
        openid = shop.log_in(request.json["code"])
        phone = shop.opened(openid, request.json)["phoneNumber"]
        shop.people[openid] |= {"phone": phone}
        return {"uid": shop.people[openid]["uid"], "token": shop.token_for(openid)}

    @app.get("/me")
    def me() -> Any:
        person = shop.person(request.args.get("access_token"))
        return person or {"uid": 0}

    @app.errorhandler(ValueError)
    def bad(error: ValueError) -> Any:
        return {"uid": -1}

    return app


def two_codes(wechat_api: str) -> Flask:
    """The login's code and the phone's in one call, with a tag; two values to send."""
    app, shop = shop_of(wechat_api)

    @app.post("/sign-in")
    def login() -> Any:
        sent = request.json
        if sent.get("tag") != "wechat_miniprogram":
            return {"error": "tag"}
        openid = shop.log_in(sent["loginCode"])
        shop.people[openid] |= {"phone": shop.wechat.phone_number(sent["phoneCode"])}
        return {"id": shop.people[openid]["uid"], "skey": shop.token_for(openid)}

    @app.post("/me")
    def me() -> Any:
        person = shop.person(request.json.get("skey"))
        if person is None or person["uid"] != request.json.get("id"):
            return {"error": "session"}
        return {"phone": person["phone"], "page": request.json["page"]}

    return app


def bind(wechat_api: str) -> Flask:
    """Who is unknown gets a ticket, and a token once they have bound a phone."""
    app, shop = shop_of(wechat_api)
    tickets: dict[str, str] = {}

    @app.post("/login")
    def login() -> Any:
        openid = shop.log_in(request.json["code"])
        if "phone" in shop.people[openid]:
            return {"token": shop.token_for(openid), "ticket": None}
        ticket = f"ticket-{next(shop.numbers)}"
        tickets[ticket] = openid
        return {"token": None, "ticket": ticket}

    @app.post("/bind")
    def bind_phone() -> Any:
        openid = tickets.pop(request.json["ticket"], None)
        if openid is None:
            return {"error": "ticket"}, 410
        phone = shop.wechat.phone_number(request.json["phoneCode"])
        shop.people[openid] |= {"phone": phone}
        return {"token": shop.token_for(openid)}

    @app.get("/me")
    def me() -> Any:
        return shop.person(bearer("Bearer ")) or ({"error": "token"}, 401)

    return app


def refresh(wechat_api: str) -> Flask:
    """An access token that is good for two calls, and one to refresh it with."""
    app, shop = shop_of(wechat_api)
    refreshing: dict[str, str] = {}
    used: dict[str, int] = {}

    def pair(openid: str) -> Any:
        access, again = shop.token_for(openid), f"refresh-{next(shop.numbers)}"
        refreshing[again], used[access] = openid, 0
        return {"access": access, "refresh": again}

    @app.post("/login")
    def login() -> Any:
        return pair(shop.log_in(request.json["code"]))

    @app.post("/refresh")
    def renew() -> Any:
        openid = refreshing.pop(request.json["refresh"], None)
        return pair(openid) if openid else ({"error": "log in again"}, 401)

    @app.get("/me")
    def me() -> Any:
        token = bearer("Bearer ") or ""
        used[token] = used.get(token, 2) + 1
        if used[token] > 2:
            return {"error": "token expired"}, 401
        return shop.person(token)

    return app


def slashes(wechat_api: str) -> Flask:
    """Paths end with a slash; who leaves it out is sent there, and loses the body."""
    app, shop = shop_of(wechat_api)
    app.url_map.redirect_defaults = False

    @app.post("/login/")
    def login() -> Any:
        return {"token": shop.token_for(shop.log_in(request.json["code"]))}

    @app.get("/login/")
    def form() -> Any:
        return {"detail": "POST a code"}, 405

    @app.route("/login", methods=["GET", "POST"])
    def elsewhere() -> Any:
        return redirect("/login/", 301)

    app.url_map.strict_slashes = True
    return app


def paced(wechat_api: str) -> Flask:
    """Three logins in 0.3 seconds, and no more."""
    app, shop = shop_of(wechat_api)
    times: list[float] = []

    @app.post("/login")
    def login() -> Any:
        times.append(time.monotonic())
        if len([each for each in times if each > times[-1] - 0.3]) > 3:
            return {"detail": "throttled"}, 429
        return {"token": shop.token_for(shop.log_in(request.json["code"]))}

    return app


def bearer(scheme: str) -> str | None:
    sent = request.headers.get("Authorization", "")
    return sent.removeprefix(scheme) if sent.startswith(scheme) else None


def plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")
