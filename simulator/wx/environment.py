"""基础 base: wx.canIUse, wx.getAccountInfoSync, wx.getSystemInfoSync, <open-data>.

https://developers.weixin.qq.com/miniprogram/dev/api/base/wx.canIUse.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.wx.host import Api
from simulator.wx.host import Done


@dataclass(frozen=True, slots=True)
class CanIUseResult(Done):
    """Whether the phone knows it."""

    result: bool


@dataclass(frozen=True, slots=True)
class AccountInfoResult(Done):
    """Which mini program this is, and which version of it."""

    mini_program: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SystemInfoResult(Done):
    """What phone this is."""

    sdk_version: str
    platform: str


@dataclass(frozen=True, slots=True)
class OpenDataResult(Done):
    """The text the component shows, or the address of its picture."""

    value: str


class EnvironmentApi(Api):
    """What a page may ask about where it runs."""

    __slots__ = ()

    def can_i_use(self, schema: str) -> CanIUseResult:
        """Ask for an API or component: ``button.open-type.getPhoneNumber``."""
        answer = self._ask("canIUse", {"schema": schema})
        return CanIUseResult(answer, bool(answer["result"]))

    def get_account_info_sync(self) -> AccountInfoResult:
        """Tell appid, environment and version of the mini program."""
        version = self._host.version
        env_version = "release" if version else "develop"
        arguments = {"envVersion": env_version, "version": version or None}
        answer = self._ask("getAccountInfoSync", arguments)
        return AccountInfoResult(answer, answer["miniProgram"])

    def get_system_info_sync(self) -> SystemInfoResult:
        """Tell base library and platform."""
        answer = self._ask("getSystemInfo", {})
        return SystemInfoResult(answer, answer["SDKVersion"], answer["platform"])

    def open_data(self, kind: str, *, lang: str | None = None) -> OpenDataResult:
        """Render ``<open-data type="userNickName">``."""
        answer = self._ask("openData", {"type": kind, "lang": lang})
        return OpenDataResult(answer, str(answer["value"]))
