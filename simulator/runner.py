"""Play a scenario: an iterator of events that knows no output format."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from itertools import chain
from typing import cast

from simulator import events
from simulator import moment
from simulator.device import Device
from simulator.events import Event
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.events import TraceStep
from simulator.events import WeChatCall
from simulator.expressions import MissingError
from simulator.expressions import resolve
from simulator.masking import mask
from simulator.masking import mask_text
from simulator.ports import DEFAULT_WORLD
from simulator.scenario import journal
from simulator.scenario.actions import ACTIONS
from simulator.scenario.journal import Watch
from simulator.scenario.judging import disappointments
from simulator.scenario.judging import why_skipped
from simulator.scenario.model import DeviceSpec
from simulator.scenario.model import Scenario
from simulator.scenario.model import Step
from simulator.scenario.shapes import Report
from simulator.scenario.source import locate
from simulator.scenario.talks import BACKEND
from simulator.scenario.talks import play_call
from simulator.scenario.turn import Played
from simulator.scenario.turn import Stage
from simulator.scenario.turn import Turn


Timer = Callable[[], float]
Begin = Callable[[events.Step], None]
"""Is told of each step before it is played, for whoever shows progress."""


def run(
    scenario: Scenario,
    stage: Stage,
    *,
    timer: Timer = time.perf_counter,
    begin: Begin | None = None,
) -> Iterator[Event]:
    """Play a scenario from its first step; after a failure the rest is skipped."""
    began = timer()
    world = "" if stage.world == DEFAULT_WORLD else stage.world
    yield events.ScenarioStarted(
        scenario.name,
        scenario.about,
        scenario.file,
        world,
        len(scenario.steps),
        moment.now(),
    )
    passed = failed = skipped = 0
    run = _Run(scenario, stage, timer, begin)
    for step in scenario.steps:
        if failed:
            event: Event = StepSkipped(run.label(step), "an earlier step failed")
        else:
            event = run.play(step)
        passed += isinstance(event, StepPassed)
        failed += isinstance(event, StepFailed)
        skipped += isinstance(event, StepSkipped)
        yield event
    yield events.ScenarioFinished(
        scenario.name,
        scenario.file,
        passed,
        failed,
        skipped,
        timer() - began,
        run.keys(),
    )


def needs_to_be_alone(scenario: Scenario, *, own_world: bool = False) -> bool:
    """Say whether a story changes or reads a world as a whole that others play in."""
    acts = [step for step in scenario.steps if step.shared or not own_world]
    known = (ACTIONS.get(step.action) for step in acts)
    return any(action is not None and action.alone for action in known)


@dataclass(slots=True)
class _Run:
    """What has happened in a story so far."""

    scenario: Scenario
    stage: Stage
    timer: Timer
    begin: Begin | None = None
    saved: dict[str, object] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """Every code that WeChat gave a phone, and which phone that was."""
    watch: Watch = field(init=False)
    starts: dict[str, int] = field(default_factory=dict)
    """By world: the journal's last exchange before the story began."""

    def __post_init__(self) -> None:
        self.saved.update(self.scenario.values)
        for name, spec in self.scenario.devices.items():
            self.devices[name] = _device(name, spec, self.stage)
        self.watch = Watch(self.stage.wechat)
        self.starts[self.stage.world] = self.watch.skip()
        if self.stage.shared is not None:
            self.starts[DEFAULT_WORLD] = self.stage.shared.last

    def label(self, step: Step) -> events.Step:
        """Say which step an event is about."""
        return events.Step(
            title=step.name or step.action,
            action=step.action,
            device=self._device_name(step),
            file=self.scenario.file,
            line=step.line,
        )

    def play(self, step: Step) -> Event:
        """Play one step, compare, remember; tell what came of it."""
        scope = self._scope(step)
        reason = why_skipped(step, scope)
        if reason is not None:
            return StepSkipped(self.label(step), reason)
        if self.begin is not None:
            self.begin(self.label(step))
        began = self.timer()
        try:
            arguments, problems = _arguments(step, scope)
        except MissingError as error:
            arguments, problems = {}, (str(error),)
        if problems:
            return self._failed(step, arguments, Played(False, {}), problems, began)
        played = self._perform(step, arguments, scope)
        reasons = disappointments(step, played, scope)
        if not reasons:
            reasons = self._save(step, played)
        if reasons:
            return self._failed(step, arguments, played, reasons, began)
        return StepPassed(
            self.label(step),
            _masked(arguments),
            _masked(played.answer),
            self.timer() - began,
            played.talk,
            self._wechat_calls(step),
        )

    def keys(self) -> tuple[events.KeyUse, ...]:
        """Tell which session_keys were used by these phones."""
        people = {
            (device.user, device.mini_program_id): device
            for device in self.devices.values()
        }
        found = (journal.keys(self.stage.wechat, each) for each in people.values())
        return tuple(chain.from_iterable(found))

    def _perform(
        self, step: Step, arguments: Mapping[str, object], scope: Mapping[str, object]
    ) -> Played:
        stage = self.stage.in_shared_world() if step.shared else self.stage
        turn = Turn(
            stage=stage,
            device=self.devices[self._device_name(step)],
            scope=scope,
            tap=step.tap,
            answer=step.answer,
            since=self.starts[stage.world],
        )
        if _asks_backend(step):
            return self._ask_backend(turn, step, arguments)
        played = ACTIONS[step.action].play(turn, arguments)
        if step.action == "mock.reset":
            watch = self.stage.shared if step.shared else None
            self.starts[stage.world] = (watch or self.watch).skip()
        elif isinstance(code := played.answer.get("code"), str):
            self.codes[code] = self._device_name(step)
        return played

    def _ask_backend(
        self, turn: Turn, step: Step, arguments: Mapping[str, object]
    ) -> Played:
        began = self.timer()
        if step.action.startswith(BACKEND):
            played = self._call_backend(turn, step, arguments)
        else:
            played = ACTIONS[step.action].play(turn, arguments)
        if played.talk is not None:
            seconds = self.timer() - began
            causes = journal.tell(
                turn.stage.wechat, played.talk, turn.device, seconds=seconds
            )
            played = replace(played, causes=causes)
        return played

    def _call_backend(
        self, turn: Turn, step: Step, arguments: Mapping[str, object]
    ) -> Played:
        name = step.action.removeprefix(BACKEND)
        calls = self.stage.file.calls if self.stage.file is not None else {}
        call = calls.get(name)
        if call is None:
            known = ", ".join(calls) or "none: give a backend file with --backend"
            return Played(False, {}, (f"no call '{name}' is known; known: {known}",))
        return play_call(turn, call, arguments)

    def _failed(
        self,
        step: Step,
        arguments: Mapping[str, object],
        played: Played,
        reasons: tuple[str, ...],
        began: float,
    ) -> StepFailed:
        return StepFailed(
            self.label(step),
            _masked(arguments),
            _masked(played.answer),
            self.timer() - began,
            tuple(map(mask_text, reasons)),
            played.talk,
            self._wechat_calls(step),
            self._trace(step, arguments),
            played.causes,
        )

    def _save(self, step: Step, played: Played) -> tuple[str, ...]:
        for name, path in step.save.items():
            try:
                value = played.answer if path is None else path.look_up(played.answer)
            except MissingError as error:
                return (f"cannot save '{name}': {error}",)
            self.saved[name] = value
        return ()

    def _scope(self, step: Step) -> dict[str, object]:
        device = self.devices[self._device_name(step)]
        facts = {
            "appid": device.mini_program_id,
            "person": device.user,
            "query": device.launch.query,
            "scene": device.launch.scene,
        }
        storage = {key: device.wx.get_storage_sync(key) for key in device.storage}
        return {**self.saved, "storage": storage, "device": facts}

    def _device_name(self, step: Step) -> str:
        return step.device or next(iter(self.devices))

    def _wechat_calls(self, step: Step) -> tuple[WeChatCall, ...]:
        """List what the backend asked WeChat since the last step that asked it."""
        if not _asks_backend(step):
            return ()
        found = journal.calls(self.watch.news())
        shared = self.stage.shared
        if shared is None:
            return found
        return journal.calls(shared.news(), shared=True) + found

    def _trace(
        self, step: Step, arguments: Mapping[str, object]
    ) -> tuple[TraceStep, ...]:
        """Tell what became of the code a step sent, else of the phone's latest."""
        if not _asks_backend(step):
            return ()
        device = self._device_name(step)
        given = [code for code in self.codes if code in arguments.values()]
        made = [code for code, maker in self.codes.items() if maker == device]
        codes = given or made
        return journal.trace(self.stage.wechat, codes[-1]) if codes else ()


def _asks_backend(step: Step) -> bool:
    return step.action.startswith(BACKEND) or step.action == "wx.request"


def _device(name: str, spec: DeviceSpec, stage: Stage) -> Device:
    appid = spec.appid or (stage.file.appid if stage.file is not None else None)
    return Device(
        stage.wechat,
        stage.backend,
        user=spec.person,
        appid=appid,
        name=name,
        base_library=spec.base_library,
        platform=spec.platform,
        version=spec.version,
        privacy=spec.privacy,
        network=spec.network,
        wording=spec.wording,
        check_domains=spec.check_domains,
        answers=dict(spec.answers),
    )


def _arguments(
    step: Step, scope: Mapping[str, object]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Fill in the arguments; say what is wrong with what the look-ups gave."""
    filled = cast("dict[str, object]", resolve(step.arguments, scope))
    action = ACTIONS.get(step.action)
    if action is None:
        return filled, ()
    report = Report("", templates=False)
    read = action.shape.read(locate(filled, step.line), report)
    if report.problems:
        return filled, tuple(problem.message for problem in report.problems)
    return cast("dict[str, object]", read), ()


def _masked(value: Mapping[str, object]) -> Mapping[str, object]:
    return cast("Mapping[str, object]", mask(value))
