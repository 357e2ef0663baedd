"""Foreign backends, unchanged in small hosts, and wxsim to play scenarios at them."""

import subprocess
import sys
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.control import Mock
from tests.environments import InstallError
from tests.environments import child_environment
from tests.environments import node_environment
from tests.environments import python_environment


ROOT = Path(__file__).parent.parent.parent
HOSTS = Path(__file__).parent / "hosts"
REDIRECTION = HOSTS / "redirection"

BACKENDS = ROOT / "fixtures" / "backends"
SCENARIOS = ROOT / "fixtures" / "scenarios" / "backends"

Words = Sequence[str | Path]
Host = tuple[Words, Mapping[str, str]]
Play = Callable[[str], None]


def django_weapp_auth(folder: Path) -> Host:
    """Return the command and the settings of a django-weapp-auth host."""
    python = python_environment(
        "Django==3.2.25",
        "djangorestframework==3.14.0",
        "requests>=2.31",
        "pycryptodome>=3.20",
        # Gone from the standard library, and still imported by that Django.
        'setuptools<81; python_version >= "3.12"',
        'legacy-cgi; python_version >= "3.13"',
        # It asks for pycrypto, which no longer builds; pycryptodome stands in for it.
        unresolved=["django-weapp-auth==1.0.7"],
    )
    command = [python, HOSTS / "django_weapp_auth_host.py", folder]
    return command, {"PYTHONPATH": str(REDIRECTION)}


def wafer_node_session(_folder: Path) -> Host:
    """Return the command and the settings of a wafer-node-session host."""
    packages = node_environment("wafer-node-session@1.0.10", "express@4.21.2")
    hook = REDIRECTION / "redirection.js"
    host = HOSTS / "wafer_node_session_host.js"
    return ["node", "--require", hook, host, packages], {}


HOSTED = {
    "django_weapp_auth": django_weapp_auth,
    "wafer_node_session": wafer_node_session,
}


@pytest.fixture
def play(request: pytest.FixtureRequest, mock: Mock, tmp_path: Path) -> Play:
    """Let wxsim play a scenario at the backend that the test file is named after."""
    name = request.path.stem.removeprefix("test_")
    try:
        command, settings = HOSTED[name](tmp_path)
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)

    def play(flow: str) -> None:
        scenario = SCENARIOS / f"{name}_{flow}.scenario.yaml"
        file = BACKENDS / f"{name}.backend.yaml"
        words = [*command, DEFAULT_APPID, DEFAULT_SECRET]
        with running(words, {"WECHAT_AT": f"{mock.url}/", **settings}) as address:
            wxsim(scenario, backend=file, backend_url=address, mock=mock.url)

    return play


@contextmanager
def running(command: Words, settings: Mapping[str, str]) -> Iterator[str]:
    """Run a host; give the address it prints first."""
    host = subprocess.Popen(
        command,
        env=child_environment(**settings),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        address = host.stdout.readline().strip() if host.stdout else ""
        if not address:
            pytest.fail(f"The host ended with status {host.wait()}, see its errors.")
        yield address
    finally:
        host.kill()
        host.communicate()


def wxsim(scenario: Path, *, backend: Path, backend_url: str, mock: str) -> None:
    """Play one scenario; fail with what wxsim says if it does not come out."""
    command: list[str | Path] = [sys.executable, "-m", "simulator", "run", scenario]
    command += ["--backend", backend, "--backend-url", backend_url, "--mock", mock]
    command += ["--world", "none"]  # the tests read the journal of the default one
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    if done.returncode:
        pytest.fail(f"{done.stdout}{done.stderr}", pytrace=False)
