"""`mockwx run`: a command whose calls to WeChat reach a mock of its own."""

import contextlib
import socket
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace

from mockwx import config
from mockwx.config import Settings
from mockwx.config import is_wildcard
from mockwx.launch.account import Account
from mockwx.launch.account import Tally
from mockwx.launch.account import findings
from mockwx.launch.account import loops
from mockwx.launch.onlooker import Onlooker
from mockwx.launch.program import Program
from mockwx.launch.program import Signals
from mockwx.launch.strays import strays
from mockwx.launch.terminal import Terminal
from mockwx.listeners.names import NameServer
from mockwx.redirection import netns
from mockwx.redirection.authority import STORE_PASSWORD
from mockwx.redirection.authority import AuthorityFolder
from mockwx.redirection.runtimes import RUNTIMES
from mockwx.redirection.runtimes import Whereabouts
from mockwx.redirection.runtimes import environment
from mockwx.redirection.runtimes import shadowing
from mockwx.server import LOOPBACK
from mockwx.server import MockServer


def run(
    command: Sequence[str], settings: Settings, *, isolated: bool = False
) -> tuple[int, Account]:
    """Run a command to its end; return its status and what it asked WeChat for.

    Isolated, command and mock have a network of their own; raises NetnsError.
    """
    settings = replace(settings, tls=True, proxy=True)
    if isolated:
        netns.enter()
        settings = replace(
            settings, port=settings.port or netns.HTTP_PORT, tls_port=netns.HTTPS_PORT
        )
    with contextlib.ExitStack() as stack:
        mock = stack.enter_context(
            MockServer(settings, host=settings.host, port=settings.port)
        )
        names = stack.enter_context(NameServer()) if isolated else None
        tally = Tally()
        mock.worlds.listener = tally.hear
        found = mock_settings(mock)
        environ = environment_at(found)
        onlooker = Onlooker(environment(_whereabouts(found), {}, RUNTIMES))
        try:
            status = _run(command, environ, onlooker)
        finally:
            sightings = onlooker.stop()
        return status, Account(
            command=command,
            tally=tally,
            sightings=sightings,
            strays=[] if isolated else strays(onlooker.contacts()),
            mishaps=mock.doors.mishaps,
            loops=list(loops(mock.worlds.all())),
            findings=list(findings(mock.worlds.all())),
            others=names.others() if names else {},
            isolated=isolated,
        )


def environment_at(settings: Settings) -> dict[str, str]:
    """Return our environment, changed to lead whoever has it to a mock of ours."""
    inherited = config.environ_with()
    told = environment(_whereabouts(settings), inherited, RUNTIMES) | shadowing(
        inherited
    )
    return config.environ_with(**told)


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


def _whereabouts(settings: Settings) -> Whereabouts:
    return locate(settings, AuthorityFolder.of_user())


def _run(command: Sequence[str], environ: Mapping[str, str], onlooker: Onlooker) -> int:
    # The command may run, and we be sent a signal, before it is known to run.
    with Signals() as signals:
        program = Program(command, environ, terminal=Terminal.ours())
        try:
            onlooker.watch(program.pid)
            signals.pass_on_to(program)
            return program.wait()
        finally:
            program.end()
