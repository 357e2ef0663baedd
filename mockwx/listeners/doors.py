"""The doors beside plain HTTP, in one thread: HTTPS for WeChat's hosts, and the proxy.

Both lead to the mock's HTTP port, whichever server answers there.
"""

import asyncio
import errno
import os
import socket
import ssl
import threading
from collections.abc import Awaitable
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from inspect import CORO_CREATED
from inspect import getcoroutinestate
from inspect import iscoroutine
from typing import cast

from mockwx import config
from mockwx.config import Settings
from mockwx.config import is_wildcard
from mockwx.listeners.crowd import Crowd
from mockwx.listeners.crowd import Patience
from mockwx.listeners.https import server_context
from mockwx.listeners.mishaps import Mishaps
from mockwx.listeners.port import PortError
from mockwx.listeners.port import bind
from mockwx.listeners.proxy import Address
from mockwx.listeners.proxy import Parent
from mockwx.listeners.proxy import Proxy
from mockwx.listeners.proxy import Serve
from mockwx.listeners.proxy import refuse
from mockwx.listeners.relay import Line
from mockwx.redirection.authority import AuthorityFolder


LOOPBACK = "127.0.0.1"

_STOP_SECONDS = 5
# From a socket that was accepted to a connection that was let in; out takes no more.
_TURNS = 4
# While connections never stop coming.
_MOST_TURNS = 100

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
        _refuse_shared_port(settings)
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
        self._crowd = Crowd()
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
        return len(self._crowd)

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
        await _all_begun()
        for server in servers:
            server.close()
        await _settle()
        connected = list(self._crowd)
        for each in connected:
            each.cancel()
        await asyncio.gather(*connected, return_exceptions=True)
        await _settle()

    async def _listen(
        self, bound: socket.socket, hear: Hear, context: ssl.SSLContext | None
    ) -> asyncio.Server:
        # asyncio's own servers tell of nobody who has not agreed on TLS.
        admit = partial(self._admit, hear, context)
        return await asyncio.get_running_loop().create_server(
            partial(_Newcomer, admit), sock=bound
        )

    def _admit(
        self, hear: Hear, context: ssl.SSLContext | None, transport: asyncio.Transport
    ) -> None:
        """Begin to serve one connection, and see that it ends when we do."""
        if context is None:
            task = asyncio.ensure_future(self._serve(hear, Line.over(transport)))
        else:
            task = asyncio.ensure_future(self._greet(hear, context, transport))
        self._crowd.enter(task, greets=context is not None)
        task.add_done_callback(partial(self._forget, transport))

    def _forget(self, transport: asyncio.Transport, task: asyncio.Task[None]) -> None:
        transport.abort()
        self._crowd.leave(task)

    async def _greet(
        self, hear: Hear, context: ssl.SSLContext, transport: asyncio.Transport
    ) -> None:
        """Agree on TLS, and serve."""
        seconds = self._proxying.patience.handshake
        with suppress(OSError):
            client = await Line.over_tls(transport, context, seconds)
            self._crowd.greeted(_this_task())
            await self._serve(hear, client)

    async def _serve(self, hear: Hear, client: Line) -> None:
        try:
            serve = await self._heard(hear, client)
            self._crowd.heard(_this_task())
            if serve is not None:
                await serve()
            await client.close()
        except OSError:
            pass
        finally:
            client.abort()

    async def _heard(self, hear: Hear, client: Line) -> Serve | None:
        try:
            return await hear(client)
        except asyncio.TimeoutError:
            return partial(
                refuse, client, "408 Request Timeout", "no request came in time."
            )


class _Newcomer(asyncio.Protocol):
    """A connection of which nothing is known yet."""

    def __init__(self, admit: Callable[[asyncio.Transport], None]) -> None:
        self._admit = admit

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in."""
        self._admit(cast(asyncio.Transport, transport))


def _this_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a connection is served by a task")
    return task


async def _all_begun() -> None:
    """Wait for asyncio to begin with all that it has accepted.

    If its server is closed before that, it forgets their sockets.
    """
    for _ in range(_MOST_TURNS):
        begun = filter(iscoroutine, (each.get_coro() for each in asyncio.all_tasks()))
        if all(getcoroutinestate(each) != CORO_CREATED for each in begun):
            return
        await asyncio.sleep(0)


async def _settle() -> None:
    """Let who came a moment ago be let in, and who leaves be gone."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


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
    settings = replace(
        settings,
        tls_port=_free_port(settings, settings.tls_port) if settings.tls else 0,
        proxy_port=_free_port(settings, settings.proxy_port) if settings.proxy else 0,
    )
    _refuse_shared_port(settings)
    return settings


def _refuse_shared_port(settings: Settings) -> None:
    """Refuse one port for two; both could bind it, and only one could listen."""
    wanted = [settings.port]
    wanted += [settings.tls_port] if settings.tls else []
    wanted += [settings.proxy_port] if settings.proxy else []
    for port in filter(None, wanted):
        if wanted.count(port) > 1:
            taken = OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
            raise PortError(taken, port)


def _free_port(settings: Settings, port: int) -> int:
    with bind(settings.host.strip("[]"), port) as taken:
        return int(taken.getsockname()[1])
