"""The doors beside plain HTTP, in one thread: HTTPS for WeChat's hosts, and the proxy.

Both lead to the mock's HTTP port, whichever server answers there.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from mockwx import config
from mockwx.authority import AuthorityFolder
from mockwx.config import Settings
from mockwx.config import is_wildcard
from mockwx.listeners.crowd import Patience
from mockwx.listeners.crowd import most_connections
from mockwx.listeners.https import server_context
from mockwx.listeners.mishaps import Mishaps
from mockwx.listeners.port import bind
from mockwx.listeners.proxy import Address
from mockwx.listeners.proxy import Parent
from mockwx.listeners.proxy import Proxy
from mockwx.listeners.proxy import Serve
from mockwx.listeners.proxy import refuse
from mockwx.listeners.relay import Line


LOOPBACK = "127.0.0.1"

_STOP_SECONDS = 5

Hear = Callable[[Line], Awaitable[Serve | None]]


class Doors:
    """HTTPS and, if wanted, the proxy; listen once made, answer once started."""

    def __init__(
        self,
        settings: Settings,
        authority: AuthorityFolder,
        *,
        patience: Patience | None = None,
    ) -> None:
        """Bind the ports; raises OSError or AuthorityError.

        The settings name the port on which the mock itself answers.
        """
        self.mishaps = Mishaps()
        self._context = self.mishaps.watch(server_context(authority.leaf()))
        host = settings.host.strip("[]")
        # The proxy needs HTTPS too, though nobody else may.
        self._https = (
            bind(host, settings.tls_port) if settings.tls else bind(LOOPBACK, 0)
        )
        self._proxy = None
        if settings.proxy:
            try:
                self._proxy = bind(host, settings.proxy_port)
            except OSError:
                self._https.close()
                raise
        self.https_port = int(self._https.getsockname()[1])
        self.proxy_port = int(self._proxy.getsockname()[1]) if self._proxy else None
        reached = LOOPBACK if is_wildcard(host) else host
        self._proxying = Proxy(
            mock=Address(reached, settings.port),
            https=Address(reached if settings.tls else LOOPBACK, self.https_port),
            parent=self._parent({LOOPBACK, "localhost", host, reached}),
            for_others=settings.on_loopback,
            mishaps=self.mishaps,
            patience=patience or Patience(),
        )
        self._most = most_connections()
        # In the order they came; those in `_unheard` have not said what they want.
        self._connections: dict[asyncio.Task[None], None] = {}
        self._unheard: dict[asyncio.Task[None], None] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._open = threading.Event()
        self._failure: OSError | None = None
        self._thread = threading.Thread(
            target=self._run_loop, name="mockwx-doors", daemon=True
        )

    @property
    def connected(self) -> int:
        """How many are connected now."""
        return len(self._connections)

    def start(self) -> None:
        """Answer from a thread of its own; raises OSError if that cannot be."""
        self._thread.start()
        self._open.wait()
        if self._failure is not None:
            self._close_ports()
            raise self._failure

    def stop(self) -> None:
        """Close the doors and every connection through them."""
        if self._loop is None:
            self._close_ports()
            return
        with suppress(RuntimeError):  # Closed already.
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_STOP_SECONDS)

    def _parent(self, ours: set[str]) -> Parent | None:
        """Find the proxy before us; settings of `mockwx env` may name ourselves."""
        parent = Parent.of_environment(config.environ_with())
        if parent is None or parent.address.port != self.proxy_port:
            return parent
        return None if parent.address.host in ours else parent

    def _close_ports(self) -> None:
        self._https.close()
        if self._proxy is not None:
            self._proxy.close()

    def _run_loop(self) -> None:
        # Two may bind one port at once; the second to listen is refused.
        try:
            asyncio.run(self._run())
        except OSError as error:
            self._failure = error
        finally:
            self._open.set()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        servers = [await self._listen(self._https, self._proxying.hear, self._context)]
        if self._proxy is not None:
            servers.append(await self._listen(self._proxy, self._proxying.sniff, None))
        self._open.set()
        await self._stopping.wait()
        for server in servers:
            server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _listen(
        self, bound: socket.socket, hear: Hear, context: ssl.SSLContext | None
    ) -> asyncio.Server:
        return await asyncio.start_server(
            partial(self._admit, hear),
            sock=bound,
            ssl=context,
            ssl_handshake_timeout=(
                self._proxying.patience.handshake if context else None
            ),
        )

    async def _admit(
        self,
        hear: Hear,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Serve one connection, and see that it ends when we do."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a connection is served by a task")
        client = Line(reader, writer)
        self._make_room()
        self._connections[task] = self._unheard[task] = None
        try:
            # Cancelled by us alone, which Python before 3.12 would print.
            with suppress(OSError, asyncio.CancelledError):
                serve = await self._heard(hear, client)
                self._unheard.pop(task, None)
                if serve is not None:
                    await serve()
                await client.close()
        finally:
            client.abort()
            self._unheard.pop(task, None)
            self._leaving.discard(task)
            self._connections.pop(task, None)

    async def _heard(self, hear: Hear, client: Line) -> Serve | None:
        try:
            return await hear(client)
        except asyncio.TimeoutError:
            return partial(
                refuse, client, "408 Request Timeout", "no request came in time."
            )

    def _make_room(self) -> None:
        """Send the eldest away who has not asked for anything yet, if need be."""
        if len(self._connections) - len(self._leaving) < self._most:
            return
        staying = (each for each in self._connections if each not in self._leaving)
        leaving = next(iter(self._unheard), None) or next(staying)
        self._unheard.pop(leaving, None)
        self._leaving.add(leaving)
        leaving.cancel()


def open_doors(settings: Settings) -> Doors:
    """Open what the settings want, for as long as this process lives or until stopped.

    Raises OSError if a port cannot be had, AuthorityError if nobody vouches for us.
    """
    doors = Doors(settings, AuthorityFolder.of_user())
    doors.start()
    return doors


def choose_ports(settings: Settings) -> Settings:
    """Replace 0 by free ports and see that the authority is there; raises as above.

    For a process that starts the one which opens the doors: it must know before.
    """
    AuthorityFolder.of_user().load()
    return replace(
        settings,
        tls_port=_free_port(settings, settings.tls_port) if settings.tls else 0,
        proxy_port=_free_port(settings, settings.proxy_port) if settings.proxy else 0,
    )


def _free_port(settings: Settings, port: int) -> int:
    with bind(settings.host.strip("[]"), port) as taken:
        return int(taken.getsockname()[1])
