"""Runs `mockwx run` as somebody at a terminal does."""

import os
import signal
import subprocess
import sys
from pathlib import Path


SECONDS = 100
CLIENTS = Path(__file__).parent / "clients"
LOGIN = "https://api.weixin.qq.com/sns/jscode2session"


def heed_signals() -> None:
    """Undo what a shell does to a test run in its background, and nohup to any."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Run:
    """Runs `mockwx run`, with files of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {**os.environ, "MOCKWX_DATA": str(folder)}
        self.before: list[str] = []
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        program = subprocess.Popen(
            [*self.before, sys.executable, "-m", "mockwx", "run", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environ,
            preexec_fn=heed_signals if os.name == "posix" else None,
        )
        self.started.append(program)
        return program

    def __call__(
        self, *arguments: str, stdin: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        program = self.start(*arguments)
        out, err = program.communicate(stdin, timeout=SECONDS)
        return subprocess.CompletedProcess(arguments, program.returncode, out, err)
