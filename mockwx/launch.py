"""`mockwx run`: a command whose calls to WeChat reach a mock of its own.

The command keeps its terminal, its input and its exit status. It leads a group of
processes, which gets the signals that we get and ends when the command does.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from types import FrameType

from mockwx import config
from mockwx import netns
from mockwx.authority import STORE_PASSWORD
from mockwx.authority import AuthorityFolder
from mockwx.clock import monotonic_ns
from mockwx.config import Settings
from mockwx.config import is_wildcard
from mockwx.diagnosis.finding import Finding
from mockwx.domain.exchange import Exchange
from mockwx.domain.refusal import RefusalError
from mockwx.runtimes import RUNTIMES
from mockwx.runtimes import Whereabouts
from mockwx.runtimes import environment
from mockwx.runtimes import runtime_of
from mockwx.runtimes import shadowing
from mockwx.server import LOOPBACK
from mockwx.server import MockServer
from mockwx.services.diagnosis import Watch
from mockwx.wechat import WeChat


NOT_FOUND = 127
NOT_EXECUTABLE = 126

_STOP_SECONDS = 2.0
_POLL_SECONDS = 0.02

# Those a user or a supervisor sends; all others concern this process alone.
_PASSED_ON = (
    *("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"),
    *("SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"),
)

_CAUSES: Mapping[str, str] = {
    "python": "it ran with -I or -E, or resolves names by itself as gevent does",
    "node": "it speaks HTTP/2 alone, or trusts a list of authorities of its own, or a "
    "script of it sets PATH and NODE_OPTIONS anew",
    "java": "it is Java 8, whose Apache custom() needs useSystemProperties(), or its "
    "client resolves names by itself as Netty can",
    "go": "its http.Transport has no Proxy, which http.ProxyFromEnvironment would be",
    "php": "its code sets a proxy or a CA file of its own",
}
_ANY_CAUSE = "its client ignores HTTPS_PROXY"


class LaunchError(RefusalError):
    """The command did not start; the text says why, the status is the shell's."""

    def __init__(self, message: str, message_zh: str, status: int) -> None:
        super().__init__(message, message_zh)
        self.exit_status = status


def run(
    command: Sequence[str], settings: Settings, *, isolated: bool = False
) -> tuple[int, list[str]]:
    """Run a command to its end; return its status and what it asked WeChat for.

    Isolated, command and mock have a network of their own; raises NetnsError.
    """
    settings = replace(settings, tls=True, proxy=True)
    if isolated:
        netns.enter()
        settings = replace(
            settings, port=settings.port or netns.HTTP_PORT, tls_port=netns.HTTPS_PORT
        )
    with MockServer(settings, port=settings.port) as mock:
        where = locate(mock_settings(mock), AuthorityFolder.of_user())
        inherited = config.environ_with()
        told = environment(where, inherited, RUNTIMES) | shadowing(inherited)
        tally = Tally()
        mock.worlds.listener = tally.hear
        status = _run(command, config.environ_with(**told))
        found = list(findings(mock.worlds.all()))
    return status, [*summary(tally, command[0], isolated=isolated), *found]


def mock_settings(mock: MockServer) -> Settings:
    """Return the settings with the ports that a running mock really has."""
    return replace(
        mock.settings,
        port=mock.port,
        tls_port=mock.doors.https_port,
        proxy_port=mock.doors.proxy_port or 0,
    )


def locate(settings: Settings, folder: AuthorityFolder) -> Whereabouts:
    """Say where a mock with these settings is, from this machine."""
    host = settings.host.strip("[]")
    return Whereabouts(
        host=LOOPBACK if is_wildcard(host) else host,
        port=settings.port,
        https_port=settings.tls_port,
        proxy_port=settings.proxy_port,
        ca=folder.path("pem"),
        bundle=folder.path("bundle"),
        trust_store=folder.path("p12"),
        trust_store_password=STORE_PASSWORD,
        php_folder=folder.php_folder(),
    )


def answers(where: Whereabouts) -> bool:
    """Tell whether anybody listens where the proxy should be."""
    try:
        socket.create_connection((where.host, where.proxy_port), timeout=1).close()
    except OSError:
        return False
    return True


class Tally:
    """Counts what WeChat is asked for; tests that clear the journal do not clear it."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self._lock = threading.Lock()

    def hear(self, exchange: Exchange) -> None:
        """Count a call."""
        with self._lock:
            self.counts[exchange.method, exchange.path, _outcome(exchange)] += 1


def summary(tally: Tally, program: str, *, isolated: bool = False) -> Iterator[str]:
    """Say what was asked of WeChat, by endpoint and errcode; if nothing, what to do."""
    calls = tally.counts.total()
    if not calls:
        yield _nothing_asked(program, isolated=isolated)
        return
    yield f"{calls} {'call' if calls == 1 else 'calls'} reached WeChat:"
    for (method, path, outcome), count in sorted(tally.counts.items()):
        yield f"{count:6}  {method:4} {path}  {outcome}"


def findings(worlds: Iterable[WeChat]) -> Iterator[str]:
    """Say what the doctor sees in the journals, each cause once."""
    found: dict[str, Finding] = {}
    for world in worlds:
        watch = Watch(world.doctor)
        for exchange in world.journal.tail():
            diagnosis = watch.diagnosis(exchange)
            for finding in diagnosis.findings if diagnosis else ():
                found.setdefault(finding.cause, finding)
    for finding in found.values():
        yield f"{finding.cause} ({finding.certainty}): {finding.message.en}"
        yield f"    {finding.cure.en}"


def _nothing_asked(program: str, *, isolated: bool) -> str:
    """Guess why nothing came, and say how to make it come."""
    if isolated:
        return f"0 calls reached WeChat, and {program} could reach nobody else."
    cause = _CAUSES.get(runtime_of(program) or "", _ANY_CAUSE)
    way = "try --netns, or set" if sys.platform == "linux" else "set"
    return (
        f"0 calls reached WeChat. If {program} made any, perhaps {cause}; "
        f"{way} its base URL to what MOCKWX_URL says."
    )


def _outcome(exchange: Exchange) -> str:
    if exchange.errcode is None:
        return f"HTTP {exchange.status}"
    return f"errcode {exchange.errcode}" if exchange.errcode else "ok"


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    # The command may run, and we be sent a signal, before Popen returns.
    with _Signals() as signals:
        child = _start(command, environ)
        try:
            signals.pass_on_to(child)
            status = child.wait()
        finally:
            _end_group(child)
    return status if status >= 0 else 128 - status


def _start(
    command: Sequence[str], environ: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(list(command), env=environ, start_new_session=True)
    except FileNotFoundError:
        raise LaunchError(
            f"{command[0]}: command not found.",
            f"{command[0]}：找不到这个命令。",
            NOT_FOUND,
        ) from None
    except OSError as error:
        raise LaunchError(
            f"{command[0]} cannot be run ({error.strerror}).",
            f"无法运行 {command[0]}（{error.strerror}）。",
            NOT_EXECUTABLE,
        ) from None


class _Signals:
    """Gives the command's group what we are sent; it decides what comes of it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def pass_on_to(self, child: "subprocess.Popen[bytes]") -> None:
        """Pass on what came before there was anybody, and all that comes."""
        self._child = child
        for number in self._early:
            _send(child, number)

    def __enter__(self) -> "_Signals":
        self._before = {
            number: signal.signal(number, self._receive) for number in _passed_on()
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if self._child is None:
            self._early.append(number)
        else:
            _send(self._child, number)


def _passed_on() -> list[int]:
    """Return the signals this system has; one that we ignore, nohup had us ignore."""
    known = [getattr(signal, each) for each in _PASSED_ON if hasattr(signal, each)]
    return [each for each in known if signal.getsignal(each) != signal.SIG_IGN]


def _end_group(child: "subprocess.Popen[bytes]") -> None:
    """End whatever the command left running, kindly first."""
    if not _send(child, signal.SIGTERM):
        return
    pause = threading.Event()
    deadline = monotonic_ns() + int(_STOP_SECONDS * 1e9)
    while _send(child, 0) and monotonic_ns() < deadline:
        pause.wait(_POLL_SECONDS)
    _kill(child)
    child.wait()


if sys.platform == "win32":

    def _send(child: "subprocess.Popen[bytes]", number: int) -> bool:
        """Send a signal; Control-C has reached the command already."""
        if child.poll() is not None:
            return False
        if number == signal.SIGTERM:
            child.terminate()
        return True

    def _kill(child: "subprocess.Popen[bytes]") -> None:
        """Kill the command and what it started."""
        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(child.pid)],
            capture_output=True,
            check=False,
        )

else:

    def _send(child: "subprocess.Popen[bytes]", number: int) -> bool:
        """Send a signal to the whole group; say whether anybody is left."""
        try:
            os.killpg(child.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _kill(child: "subprocess.Popen[bytes]") -> None:
        """Kill who is left of the group."""
        _send(child, signal.SIGKILL)
