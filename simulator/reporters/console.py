"""Events for people: a line per step, colours on a terminal, all of it on a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from typing import TextIO

import click

from simulator.events import Event
from simulator.events import ScenarioFinished
from simulator.events import ScenarioStarted
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.evidence import call_line
from simulator.evidence import evidence


_VALUE = 24
_LINE = 90
_ASKED = 48


class Console:
    """Print each event as it happens, and a summary at the end."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out
        self._scenarios: list[ScenarioFinished] = []
        self._world = ""

    def tell(self, event: Event) -> None:
        """Print one event."""
        if isinstance(event, ScenarioStarted):
            self._started(event)
        elif isinstance(event, ScenarioFinished):
            self._scenarios.append(event)
        elif isinstance(event, StepPassed):
            self._passed(event)
        elif isinstance(event, StepFailed):
            self._failed(event)
        else:
            self._skipped(event)

    def close(self) -> None:
        """Print the summary."""
        steps = sum(each.passed + each.failed for each in self._scenarios)
        bad = sum(not each.ok for each in self._scenarios)
        seconds = sum(each.seconds for each in self._scenarios)
        text = (
            f"{_count(len(self._scenarios), 'scenario')}, {_count(steps, 'step')}, "
            f"{bad or 'none'} failed, {seconds:.1f} s"
        )
        self._print()
        self._print(click.style(text, fg="red" if bad else "green", bold=True))

    def _started(self, event: ScenarioStarted) -> None:
        about = f"  {event.about}" if event.about else ""
        self._world = event.world
        self._print()
        self._print(click.style(event.name, bold=True) + click.style(about, dim=True))

    def _passed(self, event: StepPassed) -> None:
        self._step("✓", "green", event, summary(event.answered))
        for call in event.wechat_calls:
            self._print(click.style(f"      WeChat: {call_line(call)}", dim=True))

    def _failed(self, event: StepFailed) -> None:
        self._step("✗", "red", event, summary(event.answered))
        for line in evidence(event):
            self._print(f"      {line}")
        if self._world:
            self._print(f"      all of it is in the world {self._world}")

    def _skipped(self, event: StepSkipped) -> None:
        text = f"  - {event.step.title}  skipped: {event.reason}"
        self._print(click.style(text, dim=True))

    def _step(
        self, mark: str, colour: str, event: StepPassed | StepFailed, answered: str
    ) -> None:
        action = event.step.action
        asked = summary(event.asked, _ASKED)
        titled = event.step.title != action
        title = f"{event.step.title}  " if titled else ""
        word = click.style(f"{action} {asked}".rstrip(), dim=titled)
        came = f" → {answered}" if answered else ""
        self._print(f"  {click.style(mark, fg=colour)} {title}{word}{came}")

    def _print(self, text: str = "") -> None:
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
        return f"[{_count(len(value), 'item')}]" if value else "[]"
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


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
