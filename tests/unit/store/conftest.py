"""A depot of each kind, for what all of them promise."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockwx.store.base import Depot
from tests.unit.store.depots import DEPOTS


@pytest.fixture(params=DEPOTS.values(), ids=DEPOTS)
def depot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Depot]:
    with request.param(tmp_path) as opened:
        yield opened
