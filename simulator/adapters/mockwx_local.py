"""WeChat in this process. The only file of the simulator that imports mockwx."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from mockwx import MockServer
from mockwx import Settings
from mockwx import create_app
from simulator.adapters.backend_http import HttpBackend
from simulator.adapters.backend_wsgi import WsgiBackend
from simulator.adapters.mockwx_http import MockWx


def local_mock() -> MockWx:
    """Make a mock without a socket, for tests that need no backend."""
    settings = Settings()
    base_url = f"http://{settings.host}:{settings.port}"
    return MockWx(WsgiBackend(create_app(settings), base_url))


@contextlib.contextmanager
def running_mock() -> Iterator[MockWx]:
    """Run a mock on a free port, for a backend that must reach it."""
    with MockServer() as server:
        yield MockWx(HttpBackend(server.url))
