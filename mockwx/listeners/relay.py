"""Carries bytes between two connections, until one of them has said everything."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass


_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Line:
    """One connection, both ways."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    def over(cls, transport: asyncio.Transport) -> "Line":
        """Hear a transport that somebody else has heard so far."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        return cls(reader, asyncio.StreamWriter(transport, protocol, reader, loop))

    @classmethod
    async def over_tls(
        cls, transport: asyncio.Transport, context: ssl.SSLContext, seconds: float
    ) -> "Line":
        """Agree on TLS as its server; raises OSError, after so many seconds too."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        protocol = _SecureProtocol(reader, loop=loop)
        secure = await loop.start_tls(
            transport,
            protocol,
            context,
            server_side=True,
            ssl_handshake_timeout=seconds,
        )
        if secure is None:
            raise ConnectionAbortedError
        protocol.connection_made(secure)
        return cls(reader, asyncio.StreamWriter(secure, protocol, reader, loop))

    def abort(self) -> None:
        """End it at once, unless it has ended."""
        self.writer.transport.abort()

    async def close(self) -> None:
        """End it once everything is said."""
        with suppress(OSError):
            self.writer.close()
            await self.writer.wait_closed()


class _SecureProtocol(asyncio.StreamReaderProtocol):
    """Knows, before it is told of its transport, that TLS ends both ways at once."""

    def eof_received(self) -> bool:
        super().eof_received()
        return False


class _Pulse:
    """Whether anything was carried since somebody looked."""

    beat = False


async def join(one: Line, other: Line, *, idle_seconds: float) -> None:
    """Pass on what each says; a broken connection breaks the other one too.

    So does silence on both, if it lasts.
    """
    pulse = _Pulse()
    ways = [
        asyncio.ensure_future(_pour(one.reader, other.writer, pulse)),
        asyncio.ensure_future(_pour(other.reader, one.writer, pulse)),
    ]
    watch = asyncio.ensure_future(_end_silence(pulse, one, other, idle_seconds))
    try:
        await asyncio.gather(*ways)
    except OSError:
        one.abort()
        other.abort()
    finally:
        for task in (watch, *ways):
            task.cancel()
        await asyncio.gather(watch, *ways, return_exceptions=True)


async def _end_silence(pulse: _Pulse, one: Line, other: Line, seconds: float) -> None:
    pulse.beat = True
    while pulse.beat:
        pulse.beat = False
        await asyncio.sleep(seconds)
    one.abort()
    other.abort()


async def _pour(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pulse: _Pulse
) -> None:
    while chunk := await reader.read(_CHUNK):
        pulse.beat = True
        writer.write(chunk)
        await writer.drain()
    # TLS cannot end one way only; what it ends was an answer, so all is said.
    if writer.can_write_eof():
        writer.write_eof()
    else:
        writer.close()
