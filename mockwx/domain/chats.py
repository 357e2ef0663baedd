"""What is told of the chat a mini program was opened from.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/group/wx.getGroupEnterInfo.html
"""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.domain.open_data import Watermark


ONE_PERSON = 1
GROUP = 3


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as one mini program knows it, and the person's id in it."""

    chat_type: int
    chat_id: str
    group_openid: str


def sealed_chat(
    chat: Chat, watermark: Watermark, *, tells_type: bool, tells_person: bool
) -> dict[str, object]:
    """Return the plaintext of getGroupEnterInfo."""
    name = "opengid" if chat.chat_type == GROUP else "open_single_roomid"
    shown: dict[str, object] = {name: chat.chat_id}
    if tells_person:
        shown["group_openid"] = chat.group_openid
    if tells_type:
        shown["chat_type"] = chat.chat_type
    return {**shown, "watermark": watermark.as_json()}


def sealed_share(open_gid: str, watermark: Watermark) -> dict[str, object]:
    """Return the plaintext of getShareInfo."""
    return {"openGId": open_gid, "watermark": watermark.as_json()}


def sealed_private_message(activity_id: str, watermark: Watermark) -> dict[str, object]:
    """Return the plaintext of authPrivateMessage."""
    return {"activityId": activity_id, "watermark": watermark.as_json()}
