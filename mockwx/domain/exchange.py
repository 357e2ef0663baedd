"""One recorded call to WeChat: raw facts, rendered and masked only when read."""

from __future__ import annotations

import json
from dataclasses import dataclass

from mockwx.domain.wire_json import encode
from mockwx.frozen import made_fast
from mockwx.frozen import maker
from mockwx.secrecy.named import masked


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
                "body": show(self._asked),
            },
            "response": {
                "status": self.status,
                "content_type": self.response_type,
                "body": self._picture or show(self.response_body),
            },
        }

    @property
    def _asked(self) -> bytes:
        """The body; a phone's as we write JSON, however it was spelt on the wire."""
        if self.kind != PHONE:
            return self.request_body
        try:
            body = json.loads(self.request_body.decode() or "{}")
        except ValueError:
            # Too long, and cut.
            return self.request_body
        return encode(body).encode(errors="replace")

    @property
    def _picture(self) -> str:
        """What stands for bytes that are no text."""
        is_picture = self.response_type.startswith("image/")
        return f"({self.response_type})" if is_picture else ""


make_exchange = maker(Exchange)


def _plain(wire: bytes) -> str:
    return wire.decode(errors="replace")
