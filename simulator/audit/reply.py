"""What a backend answered, and how it is read: success, refusal, or a fall."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.audit.leaks import Leak
from simulator.audit.model import Words
from simulator.audit.verdicts import inconclusive
from simulator.events import HttpTalk
from simulator.mapping import Call
from simulator.scenario.journal import Exchange
from simulator.scenario.turn import Played
from simulator.speech.words import reason


_TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|"
    r"(^\s+|\\n\s+|&nbsp;)at [\w$.<>/&; ]+\(.*:\d+(:\d+)?\)|"
    r"goroutine \d+ \[|Werkzeug Debugger|DJANGO_SETTINGS_MODULE|PHP Fatal error|"
    r"java\.lang\.\w+(Exception|Error)|\bat java\.|System\.\w*Exception:",
    re.MULTILINE,
)
_UNSENDABLE = (600009, 600010)
_HONEST_FAILURES = (502, 503, 504)
# What a backend answers its result with, where the status is always 200.
_SIGNALS = ("code", "errno", "errcode", "status", "success", "ok", "ret", "error")
_IDS = ("id", "userid", "user_id", "uid", "openid", "open_id")
_ACCOUNTS = (
    *("data", "result", "info", "user", "userinfo", "user_info", "profile"),
    *("account", "member", "customer"),
)
_GENERIC = re.compile(r"internal[ _]server[ _]error", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the backend answered to one call, and what it asked WeChat meanwhile."""

    call: Call
    accepted: bool
    answer: Mapping[str, object]
    reasons: tuple[str, ...]
    seconds: float
    talk: HttpTalk | None
    asked: tuple[Exchange, ...]
    leaks: tuple[Leak, ...] = ()

    @property
    def answered(self) -> bool:
        """Say whether an HTTP answer came at all."""
        return self.talk is not None

    @property
    def dropped(self) -> bool:
        """Say whether the backend let the connection go without an answer.

        What no phone can send, such as a line break in a header, never got there.
        """
        unsent = self.answer.get("errno") in _UNSENDABLE or not self.answer
        return self.talk is None and not unsent

    @property
    def limited(self) -> bool:
        """Say whether the backend had enough of us: too many calls in a while."""
        return self.status == 429

    @property
    def status(self) -> int:
        """Return the HTTP status; 0 without an answer."""
        return self.talk.status if self.talk is not None else 0

    @property
    def text(self) -> str:
        """Return the body as text."""
        return str(self.answer.get("text", ""))

    @property
    def traceback(self) -> bool:
        """Say whether the answer shows the inside of the program."""
        return bool(_TRACEBACK.search(self.text))

    @property
    def fell(self) -> bool:
        """Say whether the answer is that of an error nobody handled.

        A status of 500 with an explanation in JSON was meant, one without was not. A
        traceback below a 4xx is another matter: somebody did handle that error.
        """
        if self.traceback and not 400 <= self.status < 500:
            return True
        if self.status < 500 or self.status in _HONEST_FAILURES:
            return False
        data = self.answer.get("data")
        return not isinstance(data, dict) or bool(_GENERIC.search(self.text))

    @property
    def why(self) -> str:
        """Say in a few words what came."""
        if not self.answered:
            return "; ".join(self.reasons) or "no answer"
        return f"HTTP {self.status}"

    @property
    def why_zh(self) -> str:
        """Say the same in Chinese."""
        if self.answered:
            return self.why
        return "；".join(reason(each, "zh") for each in self.reasons) or "没有应答"

    @property
    def refusal(self) -> Words:
        """Say why it was not accepted."""
        chinese = "；".join(reason(each, "zh") for each in self.reasons)
        return Words("; ".join(self.reasons) or self.why, chinese or self.why_zh)

    def calls_to(self, *paths: str) -> tuple[Exchange, ...]:
        """List what WeChat was asked at these paths meanwhile."""
        return tuple(
            each for each in self.asked if each.get("request", {}).get("path") in paths
        )

    def like(self, honest: Reply) -> bool:
        """Say whether this was accepted as the honest call was.

        Where no rule looks into the body, another ``code`` in it is a refusal.
        """
        if not self.accepted or _looks_inside(self.call):
            return self.accepted
        return _signals(self.answer) == _signals(honest.answer)


def texts_of(value: object) -> list[str]:
    """List every text and number in a value of any nesting, keys left out."""
    if isinstance(value, Mapping):
        return [text for member in value.values() for text in texts_of(member)]
    if isinstance(value, (list, tuple)):
        return [text for member in value for text in texts_of(member)]
    if value is None or isinstance(value, bool):
        return []
    return [str(value)]


def ids_of(reply: Reply) -> dict[str, str]:
    """Read what an answer says of the account's id."""
    found: dict[str, str] = {}
    _collect(reply.answer.get("data"), found)
    return found


def not_limited(*replies: Reply) -> None:
    """Stop if the backend had enough of us: that is no answer to the question."""
    if any(reply.limited for reply in replies):
        raise inconclusive(
            "the backend allows no more calls for now (429): give the file a `pace`, "
            "or slow the audit down with --rate",
            "后端暂时不再接受调用（429）：请在文件中写明 `pace`，或用 --rate 放慢审计",
        )


def parts_of(played: Played) -> dict[str, str]:
    """Name the parts of an answer in which a secret could stand."""
    answer = played.answer
    if played.talk is None:
        return {}
    header = answer.get("header")
    pairs = header.items() if isinstance(header, Mapping) else ()
    parts = {f"header {name}": str(value) for name, value in pairs}
    cookies = answer.get("cookies")
    if isinstance(cookies, list):
        parts |= {f"cookie {n}": str(line) for n, line in enumerate(cookies, 1)}
        parts.pop("header Set-Cookie", None)
    return {"body": str(answer.get("text", "")), **parts}


def _collect(value: object, found: dict[str, str]) -> None:
    if isinstance(value, Mapping):
        for name, member in value.items():
            plain = str(name).lower()
            if plain in _IDS and isinstance(member, (str, int)):
                found[str(name)] = str(member)
            # What else has an id (a session, a role, a company) is not the account.
            if plain in _ACCOUNTS:
                _collect(member, found)


def _looks_inside(call: Call) -> bool:
    """Say whether the file's own rules tell success by more than the status."""
    rules = (*call.judgement.success, *call.judgement.failure)
    return any(str(rule.path) != "statusCode" for rule in rules)


def _signals(answer: Mapping[str, object]) -> list[str]:
    data = answer.get("data")
    members = data if isinstance(data, Mapping) else {}
    named = (f"{n}={json.dumps(members[n])}" for n in _SIGNALS if _plain(members, n))
    return sorted(named)


def _plain(members: Mapping[str, object], name: str) -> bool:
    return name in members and isinstance(members[name], (str, int, bool, type(None)))
