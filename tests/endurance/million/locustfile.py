"""People who log in again and again, each judged; the master ends it after enough."""

import itertools
import json
import logging
import os
import time
from pathlib import Path

import gevent
from locust import constant
from locust import events
from locust import runners
from locust import task
from locust.env import Environment

from simulator.device import Device
from simulator.load import WxUser
from simulator.load import options
from simulator.ports import SimulatorError
from simulator.wx import WxError
from tests.endurance.million.judging import BASE_LIBRARY
from tests.endurance.million.judging import Judge
from tests.endurance.million.judging import Login


LOGINS = int(os.environ.get("MILLION_LOGINS", "1000"))
PEOPLE = int(os.environ.get("MILLION_PEOPLE", "1000"))
"""How many people each virtual person of Locust is in turn."""
RESULT = Path(os.environ.get("MILLION_RESULT", "million.json"))

_LOOK_SECONDS = 0.5
_JUDGED, _LOGIN = "judged", "login"
# A machine that is busy with nothing else answers late: nobody is missing yet.
runners.HEARTBEAT_LIVENESS = 60

judge = Judge()


class WrongError(Exception):
    """What was wrong with a login, in words that are the same each time."""


class Person(WxUser):
    """Logs in as one person after the other, and begins again with the first."""

    wait_time = constant(0)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        mine = options.suffix(environment)
        self._names = itertools.cycle(f"{mine}-{each}" for each in range(PEOPLE))

    @task
    def log_in(self) -> None:
        """Log in, send a sealed profile, and judge what the backend knows then."""
        person = next(self._names)
        wechat, backend = self._ground.wechat, self._ground.backend
        phone = Device(wechat, backend, user=person, base_library=BASE_LIBRARY)
        began = time.time()
        try:
            answer = self._answer(phone)
        except (WxError, SimulatorError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:80]}
        login = Login(person, int(began), int(time.time()), answer)
        wrong = judge.wrong(login)
        self.environment.events.request.fire(
            request_type=_JUDGED,
            name=_LOGIN,
            response_time=(time.time() - began) * 1000,
            response_length=0,
            exception=WrongError(wrong) if wrong else None,
            context={},
        )

    def _answer(self, phone: Device) -> dict[str, object]:
        code = phone.wx.login().code
        with phone.tap() as wx:
            profile = wx.get_user_profile(desc="to judge it")
        sent = {
            "code": code,
            "rawData": profile.raw_data,
            "signature": profile.signature,
            "encryptedData": profile.encrypted_data,
            "iv": profile.iv,
        }
        url = f"{self._ground.backend.base_url}/login"
        got = phone.wx.request(url, method="POST", data=sent)
        if not isinstance(got.data, dict):
            return {"error": f"backend answered {got.status_code}"}
        return got.data


@events.init.add_listener
def _watch(environment: Environment, **_: object) -> None:
    # Its tables say nothing that the one line does not.
    logging.getLogger("locust.stats_logger").setLevel(logging.WARNING)
    if isinstance(environment.runner, runners.MasterRunner):
        gevent.spawn(_end_in_time, environment)


@events.quitting.add_listener
def _tell_last(environment: Environment, **_: object) -> None:
    if isinstance(environment.runner, runners.MasterRunner):
        _tell(environment)


def _end_in_time(environment: Environment) -> None:
    while _tell(environment) < LOGINS:
        gevent.sleep(_LOOK_SECONDS)
    environment.runner.quit()


def _tell(environment: Environment) -> int:
    """Write down how far it is, for whoever started it; return the logins."""
    done = environment.stats.get(_LOGIN, _JUDGED)
    errors = environment.stats.errors.values()
    wrong = {str(each.error): each.occurrences for each in errors}
    told = {"logins": done.num_requests, "wrong": wrong}
    fresh = RESULT.with_suffix(".new")
    fresh.write_text(json.dumps(told))
    fresh.replace(RESULT)
    return int(done.num_requests)
