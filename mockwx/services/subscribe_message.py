"""Subscribe messages: sendMessage, and the outbox in which tests find them.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.directory import owner_of
from mockwx.domain import sec_check
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.subscribe_message import LANGUAGES
from mockwx.domain.subscribe_message import STATES
from mockwx.domain.subscribe_message import Message
from mockwx.domain.subscribe_message import Subscriptions
from mockwx.domain.subscribe_message import check_choice
from mockwx.domain.subscribe_message import read_values
from mockwx.store.base import Store
from mockwx.store.tables import Table


# The outbox is for tests to read; whoever never empties it keeps this many.
OUTBOX_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Sending:
    """What a backend wants sent, to whom."""

    touser: str
    template_id: str
    page: str
    data: Mapping[str, object]
    miniprogram_state: str
    lang: str


@dataclass(frozen=True)
class SubscribeMessages:
    """Sends what people agreed to get, once for each time they agreed."""

    store: Store
    directory: Directory
    subscriptions: Table[Subscriptions]
    messages: Table[Message]
    clock: Clock

    def send_message(self, mini_program: MiniProgram, sending: Sending) -> str:
        """Put a message into the outbox; return whom it is for.

        Raises WeChatError 40003, 40037, 47003, 45168, 43107 and 43101, in this order
        (inferred).
        """
        appid = mini_program.appid
        user = self.directory.whose(sending.touser, appid)
        if user is None:
            raise WeChatError(ErrCode.INVALID_OPENID, hint=True)
        if not _is_template(mini_program, sending.template_id):
            raise WeChatError(ErrCode.INVALID_TEMPLATE_ID, hint=True)
        values = read_values(sending.data)
        check_choice("miniprogram_state", sending.miniprogram_state, STATES)
        check_choice("lang", sending.lang, LANGUAGES)
        if sec_check.judge(value for _, value in values).suggest != sec_check.PASS:
            raise WeChatError(ErrCode.SENSITIVE_WORD)
        if mini_program.punished:
            raise WeChatError(ErrCode.SUBSCRIPTION_UNAVAILABLE)
        self.subscriptions.change(
            owner_of(appid, user), lambda known: _spent(known, sending.template_id)
        )
        number = self.store.incr("outbox_numbers", "sent")
        message = Message(
            number=number,
            sent_at=self.clock.now(),
            appid=appid,
            user=user,
            touser=sending.touser,
            template_id=sending.template_id,
            page=sending.page,
            values=values,
            miniprogram_state=sending.miniprogram_state,
            lang=sending.lang,
        )
        self.messages.put(_key(number), message)
        self.messages.delete(_key(number - OUTBOX_SIZE))
        return user

    def outbox(self) -> list[Message]:
        """Return every message sent, oldest first."""
        return [message for _, message in self.messages.items()]

    def clear_outbox(self) -> None:
        """Forget every message; numbers go on."""
        for key, _ in self.messages.items():
            self.messages.delete(key)


def _spent(known: Subscriptions | None, template_id: str) -> Subscriptions:
    agreed = known or Subscriptions()
    agreed.check_may_send(template_id)
    return agreed.spent(template_id)


def _is_template(mini_program: MiniProgram, template_id: str) -> bool:
    if not template_id or template_id == "\0":
        return False
    return mini_program.templates is None or template_id in mini_program.templates


def _key(number: int) -> str:
    return f"{number:012d}"
