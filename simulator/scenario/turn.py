"""A step's turn on the stage, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Any
from typing import TypeAlias

from simulator.device import Device
from simulator.events import Cause
from simulator.events import HttpTalk
from simulator.mapping import BackendFile
from simulator.pacing import Pacing
from simulator.ports import DEFAULT_WORLD
from simulator.ports import Backend
from simulator.ports import Consent
from simulator.ports import WeChat
from simulator.scenario.journal import Watch


@dataclass(frozen=True, slots=True)
class Stage:
    """Where stories are played: the mock, and perhaps a backend."""

    wechat: WeChat
    backend: Backend | None = None
    file: BackendFile | None = None
    world: str = DEFAULT_WORLD
    shared: Watch | None = None
    """The journal of the default world, where ``world`` is another."""
    pacing: Pacing = field(default_factory=Pacing)
    """How fast calls were made so far, in whatever world."""
    shown: bool = True
    """Whether anybody is shown what steps ask and get; it takes long to mask it."""

    def in_world(self, name: str, *, shared: Watch) -> Stage:
        """Return the same mock and backend, with a world of its own."""
        wechat = self.wechat.in_world(name)
        return replace(self, wechat=wechat, world=name, shared=shared)

    def in_shared_world(self) -> Stage:
        """Return the same, with the world that all stories share."""
        if self.shared is None:
            return self
        wechat = self.shared.wechat
        return replace(self, wechat=wechat, world=DEFAULT_WORLD, shared=None)


@dataclass(frozen=True, slots=True)
class Turn:
    """One step's turn: whose phone, in a tap or not, what the person answers."""

    stage: Stage
    device: Device
    scope: Mapping[str, object]
    tap: bool | None = None
    answer: Consent | None = None
    timeout: float | None = None
    since: int = 0
    """The last exchange of this world before the story began."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a step came to."""

    ok: bool
    answer: Mapping[str, object]
    reasons: tuple[str, ...] = ()
    talk: HttpTalk | None = None
    causes: tuple[Cause, ...] = ()
    """What the mock's doctor finds in the talk."""


Play: TypeAlias = Callable[[Turn, Mapping[str, Any]], Played]
