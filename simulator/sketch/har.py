"""Guess a backend from a HAR file: what a phone or a browser really sent."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult
from urllib.parse import parse_qsl
from urllib.parse import unquote
from urllib.parse import urlsplit

from simulator.foreign_json import parsed
from simulator.ports import SimulatorError
from simulator.sketch import names
from simulator.sketch.model import EDIT
from simulator.sketch.model import SCHEMES
from simulator.sketch.model import CallSketch
from simulator.sketch.model import Purpose
from simulator.sketch.model import Sent
from simulator.sketch.model import Sketch
from simulator.speech.masking import is_real


# What WeChat gives: a login's code of 32 characters, and a phone's of 64.
_CODE = re.compile(r"0[A-Za-z0-9]{31}")
_PHONE_CODE = re.compile(r"[0-9a-f]{64}")
_SECRET = re.compile(r"pass|secret|pwd", re.IGNORECASE)
_SHORTEST_TOKEN = 6


def read_har(document: Mapping[str, Any], origin: str) -> Sketch:
    """Find the login and what was sent after it; raise SimulatorError if none is."""
    log = document.get("log")
    entries = log.get("entries") if isinstance(log, Mapping) else None
    talks = [_Talk(each) for each in entries or ()]
    at = next((n for n, each in enumerate(talks) if each.is_login), None)
    if at is None:
        raise SimulatorError(
            f"{origin} holds no request with a code of WeChat's; record a login, or "
            "answer the questions of `wxsim init` without it.",
            f"{origin} 中没有带微信 code 的请求；请录制一次登录，或不用它而回答问题。",
        )
    login, later = talks[at], talks[at + 1 :]
    later = [each for each in later if each.url.netloc == login.url.netloc]
    keep, value, sent = _login_state(login, later)
    return Sketch(
        login=login.sketch("login"),
        name=login.url.hostname or "my backend",
        base_url=f"{login.url.scheme}://{login.url.netloc.rpartition('@')[2]}",
        keep=keep,
        sent=sent,
        success=_verdict(login.answer),
        message=_member(names.message_in(login.answer)),
        others=tuple(_others(later, login, value)),
        origin=origin,
    )


class _Talk:
    """One request and its answer."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._request = entry.get("request") or {}
        self._response = entry.get("response") or {}
        self.method = str(self._request.get("method") or "GET").upper()
        self.url: SplitResult = urlsplit(str(self._request.get("url") or ""))

    @cached_property
    def headers(self) -> dict[str, str]:
        return _pairs(self._request.get("headers"), lower=True)

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.url.query, keep_blank_values=True))

    @cached_property
    def cookies(self) -> dict[str, str]:
        pairs = (
            each.partition("=") for each in self.headers.get("cookie", "").split(";")
        )
        return {name.strip(): value.strip() for name, _, value in pairs if value}

    @cached_property
    def form(self) -> dict[str, str]:
        posted = self._request.get("postData") or {}
        if "form-urlencoded" not in str(posted.get("mimeType")):
            return {}
        if posted.get("params"):
            return {name: unquote(v) for name, v in _pairs(posted["params"]).items()}
        return dict(parse_qsl(str(posted.get("text") or ""), keep_blank_values=True))

    @cached_property
    def json(self) -> dict[str, Any]:
        posted = self._request.get("postData") or {}
        body = {} if self.form else _json(str(posted.get("text") or ""))
        return body if isinstance(body, dict) else {}

    @cached_property
    def answer(self) -> object:
        content = self._response.get("content") or {}
        text = str(content.get("text") or "")
        if content.get("encoding") == "base64":
            text = base64.b64decode(text).decode("utf-8", "replace")
        return _json(text) or text

    @property
    def is_login(self) -> bool:
        """Say whether a code is sent: by its name or, in a path, by its looks."""
        sent = (self.json, self.form, self.query, self.headers)
        found = ("${code}" in names.templates_in(_filled(each)) for each in sent)
        return any(found) or any(map(_CODE.fullmatch, self.url.path.split("/")))

    def states(self) -> Iterator[tuple[str, str]]:
        """List what the answer holds that may be a login state: path and value."""
        if not isinstance(self.answer, str):
            yield from _leaves(self.answer, "data")
        for header in self._response.get("headers") or ():
            name, value = str(header.get("name")), str(header.get("value"))
            if name.lower() == "set-cookie":
                pair, _, _ = value.partition(";")
                cookie, _, content = pair.partition("=")
                yield f"cookie.{cookie.strip()}", content.strip()
            else:
                yield f"header.{name}", value
        if isinstance(self.answer, str):
            yield "text", self.answer

    def sketch(self, purpose: Purpose, state: str = "") -> CallSketch:
        """Sketch the call; the login state is left to what sends it every time."""
        given = {
            "json": _filled(_without(self.json, state)),
            "form": _filled(_without(self.form, state)),
            "query": _filled(_without(self.query, state)),
            "header": _known(_without(self.headers, state)),
        }
        path = "/".join(
            "${code}" if _CODE.fullmatch(part) else part
            for part in self.url.path.split("/")
        )
        if purpose == "phone":
            given = names.for_phone(given)
        return CallSketch(purpose, self.method, path or "/", **given)


def _verdict(answer: object) -> tuple[str, object] | None:
    """Say how the recorded login, which went well, said so in its body."""
    name = names.verdict_in(answer)
    if not name or not isinstance(answer, dict):
        return None
    return _member(name), answer[name]


def _member(name: str) -> str:
    return f"data.{name}" if name else ""


def _login_state(login: _Talk, later: list[_Talk]) -> tuple[str, str, Sent | None]:
    """Find what of the answer is sent again; else what is named like a login state."""
    states = [each for each in login.states() if len(each[1]) >= _SHORTEST_TOKEN]
    for path, value in states:
        for talk in later:
            sent = _sent_in(talk, value)
            if sent is not None:
                return path, value, sent
    for path, value in states:
        if names.is_token(path.rpartition(".")[2]):
            return path, value, None
    return "", "", None


def _sent_in(talk: _Talk, value: str) -> Sent | None:
    for name, content in talk.headers.items():
        if name != "cookie" and content.endswith(value):
            words = content[: len(content) - len(value)] + SCHEMES["bare"]
            shown = "Authorization" if name == "authorization" else name
            return Sent("header", shown, words)
    places: tuple[tuple[Any, Mapping[str, Any]], ...] = (
        ("cookie", talk.cookies),
        ("query", talk.query),
        ("body", talk.json or talk.form),
    )
    for place, sent in places:
        for name, content in sent.items():
            if content == value:
                return Sent(place, name, SCHEMES["bare"])
    return None


def _others(later: list[_Talk], login: _Talk, state: str) -> Iterator[CallSketch]:
    seen = {(login.method, login.url.path)}
    purposes: set[Purpose] = set()
    for talk in later:
        purpose = _purpose(talk)
        known = (talk.method, talk.url.path) in seen or purpose in purposes
        if purpose is not None and not known:
            seen.add((talk.method, talk.url.path))
            purposes.add(purpose)
            yield talk.sketch(purpose, state)


def _purpose(talk: _Talk) -> Purpose | None:
    sent = (talk.json, talk.form, talk.query, talk.headers)
    templates = {each for part in sent for each in names.templates_in(_filled(part))}
    if names.is_about_phone(talk.url.path) and templates:
        return "phone"
    if "${encryptedData}" in templates:
        return "profile"
    return "page" if talk.method == "GET" and not templates else None


def _filled(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Replace what came from the phone by templates, and secrets by EDIT."""
    filled: dict[str, Any] = {}
    for name, value in sent.items():
        if isinstance(value, dict) and names.template_for(name) is None:
            filled[name] = _filled(value)
        elif isinstance(value, str) and _PHONE_CODE.fullmatch(value):
            filled[name] = "${phoneCode}"
        elif isinstance(value, str) and _CODE.fullmatch(value):
            filled[name] = "${code}"
        elif _SECRET.search(name) or is_real(name, value):
            filled[name] = EDIT
        else:
            filled[name] = names.template_for(name) or _literal(value)
    return filled


def _literal(value: Any) -> Any:
    """Keep what was sent as it is: `${` in it is no look-up."""
    return value.replace("${", "$${") if isinstance(value, str) else value


def _without(sent: Mapping[str, Any], state: str) -> dict[str, Any]:
    return {n: v for n, v in sent.items() if not state or v != state}


def _known(headers: Mapping[str, str]) -> dict[str, str]:
    """Keep of the headers what came from the phone's WeChat."""
    found = _filled(headers).items()
    return {name: value for name, value in found if str(value).startswith("${")}


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            plain = re.fullmatch(r"[\w-]+", name)
            yield from _leaves(
                member, f"{path}.{name}" if plain else f'{path}["{name}"]'
            )
    elif isinstance(value, str):
        yield path, value


def _pairs(listed: Any, *, lower: bool = False) -> dict[str, str]:
    pairs = ((str(each.get("name")), str(each.get("value"))) for each in listed or ())
    return {name.lower() if lower else name: value for name, value in pairs}


def _json(text: str) -> object:
    try:
        return parsed(text)
    except ValueError:
        return None
