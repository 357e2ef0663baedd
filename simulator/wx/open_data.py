"""开放数据 open data that is sealed: steps, groups, private messages, the user's key.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.ports import Consent
from simulator.ports import JsonObject
from simulator.wx.host import Api
from simulator.wx.host import Done


@dataclass(frozen=True, slots=True)
class SealedResult(Done):
    """What only the backend can read; None in both if there is nothing to read."""

    encrypted_data: str | None
    iv: str | None


@dataclass(frozen=True, slots=True)
class PrivateMessageResult(SealedResult):
    """Whether the message was meant for this person."""

    valid: bool


@dataclass(frozen=True, slots=True)
class UserKeyResult(Done):
    """The newest key of the encrypted channel."""

    encrypt_key: str
    iv: str
    version: int
    expire_time: int


@dataclass(frozen=True, slots=True)
class UserCryptoManager(Api):
    """What wx.getUserCryptoManager gives."""

    def get_latest_user_key(self) -> UserKeyResult:
        """Get the newest key."""
        answer = self._ask("getLatestUserKey", {})
        return UserKeyResult(
            answer,
            encrypt_key=answer["encryptKey"],
            iv=answer["iv"],
            version=answer["version"],
            expire_time=answer["expireTime"],
        )


class OpenDataApi(Api):
    """wx.getWeRunData, wx.getShareInfo, wx.getGroupEnterInfo and their like."""

    __slots__ = ()

    def get_we_run_data(self, *, consent: Consent | None = None) -> SealedResult:
        """Get the steps of the last thirty days and today."""
        return _sealed(self._ask("getWeRunData", {}, consent))

    def get_share_info(
        self,
        *,
        share_ticket: str,
        timeout: int | None = None,
        group: str | None = None,
    ) -> SealedResult:
        """Get the group a card was shared in; ``group`` is one of the person's."""
        arguments = {"shareTicket": share_ticket, "timeout": timeout, "group": group}
        return _sealed(self._ask("getShareInfo", arguments))

    def get_group_enter_info(
        self,
        *,
        allow_single_chat: bool | None = None,
        need_group_open_id: bool | None = None,
        group: str | None = None,
        friend: str | None = None,
    ) -> SealedResult:
        """Get the chat the mini program was opened from."""
        arguments = {
            "allowSingleChat": allow_single_chat,
            "needGroupOpenID": need_group_open_id,
            "group": group,
            "friend": friend,
        }
        return _sealed(self._ask("getGroupEnterInfo", arguments))

    def auth_private_message(
        self,
        *,
        share_ticket: str,
        activity_id: str | None = None,
        recipient: bool | None = None,
    ) -> PrivateMessageResult:
        """Ask whether a private message was meant for the person."""
        arguments = {
            "shareTicket": share_ticket,
            "activityId": activity_id,
            "recipient": recipient,
        }
        answer = self._ask("authPrivateMessage", arguments)
        return PrivateMessageResult(
            answer,
            encrypted_data=answer.get("encryptedData"),
            iv=answer.get("iv"),
            valid=bool(answer["valid"]),
        )

    def get_user_crypto_manager(self) -> UserCryptoManager:
        """Get the keeper of the encrypted channel's keys."""
        return UserCryptoManager(self._host)


def _sealed(answer: JsonObject) -> SealedResult:
    return SealedResult(answer, answer["encryptedData"], answer["iv"])
