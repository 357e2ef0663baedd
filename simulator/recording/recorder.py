"""From what happened to a file that plays it again."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.adapters import connect_wechat
from simulator.mapping import BackendFile
from simulator.ports import SimulatorError
from simulator.recording.sources import Exchange
from simulator.recording.sources import follow
from simulator.recording.telling import Recording
from simulator.recording.writing import scenario_text
from simulator.scenario.loader import SCENARIO_SUFFIX
from simulator.scenario.loader import check_calls
from simulator.scenario.loader import load_backend
from simulator.scenario.loader import load_scenario


@dataclass(frozen=True, slots=True)
class Take:
    """Where a recording goes, and what helps to understand it."""

    file: Path
    name: str | None = None
    backend: str | None = None
    force: bool = False

    def check(self) -> None:
        """Refuse before anybody has played in vain."""
        if not self.file.name.endswith(SCENARIO_SUFFIX):
            raise SimulatorError(
                f"{self.file} would be no scenario: name it *{SCENARIO_SUFFIX}.",
                f"{self.file} 不是场景文件名：请命名为 *{SCENARIO_SUFFIX}。",
            )
        if self.file.exists() and not self.force:
            raise SimulatorError(
                f"{self.file} exists: choose another name, or replace it with --force.",
                f"{self.file} 已存在：请换一个名字，或用 --force 覆盖。",
            )
        self.calls()

    def calls(self) -> BackendFile | None:
        """Read the backend file."""
        return None if self.backend is None else load_backend(Path(self.backend))


def listen(
    mock: str,
    *,
    token: str | None,
    world: str | None,
    idle: float | None,
    everything: bool,
    ready: Callable[[], object] = lambda: None,
) -> list[Exchange]:
    """Collect what happens on a running mock; say when that has begun."""
    wechat = connect_wechat(mock, token=token)
    here = wechat.in_world(world) if world else wechat
    return follow(here, idle=idle, everything=everything, ready=ready)


def write(take: Take, exchanges: Sequence[Exchange]) -> tuple[list[str], int]:
    """Write the story; return remarks on it, and how many steps it has."""
    backend = take.calls()
    title = take.name or take.file.name.removesuffix(SCENARIO_SUFFIX)
    recording = Recording(title, backend)
    story = recording.tell(exchanges)
    if not story["steps"]:
        raise SimulatorError(
            "Nothing happened that a story could tell: play on the mock's page at "
            "/_mockwx/ while it is recorded.",
            "没有可记录的操作：请在录制期间使用 mock 的页面 /_mockwx/。",
        )
    notes = [*dict.fromkeys(recording.notes)]
    if recording.values.unknown:
        names = ", ".join(dict.fromkeys(recording.values.unknown))
        notes.append(f"fill in 'unknown' for {names}: it came from nowhere in here")
    take.file.write_text(scenario_text(story, notes), encoding="utf-8")
    scenario = load_scenario(take.file)
    if backend is not None:
        check_calls(scenario, backend)
    return notes, len(scenario.steps)
