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
        self._out.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        self._out.flush()

    def close(self) -> None:
        """Nothing is left to write."""
