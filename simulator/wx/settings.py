"""设置与授权 settings: wx.getSetting, wx.authorize, wx.openSetting.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/authorize.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.ports import Consent
from simulator.ports import JsonObject
from simulator.wx.host import Api
from simulator.wx.host import Done


@dataclass(frozen=True, slots=True)
class SettingResult(Done):
    """The scopes the person was asked for, and the answers."""

    auth_setting: Mapping[str, bool]

    @property
    def subscriptions_setting(self) -> Mapping[str, object]:
        """What was said about messages, if it was asked for."""
        found = self.answer.get("subscriptionsSetting")
        return found if isinstance(found, Mapping) else {}


class SettingsApi(Api):
    """wx.getSetting, wx.authorize and wx.openSetting."""

    __slots__ = ()

    def get_setting(self, *, with_subscriptions: bool | None = None) -> SettingResult:
        """Read what was allowed and denied so far."""
        arguments = {"withSubscriptions": with_subscriptions}
        return _setting(self._ask("getSetting", arguments))

    def authorize(self, *, scope: str, consent: Consent | None = None) -> Done:
        """Ask for a scope ahead of its use."""
        return Done(self._ask("authorize", {"scope": scope}, consent))

    def delete_mini_program(self) -> Done:
        """Forget every answer, as removing the mini program does."""
        return Done(self._ask("deleteMiniProgram", {}))

    def open_setting(
        self,
        *,
        with_subscriptions: bool | None = None,
        auth_setting: Mapping[str, bool] | None = None,
        subscriptions_setting: Mapping[str, object] | None = None,
        consent: Consent | None = None,
    ) -> SettingResult:
        """Open the settings page, where the person may change earlier answers.

        ``auth_setting`` and ``subscriptions_setting`` are the switches they turn.
        """
        self._need_tap("openSetting")
        arguments = {
            "withSubscriptions": with_subscriptions,
            "authSetting": auth_setting,
            "subscriptionsSetting": subscriptions_setting,
        }
        return _setting(self._ask("openSetting", arguments, consent))


def _setting(answer: JsonObject) -> SettingResult:
    return SettingResult(answer, auth_setting=answer["authSetting"])
