"""转发与群 shares and chats: getShareInfo, getGroupEnterInfo, authPrivateMessage.

Where the person came from is theirs to say: `friend` names a single chat, `group` one
of their groups, and without either it is the first of those.
https://developers.weixin.qq.com/miniprogram/dev/api/share/wx.getShareInfo.html
"""

from __future__ import annotations

from mockwx.domain import base_library
from mockwx.domain import phone_words
from mockwx.domain.chats import GROUP
from mockwx.domain.chats import ONE_PERSON
from mockwx.domain.chats import Chat
from mockwx.domain.chats import sealed_chat
from mockwx.domain.chats import sealed_private_message
from mockwx.domain.chats import sealed_share
from mockwx.domain.phone_words import WxFailError
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap
from mockwx.services.device.sealing import login_state
from mockwx.services.device.sealing import sealed


def get_share_info(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Tell in which group the mini program was shared (wx.getShareInfo)."""
    if tap.era.has(base_library.SHARE_INFO_ENDED):
        raise WxFailError(phone_words.NOT_SUPPORTED)
    _share_ticket(arguments)
    chat = _entered_chat(desk, tap, arguments)
    if chat.chat_type != GROUP:
        raise WxFailError(phone_words.WRONG_SCENE)
    key = login_state(desk, tap)
    return sealed(desk, tap, key, sealed_share(chat.chat_id, tap.watermark))


def get_group_enter_info(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Tell the chat the mini program was opened from (wx.getGroupEnterInfo)."""
    if not tap.era.has(base_library.GROUP_ENTER_INFO):
        raise WxFailError(phone_words.NOT_SUPPORTED)
    chat = _entered_chat(desk, tap, arguments)
    modern = tap.era.has(base_library.CHAT_TOOL)
    tells_friends = modern and bool(arguments.get("allowSingleChat"))
    if chat.chat_type == ONE_PERSON and not tells_friends:
        raise WxFailError(phone_words.WRONG_SCENE)
    plain = sealed_chat(
        chat,
        tap.watermark,
        tells_type=modern,
        tells_person=modern and bool(arguments.get("needGroupOpenID")),
    )
    return sealed(desk, tap, login_state(desk, tap), plain)


def auth_private_message(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Say whether a private message was meant for the person.

    It is wx.authPrivateMessage. `recipient` says whether it was, and `activityId` what
    it was sent with; without that, the ticket stands for it.
    """
    if not tap.era.has(base_library.PRIVATE_MESSAGE):
        raise WxFailError(phone_words.NOT_SUPPORTED)
    ticket = _share_ticket(arguments)
    if not arguments.get("recipient", True):
        return {"valid": False}
    activity_id = str(arguments.get("activityId", ticket))
    plain = sealed_private_message(activity_id, tap.watermark)
    return {"valid": True, **sealed(desk, tap, login_state(desk, tap), plain)}


def _share_ticket(arguments: Arguments) -> str:
    ticket = str(arguments.get("shareTicket", ""))
    if not ticket:
        raise WxFailError(phone_words.NO_SHARE_TICKET)
    return ticket


def _entered_chat(desk: Desk, tap: Tap, arguments: Arguments) -> Chat:
    friend = arguments.get("friend")
    if friend is None:
        kind, name = GROUP, _entered_group(tap, arguments.get("group"))
    else:
        # A line break can be in no name, so no group is ever taken for two friends.
        kind, name = ONE_PERSON, "\n".join(sorted((str(friend), tap.name)))
    appid = tap.mini_program.appid
    return Chat(
        chat_type=kind,
        chat_id=desk.directory.open_gid(appid, name),
        group_openid=desk.directory.group_openid(appid, tap.name, name),
    )


def _entered_group(tap: Tap, named: object) -> str:
    groups = tap.user.groups
    if named is not None and named not in groups:
        raise WxFailError(phone_words.NOT_IN_GROUP)
    if not groups:
        raise WxFailError(phone_words.WRONG_SCENE)
    return groups[0] if named is None else str(named)
