"""What is known of a backend before its file is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import Literal
from typing import TypeAlias


Place: TypeAlias = Literal["json", "form", "query", "header", "path"]
PLACES: tuple[Place, ...] = ("json", "form", "query", "header", "path")

SENT_IN = ("header", "cookie", "query", "body")

Purpose: TypeAlias = Literal["login", "profile", "phone", "page"]

EDIT = "EDIT"
"""Stands where only the one who knows the backend can say what belongs there."""


@dataclass(frozen=True, slots=True)
class CallSketch:
    """One call: what stands where, with ``${…}`` for what comes from the phone."""

    purpose: Purpose
    method: str
    path: str
    json: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """How the login state travels: where, under which name, and in which words."""

    place: Literal["header", "cookie", "query", "body"]
    name: str
    template: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """A backend as far as it is known."""

    login: CallSketch
    name: str = "my backend"
    base_url: str = "http://127.0.0.1:8000"
    keep: str = "data.token"
    """The path of the login state in the login's answer; nothing if there is none."""
    sent: Sent | None = None
    others: tuple[CallSketch, ...] = ()
    success: tuple[str, object] | None = None
    """Where the body says that all is well, and how; None: the status says it."""
    message: str = ""
    """Where the body says what went wrong."""
    appid: str = ""
    secret: str = ""
    origin: str = ""
    """The file it was read from."""


SCHEMES: Mapping[str, str] = {
    "bearer": "Bearer ${storage.token}",
    "token": "Token ${storage.token}",
    "jwt": "JWT ${storage.token}",
    "bare": "${storage.token}",
}
"""What stands in the header Authorization."""
