"""A person for Locust: a phone, its mini program, and results by step."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import partial
from typing import Any

# First of all: it makes sockets and threads cooperate.
from locust import User
from locust import constant
from locust.env import Environment
from locust.exception import RescheduleTask

from simulator.device import Device
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.load import options
from simulator.load.people import OwnPeople
from simulator.load.target import Ground
from simulator.load.target import Target
from simulator.load.target import ground
from simulator.ports import JsonObject
from simulator.ports import UnreachableError
from simulator.ports import WeChat
from simulator.runner import run
from simulator.scenario.model import Scenario
from simulator.scenario.talks import play_call
from simulator.scenario.turn import Stage
from simulator.scenario.turn import Turn
from simulator.wx import Wx


_BACKEND, _PHONE = "backend", "phone"
_CONTROL = "the mock"
_LONGEST = 200
# Ids, codes and times would make an error of its own of every failure.
_ONE_OFF = re.compile(r"(?=[\w-]*\d)[\w-]{8,}")


class StepError(Exception):
    """Why a step failed, in words that are the same each time."""


class WxUser(User):
    """One virtual person, unlike any other of this load, with a phone.

    Without tasks of its own a subclass needs one that calls ``self.play()``.
    """

    abstract = True
    wait_time = constant(1)

    backend: str = ""
    """A *.backend.yaml; `--wx-backend` goes before it, and so on."""
    backend_url: str | None = None
    mock: str = ""
    token: str | None = None
    scenarios: Sequence[str] = ()
    allowed_hosts: Sequence[str] = ()
    worlds: int = 1

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        target = self.target(environment)
        self._ground: Ground = ground(target)
        suffix = options.suffix(environment)
        world = target.world_of(int(suffix.rpartition("-")[2]))
        wechat = self._ground.wechat
        lasting = _Lasting(wechat.in_world(world) if world else wechat, self._tell)
        self._wechat = OwnPeople(lasting, suffix)
        self._turns = itertools.count()
        self.phone = self._new_phone()

    @classmethod
    def target(cls, environment: Environment) -> Target:
        """Say what is loaded: the command line's word goes before the class's."""
        given = options.given(environment)
        return Target(
            given.get("wx_backend") or cls.backend,
            given.get("wx_backend_url") or cls.backend_url,
            given.get("wx_mock") or cls.mock,
            given.get("wx_token") or cls.token,
            tuple(given.get("wx_scenario") or cls.scenarios),
            (*cls.allowed_hosts, *(given.get("wx_allow_host") or ())),
            given.get("wx_worlds") or cls.worlds,
        )

    @property
    def wx(self) -> Wx:
        """The wx object of the phone; each call is a result of its own."""
        return self.phone.wx

    def relaunch(self) -> None:
        """Take up a phone that has stored nothing: a new login begins."""
        self.phone = self._new_phone()

    def play(self, scenario: Scenario | None = None) -> None:
        """Play a story from first to last step; the next of them if none is given."""
        stories = self._ground.stories
        story = scenario or stories[next(self._turns) % len(stories)]
        for event in run(story, self._stage()):
            if isinstance(event, (StepPassed, StepFailed)):
                self._tell_step(event)

    def call(self, name: str, **arguments: object) -> Mapping[str, Any]:
        """Make a call of the backend file; a wrong answer ends the task."""
        call = self._ground.file.calls[name]
        turn = Turn(self._stage(), self.phone, self._scope())
        began = time.perf_counter()
        played = play_call(turn, call, arguments)
        seconds = time.perf_counter() - began
        size = len(played.talk.response_body) if played.talk else 0
        failure = "" if played.ok else played.reasons[0]
        self._tell(_BACKEND, f"backend.{name}", seconds, size, failure)
        if not played.ok:
            raise RescheduleTask
        return played.answer

    def _new_phone(self) -> Device:
        measured = _Measured(self._wechat, self._tell)
        file = self._ground.file
        return Device(measured, self._ground.backend, user="person", appid=file.appid)

    def _stage(self) -> Stage:
        backend, file = self._ground.backend, self._ground.file
        return Stage(self._wechat, backend, file, shown=False)

    def _scope(self) -> dict[str, object]:
        phone = self.phone
        storage = {key: phone.wx.get_storage_sync(key) for key in phone.storage}
        facts = {"appid": phone.mini_program_id, "person": phone.user}
        return {"storage": storage, "device": facts}

    def _tell_step(self, event: StepPassed | StepFailed) -> None:
        kind = _BACKEND if event.talk or _asks(event) else _PHONE
        size = len(event.talk.response_body) if event.talk else 0
        failure = event.reasons[0] if isinstance(event, StepFailed) else ""
        self._tell(kind, event.step.title, event.seconds, size, failure)

    def _tell(
        self, kind: str, name: str, seconds: float, size: int, failure: str
    ) -> None:
        """Fire the request event that Locust's statistics are made of."""
        self.environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=seconds * 1000,
            response_length=size,
            exception=StepError(_alike(failure)) if failure else None,
            context=self.context(),
        )


class _Lasting:
    """A WeChat whose end fails the call and the task: one rests, and tries again."""

    def __init__(self, inner: WeChat, tell: Callable[..., None]) -> None:
        self._inner = inner
        self._tell = tell

    def call(self, api: str, arguments: Mapping[str, object]) -> JsonObject:
        return self._asked(f"wx.{api}", partial(self._inner.call, api, arguments))

    def control(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> JsonObject:
        return self._asked(_CONTROL, partial(self._inner.control, method, path, body))

    def in_world(self, name: str) -> _Lasting:
        return _Lasting(self._inner.in_world(name), self._tell)

    def _asked(self, name: str, ask: Callable[[], JsonObject]) -> JsonObject:
        began = time.perf_counter()
        try:
            return ask()
        except UnreachableError as error:
            self._tell(_PHONE, name, time.perf_counter() - began, 0, str(error))
            raise RescheduleTask from error


class _Measured:
    """A phone's WeChat whose every call is a result of its own."""

    def __init__(self, inner: OwnPeople, tell: Callable[..., None]) -> None:
        self._inner = inner
        self._tell = tell

    def call(self, api: str, arguments: Mapping[str, object]) -> JsonObject:
        began = time.perf_counter()
        answer = self._inner.call(api, arguments)
        seconds = time.perf_counter() - began
        told = str(answer.get("errMsg", ""))
        # A person who is to say no has not failed.
        said_no = arguments.get("consent") not in (None, "allow")
        failure = "" if told.endswith(":ok") or said_no else told
        self._tell(_PHONE, f"wx.{api}", seconds, 0, failure)
        return answer

    def control(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> JsonObject:
        return self._inner.control(method, path, body)

    def in_world(self, name: str) -> _Measured:
        return _Measured(self._inner.in_world(name), self._tell)


def _asks(event: StepPassed | StepFailed) -> bool:
    return event.step.action.startswith("backend.")


def _alike(reason: str) -> str:
    return _ONE_OFF.sub("…", reason)[:_LONGEST]
