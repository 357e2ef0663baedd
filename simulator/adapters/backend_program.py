"""The backend under test as a program: led to the mock, waited for, ended."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from typing import Protocol
from urllib.parse import urlsplit

from simulator.adapters.backend_http import HttpBackend
from simulator.ports import Request
from simulator.ports import SendError
from simulator.ports import SimulatorError
from simulator.speech.masking import mask_text


SECONDS = 60.0

_POLL_SECONDS = 0.1
_ASK_SECONDS = 5.0
_LAST_LINES = 20
_MOST_BYTES = 20_000

# These come before anybody answers; the others come from somebody who is there.
_NOBODY = ("refused", "reset", "empty", "timeout", "name", "broken")


class Program(Protocol):
    """A running command, with all that it has started."""

    def status(self) -> int | None:
        """Return how it ended; None while it runs."""
        ...

    def end(self) -> None:
        """End it, and whatever it has started."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """How the backend is started: a line for the shell."""

    line: str
    seconds: float = SECONDS
    """How long it may take to answer."""
    log: Path | None = None
    """Where its output goes; without, it is kept until the end, to quote from."""


class BackendProgramError(SimulatorError):
    """The backend did not come to answer; its last words say why."""

    def __init__(self, message: str, zh: str, output: str) -> None:
        super().__init__(message, zh)
        self.output = output


@contextlib.contextmanager
def running(command: Command, url: str, environ: Mapping[str, str]) -> Iterator[None]:
    """Start a backend and wait until it answers; end it with its whole group.

    Raises SimulatorError if it does not come to answer at its address.
    """
    # It is loaded only if something is to be started.
    from simulator.adapters.mockwx_local import start_program

    _check_address(url)
    with _output(command) as output:
        # What a Python still holds back when it is ended would be lost.
        told = {"PYTHONUNBUFFERED": "1", **environ}
        program = start_program(_by_shell(command.line), told, output)
        try:
            _wait(program, command, url, output)
            yield
        finally:
            program.end()


def _check_address(url: str) -> None:
    """See that it can be asked, and that nobody answers there already."""
    if url.startswith("wsgi:"):
        raise SimulatorError(
            f"--exec starts a backend that is asked over HTTP, and {url} is not: "
            "leave --exec out, or name its address with --backend-url.",
            f"--exec 启动的后端要通过 HTTP 访问，而 {url} 不是："
            "请去掉 --exec，或用 --backend-url 给出地址。",
        )
    if _answers(url):
        raise SimulatorError(
            f"Something answers at {url} already: stop it, or --exec would play "
            "against it instead of what it starts.",
            f"{url} 上已有程序应答：请先停止它，否则 --exec 测到的不是自己启动的后端。",
        )


def _wait(program: Program, command: Command, url: str, output: IO[bytes]) -> None:
    pause, deadline = threading.Event(), time.monotonic() + command.seconds
    while not _answers(url):
        status = program.status()
        if status is not None:
            raise BackendProgramError(
                f"The backend ended with status {status} before it answered at {url}: "
                "its command must stay in the foreground until it is ended.",
                f"后端还没有在 {url} 应答就结束了，退出码 {status}："
                "命令须在前台一直运行，直到被结束。",
                _last_lines(output),
            )
        if time.monotonic() > deadline:
            raise BackendProgramError(
                f"The backend did not answer at {url} within {command.seconds:g} "
                "seconds: correct base_url or --backend-url, or give it longer with "
                "--exec-timeout.",
                f"后端在 {command.seconds:g} 秒内没有在 {url} 应答："
                "请更正 base_url 或 --backend-url，或用 --exec-timeout 延长等待。",
                _last_lines(output),
            )
        pause.wait(_POLL_SECONDS)


def _answers(url: str) -> bool:
    """Tell whether anybody answers, whatever it is."""
    backend = HttpBackend(url)
    path = "" if urlsplit(backend.base_url).path else "/"
    try:
        backend.send(Request("GET", backend.base_url + path, timeout=_ASK_SECONDS))
    except SendError as error:
        return error.reason not in _NOBODY
    finally:
        backend.close()
    return True


@contextlib.contextmanager
def _output(command: Command) -> Iterator[IO[bytes]]:
    if command.log is None:
        with tempfile.TemporaryFile() as file:
            yield file
        return
    try:
        opened = command.log.open("wb+")
    except OSError as error:
        raise SimulatorError(
            f"{command.log} cannot be written ({error.strerror}).",
            f"无法写入 {command.log}（{error.strerror}）。",
        ) from None
    with opened:
        yield opened


def _last_lines(output: IO[bytes]) -> str:
    # Read beside it: what the program writes goes where the file stands.
    size = os.fstat(output.fileno()).st_size
    start = max(0, size - _MOST_BYTES)
    if hasattr(os, "pread"):
        said = os.pread(output.fileno(), size - start, start)
    else:
        output.seek(start)
        said = output.read()
    lines = said.decode("utf-8", "replace").splitlines()[-_LAST_LINES:]
    return mask_text("\n".join(lines))


def _by_shell(line: str) -> list[str]:
    return ["cmd", "/c", line] if os.name == "nt" else ["/bin/sh", "-c", line]
