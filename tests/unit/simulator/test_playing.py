"""From files and addresses to a verdict."""

import sys
from pathlib import Path

import pytest

from simulator.mapping import BackendFile
from simulator.playing import Order
from simulator.playing import play
from simulator.playing import read_backend
from simulator.ports import SimulatorError


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
- mock.exchanges: {path: /sns/jscode2session, shared: true}
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
