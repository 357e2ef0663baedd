"""An HTTP server in a thread of this process: quick to start, quick to stop.

Waitress, whose sockets and threads are closed by hand: left to itself it lets idle
connections delay its end by a second.
"""

import logging
import select
import sys
import threading
from contextlib import suppress
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.parser import ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.trigger import trigger

from mockwx.clock import monotonic_ns
from mockwx.config import Settings
from mockwx.listeners.crowd import most_connections
from mockwx.listeners.port import bind
from mockwx.web.context import WAITING_ROOM
from mockwx.web.waiting import MOST_WAITERS
from mockwx.web.waiting import WaitingRoom


# Forty callers racing for one code, besides everybody who waits.
MOST_THREADS = 48 + MOST_WAITERS

HAS_EPOLL = sys.platform == "linux"

_LOOP_SECONDS = 5
_STOP_SECONDS = 5
# What the app itself answers with 413 must reach it; waitress spools it to disk.
_LARGEST_BODY = 67_108_864


class GrowingDispatcher(ThreadedTaskDispatcher):
    """Starts a thread when a task finds none idle, instead of all at the beginning."""

    # Waitress warns whenever tasks queue up; here that is how threads come to be.
    queue_logger = logging.getLogger("mockwx.listeners.queue")
    # Whatever captures logs would show it, so it is not even made.
    queue_logger.setLevel(logging.ERROR)

    def __init__(self) -> None:
        super().__init__()
        # Taken twice by one thread: to begin another is decided and done at once.
        self.lock = threading.RLock()  # type: ignore[assignment]  # stub is narrow
        self.queue_cv = threading.Condition(self.lock)
        self.thread_exit_cv = threading.Condition(self.lock)
        self.started: list[threading.Thread] = []
        self.closing = False

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
            if not self.closing and len(self.threads) < wanted <= MOST_THREADS:
                self.set_thread_count(wanted)
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """End all threads; one that began now would end in the place of another."""
        with self.lock:
            self.closing = True
        return super().shutdown(cancel_pending, timeout)

    def join(self) -> None:
        """Wait until every thread is gone, not just about to go."""
        for thread in self.started:
            thread.join(_STOP_SECONDS)


class Parser(HTTPRequestParser):
    """Refuses the one kind of bad address over which Waitress stumbles."""

    # Told of who left before the answer to what was no request.
    path = ""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head of a request; raises ParsingError."""
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("Bad URI") from None


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Parser

    def handle_close(self) -> None:
        """Close it, and the file that holds the half of a large body."""
        super().handle_close()
        if self.request is not None:
            self.request.close()


class OpenServer(TcpWSGIServer):
    """Always lets the next one in: beyond the most, one who is saying nothing leaves.

    Waitress itself would let nobody in any more.
    """

    channel_class = Channel

    def handle_accept(self):  # type: ignore[no-untyped-def]  # waitress has no types
        """Let one in."""
        super().handle_accept()
        channels: dict[int, Any] = self.active_channels  # type: ignore[assignment]  # stub is wrong
        if len(channels) >= self.adj.connection_limit:
            _send_one_away(channels)

    def readable(self):  # type: ignore[no-untyped-def]  # waitress has no types
        """Say whether to let more in: always; and look for those idle for long."""
        super().readable()
        return self.accepting

    def maintenance(self, now):  # type: ignore[no-untyped-def]  # waitress has no types
        """Close who was idle for too long; who does not read is idle too.

        Waitress waits for that one until a write succeeds, if need be for ever.
        """
        super().maintenance(now)
        cutoff = now - self.adj.channel_timeout
        channels: dict[int, Any] = self.active_channels  # type: ignore[assignment]  # stub is wrong
        for channel in list(channels.values()):
            if channel.total_outbufs_len and channel.last_activity < cutoff:
                channel.handle_close()


def _send_one_away(channels: dict[int, Any]) -> None:
    # Whoever came last has had no time to say anything.
    *others, _ = channels.values()
    idle = [each for each in others if not each.requests]
    # One between two requests may be about to send the next.
    unfinished = (
        each
        for each in idle
        if each.request is not None or each.last_activity == each.creation_time
    )
    leaving = next(unfinished, idle[0] if idle else None)
    if leaving is not None:
        leaving.handle_close()


class Sockets(dict[int, Any]):
    """What Waitress listens to, and which of it came or went lately."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: set[int] = set()

    def __setitem__(self, fd: int, found: Any) -> None:
        super().__setitem__(fd, found)
        self.changed.add(fd)

    def __delitem__(self, fd: int) -> None:
        super().__delitem__(fd)
        self.changed.add(fd)


class Attention:
    """Looks after the sockets with something going on; the idle ones cost nothing.

    Waitress asks every one of them what it waits for, each time anything happens.
    """

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        self._poller = select.epoll()
        self._watched: dict[int, int] = {}
        self._busy: set[int] = set()
        self._all_seen_at = 0

    def turn(self, seconds: float) -> None:
        """Wait until something happens, and see to it."""
        self._look()
        happened = self._poller.poll(seconds)
        self._busy.update(fd for fd, _ in happened)
        for fd, flags in happened:
            found = self._sockets.get(fd)
            if found is not None:
                wasyncore.readwrite(found, flags)

    def close(self) -> None:
        """Look after nothing any more."""
        self._poller.close()

    def _look(self) -> None:
        """Watch each socket for what it waits for now."""
        now = monotonic_ns()
        if now - self._all_seen_at > _LOOP_SECONDS * 1_000_000_000:
            # Whoever was idle for too long waits to be closed.
            self._all_seen_at = now
            self._busy.update(self._sockets)
        changed, self._sockets.changed = self._sockets.changed, set()
        for fd in changed:
            # Closed, and perhaps another by now, which nobody watches yet.
            self._watch(fd, 0)
        self._busy |= changed
        for fd in list(self._busy):
            found = self._sockets.get(fd)
            wanted = 0 if found is None else _wanted(found)
            self._watch(fd, wanted)
            # The listener is asked every time: that is when it cleans up.
            if found is None or (wanted == _READING and not found.accepting):
                self._busy.discard(fd)

    def _watch(self, fd: int, wanted: int) -> None:
        known = self._watched.get(fd, 0)
        if known == wanted:
            return
        if not wanted:
            del self._watched[fd]
            with suppress(OSError):  # It is closed.
                self._poller.unregister(fd)
            return
        self._watched[fd] = wanted
        change = self._poller.modify if known else self._poller.register
        change(fd, wanted)


# The numbers of poll, which Waitress reads, and of epoll are the same.
_READING = select.EPOLLIN | select.EPOLLPRI if HAS_EPOLL else 0


def _wanted(found: Any) -> int:
    wanted = _READING if found.readable() else 0
    if found.writable() and not found.accepting:
        wanted |= select.EPOLLOUT
    return wanted


class WaitressServer:
    """One app on one port; listens once made, answers once started."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Bind the port; raises OSError if it is in use."""
        self._waiting_room: WaitingRoom = app.extensions[WAITING_ROOM]
        self._dispatcher = GrowingDispatcher()
        self._stopping = False
        # Waitress fills it with what it listens to; its types say sockets.
        self._sockets = Sockets()
        self._listener = bind(settings.host.strip("[]"), settings.port)
        self._waker = trigger(self._sockets)  # type: ignore[arg-type]  # stub is wrong
        adjustments = Adjustments(
            sockets=[self._listener],
            ident=None,
            clear_untrusted_proxy_headers=False,
            connection_limit=most_connections(),
            # A fault that breaks a connection is no error to be answered with 500.
            log_socket_errors=False,
            max_request_body_size=max(_LARGEST_BODY, 2 * settings.max_body),
        )
        listener = self._listener
        OpenServer(
            app,
            map=self._sockets,
            _sock=listener,
            dispatcher=self._dispatcher,
            adj=adjustments,
            sockinfo=(
                listener.family,
                listener.type,
                listener.proto,
                listener.getsockname(),
            ),
            bind_socket=False,
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
        attention = Attention(self._sockets) if HAS_EPOLL else None
        while not self._stopping:
            if attention is not None:
                attention.turn(_LOOP_SECONDS)
            else:
                use_poll = hasattr(select, "poll")
                wasyncore.loop(_LOOP_SECONDS, use_poll, self._sockets, count=1)
        if attention is not None:
            attention.close()
        self._waiting_room.close()
        self._dispatcher.shutdown(timeout=_STOP_SECONDS)
        for found in list(self._sockets.values()):
            # Wakes who waits to write more to it, and closes its files.
            if isinstance(found, Channel):
                found.handle_close()
        wasyncore.close_all(self._sockets, ignore_all=True)
        self._dispatcher.join()
