"""The scheme picks the adapter."""

import sys
from pathlib import Path

import pytest

from simulator.adapters import connect_backend
from simulator.adapters import connect_wechat
from simulator.adapters.backend_http import HttpBackend
from simulator.adapters.backend_wsgi import WsgiBackend
from simulator.ports import Request
from simulator.ports import SimulatorError


APP = """
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"app"]

def create_app(word):
    def made(environ, start_response):
        start_response("200 OK", [])
        return [word.encode()]
    return made
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "wsgi_sample.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "wsgi_sample", raising=False)
    return "wsgi_sample"


def test_http_address_is_called_over_http() -> None:
    backend = connect_backend("http://127.0.0.1:5000/")

    assert isinstance(backend, HttpBackend)
    assert backend.base_url == "http://127.0.0.1:5000"


def test_callable_is_called_in_process() -> None:
    assert isinstance(connect_backend(lambda *_: []), WsgiBackend)


@pytest.mark.parametrize(
    ("target", "arguments", "body"),
    [
        ("wsgi:{}:app", None, b"app"),
        ("wsgi:{}", None, b"app"),
        ("wsgi:{}:create_app", {"word": "made"}, b"made"),
    ],
    ids=["attribute", "app by default", "factory"],
)
def test_wsgi_name_is_imported_from_here(
    target: str, arguments: dict[str, object] | None, body: bytes, module: str
) -> None:
    backend = connect_backend(target.format(module), arguments=arguments)

    assert backend.send(Request("GET", backend.base_url)).body == body


@pytest.mark.parametrize(
    "target",
    [
        "",
        "localhost:5000",
        "ftp://h",
        "http://",
        "http://h:x",
        "wsgi:no_such_module_here",
        "wsgi:json:nothing",
        "wsgi:",
    ],
)
def test_what_is_no_address_is_refused_in_both_languages(target: str) -> None:
    with pytest.raises(SimulatorError) as caught:
        connect_backend(target)

    assert caught.value.message.endswith(".")
    assert caught.value.zh


def test_mock_without_address_runs_in_this_process() -> None:
    answer = connect_wechat().call("login", {"user": "alice"})

    assert answer["errMsg"] == "login:ok"
