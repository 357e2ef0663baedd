"""What the runner tells, and all that reporters read. Secrets are masked already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class WeChatCall:
    """A call to WeChat that the backend made during a step."""

    method: str
    path: str
    status: int
    errcode: int | None
    rid: str
    query: str
    body: str
    answer: str
    shared: bool = False
    """Answered by the world all stories share: it carried none, as a token call."""
    fault: str = ""
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceStep:
    """A part of a code's way: on the phone, to the backend, or to WeChat."""

    kind: str
    asked: str
    came: str


@dataclass(frozen=True, slots=True)
class Cause:
    """What the mock's doctor found to be wrong, and what cures it."""

    cause: str
    message: str
    cure: str
    message_zh: str = ""
    cure_zh: str = ""


@dataclass(frozen=True, slots=True)
class HttpTalk:
    """The request to the backend and its response, as text."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    status: int
    response_headers: tuple[tuple[str, str], ...]
    response_body: str
    redirects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Which step an event is about."""

    title: str
    action: str
    device: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class PlayStarted:
    """All stories begin: how many they are, and what they are played against."""

    scenarios: int
    at: float
    """When, in seconds since 1970."""
    backend: str = ""
    address: str = ""
    mock: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioStarted:
    """A story begins."""

    name: str
    about: str
    file: str
    world: str = ""
    """Where it plays, and its journal can be read; nothing for the default world."""
    steps: int = 0
    at: float = field(default=0.0, compare=False)
    """When, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class StepPassed:
    """A step did what was expected of it."""

    step: Step
    asked: Mapping[str, object]
    answered: Mapping[str, object]
    seconds: float
    talk: HttpTalk | None = None
    wechat_calls: tuple[WeChatCall, ...] = ()
    at: float = field(default=0.0, compare=False)
    """When it ended, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class StepFailed:
    """A step did not; ``reasons`` say why, the rest is the evidence."""

    step: Step
    asked: Mapping[str, object]
    answered: Mapping[str, object]
    seconds: float
    reasons: tuple[str, ...]
    talk: HttpTalk | None = None
    wechat_calls: tuple[WeChatCall, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    causes: tuple[Cause, ...] = ()
    at: float = field(default=0.0, compare=False)
    """When it ended, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """A step was not played, and why."""

    step: Step
    reason: str


@dataclass(frozen=True, slots=True)
class KeyUse:
    """Which session_key of a person a code stands for, or a payload is sealed with."""

    person: str
    number: int
    """The mock's number of the key, as the doctor and the inspector say it."""
    value: str
    """The code, or how the encryptedData begins."""


@dataclass(frozen=True, slots=True)
class ScenarioFinished:
    """A story ends."""

    name: str
    file: str
    passed: int
    failed: int
    skipped: int
    seconds: float
    keys: tuple[KeyUse, ...] = field(default=(), compare=False)

    @property
    def ok(self) -> bool:
        """Say whether every step did what was expected."""
        return self.failed == 0


Event: TypeAlias = (
    PlayStarted
    | ScenarioStarted
    | StepPassed
    | StepFailed
    | StepSkipped
    | ScenarioFinished
)
