"""A running mock inside this process, for tests and tools."""

from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING
from typing import cast

from flask import Flask

from mockwx.app import create_app
from mockwx.clock import SteppedClock
from mockwx.config import Settings
from mockwx.config import is_wildcard
from mockwx.entropy import Entropy
from mockwx.listeners.waitress_server import WaitressServer
from mockwx.store.base import Store
from mockwx.web.context import EXTENSION
from mockwx.wechat import WeChat
from mockwx.worlds import Worlds


if TYPE_CHECKING:
    from mockwx.listeners.doors import Doors


LOOPBACK = "127.0.0.1"


class MockServer:
    """The mock on a port, of loopback if nothing else is said; a context manager.

    >>> with MockServer() as mock:
    ...     urlopen(f"{mock.url}/_mockwx/api/health")
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        store: Store | None = None,
        clock: SteppedClock | None = None,
        entropy: Entropy | None = None,
    ) -> None:
        """Make the app; port 0 means any free port.

        Address and port of the settings are those of `mockwx serve`. On an address
        that others reach, the control API needs the token of the settings.
        """
        self.settings = replace(settings or Settings(), host=host, port=port)
        self.app: Flask = create_app(
            self.settings, store=store, clock=clock, entropy=entropy
        )
        self._server: WaitressServer | None = None
        self._doors: Doors | None = None

    @property
    def wechat(self) -> WeChat:
        """Return the default world behind the server."""
        return self.worlds.default

    @property
    def worlds(self) -> Worlds:
        """Return every world behind the server."""
        return cast("Worlds", self.app.extensions[EXTENSION])

    @property
    def port(self) -> int:
        """Return the port the server listens on."""
        if self._server is None:
            raise RuntimeError("the mock is not running; call start(), or use `with`.")
        return self._server.port

    @property
    def url(self) -> str:
        """Return the base URL, without a slash at its end."""
        host = self.settings.host.strip("[]")
        reached = LOOPBACK if is_wildcard(host) else host
        return f"http://{f'[{reached}]' if ':' in reached else reached}:{self.port}"

    @property
    def doors(self) -> "Doors":
        """Return HTTPS and the proxy, which the settings `tls` and `proxy` open."""
        if self._doors is None:
            raise RuntimeError("only a running mock with tls or proxy has doors.")
        return self._doors

    def start(self) -> "MockServer":
        """Listen, and answer from now on; raises OSError if a port is in use."""
        if self._server is not None:
            raise RuntimeError("the mock is running already; stop() it first.")
        self._server = WaitressServer(self.app, self.settings)
        self._server.start()
        if self.settings.has_doors:
            self._open_doors()
        return self

    def stop(self) -> None:
        """Stop, leaving no thread and no socket behind; twice is as good as once."""
        doors, self._doors = self._doors, None
        if doors is not None:
            doors.stop()
        server, self._server = self._server, None
        if server is not None:
            server.stop()
        self.worlds.close()

    def _open_doors(self) -> None:
        # They bring asyncio, ssl and more, which most tests have no use for.
        from mockwx.listeners.doors import open_doors

        try:
            self._doors = open_doors(replace(self.settings, port=self.port))
        except BaseException:
            self.stop()
            raise
        # For whoever asks for the health where the doors are.
        self.worlds.settings = replace(
            self.settings,
            port=self.port,
            tls_port=self._doors.https_port,
            proxy_port=self._doors.proxy_port or 0,
        )

    def __enter__(self) -> "MockServer":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
