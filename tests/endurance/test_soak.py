"""A short soak: nothing grows while mixed calls come, and its verdict can fail."""

import pytest

from mockwx import MockServer
from mockwx import Settings
from tests.endurance.soak import Sample
from tests.endurance.soak import is_flat
from tests.endurance.soak import samples


REQUESTS = 20_000


@pytest.mark.external
@pytest.mark.fuzz
@pytest.mark.timeout(300)
def test_memory_files_and_threads_stay_while_mixed_calls_come() -> None:
    with MockServer(Settings(seed=1, journal_size=1_000)) as mock:
        seen = list(samples(mock, REQUESTS))

    assert is_flat(seen), seen


@pytest.mark.parametrize(
    "grown",
    [
        Sample(2, 1_060, 5, 5, 1),
        Sample(2, 1_000, 9, 5, 1),
        Sample(2, 1_000, 5, 9, 1),
    ],
    ids=["memory", "files", "threads"],
)
def test_growth_is_told(grown: Sample) -> None:
    assert not is_flat([Sample(1, 1_000, 5, 5, 1), grown])
