"""What was sent, what came back, what WeChat was asked: the lines below a failure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Iterator

from simulator.events import Cause
from simulator.events import HttpTalk
from simulator.events import Step
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import TraceStep
from simulator.events import WeChatCall
from simulator.speech.harmless import harmless
from simulator.speech.words import Language
from simulator.speech.words import reason
from simulator.speech.words import word


_LONG = 2000
_KINDS = {"phone": "phone", "backend": "backend"}


def evidence(event: StepFailed, language: Language = "en") -> Iterator[str]:
    """Tell everything that helps to find the cause, line by line.

    What comes from outside is in it: no line can act on a terminal.
    """
    yield from map(harmless, _evidence(event, language))


def happened(
    event: StepPassed | StepFailed, language: Language = "en"
) -> Iterator[str]:
    """Tell what was sent, what came back and what WeChat was asked meanwhile."""
    yield from map(harmless, _happened(event, language))


def asked_meanwhile(
    calls: Iterable[WeChatCall], language: Language = "en"
) -> Iterator[str]:
    """Tell what the backend asked WeChat."""
    for call in calls:
        yield from _wechat(call, language)


def talk_lines(talk: HttpTalk, language: Language = "en") -> Iterator[str]:
    """Tell what was sent to the backend and what came back."""
    yield f"{_label('sent', language)} {talk.method} {talk.url}"
    for name, value in talk.headers:
        yield f"{'':<8} {name}: {value}"
    if talk.body:
        yield f"{'':<8} {_cut(talk.body, language)}"
    for url in talk.redirects:
        yield word("moved_on", language, url=url)
    yield f"{_label('got', language)} {talk.status}"
    for name, value in talk.response_headers:
        yield f"{'':<8} {name}: {value}"
    if talk.response_body:
        yield f"{'':<8} {_cut(talk.response_body, language)}"


def place(step: Step, language: Language = "en") -> str:
    """Tell where a step stands."""
    return word("at", language, file=step.file, line=step.line, action=step.action)


def causes(event: StepFailed) -> list[Cause]:
    """List what the mock's doctor found, each cause once."""
    found = [*event.causes, *(c for call in event.wechat_calls for c in call.causes)]
    return list({cause.cause: cause for cause in reversed(found)}.values())


def spoken(cause: Cause, language: Language) -> tuple[str, str]:
    """Choose a cause's message and cure in a language."""
    if language == "zh":
        return cause.message_zh or cause.message, cause.cure_zh or cause.cure
    return cause.message, cause.cure


def call_line(call: WeChatCall, language: Language = "en") -> str:
    """Tell a call to WeChat in one line."""
    if call.errcode is None:
        came = word("no_answer", language, status=call.status)
    else:
        came = f"errcode {call.errcode}" if call.errcode else "ok"
    notes = [word("struck", language, fault=call.fault)] if call.fault else []
    if call.shared:
        notes.append(word("shared", language))
    return f"{call.method} {call.path} → {came}" + "".join(f" ({n})" for n in notes)


def _evidence(event: StepFailed, language: Language) -> Iterator[str]:
    for each in event.reasons:
        yield reason(each, language)
    for cause in causes(event):
        message, cure = spoken(cause, language)
        yield f"{_label('cause', language)} {cause.cause}: {message}"
        yield f"{'':<8} → {cure}"
    yield place(event.step, language)
    yield from _happened(event, language)
    if event.trace:
        yield word("way", language)
    for part in event.trace:
        yield _part(part, language)


def _happened(event: StepPassed | StepFailed, language: Language) -> Iterator[str]:
    if event.talk is not None:
        yield from talk_lines(event.talk, language)
    else:
        yield f"{_label('asked', language)} {_json(event.asked, language)}"
        yield f"{_label('answered', language)} {_json(event.answered, language)}"
    yield from asked_meanwhile(event.wechat_calls, language)
    if event.talk is not None and not event.wechat_calls:
        yield word("not_asked", language)


def _part(step: TraceStep, language: Language) -> str:
    came = f" → {step.came}" if step.came else ""
    return f"{_label(_KINDS.get(step.kind, 'wechat'), language)} {step.asked}{came}"


def _wechat(call: WeChatCall, language: Language) -> Iterator[str]:
    line = call_line(call, language)
    yield f"{_label('wechat', language)} {line} (HTTP {call.status}, rid {call.rid})"
    for text in (call.query, call.body):
        if text:
            yield f"{'':<8} {_label('asked', language)} {_cut(text, language)}"
    answered = _label("answered", language)
    yield f"{'':<8} {answered} {_cut(call.answer, language)}"


def _label(name: str, language: Language) -> str:
    # A Chinese character is two columns wide.
    text = word(name, language)
    wide = sum(letter > "\u2e80" for letter in text)
    return text + " " * (8 - len(text) - wide)


def _json(value: object, language: Language) -> str:
    return _cut(json.dumps(value, ensure_ascii=False, default=str), language)


def _cut(text: str, language: Language) -> str:
    text = text.strip()
    if len(text) <= _LONG:
        return text
    return f"{text[:_LONG]}… ({word('characters', language, n=len(text))})"
