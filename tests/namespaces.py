"""Whether this machine lets us have a network of our own."""

import subprocess
import sys
from functools import cache
from pathlib import Path


_APART = Path(__file__).parent / "apart.py"
_CLOSED = "https://127.0.0.1:9/"


def may_have_a_network_of_its_own() -> bool:
    """Tell whether it lets us make one: as root, or as any user."""
    return any(_unshares(*ways) for ways in ((), ("--user",)))


def users_may_have_a_network_of_their_own() -> bool:
    """Tell whether it lets whoever is no root make one."""
    return _unshares("--user")


def apart() -> list[str]:
    """Return the words before a command that is to meet nobody, where there are such.

    A client that goes past the mock must not get to the real WeChat from a test.
    """
    return [sys.executable, str(_APART)] if may_have_a_network_of_its_own() else []


def out_of_reach(url: str) -> str:
    """Return a URL, or a closed one where whoever asks it would get there."""
    return url if may_have_a_network_of_its_own() else _CLOSED


@cache
def _unshares(*ways: str) -> bool:
    asked = ["unshare", *ways, "--net", "--mount", "true"]
    try:
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
