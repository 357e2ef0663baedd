"""A plain HTTP port, loopback by default, behind a production server.

Granian where it exists, in a process of its own; Waitress elsewhere (docs/adr/0002).
"""

import gc
import importlib.util
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from mockwx.config import MEMORY
from mockwx.config import Settings
from mockwx.config import is_wildcard
from mockwx.listeners.crowd import MOST_CONNECTIONS
from mockwx.listeners.crowd import Patience
from mockwx.listeners.crowd import most_callers
from mockwx.listeners.crowd import raise_file_limit
from mockwx.listeners.port import bind


if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from mockwx.front import Later


Announce = Callable[..., None]
"""Gets the base URL once it answers, then the address of each further door.

A function of a module, as it may be pickled.
"""

Handler = Callable[[int, FrameType | None], None]

_STOP_SECONDS = 1
_READY_SECONDS = 30
_POLL_SECONDS = 0.005
_COURTESY_SECONDS = 0.2


def has_granian() -> bool:
    """Tell whether the faster server is installed."""
    return importlib.util.find_spec("granian") is not None


def serve(settings: Settings, announce: Announce, *, workers: int = 1) -> int:
    """Serve until interrupted; return the exit status, 0 after a signal to end.

    Several workers are for Granian alone; without a store of their own they share a
    file that goes with them. Raises OSError, before anything is started, if a port
    cannot be had, and StoreError.
    """
    if settings.has_doors:
        # Like all else about doors, imported for those who want them.
        from mockwx.listeners.doors import choose_ports

        settings = choose_ports(settings)
    raise_file_limit()
    if not has_granian():
        return _serve_by_waitress(settings, announce)
    if workers == 1:
        return _serve_by_granian(settings, announce, workers=1, claim=None)
    from mockwx.listeners.shared_folder import shared_folder

    with shared_folder() as folder:
        if settings.store == MEMORY:
            settings = replace(settings, store=_file_in(folder))
        claim = folder / "first"
        return _serve_by_granian(settings, announce, workers=workers, claim=claim)


def _file_in(folder: Path) -> str:
    """Make a store for as long as the workers live."""
    from mockwx.store.depots import SQLITE
    from mockwx.store.depots import open_depot

    url = f"{SQLITE}{folder / 'state.db'}"
    depot = open_depot(url, {})
    if depot is not None:
        depot.close()
    return url


def base_url(settings: Settings) -> str:
    """Return the URL under which the settings' host and port are reached."""
    return f"http://{_address(settings, settings.port)}"


def _address(settings: Settings, port: int) -> str:
    host = settings.host.strip("[]")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _serve_by_granian(
    settings: Settings, announce: Announce, *, workers: int, claim: Path | None
) -> int:
    from granian import Granian
    from granian.constants import HTTPModes
    from granian.constants import Interfaces

    # Granian would share a port that another Granian has: SO_REUSEPORT.
    with bind(settings.host.strip("[]"), settings.port) as taken:
        address, port = taken.getsockname()[:2]
    settings = replace(settings, port=port)
    most = most_callers(doors=settings.has_doors)
    granian = Granian(
        "mockwx",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # An idle connection counts too, however little it asks of Granian.
        backpressure=most,
        # Waiters hold a thread each (web.waiting), and so does every body that comes
        # slowly. They are started as they are needed: a thousand slow ones cost 50 MB.
        blocking_threads=min(most, MOST_CONNECTIONS),
        http=HTTPModes.http1,
        workers_kill_timeout=_STOP_SECONDS,
        log_enabled=False,
    )
    # Its own answer to it is to start the workers anew, who know nothing any more.
    hangup = _hangup(granian.signal_handler_interrupt)
    granian.on_startup(partial(_handle, hangup))
    try:
        granian.serve(
            target_loader=partial(_load_worker, settings, announce, claim),
            wrap_loader=False,
        )
    except SystemExit:
        # Control-C reaches the worker too, whose end Granian then calls unexpected.
        if not granian.interrupt_signal:
            return 1
    return 0


def _hangup(stop: Handler) -> Mapping[str, Handler | signal.Handlers]:
    """Say what to do when the terminal is closed: stop, unless nohup says otherwise."""
    if not hasattr(signal, "SIGHUP"):
        return {}
    stays = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return {"SIGHUP": signal.SIG_IGN if stays else stop}


def _handle(handlers: Mapping[str, Handler | signal.Handlers]) -> None:
    for name, handler in handlers.items():
        signal.signal(getattr(signal, name), handler)


def _load_worker(
    settings: Settings, announce: Announce, claim: Path | None
) -> "WSGIApplication":
    """Make the app inside one of Granian's worker processes."""
    _die_at_first_signal()
    _follow_parent(None if claim is None else claim.parent)
    from mockwx.front import create_front
    from mockwx.listeners.slow_bodies import TimedBodies

    app, behind = create_front(settings)
    _make_soon(behind)
    if claim is None or _is_first(claim):
        _open_doors(settings)
        _announce_soon(settings, announce)
    return TimedBodies(app, Patience().body)


def _is_first(claim: Path) -> bool:
    """Say whether nobody claimed before us what one worker does for all."""
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _die_at_first_signal() -> None:
    """Forget the parent's handlers, inherited by fork, until Granian sets its own."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)


def _follow_parent(folder: Path | None) -> None:
    """End this process when its parent is gone, even if that was killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        if folder is not None:
            from mockwx.listeners.shared_folder import remove

            remove(folder)
        os._exit(0)

    threading.Thread(target=follow, name="mockwx-follow", daemon=True).start()


def _make_soon(behind: "Later") -> None:
    """Make what is behind the fast lane, after who waited for the first answer."""

    def make() -> None:
        threading.Event().wait(_COURTESY_SECONDS)
        behind.made()
        # What is there now stays: looked through again and again, it would hold up
        # every call for some hundredths of a second.
        gc.freeze()

    threading.Thread(target=make, name="mockwx-flask", daemon=True).start()


def _serve_by_waitress(settings: Settings, announce: Announce) -> int:
    from mockwx.app import create_app
    from mockwx.listeners.waitress_server import WaitressServer

    server = WaitressServer(create_app(settings), settings)

    def stop(number: int, frame: FrameType | None) -> None:
        server.request_stop()

    _handle({"SIGINT": stop, "SIGTERM": stop, **_hangup(stop)})
    settings = replace(settings, port=server.port)
    _open_doors(settings)
    _announce_soon(settings, announce)
    server.run()
    return 0


def _open_doors(settings: Settings) -> None:
    if settings.has_doors:
        from mockwx.listeners.doors import open_doors

        open_doors(settings)


def _announce_soon(settings: Settings, announce: Announce) -> None:
    """Announce the URL from a thread, as soon as the server answers."""

    def wait() -> None:
        if _answers(settings):
            announce(base_url(settings), *_further_doors(settings))

    threading.Thread(target=wait, name="mockwx-ready", daemon=True).start()


def _further_doors(settings: Settings) -> Iterator[str]:
    """Say where else calls come in, for people."""
    if settings.tls:
        yield f"WeChat's hosts by HTTPS on {_address(settings, settings.tls_port)}"
    if settings.proxy:
        yield f"proxy on http://{_address(settings, settings.proxy_port)}"


def _answers(settings: Settings) -> bool:
    """Ask for the health until it is given."""
    host = "localhost" if is_wildcard(settings.host) else settings.host.strip("[]")
    pause = threading.Event()
    for _ in range(int(_READY_SECONDS / _POLL_SECONDS)):
        with suppress(OSError):
            if _is_well(host, settings.port):
                return True
        pause.wait(_POLL_SECONDS)
    return False


def _is_well(host: str, port: int) -> bool:
    """Ask once; by hand, for http.client brings the mail parser with it."""
    # The process that starts the workers knows of no web.
    from mockwx.web.control.health import PATH as HEALTH

    name = f"[{host}]" if ":" in host else host
    question = f"GET {HEALTH} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((host, port), timeout=_READY_SECONDS) as asking:
        asking.sendall(question.encode())
        status = asking.makefile("rb").readline(1_000)
    return status.split()[1:2] == [b"200"]
