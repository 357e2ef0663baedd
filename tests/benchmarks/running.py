"""A server under measurement: started on a free port, waited for, ended with all."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers import Peer


READY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    peer: Peer
    port: int
    process: subprocess.Popen[bytes]
    start_seconds: float

    @property
    def url(self) -> str:
        """Where it answers what it is asked."""
        return f"http://127.0.0.1:{self.port}{self.peer.url}"

    def resident_mb(self) -> float:
        """Return what it and all it started hold in memory now."""
        return sum(map(_resident, _kin(self.process.pid))) / 2**20


@contextmanager
def running(
    peer: Peer, core: int | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Start a server on one core and wait for its first right answer."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [str(word) for word in peer.command(port, Path(folder))]
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environ,
        )
        if core is not None:
            # Inherited by all that it starts, if it has not started anything yet.
            os.sched_setaffinity(process.pid, {core})
        try:
            wait_for(port, peer, process)
            yield Running(peer, port, process, time.perf_counter() - started)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(port: int, peer: Peer, process: subprocess.Popen[bytes]) -> None:
    """Ask until what is below 500 and right is answered; raises RuntimeError."""
    deadline = time.perf_counter() + READY_SECONDS
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", peer.begin(port) if peer.begin else peer.url)
            answer = connection.getresponse()
            if answer.status < 500 and peer.right in answer.read():
                return
        except OSError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise RuntimeError(f"{process.args!r} answered nothing in {READY_SECONDS} seconds")


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _kin(pid: int) -> list[int]:
    """Return a process and all it started, by what /proc says."""
    found = [pid]
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children:
            found += _kin(int(child))
    return found


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
