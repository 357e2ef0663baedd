"""A story as values: devices, steps, expectations."""

from __future__ import annotations

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
class Step:
    """One thing that happens."""

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
