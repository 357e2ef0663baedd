"""What wx.* needs from the phone it runs on."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Protocol
from typing import TypeAlias

from simulator.ports import Consent
from simulator.ports import JsonObject
from simulator.ports import Request
from simulator.ports import Response
from simulator.wx.errors import WxError


@dataclass(frozen=True, slots=True)
class Launch:
    """How the mini program was opened: scene value, page and its query."""

    scene: int = 1001
    path: str = "pages/index/index"
    query: Mapping[str, str] = field(default_factory=dict)


class Resolve(Protocol):
    """Says how the person answered the page's own popup about privacy."""

    def __call__(self, event: str, *, button_id: str | None = None) -> None: ...


PrivacyHandler: TypeAlias = Callable[[Resolve, str], None]


@dataclass(slots=True)
class PrivacyPrompt:
    """How the page asks about privacy, and which agree buttons were touched."""

    handler: PrivacyHandler | None = None
    clicked: set[str] = field(default_factory=set)


class Tasks(Protocol):
    """The requests that may be under way at the same time."""

    def acquire(self) -> bool: ...
    def release(self) -> None: ...


class Host(Protocol):
    """One phone with one mini program open."""

    @property
    def mini_program_id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def base_library(self) -> str | None: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def privacy_prompt(self) -> PrivacyPrompt: ...
    @property
    def page_version(self) -> str: ...
    @property
    def user_agent(self) -> str: ...
    @property
    def tapping(self) -> bool: ...
    @property
    def check_domains(self) -> tuple[str, ...] | None: ...
    @property
    def launch(self) -> Launch: ...
    @property
    def storage(self) -> dict[str, str]: ...

    def call(
        self, api: str, arguments: Mapping[str, object], consent: Consent | None
    ) -> JsonObject: ...

    def send(self, request: Request) -> Response: ...


@dataclass(frozen=True, slots=True)
class Api:
    """The base of every chapter of wx: a host to run on."""

    _host: Host

    def _ask(
        self, api: str, arguments: Mapping[str, object], consent: Consent | None = None
    ) -> JsonObject:
        """Call WeChat; turn its fail object into a WxError.

        An empty answer means that nobody is called back.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        answer = self._host.call(api, given, consent)
        err_msg = str(answer.get("errMsg", ""))
        if answer and not err_msg.endswith(":ok"):
            errno = answer.get("errno")
            number = errno if isinstance(errno, int) else None
            raise WxError(err_msg, number, answer=answer)
        return answer

    def _press(
        self,
        api: str,
        arguments: Mapping[str, object],
        consent: Consent | None,
        *,
        agree_privacy: bool,
    ) -> JsonObject:
        """Tap a button; open-type="...|agreePrivacyAuthorization" agrees as well."""
        self._need_tap(api)
        if agree_privacy:
            self._ask("agreePrivacyAuthorization", {})
        return self._ask(api, arguments, consent)

    def _need_tap(self, api: str) -> None:
        if not self._host.tapping:
            raise WxError(f"{api}:fail can only be invoked by user TAP gesture.")


@dataclass(frozen=True, slots=True)
class Done:
    """Success with nothing to tell; ``answer`` is WeChat's own object."""

    answer: Mapping[str, object]

    @property
    def err_msg(self) -> str:
        """Say ``<api>:ok``."""
        return str(self.answer["errMsg"])


def version_of(base_library: str) -> tuple[int, ...]:
    """Read `2.27.1`, to compare it with another."""
    return tuple(map(int, base_library.split(".")))
