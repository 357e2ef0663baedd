"""Who went to the real WeChat: connections to addresses that are WeChat's own."""

import socket
import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from mockwx.domain.hosts import HOSTS
from mockwx.launch.onlooker import Contact
from mockwx.launch.onlooker import Sighting


_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Stray:
    """A program that connected to one of WeChat's hosts itself."""

    who: Sighting
    host: str
    address: str


def strays(
    contacts: Iterable[Contact],
    resolve: Callable[[], Mapping[str, str]] | None = None,
) -> list[Stray]:
    """Say which contacts were WeChat's hosts, each program and host once.

    Nobody is asked for addresses unless somebody was contacted.
    """
    contacts = list(contacts)
    if not contacts:
        return []
    hosts = (resolve or _addresses)()
    found = {
        (each.who, hosts[each.address]): Stray(
            each.who, hosts[each.address], each.address
        )
        for each in contacts
        if each.address in hosts
    }
    return list(found.values())


def _addresses() -> dict[str, str]:
    """Return the addresses of WeChat's hosts, as far as they are known soon."""
    found: dict[str, str] = {}

    def ask() -> None:
        for host in HOSTS:
            with suppress(OSError):
                for *_, address in socket.getaddrinfo(host, 443):
                    found.setdefault(str(address[0]), host)

    # A name server that does not answer shall not keep anybody waiting.
    asking = threading.Thread(target=ask, name="mockwx-addresses", daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return dict(found)
