"""One story while it is played: its phones, what it saved, and one step at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from itertools import chain
from typing import TypeAlias
from typing import cast

from simulator import events
from simulator.device import Device
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.events import TraceStep
from simulator.events import WeChatCall
from simulator.expressions import MissingError
from simulator.expressions import as_text
from simulator.expressions import resolve
from simulator.ports import DEFAULT_APPID
from simulator.ports import DEFAULT_WORLD
from simulator.ports import RefusedError
from simulator.scenario import journal
from simulator.scenario.actions import ACTIONS
from simulator.scenario.journal import Watch
from simulator.scenario.judging import UNDECIDED
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
from simulator.speech import moment
from simulator.speech.masking import mask
from simulator.speech.masking import mask_text


Timer = Callable[[], float]
Begin = Callable[[events.Step], None]
"""Is told of each step before it is played, for whoever shows progress."""
StepEvent: TypeAlias = StepPassed | StepFailed | StepSkipped

# How the mock calls a payload that another key than the latest seals.
_KEYS = {
    "": "",
    "latest": "",
    "older": "stale_key",
    "other_person": "other_users_key",
    "wrong": "unknown_key",
}


@dataclass(slots=True)
class Story:
    """What has happened in a story so far."""

    scenario: Scenario
    stage: Stage
    timer: Timer
    begin: Begin | None = None
    saved: dict[str, object] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    whose: str = ""
    """The phone of a step that names none; else the first."""
    turn: str = ""
    """Whose turn in a loop this is, for titles."""
    together: bool = False
    """Other steps are played meanwhile."""
    codes: dict[str, str] = field(default_factory=dict)
    """Every code that WeChat gave a phone, and which phone that was."""
    watch: Watch = field(init=False)
    starts: dict[str, int] = field(default_factory=dict)
    """By world: the journal's last exchange before the story began."""

    def __post_init__(self) -> None:
        self.saved.update(self.scenario.values)
        for name, spec in self.scenario.devices.items():
            self.devices[name] = _device(name, spec, self.stage)
        introduce(self.stage)
        self.watch = Watch(self.stage.wechat)
        self.starts[self.stage.world] = self.watch.skip()
        if self.stage.shared is not None:
            self.starts[DEFAULT_WORLD] = self.stage.shared.last

    def branch(self, *, turn: str = "", together: bool = False) -> Story:
        """Return the story as it stands, to go on with beside or instead of this one.

        Phones and codes are the same; what is saved from now on is not.
        """
        story = copy(self)
        story.saved = dict(self.saved)
        story.turn = f"{self.turn}, {turn}" if self.turn and turn else turn or self.turn
        if together:
            story.together = True
            story.watch = Watch(self.watch.wechat, self.watch.last)
        return story

    def lend_phone(self, person: str) -> None:
        """Let steps that name no phone be played on this person's."""
        if person not in self.devices:
            first = next(iter(self.scenario.devices.values()))
            spec = replace(first, person=person)
            self.devices[person] = _device(person, spec, self.stage)
        self.whose = person

    def values(self, step: Step) -> list[object]:
        """List what a loop goes over; raises MissingError if there is no list."""
        found = resolve(step.over, self._scope(step))
        if isinstance(found, (list, tuple)):
            return list(found)
        raise MissingError(f"'{step.names}' should go over a list")

    def why_skipped(self, step: Step) -> str | None:
        """Say why a step is left out; None if it is to be played; raises UNDECIDED."""
        return why_skipped(step, self._scope(step))

    def label(self, step: Step) -> events.Step:
        """Say which step an event is about."""
        title = step.name or step.action
        return events.Step(
            title=f"{title} ({self.turn})" if self.turn else title,
            action=step.action,
            device=self._device_name(step),
            file=self.scenario.file,
            line=step.line,
        )

    def skip(self, step: Step, reason: str) -> StepSkipped:
        """Leave a step out."""
        return StepSkipped(self.label(step), reason)

    def fail(self, step: Step, reason: str) -> StepFailed:
        """Fail a step that cannot be played."""
        return self._failed(step, {}, Played(False, {}), (reason,), self.timer())

    def play(self, step: Step) -> StepEvent:
        """Play one step, as often as it may be tried; tell what came of it."""
        name = self._device_name(step)
        if name not in self.devices:
            return self.fail(step, f"there is no device '{name}'")
        scope = self._scope(step)
        try:
            reason = why_skipped(step, scope)
        except UNDECIDED as error:
            return self.fail(step, str(error))
        if reason is not None:
            return self.skip(step, reason)
        if self.begin is not None:
            self.begin(self.label(step))
        event = self._try(step, scope)
        tried, calls = 1, event.wechat_calls
        while isinstance(event, StepFailed) and tried < step.retry.times:
            self.stage.pacing.pause(step.retry.every / 1000)
            event = self._try(step, scope)
            tried, calls = tried + 1, calls + event.wechat_calls
            event = replace(event, wechat_calls=calls)
        if isinstance(event, StepFailed) and tried > 1:
            event = replace(event, reasons=(*event.reasons, f"tried {tried} times"))
        return event

    def keys(self) -> tuple[events.KeyUse, ...]:
        """Tell which session_keys were used by these phones."""
        people = {
            (device.user, device.mini_program_id): device
            for device in self.devices.values()
        }
        found = (journal.keys(self.stage.wechat, each) for each in people.values())
        return tuple(chain.from_iterable(found))

    def _try(self, step: Step, scope: Mapping[str, object]) -> StepPassed | StepFailed:
        """Play one step once, compare, remember."""
        began = self.timer()
        try:
            arguments, problems = _arguments(step, scope)
        except MissingError as error:
            arguments, problems = {}, (str(error),)
        if problems:
            return self._failed(step, arguments, Played(False, {}), problems, began)
        played = self._perform(step, arguments, scope)
        reasons = disappointments(step, played, scope)
        reasons += _too_slow(step, self.timer() - began)
        if not reasons:
            reasons = self._save(step, played)
        if reasons:
            return self._failed(step, arguments, played, reasons, began)
        return StepPassed(
            self.label(step),
            self._shown(arguments),
            self._shown(played.answer),
            self.timer() - began,
            played.talk,
            self._wechat_calls(step),
            moment.now(),
        )

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
            timeout=step.timeout,
            since=self.starts[stage.world],
        )
        if _asks_backend(step):
            return self._ask_backend(turn, step, arguments)
        try:
            payload = _payload(step.key, scope)
        except MissingError as error:
            return Played(False, {}, (str(error),))
        with _sealed_with(payload, step.action, turn):
            played = ACTIONS[step.action].play(turn, arguments)
        if step.action == "mock.reset":
            introduce(self.stage)
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
            self._shown(arguments),
            self._shown(played.answer),
            self.timer() - began,
            tuple(map(mask_text, reasons)),
            played.talk,
            self._wechat_calls(step),
            self._trace(step, arguments),
            played.causes,
            moment.now(),
        )

    def _shown(self, value: Mapping[str, object]) -> Mapping[str, object]:
        if not self.stage.shown:
            return {}
        return cast("Mapping[str, object]", mask(value))

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
        if step.device is not None:
            try:
                return as_text(resolve(step.device, self.saved))
            except MissingError:
                return ""  # of no phone
        return self.whose or next(iter(self.devices))

    def _wechat_calls(self, step: Step) -> tuple[WeChatCall, ...]:
        """List what the backend asked WeChat since the last step that asked it."""
        if not _asks_backend(step):
            return ()
        news = self.watch.news()
        if self.together:
            # What others asked meanwhile, as far as WeChat knows for whom.
            device = self.devices.get(self._device_name(step))
            mine = ("", None, device.user if device is not None else None)
            news = [each for each in news if each.get("user") in mine]
        found = journal.calls(news)
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


def introduce(stage: Stage) -> None:
    """Make the backend's mini program known to the mock, where it is not.

    What asks by access_token reaches the shared world, which must know it too.
    """
    if stage.file is None or stage.file.secret is None:
        return
    app = {"appid": stage.file.appid or DEFAULT_APPID, "secret": stage.file.secret}
    shared = stage.in_shared_world().wechat
    for wechat in (stage.wechat,) if shared is stage.wechat else (stage.wechat, shared):
        try:
            wechat.control("POST", "mini_programs", app)
        except RefusedError:
            # It is there. In a world that others share it stays as they have it.
            if stage.world != DEFAULT_WORLD and wechat is stage.wechat:
                secret = {"secret": app["secret"]}
                wechat.control("PATCH", f"mini_programs/{app['appid']}", secret)


def _too_slow(step: Step, seconds: float) -> tuple[str, ...]:
    took = round(seconds * 1000)
    if step.within is None or took <= step.within:
        return ()
    return (f"should take at most {step.within:g} ms and takes {took}",)


def _payload(key: str, scope: Mapping[str, object]) -> str:
    """Name what another key does to a payload; raises MissingError for no key."""
    named = as_text(resolve(key, scope))
    if named not in _KEYS:
        known = ", ".join(filter(None, _KEYS))
        raise MissingError(f"expected one of {known}, found '{named}'")
    return _KEYS[named]


@contextlib.contextmanager
def _sealed_with(payload: str, action: str, turn: Turn) -> Iterator[None]:
    """Let the phone seal once with another key than the latest."""
    if not payload:
        yield
        return
    wechat, device = turn.stage.wechat, turn.device
    call = action.partition(".")[2]
    match = {"appid": device.mini_program_id, "user": device.user}
    armed = wechat.control(
        "POST",
        "faults",
        {"match": {"path": f"wx.{call}", **match}, "effect": {"payload": payload}},
    )
    try:
        yield
    finally:
        # It is gone already if the phone came so far as to seal something.
        with contextlib.suppress(RefusedError):
            wechat.control("DELETE", f"faults/{armed['id']}")


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
