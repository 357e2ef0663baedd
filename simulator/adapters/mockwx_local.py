"""WeChat in this process. The only file of the simulator that imports mockwx."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import IO

from mockwx import MockServer
from mockwx import Settings
from mockwx import create_app
from mockwx.launch import environment_at
from mockwx.launch import mock_settings
from mockwx.launch.program import Program
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


@contextlib.contextmanager
def leading_mock() -> Iterator[tuple[MockWx, dict[str, str]]]:
    """Run a mock with HTTPS and proxy; yield also the environment that leads there."""
    doors = Settings(tls=True, tls_port=0, proxy=True, proxy_port=0)
    with MockServer(doors) as server:
        yield MockWx(HttpBackend(server.url)), environment_at(mock_settings(server))


def leading_environment(port: int, tls_port: int, proxy_port: int) -> dict[str, str]:
    """Return the environment that leads to a mock of this user on this machine."""
    ports = Settings(port=port, tls_port=tls_port, proxy_port=proxy_port)
    return environment_at(ports)


def start_program(
    command: Sequence[str], environ: Mapping[str, str], output: IO[bytes]
) -> Program:
    """Start a command in a group of its own, which ends even if we are killed."""
    return Program(command, environ, output=output)
