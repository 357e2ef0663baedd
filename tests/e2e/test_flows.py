"""The flows, played for real: the mock on a port, the sample backend, a phone."""

import importlib.util
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from mockwx import MockServer
from mockwx import Settings
from simulator.adapters import connect_backend
from simulator.adapters import connect_wechat
from simulator.cli import main
from simulator.events import ScenarioFinished
from simulator.events import StepFailed
from simulator.evidence import evidence
from simulator.ports import DEFAULT_APPID
from simulator.runner import run
from simulator.scenario.loader import check_calls
from simulator.scenario.loader import load_backend
from simulator.scenario.loader import load_scenario
from simulator.scenario.turn import Stage


pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "fixtures/scenarios").glob("*.scenario.yaml"))
BACKEND = ROOT / "fixtures/backends/flask_backend.backend.yaml"
SECRET = "6d6f636b77786d6f636b77786d6f636b"


@pytest.fixture(scope="module")
def mock() -> Iterator[MockServer]:
    with MockServer(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def sample_backend() -> ModuleType:
    path = ROOT / "docs/examples/flask_backend/app.py"
    spec = importlib.util.spec_from_file_location("flask_backend_app", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def app(sample_backend: ModuleType, mock: MockServer) -> object:
    return sample_backend.create_app(mock.url, DEFAULT_APPID, SECRET)


@pytest.fixture
def address(app: object) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


def play(scenario: Path, mock: MockServer, backend: object) -> ScenarioFinished:
    file = load_backend(BACKEND)
    story = load_scenario(scenario)
    check_calls(story, file)
    stage = Stage(connect_wechat(mock.url), connect_backend(backend), file)
    told = list(run(story, stage))
    failures = [event for event in told if isinstance(event, StepFailed)]
    assert not failures, "\n".join(evidence(failures[0]))
    finished = told[-1]
    assert isinstance(finished, ScenarioFinished)
    return finished


def name_of(path: Path) -> str:
    return path.name.partition(".")[0]


def test_one_command_plays_every_flow_in_one_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", list(sys.path))
    app = "wsgi:docs.examples.flask_backend.app:create_app"
    arguments = ["run", "fixtures/scenarios", "--backend", str(BACKEND)]

    result = CliRunner().invoke(main, [*arguments, "--backend-url", app])

    assert result.exit_code == 0, result.output
    assert "11 scenarios" in result.stdout
    assert "none failed" in result.stdout
    assert SECRET not in result.stdout


def test_stories_that_need_worlds_are_played_side_by_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", list(sys.path))
    app = "wsgi:docs.examples.flask_backend.app:create_app"
    arguments = ["run", "fixtures/scenarios/worlds", "-n", "4"]
    arguments += ["--backend", str(BACKEND), "--backend-url", app]

    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 0, result.output
    assert "4 scenarios" in result.stdout


def test_there_are_ten_flows_and_bad_weather() -> None:
    assert len(SCENARIOS) == 11


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_flow_passes_with_the_backend_in_process(
    scenario: Path, mock: MockServer, app: object
) -> None:
    assert play(scenario, mock, app).ok


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_flow_passes_with_the_backend_over_http(
    scenario: Path, mock: MockServer, address: str
) -> None:
    assert play(scenario, mock, address).ok
