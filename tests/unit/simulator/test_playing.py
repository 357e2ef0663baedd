"""From files and addresses to a verdict."""

import sys
from pathlib import Path

import pytest

from simulator.events import Event
from simulator.events import StepPassed
from simulator.mapping import BackendFile
from simulator.playing import Order
from simulator.playing import play
from simulator.playing import play_all
from simulator.playing import read_backend
from simulator.playing import world_names
from simulator.ports import SimulatorError
from simulator.scenario.model import Scenario
from simulator.scenario.turn import Stage
from tests.unit.simulator.fakes import FakeWeChat


APP = """
import json, urllib.request

def create_app(wechat_api):
    def app(environ, start_response):
        url = wechat_api + "/sns/jscode2session?appid=wx1"
        with urllib.request.urlopen(url) as answer:
            body = answer.read()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]
    return app
"""
BACKEND = """
base_url: wsgi:wsgi_backend:create_app
factory: {wechat_api: "${mock.url}"}
calls: {login: {path: /, json: {code: "${code}"}}}
"""
STORY = """
name: x
steps:
- backend.login: {code: none}
  expect: {data.errcode: 40013}
- mock.exchanges: {path: /sns/jscode2session}
  shared: true
  name: a code that nobody made leads to no story's world
  expect: {exchanges: {length: 1}}
- mock.exchanges: {path: /sns/jscode2session}
  expect: {exchanges: {length: 0}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "wsgi_backend.py").write_text(APP)
    (tmp_path / "x.backend.yaml").write_text(BACKEND)
    (tmp_path / "x.scenario.yaml").write_text(STORY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "wsgi_backend", raising=False)
    return tmp_path


def test_backend_in_process_is_told_where_the_mock_is(folder: Path) -> None:
    assert play(Order((folder,), backend="x.backend.yaml"), [])


def test_factory_that_asks_for_something_else_is_told_so(folder: Path) -> None:
    (folder / "x.backend.yaml").write_text(BACKEND.replace("mock.url", "mock.uri"))

    with pytest.raises(SimulatorError, match="did you mean 'url'"):
        play(Order((folder,), backend="x.backend.yaml"), [])


def test_stories_are_checked_against_the_backend_before_any_is_played(
    folder: Path,
) -> None:
    (folder / "y.scenario.yaml").write_text("name: y\nsteps: [backend.logn]")

    with pytest.raises(SimulatorError, match="did you mean 'login'"):
        play(Order((folder,), backend="x.backend.yaml"), [])


def test_address_alone_is_a_backend_without_calls() -> None:
    assert read_backend("http://h:1", None) == BackendFile("http://h:1")
    assert read_backend(None, "http://h:1") == BackendFile("http://h:1")
    assert read_backend(None, None) is None


def test_address_replaces_that_of_the_file(folder: Path) -> None:
    file = read_backend("x.backend.yaml", "http://h:1")

    assert file is not None
    assert file.base_url == "http://h:1"
    assert "login" in file.calls


def test_backend_file_in_the_folder_of_stories_is_taken(folder: Path) -> None:
    assert play(Order((folder,)), [])


def test_two_backend_files_in_the_folder_are_not_guessed_between(
    folder: Path,
) -> None:
    (folder / "y.backend.yaml").write_text(BACKEND, encoding="utf-8")

    assert not play(Order((folder,)), [])


# -- worlds -------------------------------------------------------------------------


def named(*files: str) -> list[Scenario]:
    return [Scenario(name="n", steps=(), file=file) for file in files]


def test_worlds_are_named_after_files_and_a_counter_tells_equal_names_apart() -> None:
    files = named("a/login.scenario.yaml", "b/login.scenario.yaml", "手机 号.yaml", "")

    assert world_names(files, "ci-7") == [
        "ci-7/login",
        "ci-7/login-2",
        "ci-7/-.yaml",
        "ci-7/n",
    ]


def test_each_story_begins_in_an_empty_world_of_its_own() -> None:
    wechat = FakeWeChat()

    list(play_all(named("a", "b"), Stage(wechat), world="w"))

    assert wechat.worlds == ["w/a", "w/b"]
    resets = [each for each in wechat.controls if each[1] == "reset"]
    assert [body for _, _, body in resets] == [{"world": "w/a"}, {"world": "w/b"}]


ADVANCE = """
name: later
steps:
- clock.freeze: {at: 1767225600}
- clock.advance: {seconds: %d}
  expect: {now: %d}
- wx.login
- mock.verify: {match: {kind: phone}, count: 1}
"""


def test_stories_that_move_the_clock_are_played_side_by_side(tmp_path: Path) -> None:
    for number in range(9):
        text = ADVANCE % (number, 1_767_225_600 + number)
        (tmp_path / f"{number}.scenario.yaml").write_text(text, encoding="utf-8")

    assert play(Order((tmp_path,), at_a_time=9), [])


def test_what_was_played_is_told_also_if_the_rest_cannot_be(tmp_path: Path) -> None:
    story = tmp_path / "x.scenario.yaml"
    story.write_text("name: x\nsteps:\n- wx.login\n- wx.login\n", encoding="utf-8")
    closed: list[str] = []

    class Reporter:
        def tell(self, event: Event) -> None:
            if isinstance(event, StepPassed):
                raise SimulatorError("The mock is gone.")

        def close(self) -> None:
            closed.append("closed")

    with pytest.raises(SimulatorError, match="gone"):
        play(Order((story,)), [Reporter()])

    assert closed == ["closed"]


def test_nothing_is_told_at_the_end_of_a_run_that_came_to_no_story(
    tmp_path: Path,
) -> None:
    story = tmp_path / "x.scenario.yaml"
    story.write_text("name: x\nsteps: [wx.login]\n", encoding="utf-8")
    closed: list[str] = []

    class Reporter:
        def tell(self, event: Event) -> None:
            """Nothing of it counts here."""

        def close(self) -> None:
            closed.append("closed")

    with pytest.raises(SimulatorError, match="No mock answers"):
        play(Order((story,), mock="http://127.0.0.1:9"), [Reporter()])

    assert closed == []
