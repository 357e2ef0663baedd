"""A network of this process's own, in which WeChat's hosts are this very machine.

For clients that nothing else leads here. Linux alone has it; root may, and whoever may
make a user namespace, in which one is allowed what root is.
"""

import ctypes
import os
import socket
import struct
import sys
import tempfile
from contextlib import suppress

from mockwx.domain.hosts import HOSTS
from mockwx.domain.refusal import RefusalError


HTTP_PORT = 80
HTTPS_PORT = 443

_HOSTS_FILE = "/etc/hosts"
_RESOLVER_FILE = "/etc/resolv.conf"
_LOOPBACK = b"lo"

# From <sched.h>, <sys/mount.h> and <linux/if.h>.
_CLONE_NEWNS = 0x0002_0000
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWNET = 0x4000_0000
_MS_BIND = 0x1000
_MS_REC = 0x4000
_MS_PRIVATE = 0x4_0000
_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_INTERFACE_FLAGS = "16sh14x"


class NetnsError(RefusalError):
    """There is no network of one's own here; the text says what to do."""


def enter() -> None:
    """Leave the network of this machine for one that ends at its own loopback.

    Before any thread starts, and for good: what this process starts stays inside.
    """
    if sys.platform != "linux":
        raise NetnsError(
            "--netns is for Linux alone; leave it out.",
            "--netns 只能用于 Linux；请去掉它。",
        )
    try:
        leave()
        _lead_hosts_here()
    except OSError as error:
        raise NetnsError(
            f"--netns is refused ({error.strerror}); it needs root, or a system that "
            "lets users make namespaces, in a container the capability SYS_ADMIN.",
            f"--netns 被拒绝（{error.strerror}）；它需要 root，"
            "或允许用户创建 namespace 的系统，在容器里则需要 SYS_ADMIN 权限。",
        ) from None


def leave() -> None:
    """Get a network and a view of the file system that nobody else sees."""
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        _check(libc.unshare(_CLONE_NEWNET | _CLONE_NEWNS))
    except PermissionError:
        _leave_as_user(libc)
    _check(libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None))
    _raise_loopback()


def _leave_as_user(libc: ctypes.CDLL) -> None:
    """Leave with a namespace of users around it, in which one is who one was."""
    user, group = os.geteuid(), os.getegid()
    _check(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWNS))
    for file, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as written:
            written.write(text)


def _raise_loopback() -> None:
    """Switch on the one interface that a new network has."""
    import fcntl  # Not on Windows.

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack(_INTERFACE_FLAGS, _LOOPBACK, 0)
        answer = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, asked)
        _, flags = struct.unpack(_INTERFACE_FLAGS, answer)
        wanted = struct.pack(_INTERFACE_FLAGS, _LOOPBACK, flags | _IFF_UP)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, wanted)


def _lead_hosts_here() -> None:
    """Lay files of hosts and name servers over the machine's, for those inside."""
    with open(_HOSTS_FILE, encoding="utf-8", errors="replace") as file:
        known = file.read()
    # First: of two lines for one name, the first counts.
    ours = "".join(f"127.0.0.1 {host}\n" for host in HOSTS)
    _lay_over(_HOSTS_FILE, ours + known)
    # Some systems have none, and ask nobody then.
    with suppress(FileNotFoundError):
        _lay_over(_RESOLVER_FILE, "nameserver 127.0.0.1\n")


def _lay_over(place: str, text: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="mockwx-") as file:
        file.write(text)
        file.flush()
        os.chmod(file.name, 0o644)
        name = os.fsencode(file.name)
        _check(libc.mount(name, place.encode(), None, _MS_BIND, None))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
