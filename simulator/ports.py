"""What the simulator needs from outside: WeChat, and the backend under test."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from typing import Literal
from typing import Protocol
from typing import TypeAlias


JsonObject: TypeAlias = dict[str, Any]
Consent: TypeAlias = Literal["allow", "deny", "cancel"]
Privacy: TypeAlias = Literal["agree", "disagree", "unclicked"]
Network: TypeAlias = Literal["online", "slow", "offline", "null"]

DEFAULT_APPID = "wx6d6f636b77780001"
DEFAULT_WORLD = "default"


class SimulatorError(Exception):
    """Something outside the story is wrong; say in one sentence what to do."""

    located = False
    """Whether the message begins with file and line, for editors to jump to."""
    output = ""
    """What a program said last, to be shown below."""

    def __init__(self, message: str, zh: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.zh = zh


class UnreachableError(SimulatorError):
    """Nobody answers where the mock should be."""


class RefusedError(SimulatorError):
    """The mock understood the call and says no."""

    def __init__(self, message: str, zh: str = "", *, status: int = 400) -> None:
        super().__init__(message, zh)
        self.status = status


SendReason: TypeAlias = Literal[
    "timeout", "refused", "reset", "empty", "name", "tls", "broken"
]


class SendError(Exception):
    """A request that got no response, and why."""

    def __init__(self, reason: SendReason, detail: str) -> None:
        super().__init__(detail)
        self.reason: SendReason = reason
        self.detail = detail


class Headers(Mapping[str, str]):
    """Response headers by name in any case; repeated ones joined by a comma."""

    __slots__ = ("_values",)

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self._values: dict[str, tuple[str, str]] = {}
        for name, value in pairs:
            known = self._values.get(name.lower())
            joined = value if known is None else f"{known[1]},{value}"
            self._values[name.lower()] = (known[0] if known else name, joined)

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._values.values())

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, ready to be sent."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response, as it came."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def values(self, name: str) -> tuple[str, ...]:
        """List every value of a header, in order."""
        return tuple(v for n, v in self.headers if n.lower() == name.lower())


class WeChat(Protocol):
    """The WeChat app on people's phones, and the mock's own control API."""

    def call(self, api: str, arguments: Mapping[str, object]) -> JsonObject:
        """Call a wx API; return the object that success or fail would get."""
        ...

    def control(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> JsonObject:
        """Call the control API; for GET the body becomes the query."""
        ...

    def in_world(self, name: str) -> WeChat:
        """Return the same mock, working in another of its worlds."""
        ...


class Backend(Protocol):
    """The developer's server under test."""

    @property
    def base_url(self) -> str:
        """Where relative URLs lead, without a trailing slash."""
        ...

    def send(self, request: Request) -> Response:
        """Send one request; raise SendError if no response comes."""
        ...
