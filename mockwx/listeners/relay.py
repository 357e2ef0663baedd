"""Carries bytes between two connections, until one of them has said everything."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass


_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Line:
    """One connection, both ways."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def abort(self) -> None:
        """End it at once, unless it has ended."""
        self.writer.transport.abort()

    async def close(self) -> None:
        """End it once everything is said."""
        with suppress(OSError):
            self.writer.close()
            await self.writer.wait_closed()


async def join(one: Line, other: Line) -> None:
    """Pass on what each says; a broken connection breaks the other one too."""
    ways = [
        asyncio.ensure_future(_pour(one.reader, other.writer)),
        asyncio.ensure_future(_pour(other.reader, one.writer)),
    ]
    try:
        await asyncio.gather(*ways)
    except OSError:
        one.abort()
        other.abort()
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
    # TLS cannot end one way only; what it ends was an answer, so all is said.
    if writer.can_write_eof():
        writer.write_eof()
    else:
        writer.close()
