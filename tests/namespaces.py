"""Whether this machine lets us have a network of our own."""

import subprocess


def may_have_a_network_of_its_own() -> bool:
    """Tell whether it lets us make one: as root, or as any user."""
    return any(_unshares(*ways) for ways in ((), ("--user",)))


def users_may_have_a_network_of_their_own() -> bool:
    """Tell whether it lets whoever is no root make one."""
    return _unshares("--user")


def _unshares(*ways: str) -> bool:
    asked = ["unshare", *ways, "--net", "--mount", "true"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
