"""An HTTP server in a thread of this process: quick to start, quick to stop.

Waitress, whose sockets and threads are closed by hand: left to itself it lets idle
connections delay its end by a second.
"""

import logging
import select
import threading
from contextlib import suppress
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher
from waitress.trigger import trigger

from mockwx.config import Settings
from mockwx.listeners.port import bind
from mockwx.web.context import WAITING_ROOM
from mockwx.web.waiting import MOST_WAITERS
from mockwx.web.waiting import WaitingRoom


# Forty callers racing for one code, besides everybody who waits.
MOST_THREADS = 48 + MOST_WAITERS

_LOOP_SECONDS = 5
_STOP_SECONDS = 5
# What the app itself answers with 413 must reach it; waitress spools it to disk.
_LARGEST_BODY = 67_108_864


class GrowingDispatcher(ThreadedTaskDispatcher):
    """Starts a thread when a task finds none idle, instead of all at the beginning."""

    # Waitress warns whenever tasks queue up; here that is how threads come to be.
    queue_logger = logging.getLogger("mockwx.listeners.queue")
    queue_logger.addHandler(logging.NullHandler())
    queue_logger.propagate = False

    def __init__(self) -> None:
        super().__init__()
        self.started: list[threading.Thread] = []

    def start_new_thread(self, target, thread_no):  # type: ignore[no-untyped-def]  # waitress has no types
        """Start a thread that can be joined later."""
        thread = threading.Thread(
            target=target, name=f"mockwx-{thread_no}", args=(thread_no,), daemon=True
        )
        self.started.append(thread)
        thread.start()

    def add_task(self, task):  # type: ignore[no-untyped-def]  # waitress has no types
        """Hand a task to an idle thread, or to a new one."""
        with self.lock:
            idle = len(self.threads) - self.stop_count - self.active_count
            wanted = len(self.threads) + (len(self.queue) >= idle)
        if wanted > len(self.threads) and wanted <= MOST_THREADS:
            self.set_thread_count(wanted)
        super().add_task(task)

    def join(self) -> None:
        """Wait until every thread is gone, not just about to go."""
        for thread in self.started:
            thread.join(_STOP_SECONDS)


class WaitressServer:
    """One app on one port; listens once made, answers once started."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Bind the port; raises OSError if it is in use."""
        self._waiting_room: WaitingRoom = app.extensions[WAITING_ROOM]
        self._dispatcher = GrowingDispatcher()
        self._stopping = False
        # Waitress fills it with what it listens to; its types say sockets.
        self._sockets: dict[int, Any] = {}
        self._listener = bind(settings.host.strip("[]"), settings.port)
        self._waker = trigger(self._sockets)  # type: ignore[arg-type]  # stub is wrong
        create_server(
            app,
            map=self._sockets,
            _dispatcher=self._dispatcher,
            sockets=[self._listener],
            ident=None,
            clear_untrusted_proxy_headers=False,
            connection_limit=1_000,
            # A fault that breaks a connection is no error to be answered with 500.
            log_socket_errors=False,
            max_request_body_size=max(_LARGEST_BODY, 2 * settings.max_body),
        )
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(
            target=self.run, name=f"mockwx-{self.port}", daemon=True
        )

    def start(self) -> None:
        """Answer from a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering; every thread and socket is gone afterwards."""
        self.request_stop()
        self._thread.join(_STOP_SECONDS)

    def request_stop(self) -> None:
        """Ask `run` to end soon, from a signal handler too."""
        self._stopping = True
        # A second request may find the waker closed already.
        with suppress(OSError):
            self._waker.pull_trigger()

    def run(self) -> None:
        """Answer in this thread until asked to stop."""
        self._waiting_room.open()
        use_poll = hasattr(select, "poll")
        while not self._stopping:
            wasyncore.loop(_LOOP_SECONDS, use_poll, self._sockets, count=1)
        self._waiting_room.close()
        self._dispatcher.shutdown(timeout=_STOP_SECONDS)
        wasyncore.close_all(self._sockets, ignore_all=True)
        self._dispatcher.join()
