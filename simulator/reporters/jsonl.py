"""Events as JSON lines, for tools."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TextIO

from simulator.audit.model import AuditEvent
from simulator.events import Event


class JsonLines:
    """Write each event on a line of its own as it happens."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def tell(self, event: Event | AuditEvent) -> None:
        """Write one event."""
        line = {"event": type(event).__name__, **asdict(event)}
        text = json.dumps(line, ensure_ascii=False, default=str)
        # Half a character has no UTF-8; it is escaped as JSON does it.
        text = text.encode("utf-8", "backslashreplace").decode()
        self._out.write(f"{text}\n")
        self._out.flush()

    def close(self) -> None:
        """Nothing is left to write."""
