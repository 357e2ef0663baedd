"""`mockwx run` at a terminal: the command has it, as it would without us."""

import os
import select
import signal
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


# Every test starts a shell at a terminal of its own.
# Older Pythons cannot lend the terminal, see mockwx/launch/terminal.py.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs("bash"),
    pytest.mark.since("3.11"),
]

SECONDS = 60


class Screen:
    """A terminal with a shell that knows jobs, and what it shows."""

    def __init__(self, environ: dict[str, str]) -> None:
        import pty

        self.pid, self.keys = pty.fork()
        if self.pid == 0:
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environ)
        self.shown = ""

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.keys, text.encode())

    def wait_for(self, text: str) -> str:
        """Read until something is shown; return what was, and forget it."""
        deadline = time.monotonic() + SECONDS
        while text not in self.shown:
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} is not in {self.shown!r}"
            if select.select([self.keys], [], [], left)[0]:
                self.shown += os.read(self.keys, 65_536).decode("utf-8", "replace")
        before, _, self.shown = self.shown.partition(text)
        return before

    def close(self) -> None:
        """Hang up."""
        os.kill(self.pid, signal.SIGHUP)
        os.close(self.keys)
        os.waitpid(self.pid, 0)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    environ = {**os.environ, "MOCKWX_DATA": str(tmp_path), "PS1": "shell> ", "TERM": ""}
    shown = Screen({**environ, "HISTFILE": ""})
    shown.wait_for("shell> ")
    yield shown
    shown.close()


def mockwx_run(code: str) -> str:
    """Write the line that runs some Python; no word of what it shows is in it."""
    return f"{sys.executable} -m mockwx run -- {sys.executable} -uc '{code}'\n"


def test_what_is_typed_reaches_the_command(screen: Screen) -> None:
    screen.type(mockwx_run('print("na" + "me?"); print(input().upper())'))
    screen.wait_for("name?")

    screen.type("alice\n")

    screen.wait_for("ALICE")
    screen.wait_for("calls reached WeChat")
    screen.wait_for("shell> ")


def test_control_c_is_for_the_command(screen: Screen) -> None:
    screen.type(
        mockwx_run(
            'import time\ntry:\n  print(1+1, "here"); time.sleep(600)\n'
            'except KeyboardInterrupt:\n  print(2+2, "heard")'
        )
    )
    screen.wait_for("2 here")

    screen.type("\x03")

    screen.wait_for("4 heard")
    screen.wait_for("calls reached WeChat")
    screen.wait_for("shell> ")


def test_control_z_stops_it_and_the_shell_can_go_on(screen: Screen) -> None:
    screen.type(mockwx_run('print(1+1, "here"); print(input().upper())'))
    screen.wait_for("2 here")

    screen.type("\x1a")
    screen.wait_for("Stopped")
    screen.wait_for("shell> ")
    screen.type("fg\n")
    screen.wait_for("mockwx run")
    screen.type("alice\n")

    screen.wait_for("ALICE")
    screen.wait_for("calls reached WeChat")


def test_command_in_the_background_stops_when_it_reads(screen: Screen) -> None:
    line = mockwx_run('print(1+1, "here"); print(input().upper())')
    screen.type(line.rstrip("\n") + " &\n")
    screen.wait_for("2 here")

    screen.type("\n")
    while "Stopped" not in screen.shown:
        screen.type("jobs\n")
        screen.wait_for("shell> ")
    screen.type("fg\n")
    screen.wait_for("mockwx run")
    screen.type("alice\n")

    screen.wait_for("ALICE")


def test_terminal_is_the_commands_own(screen: Screen) -> None:
    code = (
        "import os, signal\n"
        'tty = os.open("/dev/tty", os.O_RDWR)\n'
        "signal.signal(signal.SIGWINCH, lambda *_: print(os.get_terminal_size(tty)))\n"
        'print(1+1, "here", os.tcgetpgrp(tty) == os.getpgrp())\n'
        "signal.pause()"
    )
    screen.type(mockwx_run(code))
    screen.wait_for("2 here True")

    termios.tcsetwinsize(screen.keys, (33, 77))

    screen.wait_for("columns=77, lines=33")
