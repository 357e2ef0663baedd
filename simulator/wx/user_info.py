"""用户信息 user info: wx.getUserInfo, wx.getUserProfile, wx.createUserInfoButton.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/user-info/wx.getUserProfile.html
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import TypeAlias

from simulator.ports import Consent
from simulator.ports import JsonObject
from simulator.wx.errors import WxError
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


TapHandler: TypeAlias = Callable[[Mapping[str, object]], None]


@dataclass(frozen=True, slots=True)
class UserInfoButton(Api):
    """The button of a mini game, as wx.createUserInfoButton makes it."""

    _arguments: Mapping[str, object] = field(default_factory=dict)
    _handlers: list[TapHandler] = field(default_factory=list)

    def on_tap(self, handler: TapHandler) -> None:
        """Call the handler with whatever a tap comes to."""
        self._handlers.append(handler)

    def tap(self, *, consent: Consent | None = None) -> UserInfoResult:
        """Touch the button."""
        try:
            answer = self._ask("createUserInfoButton", self._arguments, consent)
        except WxError as error:
            self._tell(error.answer)
            raise
        self._tell(answer)
        return _user_info(answer)

    def _tell(self, answer: Mapping[str, object]) -> None:
        for handler in self._handlers:
            handler(answer)


class UserInfoApi(Api):
    """wx.getUserInfo and wx.getUserProfile."""

    __slots__ = ()

    def get_user_info(
        self,
        *,
        with_credentials: bool | None = None,
        lang: str | None = None,
        button: bool | None = None,
        agree_privacy: bool = False,
        consent: Consent | None = None,
    ) -> UserInfoResult:
        """Get the profile, sealed for the backend if ``with_credentials``.

        ``button`` is ``<button open-type="getUserInfo">``, the only way to be asked
        between 2018 and 2021; with ``agree_privacy`` its tap agrees as well.
        """
        arguments = {
            "withCredentials": with_credentials,
            "lang": lang,
            "button": button,
        }
        if button:
            answer = self._press(
                "getUserInfo", arguments, consent, agree_privacy=agree_privacy
            )
        else:
            answer = self._ask("getUserInfo", arguments, consent)
        return _user_info(answer)

    def create_user_info_button(
        self, *, with_credentials: bool | None = None, lang: str | None = None
    ) -> UserInfoButton:
        """Make the button of a mini game; ``tap`` it to be told who the player is."""
        arguments = {"withCredentials": with_credentials, "lang": lang}
        return UserInfoButton(self._host, arguments)

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
