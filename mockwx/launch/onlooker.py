"""Who runs in the family of a command: which runtimes, and whom they are told to ask.

Linux shows it in /proc, which is looked at now and then; elsewhere nobody is seen.
"""

import os
import re
import shlex
import shutil
import struct
import sys
import threading
from collections import deque
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from ipaddress import IPv4Address
from ipaddress import IPv6Address
from pathlib import Path
from typing import BinaryIO

from mockwx.clock import monotonic_ns
from mockwx.redirection.runtimes import LEADERS
from mockwx.redirection.runtimes import runtime_of


PROC = Path("/proc")

# In a table of connections: the address, if the port is 80 or 443, and the socket's
# number, which those have no more that somebody has closed.
_TO_WEB_SERVERS = re.compile(
    rb"^ *\d+: \S+ ([0-9A-F]+):(?:0050|01BB) (?:\S+ +){6}([1-9]\d*)", re.M
)

# Often at first: what only fails is gone soon. Then seldom: a server stays.
_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.2
_SLOWER = 1.1
_REST = 20

# A runtime in another program's process is a library of its.
_LIBRARIES = (
    ("/libjvm.so", "java"),
    ("/libpython", "python"),
    ("/libnode.so", "node"),
    ("/libcoreclr.so", "dotnet"),
    ("/libruby", "ruby"),
    ("/libphp", "php"),
)

# What Node's packages bring along, as esbuild, is written in Go and no backend.
_TOOLS = "node_modules"

_ELF = b"\x7fELF\x02\x01"
_SECTION = struct.Struct("<IIQQQQIIQQ")
_GO_SECTION = b".go.buildinfo"

# With any of these letters Python does not read PYTHONPATH, or no sitecustomize.
_PYTHON_ALONE = frozenset("IES")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A runtime that ran, in which program."""

    runtime: str
    program: str
    untold: str = ""
    """The variable that leads it here, if it was started without what we put there."""
    alone: str = ""
    """The option by which a Python keeps our hook out."""


@dataclass(frozen=True, slots=True)
class Contact:
    """An address, not of this machine, at which a runtime asked a web server."""

    who: Sighting
    address: str


@dataclass(slots=True)
class _Process:
    program: str
    sighting: Sighting | None = None


@dataclass(slots=True)
class Onlooker:
    """Looks at a process and all that it starts, from a thread of its own."""

    told: Mapping[str, str]
    """What is in the environment of each of them, unless it was lost on the way."""
    proc: Path = PROC
    # In the order of their coming: who started somebody stands before it.
    _family: dict[int, None] = field(default_factory=dict)
    _known: dict[int, _Process] = field(default_factory=dict)
    _seen: dict[Sighting, None] = field(default_factory=dict)
    _contacts: dict[Contact, None] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def watch(self, pid: int) -> None:
        """Begin to look at what this process becomes and starts."""
        if sys.platform != "linux":
            return
        self.know(pid)
        self._thread = threading.Thread(
            target=self._look_on, name="mockwx-onlooker", daemon=True
        )
        self._thread.start()

    def know(self, pid: int) -> None:
        """Count a process among the family, without beginning to look."""
        self._family.setdefault(pid)

    def stop(self) -> list[Sighting]:
        """Look no more; return whom it saw, in the order of their coming."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        return list(self._seen)

    def contacts(self) -> list[Contact]:
        """Return whom they asked, as far as it was seen."""
        return list(self._contacts)

    def look(self) -> None:
        """See who is there now, and to whom they are connected."""
        connected: dict[str, str] | None = None
        for pid in self._relatives():
            with suppress(OSError, ValueError):
                self._look_at(pid)
                # The table is everybody's, and may be long.
                if connected is None and self._seen:
                    connected = self._connected(pid)
                if connected:
                    self._note_contacts(pid, connected)

    def _look_on(self) -> None:
        pause = _FIRST_PAUSE
        while not self._ended.wait(pause):
            began = monotonic_ns()
            self.look()
            took = (monotonic_ns() - began) / 1e9
            # The machine is the command's: looking may take a part of it alone.
            pause = max(min(pause * _SLOWER, _LONGEST_PAUSE), took * _REST)

    def _relatives(self) -> list[int]:
        """Find what the family has started; who is of it stays so until it is gone.

        A command may run for days; and the numbers of those who are gone are given to
        others.
        """
        waiting = deque(self._family)
        while waiting:
            for started in self._started_by(waiting.popleft()):
                if started not in self._family:
                    self._family.setdefault(started)
                    waiting.append(started)
        for pid in list(self._family):
            if not (self.proc / str(pid)).exists():
                del self._family[pid]
                self._known.pop(pid, None)
        return list(self._family)

    def _started_by(self, pid: int) -> Iterator[int]:
        with suppress(OSError):
            for thread in (self.proc / str(pid) / "task").iterdir():
                with suppress(OSError):
                    yield from map(int, (thread / "children").read_bytes().split())

    def _look_at(self, pid: int) -> None:
        folder = self.proc / str(pid)
        program = str((folder / "exe").readlink())
        known = self._known.get(pid)
        if known is None or known.program != program:
            known = self._known[pid] = _Process(program)
        elif known.sighting is not None:
            return
        runtime = _runtime_in(folder, program)
        if runtime is not None:
            known.sighting = self._sighting(folder, Path(program).name, runtime)
            self._seen.setdefault(known.sighting)

    def _connected(self, pid: int) -> dict[str, str]:
        """Return connections to web servers elsewhere: the address of each socket."""
        found: dict[str, str] = {}
        for name in ("tcp", "tcp6"):
            with suppress(OSError):
                table = (self.proc / str(pid) / "net" / name).read_bytes()
                for host, socket in _TO_WEB_SERVERS.findall(table):
                    address = _read_address(host)
                    if not address.is_loopback:
                        found[socket.decode()] = str(address)
        return found

    def _note_contacts(self, pid: int, connected: Mapping[str, str]) -> None:
        known = self._known.get(pid)
        if known is None or known.sighting is None:
            return
        for each in (self.proc / str(pid) / "fd").iterdir():
            with suppress(OSError):
                socket = str(each.readlink()).removeprefix("socket:[").rstrip("]")
                if socket in connected:
                    contact = Contact(known.sighting, connected[socket])
                    self._contacts.setdefault(contact)

    def _sighting(self, folder: Path, program: str, runtime: str) -> Sighting:
        untold = self._untold((folder / "environ").read_bytes(), LEADERS[runtime])
        alone = ""
        if runtime == "python":
            alone = _alone((folder / "cmdline").read_bytes().split(b"\0"))
        return Sighting(runtime, program, untold, alone)

    def _untold(self, environ: bytes, leader: str) -> str:
        words = [each for each in os.fsdecode(environ).split("\0") if each]
        # A program that writes its title over its environment leaves none to judge by.
        if not all("=" in each for each in words):
            return ""
        given = dict(each.split("=", 1) for each in words)
        return "" if self.told[leader] in given.get(leader, "") else leader


def guess(command: Sequence[str]) -> Sighting | None:
    """Say what a command runs, by its words: where nobody could be seen."""
    for word in _words(command):
        found = shutil.which(word)
        runtime = runtime_of(word)
        if runtime is None and found is not None and _is_go(Path(found)):
            runtime = "go"
        if runtime is not None:
            return Sighting(runtime, Path(word).name)
    return None


def _words(command: Sequence[str]) -> Iterator[str]:
    """Return the words of a command, and of a command within, as shells are given."""
    for word in command:
        with suppress(ValueError):  # Its quotes are not a shell's.
            yield from shlex.split(word) if " " in word else (word,)


def _read_address(shown: bytes) -> IPv4Address | IPv6Address:
    """Read what Linux shows: each word of an address with its bytes turned around."""
    words = bytes.fromhex(shown.decode())
    turned = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
    if len(turned) == 4:
        return IPv4Address(turned)
    address = IPv6Address(turned)
    return address.ipv4_mapped or address


def _runtime_in(folder: Path, program: str) -> str | None:
    named = runtime_of(program)
    if named is not None:
        return named
    maps = (folder / "maps").read_text("utf-8", "replace")
    for library, runtime in _LIBRARIES:
        if library in maps:
            return runtime
    if _TOOLS in Path(program).parts:
        return None
    return "go" if _is_go(folder / "exe") else None


def _is_go(program: Path) -> bool:
    try:
        with program.open("rb") as file:
            return _GO_SECTION in _section_names(file)
    except (OSError, struct.error):
        return False


def _section_names(file: BinaryIO) -> bytes:
    """Return the names of an ELF file's sections, as they stand there."""
    head = file.read(64)
    if len(head) < 64 or not head.startswith(_ELF):
        return b""
    (table,) = struct.unpack_from("<Q", head, 40)
    size, count, names = struct.unpack_from("<HHH", head, 58)
    if not table or size != _SECTION.size or names >= count:
        return b""
    file.seek(table + names * size)
    section = _SECTION.unpack(file.read(size))
    file.seek(section[4])
    return file.read(min(section[5], 1 << 16))


def _alone(words: list[bytes]) -> str:
    """Return the option that keeps sitecustomize out, if a Python was given one."""
    for word in words[1:]:
        text = word.decode("utf-8", "replace")
        if not text.startswith("-") or text.startswith("--"):
            return ""
        if _PYTHON_ALONE & set(text):
            return text
        if text[1:2] in ("c", "m", ""):
            return ""
    return ""
