"""Which hosts are this machine."""

import pytest

from simulator.hosts import is_this_machine


@pytest.mark.parametrize(
    "host", ["localhost", "api.localhost", "127.0.0.1", "127.9.9.9", "::1"]
)
def test_loopback_is_this_machine(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "10.0.0.1", "localhost.example", "127.0.0.1.example", "::2"]
)
def test_every_other_host_is_another(host: str) -> None:
    assert not is_this_machine(host)
