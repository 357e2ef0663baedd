"""What Locust is told of WeChat: its options, its people's names, its exit status."""

from __future__ import annotations

import itertools
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING
from typing import Any

from locust import events
from locust.env import Environment
from locust.runners import MasterRunner
from locust.runners import WorkerRunner


if TYPE_CHECKING:
    from simulator.load.target import Target


_FAILED = 1
_MISUSED = 2


class _Numbers:
    """Numbers of a worker's people, from one in each test."""

    people: Iterator[int] = itertools.count(1)


def suffix(environment: Environment) -> str:
    """Tell a person apart from all others: worker, and number on that worker."""
    worker = getattr(environment.runner, "worker_index", 0)
    return f"{max(worker, 0)}-{next(_Numbers.people)}"


def given(environment: Environment) -> Mapping[str, Any]:
    """Return what the command line said; nothing where there is none."""
    return vars(environment.parsed_options) if environment.parsed_options else {}


@events.init_command_line_parser.add_listener
def _add_options(parser: ArgumentParser, **_: object) -> None:
    group = parser.add_argument_group("WeChat options")

    def add(name: str, text: str, **more: Any) -> None:
        variable = f"WXSIM_{name.upper().replace('-', '_')}"
        group.add_argument(f"--wx-{name}", help=text, env_var=variable, **more)

    add("backend", "How to talk to the backend: a *.backend.yaml.")
    add("backend-url", "Where the backend runs now.")
    add("mock", "The address of a running mock.")
    add("token", "The token of a mock that listens beyond this machine.")
    add("scenario", "A *.scenario.yaml that people play.", action="append")
    add("allow-host", "A host that may be loaded.", action="append")
    add("worlds", "Over how many worlds of the mock people are spread.", type=int)
    add("fail-ratio", "Exit with 1 if more of the steps fail.", type=float)


@events.init.add_listener
def _check(environment: Environment, **_: object) -> None:
    """Say in one sentence what is wrong, before people are made."""
    # Here because these import sockets, which Locust's import has made cooperate.
    from simulator.load.target import prepare_mock
    from simulator.ports import SimulatorError

    for target in _targets(environment):
        try:
            prepare_mock(target)
        except SimulatorError as error:
            sys.stderr.write(f"{error.message}\n{error.zh}\n")
            sys.exit(_MISUSED)


@events.test_start.add_listener
def _count_anew(**_: object) -> None:
    _Numbers.people = itertools.count(1)


@events.test_start.add_listener
def _prepare_worlds(environment: Environment, **_: object) -> None:
    """Begin the worlds that only the master was told of."""
    from simulator.load.target import prepare_mock
    from simulator.ports import SimulatorError

    for target in _targets(environment):
        if target.worlds > 1:
            # If the mock is gone meanwhile, people will say so.
            with suppress(SimulatorError):
                prepare_mock(target)


def _targets(environment: Environment) -> Iterator[Target]:
    """Yield what the people of this process load."""
    from simulator.load.user import WxUser

    if isinstance(environment.runner, MasterRunner):
        return  # they live on its workers
    for each in environment.user_classes:
        if issubclass(each, WxUser):
            yield each.target(environment)


@events.quitting.add_listener
def _judge(environment: Environment, **_: object) -> None:
    """Decide the exit status by how much failed, if the command line says so."""
    ratio = given(environment).get("wx_fail_ratio")
    if ratio is None or isinstance(environment.runner, WorkerRunner):
        return
    total = environment.stats.total
    good = total.num_requests > 0 and total.fail_ratio <= ratio
    environment.process_exit_code = 0 if good else _FAILED
