"""订阅消息 subscribe messages: wx.requestSubscribeMessage.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/subscribe-message/wx.requestSubscribeMessage.html
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.ports import Consent
from simulator.wx.host import Api
from simulator.wx.host import Done


@dataclass(frozen=True, slots=True)
class SubscribeResult(Done):
    """What was answered about each template: accept, reject, ban or filter."""

    answers: Mapping[str, str]


class SubscribeMessageApi(Api):
    """wx.requestSubscribeMessage."""

    __slots__ = ()

    def request_subscribe_message(
        self,
        *,
        tmpl_ids: Sequence[str],
        answers: Mapping[str, str] | None = None,
        keep: bool | None = None,
        consent: Consent | None = None,
    ) -> SubscribeResult:
        """Ask the person for messages; ``answers`` names those to single templates."""
        self._need_tap("requestSubscribeMessage")
        arguments = {"tmplIds": list(tmpl_ids), "answers": answers, "keep": keep}
        answer = self._ask("requestSubscribeMessage", arguments, consent)
        told = {each: str(answer[each]) for each in tmpl_ids if each in answer}
        return SubscribeResult(answer, told)
