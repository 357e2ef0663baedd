"""Events for people: a line per step, colours on a terminal, all of it on a failure.

On a terminal the last line tells what is being played; it goes when that is over.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import threading
import unicodedata
from collections.abc import Iterator
from collections.abc import Mapping
from typing import TextIO

import click

from simulator.events import Event
from simulator.events import PlayStarted
from simulator.events import ScenarioFinished
from simulator.events import ScenarioStarted
from simulator.events import Step
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.evidence import call_line
from simulator.evidence import evidence
from simulator.speech.harmless import harmless
from simulator.speech.words import Language
from simulator.speech.words import count
from simulator.speech.words import reason
from simulator.speech.words import word


_VALUE = 24
_LINE = 90
_ASKED = 48
_ERASE = "\r\x1b[2K"


class Console:
    """Print each event as it happens, and a summary at the end."""

    def __init__(self, out: TextIO | None = None, language: Language = "en") -> None:
        self._out = out
        self._language = language
        self._scenarios: list[ScenarioFinished] = []
        self._world = ""
        self._playing = False
        self._progress = _Progress(out or sys.stdout, language)

    def begin(self, step: Step) -> None:
        """Show on a terminal which step is being played."""
        self._progress.show(step)

    def tell(self, event: Event) -> None:
        """Print one event."""
        self._progress.count(event)
        if isinstance(event, ScenarioStarted):
            self._started(event)
        elif isinstance(event, ScenarioFinished):
            self._playing = False
            self._scenarios.append(event)
        elif isinstance(event, StepPassed):
            self._passed(event)
        elif isinstance(event, StepFailed):
            self._failed(event)
        elif isinstance(event, StepSkipped):
            self._skipped(event)

    def close(self) -> None:
        """Print the summary, unless a story was broken off."""
        if self._playing:
            self._print()
            return
        steps = sum(each.passed + each.failed for each in self._scenarios)
        bad = sum(not each.ok for each in self._scenarios)
        seconds = sum(each.seconds for each in self._scenarios)
        said = (
            count(len(self._scenarios), "scenario", self._language),
            count(steps, "step", self._language),
            self._word("failed", n=bad) if bad else self._word("none_failed"),
            self._word("seconds", n=seconds),
        )
        text = self._word("comma").join(said)
        self._print()
        self._print(click.style(text, fg="red" if bad else "green", bold=True))

    def _started(self, event: ScenarioStarted) -> None:
        about = f"  {harmless(event.about)}" if event.about else ""
        self._world = event.world
        self._playing = True
        name = click.style(harmless(event.name), bold=True)
        self._print()
        self._print(name + click.style(about, dim=True))

    def _passed(self, event: StepPassed) -> None:
        self._step("✓", "green", event, summary(event.answered))
        for url in event.talk.redirects if event.talk is not None else ():
            line = harmless(f"      {self._word('moved_on', url=url)}")
            self._print(click.style(line, dim=True))
        for call in event.wechat_calls:
            line = f"{self._word('wechat')}: {call_line(call, self._language)}"
            self._print(click.style(f"      {harmless(line)}", dim=True))

    def _failed(self, event: StepFailed) -> None:
        self._step("✗", "red", event, summary(event.answered))
        for line in evidence(event, self._language):
            self._print(f"      {line}")
        if self._world:
            self._print(f"      {self._word('world', world=self._world)}")

    def _skipped(self, event: StepSkipped) -> None:
        why = self._word("skipped", reason=reason(event.reason, self._language))
        text = harmless(f"  - {event.step.title}  {why}")
        self._print(click.style(text, dim=True))

    def _step(
        self, mark: str, colour: str, event: StepPassed | StepFailed, answered: str
    ) -> None:
        action = event.step.action
        asked = summary(event.asked, _ASKED)
        titled = event.step.title != action
        title = f"{harmless(event.step.title)}  " if titled else ""
        told = harmless(f"{action} {asked}".rstrip())
        word = click.style(told, dim=titled)
        came = f" → {harmless(answered)}" if answered else ""
        self._print(f"  {click.style(mark, fg=colour)} {title}{word}{came}")

    def _word(self, name: str, **filled: object) -> str:
        return word(name, self._language, **filled)

    def _print(self, text: str = "") -> None:
        with self._progress.aside():
            click.echo(text, file=self._out)
            if self._out is not None:
                self._out.flush()


def summary(answer: Mapping[str, object], length: int = _LINE) -> str:
    """Tell an answer in one line: long values cut, headers left out."""
    if "statusCode" in answer:
        text = f"{answer['statusCode']} {brief(answer.get('data'))}".rstrip()
    else:
        text = "  ".join(_members(answer))
    return _cut(text, length)


def brief(value: object) -> str:
    """Tell a value in a few words: long texts cut, lists counted."""
    if isinstance(value, Mapping):
        members = (f"{name}: {brief(member)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, (list, tuple)):
        items = "item" if len(value) == 1 else "items"
        return f"[{len(value)} {items}]" if value else "[]"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return _cut(" ".join(text.split()), _VALUE)


def _members(answer: Mapping[str, object]) -> Iterator[str]:
    if "errMsg" in answer:
        yield str(answer["errMsg"])
    for name, value in answer.items():
        if name != "errMsg" and value not in ({}, None):
            yield f"{name}={brief(value)}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


class _Progress:
    """The line at the bottom of a terminal; nothing where output is piped."""

    def __init__(self, out: TextIO, language: Language) -> None:
        self._out = out
        self._language = language
        self._live = out.isatty()
        self._shown = ""
        self._story = self._stories = self._step = self._steps = 0
        self._lock = threading.RLock()

    def count(self, event: Event) -> None:
        """Note how far things are."""
        if isinstance(event, PlayStarted):
            self._stories = event.scenarios
        elif isinstance(event, ScenarioStarted):
            self._story += 1
            self._step, self._steps = 0, event.steps
        elif not isinstance(event, ScenarioFinished):
            self._step += 1

    def show(self, step: Step) -> None:
        """Say which step is being played."""
        if not self._live:
            return
        places = [("story", max(self._story, 1), self._stories)]
        places.append(("step", self._step + 1, self._steps))
        told = [
            word(f"progress_{what}", self._language, n=n, of=of)
            for what, n, of in places
            if n <= of
        ]
        with self._lock:
            self._shown = _fit("  ▸ " + " · ".join([*told, harmless(step.title)]))
            self._write(_ERASE + self._shown)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Make room for a line of the others."""
        with self._lock:
            if self._shown:
                self._shown = ""
                self._write(_ERASE)
            yield

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _fit(text: str) -> str:
    """Cut to the width of the terminal: a line that wraps could not be erased."""
    left = shutil.get_terminal_size().columns - 1
    for place, letter in enumerate(text):
        left -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if left < 0:
            return text[:place]
    return text
