"""Holds slow connections at one listener, in a process of its own.

    python -m tests.endurance.holder KIND CONNECTIONS PORT [tls] [tunnels]

Says that it does, lets one after the other say a byte more, and says, at the end of its
input, how many are open still.
"""

import select
import socket
import sys
from itertools import cycle

from mockwx.listeners.crowd import raise_file_limit
from tests.endurance.listener import SLOW
from tests.endurance.listener import Listener
from tests.endurance.listener import hold


# Until a connection says one byte more.
PACE_SECONDS = 10


def main(kind: str, connections: str, port: str, *speaks: str) -> None:
    """Hold them until the input ends."""
    raise_file_limit()
    listener = Listener("", int(port), tls="tls" in speaks, tunnels="tunnels" in speaks)
    held = hold(listener, kind, int(connections))
    _say("held")
    _wait(held, SLOW[kind].more)
    _say(sum(map(_is_open, held)))


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _wait(held: list[socket.socket], more: bytes) -> None:
    pause = PACE_SECONDS / len(held) if more else None
    for each in cycle(held):
        if select.select([sys.stdin], [], [], pause)[0]:
            return
        try:
            each.sendall(more)
        except OSError:
            continue


def _is_open(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return not poll.poll(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
