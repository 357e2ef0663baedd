"""One bug, driven once: wxsim, journal and doctor name it in the same words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import ProxyHandler
from urllib.request import Request
from urllib.request import build_opener

import pytest
from click.testing import CliRunner

from mockwx import MockServer
from mockwx import Settings
from mockwx.cli import cli
from simulator.cli import main as wxsim


EXAMPLE = Path(__file__).parents[2] / "docs/examples/callback_bug_backend"
WORLD = "wxsim/callback_bug"


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer(Settings(port=0)) as server:
        yield server


@pytest.fixture
def console(mock: MockServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """Play the story against the example; return what wxsim printed."""
    monkeypatch.chdir(EXAMPLE)
    monkeypatch.syspath_prepend(str(EXAMPLE))
    arguments = ["run", "callback_bug.scenario.yaml", "--mock", mock.url]
    arguments += ["--backend", "callback_bug.backend.yaml"]
    arguments += ["--backend-url", "wsgi:app:create_app"]

    result = CliRunner().invoke(wxsim, arguments)

    assert result.exit_code == 1, result.output
    return result.output


def exchanges(mock: MockServer, kind: str) -> list[dict[str, Any]]:
    """Read the journal of the world the story played in."""
    url = f"{mock.url}/_mockwx/api/exchanges?kind={kind}&reveal=1"
    request = Request(url, headers={"X-Mockwx-World": quote(WORLD)})
    with build_opener(ProxyHandler({})).open(request, timeout=10) as response:
        return list(json.load(response)["exchanges"])


def doctor(mock: MockServer, question: dict[str, str], lang: str = "en") -> str:
    """Ask as a developer does, who knows of no worlds."""
    result = CliRunner().invoke(
        cli,
        ["doctor", "--file", "-", "--server", mock.url, "--lang", lang],
        input=json.dumps(question),
        standalone_mode=False,
    )

    assert result.return_value == 1, result.output
    return result.output


def test_console_journal_and_doctor_say_the_same(
    console: str, mock: MockServer
) -> None:
    (told,) = exchanges(mock, "backend")
    (asked,) = exchanges(mock, "server")
    (finding,) = told["diagnosis"]["findings"]
    question = json.loads(told["request"]["body"])
    answer = json.loads(asked["response"]["body"])
    values = {**question, "session_key": answer["session_key"]}

    assert finding["cause"] == "login_after_payload"
    assert "from page `pages/pay/index`" in finding["message"]["en"]
    assert asked["diagnosis"]["findings"] == [finding]
    assert finding["message"]["en"] in console
    assert finding["cure"]["en"] in console
    assert finding["message"]["en"] in doctor(mock, question)
    assert finding["message"]["en"] in doctor(mock, values)
    assert finding["message"]["zh"] in doctor(mock, values, lang="zh")
