"""Plays with an open backend as a stranger would: by wxsim, which starts it."""

import itertools
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mockwx.listeners.port import bind
from tests.backends.hosted import ROOT
from tests.backends.hosted import Hosted
from tests.environments import InstallError
from tests.environments import child_environment


SECONDS = 300

# Below those that systems give to connections: one of thousands would take the port
# before the backend does.
_PORTS = itertools.count(20_000 + os.getpid() % 8_000)

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Play:
    """A running wxsim; what it tells goes to files, for a full pipe would stop it."""

    program: "subprocess.Popen[bytes]"
    folder: Path

    def events(self) -> list[Event]:
        """Wait for its end; return what it told. 1 says that something failed."""
        status = self.program.wait(timeout=SECONDS)
        if status not in (0, 1):
            pytest.fail(self._text("errors"), pytrace=False)
        return [json.loads(line) for line in self._text("events").splitlines()]

    @property
    def log(self) -> str:
        """What the backend printed."""
        return self._text("backend.log")

    def end(self) -> None:
        """End it if it still runs, and with it the backend."""
        self.program.kill()
        self.program.wait()

    def _text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def start(backend: Hosted, folder: Path, verb: str, *words: Path) -> Play:
    """Start wxsim, which starts the backend."""
    port = _free_port()
    try:
        line = backend.line(folder, port)
    except InstallError as error:
        pytest.fail(str(error), pytrace=False)
    command = [sys.executable, "-m", "simulator", verb, *words, "--jsonl", "-"]
    command += ["--backend", backend.file]
    command += ["--backend-url", f"http://127.0.0.1:{port}", "--exec", line]
    command += ["--exec-log", folder / "backend.log"]
    with (folder / "events").open("wb") as out, (folder / "errors").open("wb") as err:
        program = subprocess.Popen(
            command, cwd=ROOT, env=child_environment(), stdout=out, stderr=err
        )
    return Play(program, folder)


def _free_port() -> int:
    """Return a port that nobody has, and that nobody here is given again."""
    for port in _PORTS:
        with suppress(OSError), bind("127.0.0.1", port):
            return port
    raise RuntimeError("there is no end to ports")
