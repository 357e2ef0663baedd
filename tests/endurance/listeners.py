"""Every way calls come in, as an address to connect to."""

import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mockwx import MockServer
from mockwx import Settings
from mockwx.clock import monotonic_ns
from mockwx.listeners.port import bind


SECONDS = 10
DOORS = Settings(tls=True, tls_port=0, proxy=True, proxy_port=0, seed=1)
CALL = b"GET /cgi-bin/token?grant_type=x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
ANSWERED = b'"errcode":'


@dataclass(frozen=True)
class Listener:
    """One port, and whether TLS is spoken there."""

    name: str
    port: int
    tls: bool = False

    def dial(self, *, seconds: float = SECONDS) -> socket.socket:
        """Connect, and agree on TLS where it is spoken."""
        plain = self.knock(seconds=seconds)
        if not self.tls:
            return plain
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            return context.wrap_socket(plain, server_hostname="api.weixin.qq.com")
        except BaseException:
            plain.close()
            raise

    def knock(self, *, seconds: float = SECONDS) -> socket.socket:
        """Connect, and say nothing."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def call(self, connection: socket.socket) -> float:
        """Make a normal call; return the seconds until its answer."""
        asked_at = monotonic_ns()
        connection.sendall(CALL)
        heard = b""
        while ANSWERED not in heard or not heard.endswith(b"}"):
            chunk = connection.recv(65_536)
            if not chunk:
                raise ConnectionError(f"{self.name} closed a normal call: {heard!r}")
            heard += chunk
        return (monotonic_ns() - asked_at) / 1e9

    def answers(self) -> bool:
        """Say whether a normal call on a new connection is answered."""
        with self.dial() as connection:
            return self.call(connection) < SECONDS


def listeners_of(mock: MockServer) -> dict[str, Listener]:
    """Return the listeners in this process."""
    return {
        "MockServer": Listener("MockServer", mock.port),
        "HTTPS door": Listener("HTTPS door", mock.doors.https_port, tls=True),
        "proxy door": Listener("proxy door", mock.doors.proxy_port or 0),
    }


@contextmanager
def served(environ: dict[str, str] | None = None) -> Iterator[Listener]:
    """Run `mockwx serve` while the block runs."""
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, "-m", "mockwx", "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environ or {})},
        preexec_fn=_heed_signals if os.name == "posix" else None,
    )
    try:
        assert program.stdout is not None
        program.stdout.readline()
        yield Listener("mockwx serve", port)
        assert program.poll() is None, "mockwx serve ended by itself"
    finally:
        program.terminate()
        program.communicate(timeout=SECONDS)


def hold(dial: Callable[[], socket.socket], said: bytes) -> Iterator[socket.socket]:
    """Open one slow connection after the other."""
    while True:
        connection = dial()
        if said:
            connection.sendall(said)
        yield connection


def _heed_signals() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
