"""One recorded call to WeChat: raw facts, rendered and masked only when read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from mockwx.frozen import made_fast


SERVER = "server"
PHONE = "phone"
BACKEND = "backend"
PUSH = "push"
ACT = "act"
KINDS = (SERVER, PHONE, BACKEND, PUSH, ACT)
"""A developer's server asks WeChat; a phone asks WeChat (`wx.login`); a phone asks the
backend under test (told by who plays the phone); WeChat pushes to the backend; an act
is none of these, but turns the mock itself, its clock or its weather."""


@made_fast
@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its answer as they crossed the wire."""

    number: int
    rid: str
    at_ms: int
    duration_us: int
    method: str
    path: str
    query: bytes
    request_body: bytes
    status: int
    response_body: bytes
    response_type: str
    client_ip: str
    appid: str
    user: str
    errcode: int | None
    """0 for success; None when it was no answer of an interface but an HTTP error."""
    fault: str = ""
    """The id of the fault that struck it, if one did."""
    kind: str = SERVER
    note: str = ""
    """Something the answer does not tell, in a sentence for people."""

    def mentions(self, text: bytes) -> bool:
        """Say whether a code or openid crossed the wire, either way."""
        wire = (self.query, self.request_body, self.response_body)
        return any(text in part for part in wire)

    def asks_about(self, code: str) -> bool:
        """Say whether a code was sent, whatever came of it."""
        text = code.encode()
        return text in self.query or text in self.request_body

    def as_json(self, *, reveal: bool = False) -> dict[str, object]:
        """Shape the exchange for the control API; secrets are masked unless asked."""
        show = _plain if reveal else masked
        return {
            "number": self.number,
            "kind": self.kind,
            "rid": self.rid,
            "at": self.at_ms / 1000,
            "duration_ms": self.duration_us / 1000,
            "appid": self.appid,
            "user": self.user,
            "errcode": self.errcode,
            "fault": self.fault or None,
            "note": self.note or None,
            "client_ip": self.client_ip,
            "request": {
                "method": self.method,
                "path": self.path,
                "query": show(self.query),
                "body": show(self.request_body),
            },
            "response": {
                "status": self.status,
                "content_type": self.response_type,
                "body": self._picture or show(self.response_body),
            },
        }

    @property
    def _picture(self) -> str:
        """What stands for bytes that are no text."""
        is_picture = self.response_type.startswith("image/")
        return f"({self.response_type})" if is_picture else ""


_SECRETS = (
    "secret",
    "app_?secret",
    "component_?appsecret",
    "(?:component_?|authorizer_?)?access_?token",
    "(?:authorizer_?)?refresh_?token",
    "component_verify_ticket",
    "session_?key",
    "encrypt_?key",
)
"""As WeChat names them, and as backends do that pass them on."""
_NAME = re.compile("|".join(_SECRETS), re.IGNORECASE)
_PAIR = re.compile(r"((?:^|(?<=[?&]))([^=&?#\s]+)=)([^&#\s]+)")
_IN_JSON = re.compile(
    rf'("(?:{_NAME.pattern})"\s*:\s*")((?:[^"\\]|\\.)*)', re.IGNORECASE
)
# JSON inside a string of JSON: \"session_key\":\"...\", its slashes escaped or not.
_IN_NESTED_JSON = re.compile(
    rf'((?<!\\)\\{{1,7}}"(?:{_NAME.pattern})\\{{1,7}}"\s*:\s*\\{{1,7}}")'
    r'((?:[^"\\]|\\{1,7}/)*)',
    re.IGNORECASE,
)


def masked(wire: bytes) -> str:
    """Return the text with every secret cut to its first characters."""
    found = _PAIR.sub(_mask_pair, _plain(wire))
    found = _IN_JSON.sub(_mask_match, found)
    return _IN_NESTED_JSON.sub(_mask_match, found)


def mask(secret: str) -> str:
    """Keep just enough of a secret to tell two of them apart."""
    return f"{secret[:4]}…" if len(secret) > 8 else "…"


def _mask_pair(match: re.Match[str]) -> str:
    """Cut the value of a query's or a form's pair, if its name says it is a secret."""
    before, name, value = match.groups()
    secret = _NAME.fullmatch(unquote(name))
    return before + mask(value) if secret else match.group()


def _mask_match(match: re.Match[str]) -> str:
    return match.group(1) + mask(match.group(2))


def _plain(wire: bytes) -> str:
    return wire.decode(errors="replace")
