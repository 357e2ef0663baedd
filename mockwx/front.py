"""The mock as a server begins it: the fast lane at once, Flask when it is needed.

Flask and all that only its views need takes longer to import than the rest of a start.
The hottest calls can do without; whoever wants more waits until it is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from mockwx.clock import SteppedClock
from mockwx.config import MEMORY
from mockwx.config import Settings
from mockwx.config import SettingsError
from mockwx.entropy import Entropy
from mockwx.store.base import Store
from mockwx.web.fast_lane import FastLane
from mockwx.wechat import WeChat
from mockwx.worlds import Worlds


if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIApplication
    from _typeshed.wsgi import WSGIEnvironment


class Later:
    """A WSGI app that is made when it is first asked, or told to be made."""

    def __init__(self, make: Callable[[], WSGIApplication]) -> None:
        self._make = make
        self._made: WSGIApplication | None = None
        self._making = threading.Lock()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        app = self._made if self._made is not None else self.made()
        return app(environ, start_response)

    def made(self) -> WSGIApplication:
        """Make the app unless it is made; who comes meanwhile waits for it."""
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made


def create_front(settings: Settings) -> tuple[FastLane, Later]:
    """Make the mock as a WSGI app, and what is behind its fast lane."""
    worlds = open_worlds(settings)
    behind = Later(partial(_flask, worlds))
    return FastLane(behind, worlds, answers_health=True), behind


def open_worlds(
    settings: Settings,
    *,
    store: Store | None = None,
    clock: SteppedClock | None = None,
    entropy: Entropy | None = None,
) -> Worlds:
    """Begin the worlds; raises SettingsError, and StoreError as `check_store` does."""
    if not settings.on_loopback and settings.token is None:
        raise SettingsError(
            "token",
            f"must be given: others can reach a mock on {settings.host}.",
            f"必须给出：监听 {settings.host} 时，其他机器也能访问这个 mock。",
        )
    shared = None if store is not None else _shared_worlds(settings)
    if shared is not None:
        return shared
    default = WeChat(settings, store=store, clock=clock, entropy=entropy)
    return Worlds(settings, default)


def check_store(settings: Settings) -> None:
    """See that the store can be used; raises StoreError before anything is started."""
    shared = _shared_worlds(settings)
    if shared is not None:
        shared.close()


def _shared_worlds(settings: Settings) -> Worlds | None:
    """Open the worlds in a depot; None if memory is enough."""
    if settings.store == MEMORY:
        return None
    # They know every type that there is.
    from mockwx.shared_worlds import STORED
    from mockwx.shared_worlds import SharedWorlds
    from mockwx.store.depots import open_depot

    depot = open_depot(settings.store, STORED)
    return None if depot is None else SharedWorlds(settings, depot)


def _flask(worlds: Worlds) -> WSGIApplication:
    # Not Flask's, but the first wx calls will ask for them, perhaps just now: what two
    # threads import at once they must begin at the same place.
    import_module("mockwx.services.device")
    import_module("mockwx.crypto.open_data")
    from mockwx.app import app_of

    return app_of(worlds)
