"""用户信息 user info: wx.getUserInfo, wx.getUserProfile.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/user-info/wx.getUserProfile.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.ports import Consent
from simulator.ports import JsonObject
from simulator.wx.host import Api
from simulator.wx.host import Done


@dataclass(frozen=True, slots=True)
class UserInfoResult(Done):
    """A profile; the sealed half is None without credentials."""

    user_info: Mapping[str, object]
    raw_data: str
    signature: str | None
    encrypted_data: str | None
    iv: str | None


class UserInfoApi(Api):
    """wx.getUserInfo and wx.getUserProfile."""

    __slots__ = ()

    def get_user_info(
        self,
        *,
        with_credentials: bool | None = None,
        lang: str | None = None,
        button: bool | None = None,
        consent: Consent | None = None,
    ) -> UserInfoResult:
        """Get the profile, sealed for the backend if ``with_credentials``.

        ``button`` is ``<button open-type="getUserInfo">``, the only way to be asked
        between 2018 and 2021.
        """
        if button:
            self._need_tap("getUserInfo")
        arguments = {
            "withCredentials": with_credentials,
            "lang": lang,
            "button": button,
        }
        return _user_info(self._ask("getUserInfo", arguments, consent))

    def get_user_profile(
        self,
        *,
        desc: str | None = None,
        lang: str | None = None,
        consent: Consent | None = None,
    ) -> UserInfoResult:
        """Ask the person for the profile; only inside a tap."""
        self._need_tap("getUserProfile")
        arguments = {"desc": desc, "lang": lang}
        return _user_info(self._ask("getUserProfile", arguments, consent))


def _user_info(answer: JsonObject) -> UserInfoResult:
    return UserInfoResult(
        answer,
        user_info=answer["userInfo"],
        raw_data=answer["rawData"],
        signature=answer.get("signature"),
        encrypted_data=answer.get("encryptedData"),
        iv=answer.get("iv"),
    )
