"""What the mock's journal says of a story, and what the story adds to it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import TypeAlias
from typing import cast
from urllib.parse import urlsplit

from simulator.device import Device
from simulator.events import Cause
from simulator.events import HttpTalk
from simulator.events import KeyUse
from simulator.events import TraceStep
from simulator.events import WeChatCall
from simulator.foreign_json import parsed
from simulator.ports import JsonObject
from simulator.ports import RefusedError
from simulator.ports import SimulatorError
from simulator.ports import WeChat
from simulator.speech.masking import mask_text


Exchange: TypeAlias = Mapping[str, Any]

# The mock keeps no more of a body than this.
_KEPT = 16_384
_STATUSES = range(100, 600)
# Two payloads differ from their first letters on.
_ENOUGH = 40


@dataclass(slots=True)
class Watch:
    """A reader of one world's journal: each look tells what came since the last."""

    wechat: WeChat
    last: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def news(self) -> list[Exchange]:
        """Return the calls to WeChat since the last look."""
        with self._lock:
            found = exchanges(self.wechat, since=self.last).get("exchanges", [])
            if found:
                self.last = max(self.last, found[-1].get("number", 0))
            return cast("list[Exchange]", found)

    def skip(self) -> int:
        """Leave out what was there before; return the number of its last exchange."""
        self.last = 0
        self.news()
        return self.last


def exchanges(wechat: WeChat, *, since: int, **filters: object) -> JsonObject:
    """Read what the backend asked WeChat since an exchange."""
    return wechat.control("GET", "exchanges", {"since": since, **filters})


def calls(news: Iterable[Exchange], *, shared: bool = False) -> tuple[WeChatCall, ...]:
    """Tell exchanges as calls to WeChat."""
    return tuple(_wechat_call(each, shared=shared) for each in news)


def tell(
    wechat: WeChat, talk: HttpTalk, device: Device, *, seconds: float
) -> tuple[Cause, ...]:
    """Add what the phone asked of the backend, which the mock itself cannot see.

    Return what the mock's doctor finds in it.
    """
    if talk.status not in _STATUSES:
        return ()
    parts = urlsplit(talk.url)
    headers = {name.lower(): value for name, value in talk.response_headers}
    told = {
        "method": talk.method,
        "path": parts.path or "/",
        "query": parts.query,
        "request_body": talk.body[:_KEPT],
        "status": talk.status,
        "response_body": talk.response_body[:_KEPT],
        "content_type": headers.get("content-type", ""),
        "duration_ms": int(seconds * 1000),
        "appid": device.mini_program_id,
        "user": device.user,
    }
    return _causes(wechat.control("POST", "exchanges", told))


def trace(wechat: WeChat, code: str) -> tuple[TraceStep, ...]:
    """Tell the way of a code from the tap: phone, backend and WeChat, as they ended."""
    try:
        found = wechat.control("GET", "trace", {"code": code})
    except RefusedError:
        return ()  # the trace is evidence: without it the failure is still told
    return tuple(map(_trace_step, found.get("steps", [])))


def keys(wechat: WeChat, device: Device) -> tuple[KeyUse, ...]:
    """Tell which session_key each code and payload of a person belongs to."""
    try:
        about = {"appid": device.mini_program_id, "user": device.user}
        found = wechat.control("GET", "sessions", about)
    except SimulatorError:
        return ()  # they only colour a report
    named = [
        *((each["code"], each.get("key_number")) for each in found.get("codes", [])),
        *(
            (each["encrypted_data"][:_ENOUGH], each.get("key_number"))
            for each in found.get("payloads", [])
        ),
    ]
    return tuple(
        KeyUse(device.user, number, value) for value, number in named if number
    )


def _wechat_call(exchange: Exchange, *, shared: bool) -> WeChatCall:
    request, response = exchange.get("request", {}), exchange.get("response", {})
    return WeChatCall(
        method=str(request.get("method", "")),
        path=str(request.get("path", "")),
        status=response.get("status", 0),
        errcode=exchange.get("errcode"),
        rid=str(exchange.get("rid", "")),
        query=mask_text(str(request.get("query", ""))),
        body=mask_text(str(request.get("body", ""))),
        answer=mask_text(str(response.get("body", ""))),
        shared=shared,
        fault=str(exchange.get("fault") or ""),
        causes=_causes(exchange),
    )


def _causes(exchange: Exchange) -> tuple[Cause, ...]:
    """Read what the doctor says of an exchange, if anything."""
    findings = (exchange.get("diagnosis") or {}).get("findings", [])
    return tuple(
        Cause(
            each["cause"],
            each["message"]["en"],
            each["cure"]["en"],
            each["message"].get("zh", ""),
            each["cure"].get("zh", ""),
        )
        for each in findings
    )


def _trace_step(step: Exchange) -> TraceStep:
    request, response = step["request"], step["response"]
    if step["kind"] == "phone":
        return TraceStep("phone", request["path"], _err_msg(response["body"]))
    asked = f"{request['method']} {request['path']}"
    if step["errcode"] is None:
        return TraceStep(step["kind"], asked, f"HTTP {response['status']}")
    came = f"errcode {step['errcode']}" if step["errcode"] else "ok"
    return TraceStep(step["kind"], asked, came)


def _err_msg(body: str) -> str:
    try:
        answer = parsed(body)
    except ValueError:
        return ""  # cut by the journal's bound
    return str(answer.get("errMsg", "")) if isinstance(answer, dict) else ""
