"""Python's clients and SDKs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.environments import python_environment
from tests.sdk.row import DRIVERS
from tests.sdk.row import Row


_CLIENTS = ("requests==2.32.3", "urllib3==2.2.3", "httpx==0.27.2", "aiohttp==3.10.10")


def _client(name: str) -> Sequence[str | Path]:
    return [python_environment(*_CLIENTS), DRIVERS / "python_http.py", name]


ROWS: tuple[Row, ...] = tuple(
    Row(
        sdk=name,
        version=version,
        language="Python",
        http_stack=http_stack,
        command=partial(_client, name),
        flows=("login",),
        bare=True,
    )
    for name, version, http_stack in (
        ("requests", "2.32.3", "urllib3"),
        ("httpx", "0.27.2", "httpcore"),
        ("httpx async", "0.27.2", "httpcore, anyio"),
        ("aiohttp", "3.10.10", "asyncio"),
        ("urllib", "", "http.client"),
        ("urllib3", "2.2.3", "http.client"),
    )
)
