"""The journal retold as a story: what people did, what came, what WeChat was asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from urllib.parse import parse_qsl
from urllib.parse import quote
from urllib.parse import unquote

from simulator.expressions import look_ups
from simulator.foreign_json import parsed
from simulator.mapping import BackendFile
from simulator.mapping import Call
from simulator.ports import DEFAULT_APPID
from simulator.recording.backend_calls import Recognised
from simulator.recording.backend_calls import exchanging
from simulator.recording.backend_calls import read_body
from simulator.recording.backend_calls import recognise
from simulator.recording.known_values import KnownValues
from simulator.recording.phones import Phones
from simulator.recording.phones import arguments_of
from simulator.recording.phones import name_of
from simulator.recording.phones import word_of
from simulator.recording.sources import Exchange


JsonStep = dict[str, Any]

LONG_PAUSE = 60
"""Seconds after which a pause may have mattered: codes and sessions grow old."""

_REFUSED = 400
_TOKEN_ERRORS = (40001, 40014, 41001, 42001)
_LOGIN = "/sns/jscode2session"
_CODES = ("js_code", "code")
# Who is meant by a call to WeChat; without one it is answered by no story's world.
_IDS = ("openid", "touser")
_SECRETS = ("secret", "token", "encoding_aes_key", "push")


@dataclass(slots=True)
class Recording:
    """A story as it is written down, and what could not be."""

    name: str
    file: BackendFile | None = None
    steps: list[JsonStep] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    phones: Phones = field(default_factory=Phones)
    values: KnownValues = field(default_factory=KnownValues)
    names: Counter[str] = field(default_factory=Counter)
    saved: dict[str, JsonStep] = field(default_factory=dict)
    asked: list[Exchange] = field(default_factory=list)
    """Calls to WeChat since the last step, whoever made them."""
    expected: list[Exchange] = field(default_factory=list)
    time: float | None = None

    def tell(self, exchanges: Iterable[Exchange]) -> dict[str, Any]:
        """Return the story as it stands in a file."""
        for exchange in exchanges:
            self._pause(exchange)
            _TELLERS[exchange["kind"]](self, exchange)
        self._infer()
        self.steps += self._expectations()
        for name, step in self.saved.items():
            if name in self.values.used:
                step["save"] = name
        if len(self.phones.specs) == 1:
            for step in self.steps:
                step.pop("device", None)
        story = {"name": self.name, **self.phones.written()}
        return {**story, "steps": [_bare(step) for step in self.steps]}

    # -- the phone ----------------------------------------------------------------

    def tell_phone(self, exchange: Exchange) -> None:
        """Tell a wx call."""
        self._infer()
        api = exchange["request"]["path"].removeprefix("wx.")
        body, answer = _json(exchange["request"]["body"]), _answer(exchange)
        word = word_of(api, body)
        if word is None:
            self.notes.append(f"wx.{api} is no step of a story and was left out")
            return
        phone = self.phones.of(body)
        for change in self.phones.changes(phone, body):
            self._add(phone, change)
        arguments = self.values.told(arguments_of(word, body))
        step: JsonStep = {word: arguments or None}
        self._add(phone, step)
        if body.get("consent") in ("deny", "cancel"):
            step["answer"] = body["consent"]
        err_msg = str(answer.get("errMsg", ""))
        if err_msg and not err_msg.endswith(":ok"):
            step["expect"] = {"fail": {"errMsg": err_msg}}
        elif answer:
            self._save(name_of(api), step, answer)

    # -- the backend --------------------------------------------------------------

    def tell_backend(self, exchange: Exchange) -> None:
        """Tell what a phone asked of the backend; its calls to WeChat came before."""
        self.expected += self.asked
        self.asked = []
        asked, status = exchange["request"], exchange["response"]["status"]
        data = _parsed(exchange["response"]["body"])
        found = None
        if self.file is not None:
            names = ("method", "path", "query", "body")
            found = recognise(self.file, **{name: asked[name] for name in names})
            if found is None:
                told = f"{asked['method']} {asked['path']}"
                self.notes.append(
                    f"{told} is no call of the backend file and became a wx.request"
                )
        if found is not None:
            step, name = self._call(found), found.call.name
            view = {"statusCode": status, "data": data, "header": {}}
            if found.call.judgement.reasons(view):
                step["expect"] = {"fail": _facts(status, data)}
        else:
            step, name = self._request(asked), "answer"
            step["expect"] = _facts(status, data)
        self._add(self.phones.of_person(exchange["user"]), step)
        if status < _REFUSED:
            self._save(name, step, {"data": data})
            if found is not None:
                self._store(found.call, data, step.get("device"))

    def _call(self, found: Recognised) -> JsonStep:
        arguments = {
            name: self.values.told(value, name)
            for name, value in found.arguments.items()
        }
        for name in found.missing:
            # What travels in headers is not in the journal: the newest was sent.
            arguments[name] = self.values.newest(name)
        return {f"backend.{found.call.name}": arguments or None}

    def _store(self, call: Call, data: object, phone: str | None) -> None:
        """Store a login state that the file does not keep, as the page's phone does."""
        if self.file is None or not isinstance(data, dict):
            return
        kept = {*call.keep, *self.file.keep}
        for name in sorted(_stored(self.file) - kept):
            if isinstance(data.get(name), str):
                given = self.values.source(data[name])
                self._add(phone, {"wx.setStorage": {"key": name, "data": given}})

    def _request(self, asked: Mapping[str, str]) -> JsonStep:
        told = {
            name: str(self.values.told(value, name))
            for name, value in parse_qsl(asked["query"], keep_blank_values=True)
        }
        query = "&".join(f"{name}={_for_url(value)}" for name, value in told.items())
        path = asked["path"] + (f"?{query}" if query else "")
        request: JsonStep = {"url": path, "method": asked["method"]}
        if asked["body"]:
            request["data"] = self.values.told(read_body(asked["body"]))
        return {"wx.request": request}

    # -- WeChat -------------------------------------------------------------------

    def tell_server(self, exchange: Exchange) -> None:
        """Keep a call to WeChat until it is known who made the backend make it."""
        self.asked.append(exchange)

    def tell_push(self, exchange: Exchange) -> None:
        """Leave it: WeChat pushes again when the story is played."""

    def _infer(self) -> None:
        """Tell of a login that reached WeChat, though no phone told of its request."""
        untold, self.asked = self.asked, []
        for exchange in untold:
            known = self.values.source(_code(exchange))
            call = exchanging(self.file) if self.file is not None else None
            if exchange["request"]["path"] != _LOGIN or known is None or call is None:
                self.notes.append(
                    f"{exchange['request']['path']} was asked, and by what nobody told"
                )
                continue
            step: JsonStep = {f"backend.{call.name}": {"code": known}}
            self._add(self.phones.of_person(exchange["user"]), step)
            if exchange["errcode"]:
                step["expect"] = "fail"
            self.expected.append(exchange)

    def _expectations(self) -> Iterator[JsonStep]:
        """Expect that WeChat is asked the same, as far as a world can be told by it."""
        counts: Counter[tuple[str, str | None, int | None]] = Counter()
        told = [each for each in self.expected if self._leads_to_a_world(each)]
        for exchange in told:
            code = self.values.source(_code(exchange))
            path, errcode = exchange["request"]["path"], exchange["errcode"]
            if errcode is not None:
                counts[path, code, errcode] += 1
            elif (path, code, None) not in counts:
                # No filter finds what was no answer of WeChat's: all are counted.
                same = [path, code]
                counts[path, code, None] = sum(
                    [each["request"]["path"], self.values.source(_code(each))] == same
                    for each in told
                )
        for (path, code, errcode), count in counts.items():
            match = {"path": path, "code": code, "errcode": errcode}
            given = {name: each for name, each in match.items() if each is not None}
            times = "once" if count == 1 else f"{count} times"
            yield {
                "mock.verify": {"match": given, "count": count},
                "name": f"WeChat was asked {path} {times}",
            }

    def _leads_to_a_world(self, exchange: Exchange) -> bool:
        """Say whether a call is answered by the story's world when it is played."""
        if exchange["errcode"] in _TOKEN_ERRORS:
            return False  # how old the backend's token is, no story decides
        code = _code(exchange)
        if code is not None:
            return self.values.source(code) is not None
        return any(name in _fields(exchange) for name in _IDS)

    # -- the mock -----------------------------------------------------------------

    def tell_act(self, exchange: Exchange) -> None:
        """Tell how the mock itself was turned."""
        self._infer()
        asked = exchange["request"]
        body = _json(asked["body"])
        for pattern, word in _ACTS:
            found = re.fullmatch(pattern, f"{asked['method']} {asked['path']}")
            if found is not None:
                self._add(None, self._act(word, body, found.groups()))
                if word == "fault.arm":
                    self._save("fault", self.steps[-1], _answer(exchange))
                return
        self.notes.append(f"{asked['path']} is no step of a story and was left out")

    def _act(self, word: str, body: dict[str, Any], named: tuple[str, ...]) -> JsonStep:
        kept = {name: each for name, each in body.items() if name not in _SECRETS}
        hidden = ", ".join(sorted(body.keys() - kept.keys()))
        if hidden:
            self.notes.append(f"{word} changed {hidden}, which is kept out of here")
        if word == "mini_program.patch" and unquote(named[0]) != DEFAULT_APPID:
            kept["appid"] = unquote(named[0])
        if word == "user.patch":
            kept["user"] = unquote(named[0])
        if word == "fault.disarm" and named:
            kept["id"] = unquote(named[0])
        if word.startswith("session."):
            kept.setdefault("user", "alice")
            if kept.get("appid") == DEFAULT_APPID:
                del kept["appid"]
        if word == "fault.arm":
            # Its words are the mock's own, long as some are.
            return {word: kept}
        return {word: self.values.told(kept) or None}

    def _pause(self, exchange: Exchange) -> None:
        """Let time pass as it did, where so much passed that it may have mattered."""
        at = float(exchange["at"])
        passed = 0.0 if self.time is None else at - self.time
        self.time = at
        if exchange["kind"] == "act" and exchange["request"]["path"].startswith(
            "clock"
        ):
            return  # the jump itself is told
        if passed >= LONG_PAUSE:
            self._infer()
            seconds = int(passed)
            self._add(None, {"clock.advance": {"seconds": seconds}, "name": "a pause"})

    # -- steps --------------------------------------------------------------------

    def _add(self, phone: str | None, step: JsonStep) -> None:
        if phone is not None:
            step["device"] = phone
        self.steps.append(step)

    def _save(self, name: str, step: JsonStep, answer: object) -> None:
        """Give a step's answer a name, which is written if anything asks for it."""
        self.names[name] += 1
        unique = name if self.names[name] == 1 else f"{name}_{self.names[name]}"
        self.saved[unique] = step
        self.values.learn(unique, answer)


_TELLERS = {
    "phone": Recording.tell_phone,
    "backend": Recording.tell_backend,
    "server": Recording.tell_server,
    "push": Recording.tell_push,
    "act": Recording.tell_act,
}
_ACTS = (
    ("POST clock/advance", "clock.advance"),
    ("POST clock/freeze", "clock.freeze"),
    ("POST clock/resume", "clock.resume"),
    ("POST faults", "fault.arm"),
    ("DELETE faults", "fault.disarm"),
    ("DELETE faults/(.+)", "fault.disarm"),
    ("POST sessions/rotate", "session.rotate"),
    ("POST sessions/expire", "session.expire"),
    ("POST mini_programs", "mini_program.add"),
    ("PATCH mini_programs/(.+)", "mini_program.patch"),
    ("PATCH users/(.+)", "user.patch"),
)


def _stored(file: BackendFile) -> set[str]:
    """Name what a backend file sends of what is stored on the phone."""
    state = file.state
    sent = [state.header, state.cookie, state.query, state.body]
    return {
        str(path.parts[1])
        for path, _ in look_ups(sent)
        if path.parts[0] == "storage" and len(path.parts) > 1
    }


def _bare(step: JsonStep) -> JsonStep | str:
    """Write a step that is a word alone as a word alone."""
    return next(iter(step)) if list(step.values()) == [None] else step


def _json(text: str) -> dict[str, Any]:
    found = _parsed(text)
    return found if isinstance(found, dict) else {}


def _answer(exchange: Exchange) -> dict[str, Any]:
    return _json(exchange["response"]["body"])


def _parsed(text: str) -> object:
    try:
        return parsed(text)
    except ValueError:
        return text


def _fields(exchange: Exchange) -> dict[str, Any]:
    asked = exchange["request"]
    query = dict(parse_qsl(asked["query"]))
    body = read_body(asked["body"]) if asked["body"] else {}
    return {**query, **body} if isinstance(body, dict) else query


def _code(exchange: Exchange) -> object:
    fields = _fields(exchange)
    return next((fields[name] for name in _CODES if name in fields), None)


_FACTS = ("errcode", "errno", "code", "error", "success")
_A_WORD = re.compile(r"[A-Za-z_]{1,40}")


def _facts(status: int, data: object) -> dict[str, Any]:
    """Return what is to be expected again: the status, and a code beside it."""
    facts: dict[str, Any] = {"statusCode": status}
    if not isinstance(data, dict) or status < _REFUSED:
        return facts
    for name in _FACTS:
        value = data.get(name)
        plain = isinstance(value, (int, bool)) or (
            isinstance(value, str) and _A_WORD.fullmatch(value)
        )
        if plain:
            facts[f"data.{name}"] = value
    return facts


def _for_url(value: str) -> str:
    """Write a query's value: a look-up escapes itself when it is filled in."""
    if value.startswith("${"):
        return value.replace("}", "|url}")
    return quote(value, safe="")
