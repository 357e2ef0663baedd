"""A forward proxy: WeChat's hosts are the mock, every other host is itself.

Its port speaks whatever clients speak to a proxy: CONNECT, absolute-form requests, and
either of them inside TLS (axios 0.16 does that). A plain request is for the mock.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import Awaitable
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from functools import partial
from ipaddress import ip_address
from urllib.parse import SplitResult
from urllib.parse import unquote
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed lacks it

from mockwx.domain.hosts import is_wechat
from mockwx.listeners.crowd import Patience
from mockwx.listeners.mishaps import Mishaps
from mockwx.listeners.relay import Line
from mockwx.listeners.relay import join


CONNECT_SECONDS = 30

Serve = Callable[[], Awaitable[None]]

_TLS_HANDSHAKE = b"\x16"
# The limit of asyncio's readers.
_HEAD_KB = 64
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_PORTS = {"http": 80, "https": 443}
_REQUEST_LINE = re.compile(rb"([!-~]+) ([!-~]+) HTTP/1\.[01]\r\n")
# Each absolute-form request has a connection of its own: the next may go elsewhere.
_BETWEEN_NEIGHBOURS = re.compile(
    rb"^(?:proxy-[a-z-]+|connection|keep-alive):[^\n]*\n", re.IGNORECASE | re.MULTILINE
)
_BEHIND_HOST = re.compile(rb"[a-z]+://[^/?#]*([^#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect, and whether TLS is spoken there."""

    host: str
    port: int
    tls: bool = False

    async def connect(self) -> Line:
        """Open a connection; raises OSError or TimeoutError."""
        context = ssl.create_default_context() if self.tls else None
        # Cancelled, such a race would leave its socket open; a number needs none.
        racing = None if _is_number(self.host) else 0.25
        opening = asyncio.open_connection(
            self.host, self.port, ssl=context, happy_eyeballs_delay=racing
        )
        return Line(*await asyncio.wait_for(opening, CONNECT_SECONDS))


@dataclass(frozen=True, slots=True)
class Parent:
    """The proxy that was there before us; other hosts go on through it."""

    address: Address
    authorization: bytes
    no_proxy: str

    @classmethod
    def of_environment(cls, environ: Mapping[str, str]) -> "Parent | None":
        """Read what clients read: HTTPS_PROXY, ALL_PROXY, NO_PROXY, in either case."""
        told = _either_case(environ, "https_proxy") or _either_case(
            environ, "all_proxy"
        )
        url = _read(told)
        if url is None or url.scheme not in _PORTS:
            return None
        return cls(
            address=Address(
                url.hostname or "",
                url.port or _PORTS[url.scheme],
                url.scheme == "https",
            ),
            authorization=_authorization(url),
            no_proxy=_either_case(environ, "no_proxy"),
        )

    def takes(self, host: str) -> bool:
        """Tell whether a host is reached through it."""
        return not proxy_bypass_environment(host, {"no": self.no_proxy})


@dataclass(frozen=True, slots=True)
class Proxy:
    """Decides where each connection goes."""

    mock: Address
    https: Address
    """Where the mock's TLS is taken off."""
    parent: Parent | None = None
    for_others: bool = True
    """False: WeChat's hosts alone, for strangers could misuse the rest."""
    mishaps: Mishaps = field(default_factory=Mishaps)
    patience: Patience = field(default_factory=Patience)

    async def sniff(self, client: Line) -> Serve | None:
        """Hear how a connection to the proxy begins, in TLS or not."""
        hearing = client.reader.read(1)
        first = await asyncio.wait_for(hearing, self.patience.head)
        if first == _TLS_HANDSHAKE:
            return partial(self._tunnel, client, self.https, first)
        return await self.hear(client, first) if first else None

    async def hear(self, client: Line, beginning: bytes = b"") -> Serve | None:
        """Hear what is asked without TLS, or once TLS is off; return what serves it.

        Raises TimeoutError when that takes too long.
        """
        hearing = client.reader.readuntil(b"\r\n\r\n")
        try:
            head = beginning + await asyncio.wait_for(hearing, self.patience.head)
        except asyncio.LimitOverrunError:
            return partial(
                refuse,
                client,
                "431 Request Header Fields Too Large",
                f"more than {_HEAD_KB} KB of headers.",
            )
        except asyncio.IncompleteReadError:
            return None
        return partial(self._answer, client, head)

    async def _answer(self, client: Line, head: bytes) -> None:
        line = _REQUEST_LINE.match(head)
        if line is None:
            await refuse(client, "400 Bad Request", "this is no HTTP/1.1 request.")
            return
        method, target = line.group(1), line.group(2).decode("ascii")
        if method != b"CONNECT" and target.startswith("/"):
            await self._tunnel(client, self.mock, head)
            return
        url = _read(target if method != b"CONNECT" else f"//{target}")
        if url is None:
            await refuse(client, "400 Bad Request", f"{target!r} is no address.")
        elif method == b"CONNECT":
            await self._connect(client, url, head)
        else:
            await self._forward(client, url, head, line)

    async def _connect(self, client: Line, url: SplitResult, head: bytes) -> None:
        """Tunnel to a host; one of WeChat's is our own HTTPS, or HTTP on port 80."""
        host, port = url.hostname or "", url.port or _PORTS["https"]
        self.mishaps.goes_outside(host)
        if is_wechat(host):
            plain = port == _PORTS["http"]
            await self._tunnel(
                client, self.mock if plain else self.https, b"", _ESTABLISHED
            )
        elif not self.for_others:
            await _refuse_other(client, host)
        elif self.parent is not None and self.parent.takes(host):
            await self._ask_parent(client, self.parent, head)
        else:
            await self._tunnel(client, Address(host, port), b"", _ESTABLISHED)

    async def _forward(
        self, client: Line, url: SplitResult, head: bytes, line: re.Match[bytes]
    ) -> None:
        """Pass on one absolute-form request as its host expects it."""
        host = url.hostname or ""
        self.mishaps.goes_outside(host)
        if is_wechat(host):
            address = self.mock
        elif not self.for_others:
            await _refuse_other(client, host)
            return
        elif self.parent is not None and self.parent.takes(host):
            await self._ask_parent(client, self.parent, head)
            return
        else:
            port = url.port or _PORTS[url.scheme]
            address = Address(host, port, url.scheme == "https")
        fields = _BETWEEN_NEIGHBOURS.sub(b"", head[line.end() :])
        first = line.group(1) + b" " + _path(line.group(2)) + b" HTTP/1.1\r\n"
        await self._tunnel(client, address, first + b"Connection: close\r\n" + fields)

    async def _ask_parent(self, client: Line, parent: Parent, head: bytes) -> None:
        """Let the other proxy answer the very same request."""
        first_line, _, fields = head.partition(b"\r\n")
        asked = first_line + b"\r\n" + parent.authorization + fields
        await self._tunnel(client, parent.address, asked)

    async def _tunnel(
        self, client: Line, address: Address, said: bytes, told: bytes = b""
    ) -> None:
        """Connect, say what is said already, tell the client, and carry on."""
        try:
            line = await address.connect()
        except (OSError, asyncio.TimeoutError, UnicodeError) as error:
            reason = str(error) or "it did not answer in time"
            await refuse(
                client,
                "502 Bad Gateway",
                f"{address.host} cannot be reached: {reason}.",
            )
            return
        try:
            line.writer.write(said)
            client.writer.write(told)
            await join(client, line, idle_seconds=self.patience.idle)
        finally:
            line.abort()


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _read(target: str) -> SplitResult | None:
    """Read where a request wants to go."""
    try:
        url = urlsplit(target)
        port = url.port
    except ValueError:
        return None
    known = url.scheme in _PORTS or not url.scheme
    return url if url.hostname and known and port != 0 else None


def _path(target: bytes) -> bytes:
    """Return what stands behind the host, byte by byte."""
    found = _BEHIND_HOST.match(target)
    path = found.group(1) if found else b""
    return path if path.startswith(b"/") else b"/" + path


async def _refuse_other(client: Line, host: str) -> None:
    await refuse(
        client,
        "403 Forbidden",
        f"{host} is not WeChat's; listening beyond this machine, "
        "the proxy serves WeChat's hosts alone.",
    )


async def refuse(client: Line, status: str, reason: str) -> None:
    """Say why a connection is not served, and end it."""
    body = f"mockwx: {reason}\n".encode()
    client.writer.write(
        f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
    await client.close()


def _either_case(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.upper()) or ""


def _authorization(url: SplitResult) -> bytes:
    if url.username is None:
        return b""
    pair = f"{unquote(url.username)}:{unquote(url.password or '')}".encode()
    return b"Proxy-Authorization: Basic " + base64.b64encode(pair) + b"\r\n"
