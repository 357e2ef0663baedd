"""A Redis server that a test starts, stops, and starts again empty."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path

import pytest

from tests.processes import eventually


NEEDS_REDIS = (pytest.mark.external, pytest.mark.needs("redis-server"))


class RedisServer:
    """A server on a socket in a folder, which keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self._program: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._program is not None
        return self._program.pid

    def start(self, *options: str) -> None:
        """Start it, empty, and wait until it listens."""
        self._program = subprocess.Popen(
            [
                shutil.which("redis-server") or "redis-server",
                *("--port", "0", "--unixsocket", str(self._socket)),
                *("--dir", str(self._socket.parent), "--save", ""),
                *("--appendonly", "no", *options),
            ],
            stdout=subprocess.DEVNULL,
        )
        assert eventually(self._listens)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asking, suppress(OSError):
            # It is there a moment before anybody listens.
            asking.connect(str(self._socket))
            return True
        return False

    def kill(self) -> None:
        """End it at once."""
        if self._program is not None:
            self._program.kill()
            self._program.wait()
        self._socket.unlink(missing_ok=True)

    def fall_asleep(self) -> None:
        """Answer nobody, and stay connected."""
        if self._program is not None:
            self._program.send_signal(signal.SIGSTOP)

    def wake_up(self) -> None:
        """Answer again."""
        if self._program is not None:
            self._program.send_signal(signal.SIGCONT)


@contextmanager
def running_redis(folder: Path, *options: str) -> Iterator[RedisServer]:
    """Run a Redis server for as long as the context lasts."""
    server = RedisServer(folder)
    server.start(*options)
    try:
        yield server
    finally:
        server.kill()
