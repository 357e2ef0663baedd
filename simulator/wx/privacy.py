"""隐私 privacy: wx.getPrivacySetting, wx.requirePrivacyAuthorize and what they need.

https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.wx.host import Api
from simulator.wx.host import Done
from simulator.wx.host import PrivacyHandler


@dataclass(frozen=True, slots=True)
class PrivacySettingResult(Done):
    """Whether the person must still agree, and to what."""

    need_authorization: bool
    privacy_contract_name: str


class PrivacyApi(Api):
    """The privacy agreement: asked for, shown, accepted."""

    __slots__ = ()

    def get_privacy_setting(self) -> PrivacySettingResult:
        """Ask whether the person must still agree."""
        answer = self._ask("getPrivacySetting", {})
        return PrivacySettingResult(
            answer,
            need_authorization=answer["needAuthorization"],
            privacy_contract_name=answer["privacyContractName"],
        )

    def open_privacy_contract(self) -> Done:
        """Show the agreement."""
        return Done(self._ask("openPrivacyContract", {}))

    def require_privacy_authorize(self) -> Done:
        """Ask for agreement ahead of its use."""
        return Done(self._ask("requirePrivacyAuthorize", {}))

    def on_need_privacy_authorization(self, handler: PrivacyHandler | None) -> None:
        """Let the page ask: ``handler(resolve, referrer)`` before private calls.

        The handler shows its popup; the person touches the agree button
        (``agree_privacy_authorization``) or not; then it says which by
        ``resolve("agree", button_id=...)`` or ``resolve("disagree")``.
        """
        self._host.privacy_prompt.handler = handler

    def agree_privacy_authorization(self, button_id: str = "agree-btn") -> Done:
        """Tap ``<button open-type="agreePrivacyAuthorization" id=...>``."""
        self._need_tap("agreePrivacyAuthorization")
        answer = self._ask("agreePrivacyAuthorization", {})
        self._host.privacy_prompt.clicked.add(button_id)
        return Done(answer)
