"""What the proxy makes of the first bytes of a connection, without any network."""

import asyncio
from typing import Any
from typing import cast

from mockwx.listeners.crowd import Patience
from mockwx.listeners.proxy import Address
from mockwx.listeners.proxy import Proxy
from mockwx.listeners.relay import Line


class Nowhere(Address):
    """Where nobody is."""

    async def connect(self) -> Line:
        """Fail, as a host that is not there does."""
        raise OSError("nobody is there")


class Paper:
    """A writer that keeps what is written."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, said: bytes) -> None:
        self.written += said

    def close(self) -> None:
        """Do nothing: nothing is open."""

    async def wait_closed(self) -> None:
        """Wait for nothing."""


async def heard(octets: bytes) -> bytes:
    """Say some bytes to a proxy that reaches nobody; return its answer."""
    reader, paper = asyncio.StreamReader(), Paper()
    reader.feed_data(octets)
    reader.feed_eof()
    # Strangers' proxy: what is not WeChat's is refused, and nothing is connected to.
    proxy = Proxy(
        mock=Nowhere("mock", 1),
        https=Nowhere("https", 1),
        for_others=False,
        patience=Patience(head=5),
    )
    client = Line(reader, cast("Any", paper))
    serve = await proxy.sniff(client)
    if serve is not None:
        await serve()
    return paper.written
