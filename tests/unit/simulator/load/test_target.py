"""What a load is aimed at, and that it stays there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.load.target import Fence
from simulator.load.target import Target
from simulator.load.target import ground
from simulator.ports import Request
from simulator.ports import SendError
from simulator.ports import SimulatorError
from tests.unit.simulator.fakes import FakeBackend


MOCK = "http://127.0.0.1:7778"
BACKEND = "calls: {login: {path: /login, json: {code: '${code}'}}}\n"


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    yield
    ground.cache_clear()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "x.backend.yaml"
    path.write_text(f"base_url: http://127.0.0.1:1\n{BACKEND}", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"backend": ""}, "--backend"),
        ({"mock": ""}, "mockwx serve"),
        ({"backend_url": "wsgi:x:y"}, "--backend-url"),
        ({"backend_url": "http://shop.example"}, "--allow-host shop.example"),
        ({"mock": "http://10.0.0.7:7778"}, "--allow-host 10.0.0.7"),
    ],
    ids=["no backend", "no mock", "in process", "other backend", "other mock"],
)
def test_impossible_target_is_refused_in_both_languages(
    file: str, change: dict[str, str], hint: str
) -> None:
    order = {"backend": file, "mock": MOCK} | change

    with pytest.raises(SimulatorError) as refused:
        ground(Target(**order))  # type: ignore[arg-type]  # only texts change

    assert hint in refused.value.message
    assert hint in refused.value.zh


def test_host_that_was_named_may_be_loaded(file: str) -> None:
    target = Target(file, "http://shop.example", MOCK, allowed_hosts=("Shop.example",))

    assert ground(target).backend.base_url == "http://shop.example"


def test_people_are_all_in_the_default_world_unless_it_is_said() -> None:
    spread = Target(worlds=3)

    assert {Target().world_of(number) for number in range(9)} == {None}
    assert [spread.world_of(number) for number in range(1, 7)] == [
        *("load-2", "load-3", "load-1"),
        *("load-2", "load-3", "load-1"),
    ]


def test_redirect_leads_to_no_other_host() -> None:
    backend = FakeBackend()
    fence = Fence(backend, ())

    with pytest.raises(SendError, match=r"--allow-host elsewhere\.example"):
        fence.send(Request("GET", "http://elsewhere.example/x"))

    assert backend.requests == []


def test_story_that_moves_the_clock_of_all_is_refused(
    file: str, tmp_path: Path
) -> None:
    story = tmp_path / "x.scenario.yaml"
    story.write_text(
        "name: x\nsteps:\n- clock.advance: {seconds: 2}\n", encoding="utf-8"
    )

    with pytest.raises(SimulatorError, match="leave these steps out"):
        ground(Target(file, None, MOCK, scenarios=(str(story),)))
