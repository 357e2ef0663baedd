"""wxsim, and each open backend that it starts unchanged, led to a mock of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mockwx.listeners.port import bind
from tests.backends.hosted import ROOT
from tests.backends.hosted import Hosted
from tests.environments import InstallError
from tests.environments import child_environment


SECONDS = 300

Event = dict[str, Any]
Tell = Callable[[Hosted], list[Event]]


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """Play every story of a backend, once; tell the events."""

    @cache
    def played(backend: Hosted) -> list[Event]:
        folder = tmp_path_factory.mktemp(backend.name)
        return events(finished(started(backend, folder, "run", *backend.scenarios)))

    return played


@pytest.fixture(scope="session")
def audit(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tell]:
    """Audit every backend that is to be audited, all side by side; tell the events.

    Most of an audit is waiting: for a WeChat that is made slow.
    """
    wanted = audited(request.session.items)
    running = {
        backend: started(backend, tmp_path_factory.mktemp(backend.name), "audit")
        for backend in wanted
    }

    @cache
    def found(backend: Hosted) -> list[Event]:
        return events(finished(running[backend]))

    yield found
    for program in running.values():
        program.kill()
        program.communicate()


def audited(items: Sequence[pytest.Item]) -> list[Hosted]:
    """List the backends that the tests of this session want audited."""
    callspecs = [
        item.callspec
        for item in items
        if isinstance(item, pytest.Function)
        and "audit" in item.fixturenames
        and hasattr(item, "callspec")
    ]
    return list(dict.fromkeys(each.params["backend"] for each in callspecs))


def started(
    backend: Hosted, folder: Path, verb: str, *words: Path
) -> "subprocess.Popen[str]":
    """Start wxsim, which starts the backend; its events are its output."""
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    try:
        line = backend.line(folder, port)
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)
    command = [sys.executable, "-m", "simulator", verb, *words, "--jsonl", "-"]
    command += ["--backend", backend.file]
    command += ["--backend-url", f"http://127.0.0.1:{port}"]
    command += ["--exec", line]
    command += ["--exec-log", folder / "backend.log"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def finished(program: "subprocess.Popen[str]") -> str:
    """Wait for wxsim; return what it told. 1 says that something failed."""
    told, errors = program.communicate(timeout=SECONDS)
    if program.returncode not in (0, 1):
        pytest.fail(f"{told}{errors}", pytrace=False)
    return told


def events(told: str) -> list[Event]:
    """Read lines of JSON."""
    return [json.loads(line) for line in told.splitlines()]
