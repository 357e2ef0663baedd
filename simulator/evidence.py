"""What was sent, what came back, what WeChat was asked: the lines below a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from simulator.events import HttpTalk
from simulator.events import StepFailed
from simulator.events import TraceStep
from simulator.events import WeChatCall


_LONG = 2000


def evidence(event: StepFailed) -> Iterator[str]:
    """Tell everything that helps to find the cause, line by line."""
    yield from event.reasons
    yield from _causes(event)
    yield f"at {event.step.file}:{event.step.line}, {event.step.action}"
    if event.talk is not None:
        yield from _talk(event.talk)
    else:
        yield f"asked    {_json(event.asked)}"
        yield f"answered {_json(event.answered)}"
    for call in event.wechat_calls:
        yield from _wechat(call)
    if event.talk is not None and not event.wechat_calls:
        yield "WeChat was not asked anything by the backend in this step"
    if event.trace:
        yield "the way of this code, from the tap to here:"
    for step in event.trace:
        yield _part(step)


def _causes(event: StepFailed) -> Iterator[str]:
    """Tell what the mock's doctor found, each cause once."""
    found = [*event.causes, *(c for call in event.wechat_calls for c in call.causes)]
    for each in {cause.cause: cause for cause in reversed(found)}.values():
        yield f"cause    {each.cause}: {each.message}"
        yield f"         → {each.cure}"


def call_line(call: WeChatCall) -> str:
    """Tell a call to WeChat in one line."""
    if call.errcode is None:
        came = f"HTTP {call.status}, no answer of WeChat's"
    else:
        came = f"errcode {call.errcode}" if call.errcode else "ok"
    notes = [f"struck by {call.fault}"] if call.fault else []
    if call.shared:
        notes.append("in the world all stories share")
    return f"{call.method} {call.path} → {came}" + "".join(f" ({n})" for n in notes)


def _part(step: TraceStep) -> str:
    whom = {"phone": "phone", "backend": "backend"}.get(step.kind, "WeChat")
    came = f" → {step.came}" if step.came else ""
    return f"{whom:<8} {step.asked}{came}"


def _talk(talk: HttpTalk) -> Iterator[str]:
    yield f"sent     {talk.method} {talk.url}"
    for name, value in talk.headers:
        yield f"         {name}: {value}"
    if talk.body:
        yield f"         {_cut(talk.body)}"
    for url in talk.redirects:
        yield f"moved on from {url}"
    yield f"got      {talk.status}"
    for name, value in talk.response_headers:
        yield f"         {name}: {value}"
    if talk.response_body:
        yield f"         {_cut(talk.response_body)}"


def _wechat(call: WeChatCall) -> Iterator[str]:
    yield f"WeChat   {call_line(call)} (HTTP {call.status}, rid {call.rid})"
    for text in (call.query, call.body):
        if text:
            yield f"         asked    {_cut(text)}"
    yield f"         answered {_cut(call.answer)}"


def _json(value: object) -> str:
    return _cut(json.dumps(value, ensure_ascii=False, default=str))


def _cut(text: str) -> str:
    text = text.strip()
    if len(text) <= _LONG:
        return text
    return f"{text[:_LONG]}… ({len(text)} characters)"
