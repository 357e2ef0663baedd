"""A story as rows of a sequence diagram: phones, the backend, WeChat, and the keys."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Literal
from urllib.parse import unquote
from urllib.parse import urlsplit

from markupsafe import Markup

from simulator.events import HttpTalk
from simulator.events import KeyUse
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import WeChatCall
from simulator.evidence import causes
from simulator.evidence import spoken
from simulator.reporters.html.words import both
from simulator.reporters.html.words import said
from simulator.speech.words import reason


_MOST_PHONES = 3
_COLOURS = 8
_FEW = 48
_BACKEND = ("backend.", "wx.request")
# What a phone answers by itself.
_ON_THE_PHONE = ("device.", "wx.getStorage", "wx.setStorage", "wx.removeStorage")
_AT_WECHAT = ("wx.", "button.", "input.", "plugin.")


@dataclass(frozen=True, slots=True)
class Pill:
    """A session_key, known by its number and colour."""

    number: int

    @property
    def colour(self) -> int:
        """Which of the colours is its own."""
        return (self.number - 1) % _COLOURS + 1


@dataclass(frozen=True, slots=True)
class Row:
    """One arrow, note or warning, and which keys are where when it ends."""

    kind: Literal["asks", "answers", "note", "warning"]
    text: Markup | str
    start: int = 0
    end: int = 0
    bad: bool = False
    key: Pill | None = None
    step: int = 0
    """The number of the step that begins here; 0 if it began before."""
    held: Pill | None = None
    valid: Pill | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    """The lanes by name, and what went between them."""

    lanes: tuple[Markup | str, ...]
    rows: tuple[Row, ...]
    coloured: bool
    """Whether lines have the colours of keys: those of one person in one app."""


def story_sequence(
    steps: Sequence[StepPassed | StepFailed | None], keys: Iterable[KeyUse]
) -> Diagram:
    """Draw a story; a step that was skipped is None."""
    played = [each for each in steps if each is not None]
    phones = list(dict.fromkeys(each.step.device for each in played))
    together = len(phones) > _MOST_PHONES
    drawing = _Drawing(["phone"] if together else phones, list(keys), named=together)
    for number, event in enumerate(steps, 1):
        if event is not None:
            drawing.draw(event, number)
    return drawing.finished()


def talk_sequence(talk: HttpTalk | None, calls: Iterable[WeChatCall]) -> Diagram:
    """Draw one question to a backend, and what that asked WeChat."""
    drawing = _Drawing(["phone"], [])
    drawing.ask_backend(talk, calls, phone=0, bad=False, failure="")
    return drawing.finished()


@dataclass(slots=True)
class _Drawing:
    phones: list[str]
    keys: list[KeyUse]
    named: bool = False
    """Whether an arrow says whose phone it is: all phones share a lane."""
    rows: list[Row] = field(default_factory=list)
    held: Pill | None = None
    valid: Pill | None = None
    number: int = 0

    @property
    def backend(self) -> int:
        return len(self.phones)

    @property
    def wechat(self) -> int:
        return len(self.phones) + 1

    def finished(self) -> Diagram:
        names: list[Markup | str] = [said("lane_phone")]
        if len(self.phones) > 1:
            names = list(self.phones)
        lanes = (*names, said("lane_backend"), said("lane_wechat"))
        one_phone = len(self.phones) < 2 and not self.named
        return Diagram(lanes, tuple(self.rows), one_phone)

    def draw(self, event: StepPassed | StepFailed, number: int) -> None:
        self.number = number
        action, device = event.step.action, event.step.device
        phone = self.phones.index(device) if device in self.phones else 0
        bad = isinstance(event, StepFailed)
        if action.startswith(_BACKEND):
            failure = "" if event.talk else str(event.answered.get("errMsg", ""))
            self.ask_backend(
                event.talk,
                event.wechat_calls,
                phone=phone,
                bad=bad,
                failure=failure,
                whose=self.whose(event),
            )
        elif action.startswith(_ON_THE_PHONE) or not action.startswith(_AT_WECHAT):
            lane = phone if action.startswith((*_ON_THE_PHONE, "wx.")) else self.wechat
            text = f"{self.whose(event)}{_told(event)}"
            self.add(Row("note", text, lane, lane, bad))
        else:
            self.ask_wechat(event, phone, bad=bad)
        if isinstance(event, StepFailed):
            self.warn(event)

    def ask_backend(
        self,
        talk: HttpTalk | None,
        calls: Iterable[WeChatCall],
        *,
        phone: int,
        bad: bool,
        failure: str,
        whose: str = "",
    ) -> None:
        if talk is not None:
            asked = f"{whose}{talk.method} {urlsplit(talk.url).path or '/'}"
            wire = f"{talk.url} {talk.body} {talk.headers}"
            pill = self.pill(wire)
            self.add(Row("asks", asked, phone, self.backend, key=pill))
        elif failure:
            self.add(Row("asks", f"{whose}wx.request", phone, self.backend))
        for call in calls:
            self.call(call, bad=bad)
        if talk is not None or failure:
            text = f"HTTP {talk.status}" if talk is not None else failure
            refused = bad and (talk is None or talk.status >= 400)
            self.add(Row("answers", text, self.backend, phone, refused))

    def call(self, call: WeChatCall, *, bad: bool) -> None:
        asked = f"{call.method} {call.path}"
        self.add(Row("asks", asked, self.backend, self.wechat))
        refused = call.errcode is None or call.errcode != 0
        pill = None
        if not refused and call.path == "/sns/jscode2session":
            pill = self.pill(call.query)
            self.valid_from(pill)
            self.held = pill or self.held
        if refused:
            text = f"HTTP {call.status}" if call.errcode is None else str(call.errcode)
            text = f"⚡ {text}" if call.fault else text
        else:
            text = "session_key" if pill else "ok"
        answer = Row("answers", text, self.wechat, self.backend, bad and refused, pill)
        self.add(answer)

    def ask_wechat(
        self, event: StepPassed | StepFailed, phone: int, *, bad: bool
    ) -> None:
        asked = f"{self.whose(event)}{event.step.action}"
        self.add(Row("asks", asked, phone, self.wechat))
        answer = event.answered
        told = str(answer.get("errMsg", "ok")).partition(":")[2] or "ok"
        pill = self.pill(f"{answer.get('encryptedData', '')} {answer.get('code', '')}")
        if told == "ok" and pill:
            told = "encryptedData" if answer.get("encryptedData") else "code"
        before = self.valid
        if pill and event.step.action == "wx.login":
            self.valid_from(pill)
        refused = bad and not told.startswith(("ok", "code", "encryptedData"))
        self.add(Row("answers", told, self.wechat, phone, refused, pill))
        if pill and before and self.valid == pill != before:
            text = said("replaced", n=pill.number, old=before.number)
            self.add(Row("note", text, self.wechat, self.wechat, key=pill))

    def whose(self, event: StepPassed | StepFailed) -> str:
        return f"{event.step.device}: " if self.named else ""

    def valid_from(self, pill: Pill | None) -> None:
        if pill and (self.valid is None or pill.number > self.valid.number):
            self.valid = pill

    def warn(self, event: StepFailed) -> None:
        found = causes(event)
        texts = [both(spoken(each, "en")[0], spoken(each, "zh")[0]) for each in found]
        if not found:
            texts = [both(each, reason(each, "zh")) for each in event.reasons[:1]]
        for text in texts[:1]:
            self.add(Row("warning", text, 0, self.wechat))

    def pill(self, wire: str) -> Pill | None:
        """Say which key is meant: that of a payload, else that of a code."""
        plain = unquote(wire).replace("\\/", "/")
        found = [each for each in self.keys if each.value in plain]
        # The beginning of a payload is longer than any code.
        meant = max(found, key=lambda each: len(each.value), default=None)
        return Pill(meant.number) if meant else None

    def add(self, row: Row) -> None:
        """Add a row with the keys as they are once it is over."""
        told = replace(row, step=self.number, held=self.held, valid=self.valid)
        self.rows.append(told)
        self.number = 0


def _told(event: StepPassed | StepFailed) -> str:
    """Tell an act with what it is about, in a few words."""
    plain = (each for each in event.asked.values() if isinstance(each, (str, int)))
    text = " ".join([event.step.action, *map(str, plain)])
    return text if len(text) <= _FEW else f"{text[: _FEW - 1]}…"
