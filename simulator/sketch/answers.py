"""What somebody says of a backend, in a few words, as a sketch of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from typing import cast

from simulator.expressions import ExpressionError
from simulator.expressions import parse_path
from simulator.ports import SimulatorError
from simulator.sketch.model import PLACES
from simulator.sketch.model import SCHEMES
from simulator.sketch.model import SENT_IN
from simulator.sketch.model import CallSketch
from simulator.sketch.model import Place
from simulator.sketch.model import Purpose
from simulator.sketch.model import Sent
from simulator.sketch.model import Sketch
from simulator.speech.masking import is_real
from simulator.speech.masking import warn_of_a_real_secret
from simulator.wx.request import METHODS


NONE = "none"
STATUS = "status"
_ACCOUNT = {"appid": r"wx[0-9a-f]{16}", "secret": r"[0-9a-f]{32}"}
_VIEWS = ("data", "header", "cookie", "text")
_CALL = re.compile(r"(?:([A-Za-z]+)\s+)?(/\S*)")
_URL = re.compile(r"https?://[^\s/]+(?:/\S*)?|wsgi:\S+")


def defaults(known: Sketch | None, *, folder: str) -> dict[str, str]:
    """Say what is usual, or was read; what was read for certain is not asked."""
    if known is None:
        return {
            "name": folder or "my backend",
            "url": "http://127.0.0.1:8000",
            "appid": NONE,
            "secret": NONE,
            "login": "POST /login",
            "code": "json:code",
            "success": STATUS,
            "keep": "data.token",
            "send": "bearer",
            "page": "GET /me",
        }
    usual = {"name": known.name, "url": known.base_url, "appid": NONE, "secret": NONE}
    usual["keep"] = known.keep or NONE
    usual["success"] = STATUS
    if known.success is not None:
        path, value = known.success
        usual["success"] = f"{path}={json.dumps(value, ensure_ascii=False)}"
    usual["send"] = _said(known.sent) if known.sent else "bearer" * bool(known.keep)
    usual["send"] = usual["send"] or NONE
    if all(each.purpose != "page" for each in known.others):
        usual["page"] = NONE
    return usual


def validated(name: str, answer: str) -> str:
    """Return an answer that can be used; raise SimulatorError for any other."""
    if name == "url":
        _url(answer)
    elif name in _ACCOUNT and _given(answer):
        _account(name, answer)
    elif name == "code":
        _login({"code": answer}, None)
    elif name == "success":
        _success(answer)
    elif name == "keep" and _given(answer):
        _kept(answer)
    elif name == "send" and _given(answer):
        _sent(answer)
    elif name == "login" or (name == "page" and _given(answer)):
        _call("login", answer, {})
    return answer.strip()


def sketched(known: Sketch | None, answers: Mapping[str, str]) -> Sketch:
    """Make a sketch of answers, on top of what was read."""
    login = known.login if known is not None else None
    if login is None or "login" in answers or "code" in answers:
        login = _login(answers, login)
    others = known.others if known is not None else ()
    if _given(answers.get("page")):
        page = _call("page", answers["page"], {})
        others = (*(each for each in others if each.purpose != "page"), page)
    keep = _kept(answers["keep"]) if _given(answers["keep"]) else ""
    sent = _sent(answers["send"]) if _given(answers["send"]) and keep else None
    found = known or Sketch(login)
    return replace(
        found,
        name=answers["name"],
        base_url=_url(answers["url"]),
        appid=_account("appid", answers["appid"]),
        secret=_secret(answers["secret"]),
        login=login,
        success=_success(answers["success"]),
        keep=keep,
        sent=sent,
        others=others,
    )


def stem(name: str) -> str:
    """Name a file after a backend."""
    found = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return found[:40].strip("_") or "backend"


def _login(answers: Mapping[str, str], known: CallSketch | None) -> CallSketch:
    call = _call("login", answers.get("login") or "POST /login", {})
    if known is not None and "login" not in answers:
        call = replace(call, method=known.method, path=known.path)
    place, _, name = (answers.get("code") or "json:code").partition(":")
    if place not in PLACES:
        raise SimulatorError(
            f"A code is in one of {', '.join(PLACES)}, as in json:code, not in "
            f"'{place}'.",
            f"code 放在 {'、'.join(PLACES)} 之一，例如 json:code，而不是“{place}”。",
        )
    if place == "path":
        path = re.sub(r"\{\w+\}|:\w+|<\w+>", "${code}", call.path)
        path = path if "${code}" in path else path.rstrip("/") + "/${code}"
        return replace(call, path=path)
    parts = {cast("Place", place): {name or "code": "${code}"}}
    return replace(call, **cast("dict[str, Any]", parts))


def _call(purpose: Purpose, text: str, parts: Mapping[str, Any]) -> CallSketch:
    found = _CALL.fullmatch(text.strip())
    usual = "GET" if purpose == "page" else "POST"
    method = (found[1] or usual).upper() if found else ""
    if found is None or method not in METHODS:
        raise SimulatorError(
            f"'{text}' is no call: write a method and a path, as in POST /login.",
            f"“{text}” 不是一个调用：请写方法和路径，例如 POST /login。",
        )
    return CallSketch(purpose, method, found[2], **parts)


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise SimulatorError(
            f"'{text}' is not an address: write http://HOST:PORT or "
            "wsgi:MODULE:ATTRIBUTE.",
            f"“{text}” 不是地址：请写 http://主机:端口 或 wsgi:模块:属性。",
        )
    return text.rstrip("/")


def _success(text: str) -> tuple[str, object] | None:
    if text == STATUS:
        return None
    path, equals, value = text.partition("=")
    if not equals:
        raise SimulatorError(
            f"'{text}' does not say what a success is: write {STATUS}, or a place and "
            "a value, as in data.code=0 (data is the answer's JSON).",
            f"“{text}” 没有说明怎样算成功：请写 {STATUS}，或 位置=值，"
            "例如 data.code=0（data 指响应的 JSON）。",
        )
    try:
        return _kept(path.strip()), json.loads(value)
    except ValueError:
        return _kept(path.strip()), value.strip()


def _account(name: str, text: str) -> str:
    if not _given(text):
        return ""
    if not re.fullmatch(_ACCOUNT[name], text):
        example = "wx0123456789abcdef" if name == "appid" else "0123456789abcdef twice"
        raise SimulatorError(
            f"'{text}' is no {name} such as {example}.", f"“{text}” 不是 {name}。"
        )
    return text


def _secret(text: str) -> str:
    """Read a secret; a real one is not written down: a made-up one will do as well."""
    secret = _account("secret", text)
    warn_of_a_real_secret(f"secret: {secret}", "wxsim init")
    return "" if is_real("secret", secret) else secret


def _sent(text: str) -> Sent:
    if text.lower() in SCHEMES:
        return Sent("header", "Authorization", SCHEMES[text.lower()])
    place, _, name = text.partition(":")
    if place not in SENT_IN or not name:
        raise SimulatorError(
            f"'{text}' does not say how the login state is sent: write one of "
            f"{', '.join(SCHEMES)}, or PLACE:NAME with one of {', '.join(SENT_IN)}.",
            f"“{text}” 没有说明登录态怎样发送：请写 {'、'.join(SCHEMES)} 之一，"
            f"或 位置:名称，位置为 {'、'.join(SENT_IN)} 之一。",
        )
    return Sent(cast("Any", place), name, SCHEMES["bare"])


def _kept(text: str) -> str:
    root = text.partition(".")[0].partition("[")[0]
    try:
        parse_path(text)
    except ExpressionError:
        root = ""
    if root not in _VIEWS:
        raise SimulatorError(
            f"'{text}' is no place in an answer: begin with one of "
            f"{', '.join(_VIEWS)}, as in data.token.",
            f"“{text}” 不是响应中的位置：请以 {'、'.join(_VIEWS)} 之一开头。",
        )
    return text


def _said(sent: Sent) -> str:
    """Write how something is sent as the question takes it."""
    for name, template in SCHEMES.items():
        if (sent.name, sent.template) == ("Authorization", template):
            return name
    return f"{sent.place}:{sent.name}"


def _given(answer: str | None) -> bool:
    return bool(answer) and answer != NONE
