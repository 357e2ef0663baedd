"""订阅消息 subscribe messages: wx.requestSubscribeMessage.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/subscribe-message/wx.requestSubscribeMessage.html
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping

from mockwx.domain import base_library
from mockwx.domain import control
from mockwx.domain import phone_words
from mockwx.domain.consent import ALLOW
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.subscribe_message import ACCEPT
from mockwx.domain.subscribe_message import ANSWERS
from mockwx.domain.subscribe_message import REJECT
from mockwx.domain.subscribe_message import TEMPLATES_PER_CALL
from mockwx.domain.subscribe_message import Subscriptions
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap
from mockwx.services.device.desk import tapped


def request_subscribe_message(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Ask whether the person wants a message of each template.

    `answers` says what they answer to single templates; the others get the consent of
    the call. With `keep` they tick "always do so", and are not asked again.
    """
    template_ids = _asked_about(tap, arguments)
    given = arguments.get("answers")
    answers = given if isinstance(given, Mapping) else {}
    usual = ACCEPT if tap.handset.consent == ALLOW else REJECT
    keep = bool(arguments.get("keep"))

    def answered(known: Subscriptions) -> Subscriptions:
        if not known.main_switch:
            raise WxFailError(phone_words.MAIN_SWITCH_OFF)
        for template_id in template_ids:
            answer = known.of(template_id).kept or answers.get(template_id, usual)
            known = known.answered(template_id, answer, keep=keep)
        return known

    before = change_subscriptions(desk, tap, answered)
    return {
        each: before.of(each).kept or answers.get(each, usual) for each in template_ids
    }


def change_subscriptions(
    desk: Desk, tap: Tap, change: Callable[[Subscriptions], Subscriptions]
) -> Subscriptions:
    """Replace what the person said by what `change` makes of it; return the old."""
    old, _ = desk.subscriptions.change(
        tap.owner, lambda kept: change(kept or Subscriptions())
    )
    return old or Subscriptions()


_read_answer = control.one_of(*ANSWERS)


@control.reads({"type": "object", "additionalProperties": _read_answer.schema})
def read_answers(field: str, value: object) -> dict[str, str]:
    """Read an answer for each template."""
    if not isinstance(value, dict):
        control.refuse(field, "an object of template ids", "模板 id 的对象")
    return {
        each: _read_answer(f"{field}.{each}", answer) for each, answer in value.items()
    }


def _asked_about(tap: Tap, arguments: Arguments) -> tuple[str, ...]:
    """Check the call in the order of its numbers (inferred); return the templates."""
    if not tap.era.has(base_library.SUBSCRIBE_MESSAGE):
        raise WxFailError(phone_words.NOT_SUPPORTED)
    if tap.era.has(base_library.SUBSCRIBE_BY_TAP) and not tapped(arguments):
        raise WxFailError(phone_words.NOT_A_TAP)
    template_ids = arguments.get("tmplIds")
    if not isinstance(template_ids, tuple) or not template_ids:
        raise WxFailError(phone_words.NO_TEMPLATE_IDS)
    if len(template_ids) > TEMPLATES_PER_CALL:
        raise WxFailError(phone_words.TOO_MANY_TEMPLATES)
    if tap.mini_program.punished:
        raise WxFailError(phone_words.SUBSCRIBING_BANNED)
    known = tap.mini_program.templates
    if known is not None and not set(template_ids) <= set(known):
        raise WxFailError(phone_words.NO_TEMPLATE_DATA)
    return template_ids
