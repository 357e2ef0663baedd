"""Every way calls come in, in this process or in one of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager

from mockwx import MockServer
from mockwx import Settings
from mockwx.listeners.port import bind
from tests.endurance.listener import SECONDS
from tests.endurance.listener import Listener


DOORS = Settings(tls=True, tls_port=0, proxy=True, proxy_port=0, seed=1)


def listeners_of(mock: MockServer) -> dict[str, Listener]:
    """Return the listeners in this process."""
    return _listeners(mock.port, mock.doors.https_port, mock.doors.proxy_port or 0)


@contextmanager
def served(
    environ: Mapping[str, str] | None = None, *, module: str = "mockwx"
) -> Iterator[Listener]:
    """Run `mockwx serve` while the block runs."""
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    with _running("-m", module, "serve", "--port", str(port), environ=environ):
        yield Listener("mockwx serve", port)


@contextmanager
def hosted() -> Iterator[dict[str, Listener]]:
    """Run a MockServer with its doors in a process of its own while the block runs."""
    with _running("-m", "tests.endurance.host") as said:
        yield _listeners(*map(int, said.split()))


def _listeners(plain: int, https: int, proxy: int) -> dict[str, Listener]:
    return {
        "MockServer": Listener("MockServer", plain),
        "HTTPS door": Listener("HTTPS door", https, tls=True),
        "proxy door": Listener("proxy door", proxy, tunnels=True),
    }


@contextmanager
def _running(
    *arguments: str, environ: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run Python while the block runs; yield the first line that it says."""
    program = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environ or {})},
        preexec_fn=_heed_signals if os.name == "posix" else None,
    )
    try:
        assert program.stdout is not None
        yield program.stdout.readline()
        assert program.poll() is None, "it ended by itself"
    finally:
        program.terminate()
        program.communicate(timeout=SECONDS)


def _heed_signals() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
