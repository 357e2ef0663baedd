"""A depot of each kind, for what all of them promise."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockwx.store.base import Depot
from tests.redis_server import NEEDS_REDIS
from tests.unit.store.depots import DEPOTS


@pytest.fixture(
    params=[
        pytest.param(opened, id=name, marks=NEEDS_REDIS if name == "redis" else ())
        for name, opened in DEPOTS.items()
    ]
)
def depot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Depot]:
    with request.param(tmp_path) as opened:
        yield opened
