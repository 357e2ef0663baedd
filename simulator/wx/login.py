"""登录 login: wx.login, wx.checkSession.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/login/wx.login.html
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.wx.host import Api
from simulator.wx.host import Done


@dataclass(frozen=True, slots=True)
class LoginResult(Done):
    """A code for the backend: five minutes, one use."""

    code: str


class LoginApi(Api):
    """wx.login and wx.checkSession."""

    __slots__ = ()

    def login(self, *, timeout: int | None = None) -> LoginResult:
        """Get a login code."""
        answer = self._ask("login", {"timeout": timeout})
        return LoginResult(answer, code=str(answer["code"]))

    def plugin_login(self, *, plugin: str | None = None) -> LoginResult:
        """Get a code for the person's id in a plugin (wx.pluginLogin)."""
        answer = self._ask("pluginLogin", {"plugin": plugin})
        return LoginResult(answer, code=str(answer["code"]))

    def check_session(self) -> Done:
        """Ask whether the session of the latest login still lives."""
        return Done(self._ask("checkSession", {}))
