"""Load by Locust, whose every virtual person is a phone with correct crypto.

``from simulator.load import WxUser`` in a locustfile, or `wxsim load` without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any


if TYPE_CHECKING:
    from simulator.load.user import WxUser


__all__ = ["WxUser"]


def __getattr__(name: str) -> Any:
    """Import Locust only for who wants it: that changes sockets and threads."""
    if name != "WxUser":
        raise AttributeError(f"module 'simulator.load' has no attribute '{name}'")
    from simulator.load.user import WxUser

    return WxUser
