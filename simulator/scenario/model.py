"""A story as values: devices, steps, expectations."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Literal
from typing import TypeAlias

from simulator.expressions import Path
from simulator.matchers import Rule
from simulator.ports import Consent
from simulator.ports import Network
from simulator.ports import Privacy


PARALLEL = "parallel"
FOR_EACH = "for_each"
PERSON = "person"
"""A loop over these gives each one a phone."""

Outcome: TypeAlias = Literal["ok", "fail", "any"]


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One person's phone with the mini program on it."""

    person: str = "alice"
    appid: str | None = None
    base_library: str | None = None
    platform: str = "ios"
    version: str = ""
    privacy: Privacy | None = None
    network: Network | None = None
    wording: str | None = None
    check_domains: tuple[str, ...] | None = None
    answers: Mapping[str, Consent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expect:
    """What a step should come to."""

    outcome: Outcome = "ok"
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a step may be tried, and the milliseconds in between."""

    times: int = 1
    every: float = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; or a block of steps, if it has ``steps``."""

    action: str
    arguments: Mapping[str, object]
    line: int
    name: str = ""
    device: str | None = None
    answer: Consent | None = None
    tap: bool | None = None
    shared: bool = False
    """Acts on the world all stories share: that of the backend's access_token."""
    expect: Expect = Expect()
    save: Mapping[str, Path | None] = field(default_factory=dict)
    only_if: tuple[Rule, ...] = ()
    unless: tuple[Rule, ...] = ()
    retry: Retry = Retry()
    within: float | None = None
    """The milliseconds it may take."""
    timeout: float | None = None
    """The milliseconds the phone waits for the backend."""
    key: str = ""
    """Which session_key seals what the phone gives away: latest, older, …"""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """On which line an argument stands, and ``expect``."""
    steps: tuple[Step, ...] = ()
    """What is inside a block: of ``parallel`` the branches, each a step or a block
    without an action."""
    names: str = ""
    """What a loop calls the value whose turn it is."""
    over: object = None
    at_once: bool = False
    """Whether a loop's turns are played at the same time."""


def steps_of(branch: Step) -> tuple[Step, ...]:
    """Return the steps of a branch: a block of steps, or one step."""
    return branch.steps if branch.action == "" else (branch,)


def single_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """List every step that is no block, whatever blocks it stands in."""
    for step in steps:
        if step.steps:
            yield from single_steps(step.steps)
        else:
            yield step


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story from its first step to its last."""

    name: str
    steps: tuple[Step, ...]
    file: str = ""
    about: str = ""
    devices: Mapping[str, DeviceSpec] = field(
        default_factory=lambda: {"phone": DeviceSpec()}
    )
    values: Mapping[str, object] = field(default_factory=dict)
