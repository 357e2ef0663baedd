"""A led command: its signals and its end."""

import signal
import sys
import threading
from contextlib import closing

import pytest

from mockwx.launch.program import Program
from mockwx.launch.program import Signals


pytestmark = pytest.mark.slow

FOR_LONG = [sys.executable, "-c", "import time; time.sleep(60)"]


class Ended(Program):
    """A program that a test ends however it goes."""

    close = Program.end


@pytest.mark.needs("sh")
def test_signal_that_another_thread_gets_reaches_the_command() -> None:
    def get_one() -> None:
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    with Signals() as signals, closing(Ended(FOR_LONG, {})) as program:
        signals.pass_on_to(program)
        soon = threading.Timer(0.2, get_one)
        too_late = threading.Timer(20, program.send, [signal.SIGKILL])
        soon.start()
        too_late.start()
        status = program.wait()
        too_late.cancel()
        soon.join()

    assert status == 128 + signal.SIGTERM
