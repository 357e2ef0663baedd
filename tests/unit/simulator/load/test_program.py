"""The order of `wxsim load` as Locust's command line."""

from dataclasses import replace

from simulator.load.program import Part
from simulator.load.program import Plan
from simulator.load.program import arguments
from simulator.load.target import Target


TARGET = Target("x.backend.yaml", None, "http://127.0.0.1:7778")
PLAN = Plan(users=20, rate=5, time="3s", pause=1, fail_ratio=0)


def test_load_begins_and_ends_by_itself() -> None:
    told = arguments(TARGET, PLAN, Part())

    assert "--headless" in told
    assert {"--users=20", "--spawn-rate=5", "--run-time=3s"} <= set(told)
    assert not [each for each in told if each.startswith("--wx-token")]


def test_page_of_locust_is_for_this_machine_alone() -> None:
    told = arguments(TARGET, replace(PLAN, web_port=0), Part())

    assert "--headless" not in told
    assert {"--web-host=127.0.0.1", "--web-port=0"} <= set(told)


def test_master_listens_to_this_machine_unless_told_otherwise() -> None:
    for part in (Part(master=True, expect_workers=2), Part(processes=2)):
        assert "--master-bind-host=127.0.0.1" in arguments(TARGET, PLAN, part)


def test_worker_is_told_where_its_master_is_and_no_order() -> None:
    told = arguments(TARGET, PLAN, Part(worker=True, master_host="10.0.0.1"))

    assert {"--worker", "--master-host=10.0.0.1"} <= set(told)
    assert not [each for each in told if each.startswith(("--users", "--run-time"))]


def test_every_story_and_host_is_passed_on() -> None:
    target = replace(TARGET, scenarios=("a", "b"), allowed_hosts=("h",))

    told = arguments(target, PLAN, Part())

    assert {"--wx-scenario=a", "--wx-scenario=b", "--wx-allow-host=h"} <= set(told)
