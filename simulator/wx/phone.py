"""手机号 phone number: what a tap on the button gives to its callback.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/getPhoneNumber.html
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.ports import Consent
from simulator.wx.host import Api
from simulator.wx.host import Done


@dataclass(frozen=True, slots=True)
class PhoneNumberResult(Done):
    """``e.detail``: a code for the backend and, the old way, the sealed number."""

    code: str | None
    encrypted_data: str | None
    iv: str | None


class PhoneApi(Api):
    """The buttons getPhoneNumber and getRealtimePhoneNumber."""

    __slots__ = ()

    def get_phone_number(
        self, *, agree_privacy: bool = False, consent: Consent | None = None
    ) -> PhoneNumberResult:
        """Tap ``<button open-type="getPhoneNumber">``.

        With ``agree_privacy`` it is ``getPhoneNumber|agreePrivacyAuthorization``.
        """
        return self._share("getPhoneNumber", agree_privacy, consent)

    def get_realtime_phone_number(
        self, *, agree_privacy: bool = False, consent: Consent | None = None
    ) -> PhoneNumberResult:
        """Tap ``<button open-type="getRealtimePhoneNumber">``: a code and no more."""
        return self._share("getRealtimePhoneNumber", agree_privacy, consent)

    def _share(
        self, api: str, agree_privacy: bool, consent: Consent | None
    ) -> PhoneNumberResult:
        answer = self._press(api, {}, consent, agree_privacy=agree_privacy)
        return PhoneNumberResult(
            answer,
            code=answer.get("code"),
            encrypted_data=answer.get("encryptedData"),
            iv=answer.get("iv"),
        )
