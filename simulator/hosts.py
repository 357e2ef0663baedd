"""Which hosts are this machine: others are tried hard only if the user names them."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=256)
def is_this_machine(host: str) -> bool:
    """Say whether a host is loopback, by its name or its number.

    A load asks before each call.
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
