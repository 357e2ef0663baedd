"""Runs a MockServer with every door in a process of its own, until its input ends.

    python -m tests.endurance.host

Says the ports of plain HTTP, HTTPS and the proxy.
"""

import sys

from mockwx import MockServer
from mockwx.listeners.crowd import raise_file_limit
from tests.endurance.listeners import DOORS


def main() -> None:
    """Run it."""
    raise_file_limit()
    with MockServer(DOORS) as mock:
        doors = mock.doors
        sys.stdout.write(f"{mock.port} {doors.https_port} {doors.proxy_port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
