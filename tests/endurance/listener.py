"""One way calls come in, as an address to connect to, and what is slow there."""

import socket
import ssl
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from mockwx.clock import monotonic_ns


SECONDS = 10
HOST = "api.weixin.qq.com"
CALL = b"GET /cgi-bin/token?grant_type=x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
ANSWERED = b'"errcode":'


@dataclass(frozen=True)
class Listener:
    """One port, and whether TLS is spoken there."""

    name: str
    port: int
    tls: bool = False
    tunnels: bool = False
    """Whether TLS may be spoken there too, as to a proxy."""

    def dial(self, *, seconds: float = SECONDS) -> socket.socket:
        """Connect, and agree on TLS where it is spoken."""
        plain = self.knock(seconds=seconds)
        if not self.tls:
            return plain
        try:
            return client_context().wrap_socket(plain, server_hostname=HOST)
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

    def call_afresh(self) -> float:
        """Make a normal call on a connection of its own; return the seconds it took."""
        asked_at = monotonic_ns()
        with self.dial() as connection:
            self.call(connection)
        return (monotonic_ns() - asked_at) / 1e9

    def answers(self) -> bool:
        """Say whether a normal call on a new connection is answered."""
        with self.dial() as connection:
            return self.call(connection) < SECONDS


@cache
def client_context() -> ssl.SSLContext:
    """Return a client's side of TLS that trusts anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def hello() -> bytes:
    """Return what a client says first in TLS."""
    said = ssl.MemoryBIO()
    talk = client_context().wrap_bio(ssl.MemoryBIO(), said, server_hostname=HOST)
    try:
        talk.do_handshake()
    except ssl.SSLWantReadError:
        return said.read()
    raise ConnectionError("nobody was there to agree")


@dataclass(frozen=True)
class Slowness:
    """How a connection is slow: what it says at once, and what now and then."""

    said: bytes = b""
    more: bytes = b""
    greets: bool = True
    """Whether TLS is agreed on first, where it is spoken."""
    calls: bool = False
    """Whether a call was answered before."""
    wants: str = "any"

    def fits(self, listener: Listener) -> bool:
        """Say whether there is such a thing at a listener."""
        tls = listener.tls or listener.tunnels
        return {"any": True, "TLS": tls, "tunnels": listener.tunnels}[self.wants]

    def begin(self, listener: Listener) -> socket.socket:
        """Open one slow connection."""
        connection = listener.dial() if self.greets else listener.knock()
        if self.calls:
            listener.call(connection)
        connection.sendall(self.said)
        return connection


SLOW: Mapping[str, Slowness] = MappingProxyType(
    {
        "idle": Slowness(),
        "idle after a call": Slowness(calls=True),
        "slow headers": Slowness(
            b"GET /cgi-bin/token HTTP/1.1\r\nHost: 127.0.0.1\r\nA: ", b"a"
        ),
        "slow bodies": Slowness(
            b"POST /cgi-bin/stable_token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Length: 100\r\n\r\n{",
            b" ",
        ),
        "half a TLS hello": Slowness(hello()[:100], b"\0", greets=False, wants="TLS"),
        "half-open TLS": Slowness(hello(), greets=False, wants="TLS"),
        "idle tunnels": Slowness(
            f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode(), wants="tunnels"
        ),
    }
)


def hold(listener: Listener, kind: str, connections: int) -> list[socket.socket]:
    """Open slow connections; whoever calls closes them."""
    begin: Callable[[Listener], socket.socket] = SLOW[kind].begin
    return [begin(listener) for _ in range(connections)]
