"""Events as one HTML file that a colleague understands: it needs nothing but itself."""

from __future__ import annotations

from typing import TextIO

from simulator.audit.model import AuditEvent
from simulator.events import Event
from simulator.reporters.html.page import render
from simulator.speech.words import Language


class Html:
    """Collect the events of a run or an audit; write the file at the end."""

    def __init__(self, out: TextIO, language: Language = "en") -> None:
        self._out = out
        self._language = language
        self._events: list[Event | AuditEvent] = []

    def tell(self, event: Event | AuditEvent) -> None:
        """Note one event."""
        self._events.append(event)

    def close(self) -> None:
        """Write everything."""
        page = render(self._events, self._language)
        self._out.write(page)
        self._out.flush()
