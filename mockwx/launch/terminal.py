"""The terminal, lent to a group of processes: as a shell lends it to its jobs.

So Control-C and Control-Z, the window's size and /dev/tty are the command's own.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


_STDIN = 0
_POLL_SECONDS = 0.02
_CAN_LEND = sys.platform != "win32" and sys.version_info >= (3, 11)


class Terminal:
    """Our controlling terminal, which is our input too."""

    @classmethod
    def ours(cls) -> "Terminal | None":
        """Find it; None where there is none, or no way to lend it.

        Python 3.10 cannot start a group within our session, except by unsafe means.
        """
        if not _CAN_LEND:
            return None
        try:
            os.tcgetpgrp(_STDIN)
        except OSError:
            return None
        return cls()

    if sys.platform != "win32":

        def give(self, group: int) -> None:
            """Lend it, unless somebody else has it: then we are in the background."""
            if os.tcgetpgrp(_STDIN) == os.getpgrp():
                self._pass(group)

        def take(self, group: int) -> None:
            """Take it back from whom it was lent to."""
            try:
                if os.tcgetpgrp(_STDIN) == group:
                    self._pass(os.getpgrp())
            except OSError:
                return  # It was hung up.

        def wait_for(self, child: int) -> int:
            """Wait for a child's end, stopped whenever it is; return its status."""
            pause = threading.Event()
            while True:
                ended, status = os.waitpid(child, os.WUNTRACED | os.WNOHANG)
                if not ended:
                    # Not for good: a signal that another thread got is heard here.
                    pause.wait(_POLL_SECONDS)
                elif os.WIFSTOPPED(status):
                    self._rest_with(child, os.WSTOPSIG(status))
                else:
                    return os.waitstatus_to_exitcode(status)

        def _rest_with(self, group: int, number: int) -> None:
            """Stop as the child has, so that our shell knows; go on together."""
            wanted_it = number in (signal.SIGTTIN, signal.SIGTTOU)
            # It may have asked for the terminal just before it was given it.
            if not (wanted_it and os.tcgetpgrp(_STDIN) == group):
                self.take(group)
                os.killpg(os.getpgrp(), signal.SIGTSTP)
                self.give(group)
            os.killpg(group, signal.SIGCONT)

        @staticmethod
        def _pass(group: int) -> None:
            with _undisturbed():
                os.tcsetpgrp(_STDIN, group)


if sys.platform != "win32":

    @contextmanager
    def _undisturbed() -> Iterator[None]:
        """Pass the terminal on from the background, which would stop us else."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
