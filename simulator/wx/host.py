"""What wx.* needs from the phone it runs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Protocol

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


class Host(Protocol):
    """One phone with one mini program open."""

    @property
    def mini_program_id(self) -> str: ...
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
        """Call WeChat; turn its fail object into a WxError."""
        given = {name: value for name, value in arguments.items() if value is not None}
        answer = self._host.call(api, given, consent)
        err_msg = str(answer.get("errMsg", ""))
        if err_msg != f"{api}:ok":
            errno = answer.get("errno")
            number = errno if isinstance(errno, int) else None
            raise WxError(err_msg, number, answer=answer)
        return answer

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
