"""A command that leads a group of processes, and ends with all of them.

It gets the signals that we get, and the terminal where we have it. If we are killed
outright, a guard ends the group in our place.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import IO
from typing import Any

from mockwx.clock import monotonic_ns
from mockwx.domain.refusal import RefusalError
from mockwx.launch.terminal import Terminal


NOT_FOUND = 127
NOT_EXECUTABLE = 126

_STOP_SECONDS = 2.0
_POLL_SECONDS = 0.02
_LOOK_SECONDS = 1.0

# Those a user or a supervisor sends; all others concern this process alone.
_PASSED_ON = (
    *("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"),
    *("SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"),
)

# Reads who is to be guarded, then waits: for a word that all is over, or for our end.
_GUARD = """
read -r group || exit 0
read -r over && exit 0
kill -s TERM -- "-$group" || exit 0
sleep 2
kill -s KILL -- "-$group"
"""


class LaunchError(RefusalError):
    """The command did not start; the text says why, the status is the shell's."""

    def __init__(self, message: str, message_zh: str, status: int) -> None:
        super().__init__(message, message_zh)
        self.exit_status = status


class Program:
    """A running command; end() ends whatever it has started too."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        terminal: Terminal | None = None,
        output: IO[bytes] | None = None,
    ) -> None:
        """Start it, with our input and output unless told otherwise."""
        self._terminal = terminal
        self._guard = _Guard()
        try:
            self._child = _start(command, environ, terminal, output)
        except BaseException:
            self._guard.dismiss()
            raise
        self._guard.guard(self._child.pid)
        if terminal is not None:
            terminal.give(self._child.pid)

    @property
    def pid(self) -> int:
        """Return the number of the process, which is that of its group."""
        return self._child.pid

    def status(self) -> int | None:
        """Return how it ended, as shells say it; None while it runs."""
        return _as_shells_say(self._child.poll())

    def wait(self) -> int:
        """Return how it ended, once it has; signals are heard meanwhile.

        It looks again and again: the system may give a signal to any of our threads,
        and Python hears of it only when this one, the main one, has something to do.
        """
        if self._terminal is not None:
            self._child.returncode = self._terminal.wait_for(self._child.pid)
        while True:
            with suppress(subprocess.TimeoutExpired):
                return _as_shells_say(self._child.wait(_LOOK_SECONDS)) or 0

    def send(self, number: int) -> None:
        """Send a signal to all of them."""
        if self._terminal is not None and number == signal.SIGCONT:
            self._terminal.give(self._child.pid)
        _send(self._child, number)

    def end(self) -> None:
        """End whatever the command left running, kindly first."""
        if self._terminal is not None:
            self._terminal.take(self._child.pid)
        _end_group(self._child)
        self._guard.dismiss()


class Signals:
    """Gives a program what we are sent; it decides what comes of it."""

    def __init__(self) -> None:
        self._program: Program | None = None
        self._early: list[int] = []

    def pass_on_to(self, program: Program) -> None:
        """Pass on what came before there was anybody, and all that comes."""
        self._program = program
        for number in self._early:
            program.send(number)

    def __enter__(self) -> "Signals":
        self._before = {
            number: signal.signal(number, self._receive) for number in _passed_on()
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if self._program is None:
            self._early.append(number)
        else:
            self._program.send(number)


class _Guard:
    """Ends a group of processes when we end without having done so."""

    def __init__(self) -> None:
        self._pipe: int | None = None
        if sys.platform == "win32":
            return
        theirs, ours = os.pipe()
        with suppress(OSError):  # Nobody can guard where there is no shell.
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._pipe = ours
        os.close(theirs)
        if self._pipe is None:
            os.close(ours)

    def guard(self, group: int) -> None:
        """Say whose end is to be seen to."""
        self._say(f"{group}\n")

    def dismiss(self) -> None:
        """Say that all is over."""
        if self._pipe is None:
            return
        self._say("over\n")
        os.close(self._pipe)
        self._pipe = None
        self._process.wait()

    def _say(self, text: str) -> None:
        if self._pipe is not None:
            with suppress(OSError):
                os.write(self._pipe, text.encode())


def _start(
    command: Sequence[str],
    environ: Mapping[str, str],
    terminal: Terminal | None,
    output: IO[bytes] | None,
) -> "subprocess.Popen[bytes]":
    # Where the terminal goes along, the session must: it belongs to one alone.
    apart: dict[str, Any] = (
        {"process_group": 0} if terminal else {"start_new_session": True}
    )
    try:
        return subprocess.Popen(
            list(command),
            env=environ,
            stdin=subprocess.DEVNULL if output else None,
            stdout=output,
            stderr=output,
            **apart,
        )
    except FileNotFoundError:
        raise LaunchError(
            f"{command[0]}: command not found.",
            f"{command[0]}：找不到这个命令。",
            NOT_FOUND,
        ) from None
    except OSError as error:
        raise LaunchError(
            f"{command[0]} cannot be run ({error.strerror}).",
            f"无法运行 {command[0]}（{error.strerror}）。",
            NOT_EXECUTABLE,
        ) from None


def _as_shells_say(status: int | None) -> int | None:
    return status if status is None or status >= 0 else 128 - status


def _passed_on() -> list[int]:
    """Return the signals this system has; one that we ignore, nohup had us ignore."""
    known = [getattr(signal, each) for each in _PASSED_ON if hasattr(signal, each)]
    return [each for each in known if signal.getsignal(each) != signal.SIG_IGN]


def _end_group(child: "subprocess.Popen[bytes]") -> None:
    if not _send(child, signal.SIGTERM):
        return
    _send(child, getattr(signal, "SIGCONT", 0))  # Who is stopped hears nothing else.
    pause = threading.Event()
    deadline = monotonic_ns() + int(_STOP_SECONDS * 1e9)
    while _is_there(child) and monotonic_ns() < deadline:
        pause.wait(_POLL_SECONDS)
    _kill(child)
    child.wait()


def _is_there(child: "subprocess.Popen[bytes]") -> bool:
    child.poll()  # Or it would stay, as one that nobody has asked about.
    return _send(child, 0)


if sys.platform == "win32":

    def _send(child: "subprocess.Popen[bytes]", number: int) -> bool:
        """Send a signal; Control-C has reached the command already."""
        if child.poll() is not None:
            return False
        if number == signal.SIGTERM:
            child.terminate()
        return True

    def _kill(child: "subprocess.Popen[bytes]") -> None:
        """Kill the command and what it started."""
        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(child.pid)],
            capture_output=True,
            check=False,
        )

else:

    def _send(child: "subprocess.Popen[bytes]", number: int) -> bool:
        """Send a signal to the whole group; say whether anybody is left."""
        try:
            os.killpg(child.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _kill(child: "subprocess.Popen[bytes]") -> None:
        """Kill who is left of the group."""
        _send(child, signal.SIGKILL)
