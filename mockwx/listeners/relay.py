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
