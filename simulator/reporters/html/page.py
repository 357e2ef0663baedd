"""From events to a page: what the template is given, and the rendering."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from functools import partial
from importlib import resources

from jinja2 import Environment
from jinja2 import StrictUndefined
from jinja2 import Template
from markupsafe import Markup

from simulator.audit.model import SEVERITIES
from simulator.audit.model import AuditEvent
from simulator.audit.model import AuditFinished
from simulator.audit.model import AuditStarted
from simulator.audit.model import ProbeJudged
from simulator.events import Event
from simulator.events import PlayStarted
from simulator.events import ScenarioFinished
from simulator.events import ScenarioStarted
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.evidence import causes
from simulator.evidence import spoken
from simulator.foreign_json import parsed
from simulator.reporters.html.covering import Cover
from simulator.reporters.html.sequence import Diagram
from simulator.reporters.html.sequence import story_sequence
from simulator.reporters.html.sequence import talk_sequence
from simulator.reporters.html.words import both
from simulator.reporters.html.words import said
from simulator.speech import moment
from simulator.speech.harmless import harmless
from simulator.speech.words import Language
from simulator.speech.words import reason


_LONG = 6000
_TOKEN = re.compile(
    r'("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?'
)


@dataclass(slots=True)
class Story:
    """What was told of one story."""

    number: int
    started: ScenarioStarted
    steps: list[StepPassed | StepFailed | StepSkipped] = field(default_factory=list)
    finished: ScenarioFinished | None = None

    @property
    def ok(self) -> bool:
        """Say whether it ended, and as expected."""
        return self.finished is not None and self.finished.ok

    @property
    def passed(self) -> int:
        """Count the steps that passed, also if the story never ended."""
        return self._count(StepPassed)

    @property
    def failed(self) -> int:
        """Count the steps that failed."""
        return self._count(StepFailed)

    @property
    def skipped(self) -> int:
        """Count the steps that were not played."""
        return self._count(StepSkipped)

    @property
    def diagram(self) -> Diagram:
        """Draw it."""
        played = [None if isinstance(e, StepSkipped) else e for e in self.steps]
        return story_sequence(played, self.finished.keys if self.finished else ())

    @property
    def failures(self) -> list[tuple[int, StepFailed]]:
        """List the steps that failed, with their numbers."""
        steps = enumerate(self.steps, 1)
        return [(n, each) for n, each in steps if isinstance(each, StepFailed)]

    def _count(self, kind: type) -> int:
        return sum(isinstance(each, kind) for each in self.steps)


@dataclass(slots=True)
class Audit:
    """What was told of an audit."""

    started: AuditStarted
    judged: list[ProbeJudged] = field(default_factory=list)
    finished: AuditFinished | None = None

    @property
    def failures(self) -> list[ProbeJudged]:
        """List what failed, the worst first."""
        failed = [each for each in self.judged if each.outcome == "fail"]
        return sorted(failed, key=lambda each: SEVERITIES.index(each.probe.severity))

    @property
    def outcomes(self) -> Counter[str]:
        """Count what became of the probes."""
        return Counter(each.outcome for each in self.judged)


def render(events: Sequence[Event | AuditEvent], language: Language = "en") -> str:
    """Write the whole page."""
    cover = Cover(events)
    style, script = _read("report.css"), _read("report.js")
    stories = list(_stories(events))
    page = _template().render(
        lang="zh-CN" if language == "zh" else "en",
        style=Markup(style),
        script=Markup(script),
        digests=[_digest(style), _digest(script)],
        play=next((e for e in events if isinstance(e, PlayStarted)), None),
        stories=stories,
        failures=[(story, *each) for story in stories for each in story.failures],
        audit=_audit(events),
        **_words(cover),
    )
    # Once more over the whole: nothing that was forgotten above gets through.
    return harmless(cover(page)) + "\n"


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(_read("report.html"))


def _words(cover: Callable[[str], str]) -> dict[str, object]:
    """Name what the template may call."""
    return {
        "said": said,
        "words": lambda words: both(words.en, words.zh),
        "reason": lambda text: both(harmless(text), reason(harmless(text), "zh")),
        "causes": causes,
        "cause": lambda cause, part: both(
            spoken(cause, "en")[part], spoken(cause, "zh")[part]
        ),
        "pretty": partial(_pretty, cover=cover),
        "diagram": lambda each: talk_sequence(each.talk, each.wechat_calls),
        "iso": moment.iso,
        "calls_of": lambda each: each.wechat_calls,
        "kind": lambda event: type(event).__name__,
    }


def _stories(events: Iterable[Event | AuditEvent]) -> Iterator[Story]:
    story: Story | None = None
    number = 0
    for event in events:
        if isinstance(event, ScenarioStarted):
            number += 1
            story = Story(number, event)
            yield story
        elif story is not None and isinstance(event, ScenarioFinished):
            story.finished = event
        elif story is not None and isinstance(
            event, (StepPassed, StepFailed, StepSkipped)
        ):
            story.steps.append(event)


def _audit(events: Iterable[Event | AuditEvent]) -> Audit | None:
    audit: Audit | None = None
    for event in events:
        if isinstance(event, AuditStarted):
            audit = Audit(event)
        elif audit is not None and isinstance(event, ProbeJudged):
            audit.judged.append(event)
        elif audit is not None and isinstance(event, AuditFinished):
            audit.finished = event
    return audit


def _pretty(value: object, *, cover: Callable[[str], str]) -> Markup:
    """Write JSON indented and coloured, and every other text as it is."""
    shown = _indented(value)
    if shown is None:
        return Markup("{}").format(_cut(str(value), cover))
    text = _cut(shown, cover)
    parts: list[Markup | str] = []
    end = 0
    for found in _TOKEN.finditer(text):
        kind = ("j-key" if found[2] else "j-text") if found[1] else "j-plain"
        parts += [text[end : found.start()], _token(kind, found[1] or found[0])]
        parts.append(found[2] or "")
        end = found.end()
    return Markup("").join([*parts, text[end:]])


def _token(kind: str, text: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(kind, text)


def _indented(value: object) -> str | None:
    if isinstance(value, str):
        try:
            value = parsed(value)
        except ValueError:
            return None
    if not isinstance(value, (dict, list)):
        return None
    try:
        return json.dumps(value, ensure_ascii=False, indent=2, default=str)
    except RecursionError:
        return None


def _cut(text: str, cover: Callable[[str], str]) -> str:
    """Cut what is long; never through a secret, which would show a part of it."""
    text = harmless(cover(text))
    if len(text) <= _LONG:
        return text
    more = f"… ({len(text)} characters in all / 共 {len(text)} 个字符)"
    return text[:_LONG] + more


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
