"""Hand a load to Locust: its command line, in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields
from pathlib import Path
from typing import Any

from simulator.load.target import Target
from simulator.load.target import ground
from simulator.load.target import prepare_mock


_HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people, how fast, how long, and what becomes of the results."""

    users: int
    rate: float
    time: str | None
    pause: float
    fail_ratio: float
    csv: str | None = None
    html: str | None = None
    web_port: int | None = None
    """Where Locust's page is; without it the load begins and ends by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part this process plays where several share the work."""

    master: bool = False
    worker: bool = False
    master_host: str = _HERE
    master_port: int = 5557
    expect_workers: int | None = None
    processes: int | None = None


def read(order: Mapping[str, Any]) -> tuple[Plan, Part]:
    """Sort options by what they are about."""
    return (
        Plan(**{each.name: order[each.name] for each in fields(Plan)}),
        Part(**{each.name: order[each.name] for each in fields(Part)}),
    )


def load(target: Target, plan: Plan, part: Part, extra: tuple[str, ...] = ()) -> None:
    """Check what can be checked, and run Locust, which ends this process."""
    from locust.main import main

    if part.master:
        ground(target)
    else:
        prepare_mock(target)
    # What was opened is not for the processes that Locust may fork.
    ground.cache_clear()
    sys.argv = ["wxsim load", *arguments(target, plan, part), *extra]
    main()


def arguments(target: Target, plan: Plan, part: Part) -> list[str]:
    """Write the order as Locust's command line."""
    file = Path(__file__).with_name("locustfile.py")
    spelt = [
        ("--locustfile", str(file)),
        ("--wx-backend", target.backend),
        ("--wx-backend-url", target.backend_url),
        ("--wx-mock", target.mock),
        ("--wx-token", target.token),
        *(("--wx-scenario", each) for each in target.scenarios),
        *(("--wx-allow-host", each) for each in target.allowed_hosts),
        ("--wx-worlds", str(target.worlds)),
        ("--wx-pause", f"{plan.pause:g}"),
        ("--wx-fail-ratio", f"{plan.fail_ratio:g}"),
        *_share(part),
        *(() if part.worker else _order(plan, part)),
    ]
    flags = [
        *(["--master"] if part.master else []),
        *(["--worker"] if part.worker else []),
        *(["--headless"] if plan.web_port is None and not part.worker else []),
    ]
    told = (f"{name}={value}" for name, value in spelt if value not in (None, ""))
    return [*told, *flags]


def _share(part: Part) -> Iterator[tuple[str, str | None]]:
    if part.worker:
        yield "--master-host", part.master_host
        yield "--master-port", str(part.master_port)
    elif part.master or part.processes:
        # Locust listens to every network otherwise.
        yield "--master-bind-host", part.master_host
        yield "--master-bind-port", str(part.master_port)
    if part.master and part.expect_workers:
        yield "--expect-workers", str(part.expect_workers)
    if part.processes:
        yield "--processes", str(part.processes)


def _order(plan: Plan, part: Part) -> Iterator[tuple[str, str | None]]:
    yield "--users", str(plan.users)
    yield "--spawn-rate", f"{plan.rate:g}"
    yield "--run-time", plan.time
    yield "--csv", plan.csv
    yield "--html", plan.html
    if plan.web_port is not None:
        yield "--web-host", _HERE
        yield "--web-port", str(plan.web_port)
