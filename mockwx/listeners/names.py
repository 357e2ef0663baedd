"""A name server for a network of one's own: WeChat's hosts are here, nobody else is.

Clients that ask one themselves, past the file of hosts, are led here by it; and who
else was asked for can be said at the end.
"""

import socket
import struct
import threading
from collections import Counter
from contextlib import suppress

from mockwx.domain.hosts import is_wechat


PORT = 53

_HEAD = struct.Struct("!HHHHHH")
_TYPE_AND_CLASS = struct.Struct("!HH")
_A = 1
_INTERNET = 1
_MOST_BYTES = 4_096
_MOST_NAMES = 1_000

# An answer of somebody responsible, with nothing wrong or without such a name.
_FLAGS = 0x8580
_NO_SUCH_NAME = 3
_RECURSION_WANTED = 0x0100

# The name asked for, as an address, for a second: nobody shall remember it.
_HERE = struct.pack("!HHHIH", 0xC00C, _A, _INTERNET, 1, 4) + b"\x7f\0\0\1"


class NameServer:
    """Answers from a thread; a context manager."""

    def __init__(self, host: str = "127.0.0.1", port: int = PORT) -> None:
        """Take the port; raises OSError if somebody has it."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        self.port = int(self._socket.getsockname()[1])
        self._others: Counter[str] = Counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, name="mockwx-names", daemon=True
        )

    def others(self) -> dict[str, int]:
        """Return who was asked for and is not here, and how often."""
        return dict(self._others)

    def answer(self, question: bytes) -> bytes:
        """Answer one message; nothing to what is no question."""
        try:
            number, flags, *_ = _HEAD.unpack_from(question)
            name, end = _read_name(question, _HEAD.size)
            kind, _ = _TYPE_AND_CLASS.unpack_from(question, end)
        except (struct.error, IndexError, ValueError):
            return b""
        asked = question[_HEAD.size : end + _TYPE_AND_CLASS.size]
        flags = _FLAGS | (flags & _RECURSION_WANTED)
        if is_wechat(name):
            records = [_HERE] if kind == _A else []
            head = _HEAD.pack(number, flags, 1, len(records), 0, 0)
            return head + asked + b"".join(records)
        if name in self._others or len(self._others) < _MOST_NAMES:
            self._others[name] += 1
        return _HEAD.pack(number, flags | _NO_SUCH_NAME, 1, 0, 0, 0) + asked

    def _serve(self) -> None:
        while True:
            try:
                question, client = self._socket.recvfrom(_MOST_BYTES)
                if self._ended.is_set():
                    return
                answer = self.answer(question)
                if answer:
                    self._socket.sendto(answer, client)
            except OSError:
                # What a client who has left sends back is no end of ours.
                if self._ended.is_set():
                    return

    def __enter__(self) -> "NameServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        # A datagram of our own wakes it up: closing alone does not, on every system.
        with suppress(OSError):
            self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()


def _read_name(message: bytes, at: int) -> tuple[str, int]:
    """Read a name, which no question shortens; return also where it ends."""
    labels = []
    while length := message[at]:
        if length > 63:
            raise ValueError("a question's name has no pointers")
        labels.append(message[at + 1 : at + 1 + length].decode("ascii"))
        at += 1 + length
    return ".".join(labels).lower(), at + 1
