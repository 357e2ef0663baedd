"""The locustfile of `wxsim load`: people who play the stories, again and again."""

from __future__ import annotations

import itertools
import signal
from argparse import ArgumentParser
from typing import Any

import gevent
from locust import constant
from locust import events
from locust import task
from locust.env import Environment
from locust.runners import STATE_INIT

from simulator.load import WxUser
from simulator.load.options import given


class Person(WxUser):
    """Plays what the command line says."""

    @task
    def story(self) -> None:
        """Play the next story."""
        self.play()


@events.init_command_line_parser.add_listener
def _add_options(parser: ArgumentParser, **_: object) -> None:
    group = parser.add_argument_group("wxsim load")
    text = "The seconds each person rests between stories."
    group.add_argument("--wx-pause", type=float, default=1.0, help=text)


@events.test_start.add_listener
def _rest(environment: Environment, **_: object) -> None:
    # Only now: a worker is told the options of its master.
    Person.wait_time = constant(given(environment)["wx_pause"])


@events.init.add_listener
def _end_in_order(environment: Environment, web_ui: Any, **_: object) -> None:
    pressed = itertools.count(1)

    def stop() -> None:
        """End as if the time were over; at once if asked again, or before it began."""
        runner = environment.runner
        if runner is None or next(pressed) > 1 or _waits_for_workers(environment):
            raise SystemExit(1)
        runner.quit()
        if web_ui:
            web_ui.stop()

    gevent.signal_handler(signal.SIGINT, stop)


def _waits_for_workers(environment: Environment) -> bool:
    runner = environment.runner
    headless = given(environment).get("headless")
    return bool(headless) and runner is not None and runner.state == STATE_INIT
