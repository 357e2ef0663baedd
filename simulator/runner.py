"""Play a scenario: an iterator of events that knows no output format."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import cast

from simulator import events
from simulator.device import Device
from simulator.events import Event
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.events import WeChatCall
from simulator.expressions import MissingError
from simulator.expressions import resolve
from simulator.masking import mask
from simulator.masking import mask_text
from simulator.matchers import Rule
from simulator.matchers import broken_rules
from simulator.matchers import shown
from simulator.scenario.actions import ACTIONS
from simulator.scenario.actions import journal
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


def run(
    scenario: Scenario, stage: Stage, *, timer: Timer = time.perf_counter
) -> Iterator[Event]:
    """Play a scenario from its first step; after a failure the rest is skipped."""
    began = timer()
    yield events.ScenarioStarted(scenario.name, scenario.about, scenario.file)
    passed = failed = skipped = 0
    run = _Run(scenario, stage, timer)
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
        scenario.name, scenario.file, passed, failed, skipped, timer() - began
    )


def needs_to_be_alone(scenario: Scenario) -> bool:
    """Say whether a story changes or reads the mock as a whole."""
    known = (ACTIONS.get(step.action) for step in scenario.steps)
    return any(action is not None and action.alone for action in known)


@dataclass(slots=True)
class _Run:
    """What has happened in a story so far."""

    scenario: Scenario
    stage: Stage
    timer: Timer
    saved: dict[str, object] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    first: int = 0
    """The journal's last exchange before the story began."""
    last: int = 0
    """The last exchange that some step has shown."""

    def __post_init__(self) -> None:
        self.saved.update(self.scenario.values)
        for name, spec in self.scenario.devices.items():
            self.devices[name] = _device(name, spec, self.stage)
        self._mark()

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
        reason = _why_skipped(step, scope)
        if reason is not None:
            return StepSkipped(self.label(step), reason)
        began = self.timer()
        try:
            arguments, problems = _arguments(step, scope)
        except MissingError as error:
            arguments, problems = {}, (str(error),)
        if problems:
            return self._failed(step, arguments, Played(False, {}), problems, began)
        played = self._perform(step, arguments, scope)
        reasons = _disappointments(step, played, scope)
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

    def _perform(
        self, step: Step, arguments: Mapping[str, object], scope: Mapping[str, object]
    ) -> Played:
        turn = Turn(
            stage=self.stage,
            device=self.devices[self._device_name(step)],
            scope=scope,
            tap=step.tap,
            answer=step.answer,
            since=self.first,
        )
        if step.action.startswith(BACKEND):
            return self._call_backend(turn, step, arguments)
        played = ACTIONS[step.action].play(turn, arguments)
        if step.action == "mock.reset":
            self._mark()
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

    def _mark(self) -> None:
        self.first = self.last = _last_number(_exchanges(self.stage, since=0))

    def _wechat_calls(self, step: Step) -> tuple[WeChatCall, ...]:
        """List what the backend asked WeChat since the last step that asked it."""
        if not (step.action.startswith(BACKEND) or step.action == "wx.request"):
            return ()
        exchanges = _exchanges(self.stage, since=self.last)
        self.last = max(self.last, _last_number(exchanges))
        return tuple(map(_wechat_call, exchanges))


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
        answers=dict(spec.answers),
    )


def _why_skipped(step: Step, scope: Mapping[str, object]) -> str | None:
    if step.only_if and (reasons := broken_rules(step.only_if, scope, scope)):
        return reasons[0]
    if step.unless and not broken_rules(step.unless, scope, scope):
        return f"{step.unless[0].path} is as `unless` says"
    return None


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


def _disappointments(
    step: Step, played: Played, scope: Mapping[str, object]
) -> tuple[str, ...]:
    """Say how the answer differs from what was expected."""
    expect = step.expect
    if expect.outcome == "ok" and not played.ok:
        told = played.answer.get("errMsg")
        return played.reasons or (f"should succeed, but: {shown(told)}",)
    if expect.outcome == "fail" and played.ok:
        return ("should fail, but succeeds",)
    return tuple(
        reason for rule in expect.rules for reason in _broken(rule, played, scope)
    )


def _broken(rule: Rule, played: Played, scope: Mapping[str, object]) -> tuple[str, ...]:
    try:
        return broken_rules((rule,), played.answer, scope)
    except MissingError as error:
        return (str(error),)


def _exchanges(stage: Stage, *, since: int) -> list[Mapping[str, object]]:
    found = journal(stage.wechat, since=since).get("exchanges", [])
    return found if isinstance(found, list) else []


def _last_number(exchanges: list[Mapping[str, object]]) -> int:
    return cast("int", exchanges[-1].get("number", 0)) if exchanges else 0


def _wechat_call(exchange: Mapping[str, object]) -> WeChatCall:
    request = cast("Mapping[str, object]", exchange.get("request", {}))
    response = cast("Mapping[str, object]", exchange.get("response", {}))
    return WeChatCall(
        method=str(request.get("method", "")),
        path=str(request.get("path", "")),
        status=cast("int", response.get("status", 0)),
        errcode=cast("int", exchange.get("errcode", 0)),
        rid=str(exchange.get("rid", "")),
        query=mask_text(str(request.get("query", ""))),
        body=mask_text(str(request.get("body", ""))),
        answer=mask_text(str(response.get("body", ""))),
    )


def _masked(value: Mapping[str, object]) -> Mapping[str, object]:
    return cast("Mapping[str, object]", mask(value))
