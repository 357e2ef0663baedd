"""Subscribe messages: what a value may hold, what a person agreed to, what was sent.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message-2.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError


ACCEPT = "accept"
REJECT = "reject"
BAN = "ban"
ANSWERS = (ACCEPT, REJECT, BAN)

FORMAL = "formal"
STATES = ("developer", "trial", FORMAL)

CHINESE = "zh_CN"
LANGUAGES = (CHINESE, "en_US", "zh_HK", "zh_TW")

TEMPLATES_PER_CALL = 3

_KEY = re.compile(r"([a-z_]+?)([0-9]+)")
_CLOCK = r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?"
_DAY = r"[0-9]{4}(?:年[0-9]{1,2}月[0-9]{1,2}日|([-/.])[0-9]{1,2}\1[0-9]{1,2})"
_DAY_AGAIN = _DAY.replace(r"\1", r"\2")
_HAN = "[\u3400-\u9fff\U00020000-\U000323af]"

# What each kind of parameter takes. The page describes them in words; where it is
# silent (signs, separators, what a symbol is) the pattern is inferred.
VALUES: Mapping[str, re.Pattern[str]] = {
    "thing": re.compile(r"[^\n]{1,20}"),
    "number": re.compile(r"-?[0-9]{1,32}|-?(?=[0-9.]{3,33}$)[0-9]+\.[0-9]+"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[!-~]{1,32}"),
    "time": re.compile(rf"(?:{_DAY} )?{_CLOCK}(?:\s?~\s?(?:{_DAY_AGAIN} )?{_CLOCK})?"),
    "date": re.compile(rf"{_DAY}(?: {_CLOCK})?(?:\s?~\s?{_DAY_AGAIN}(?: {_CLOCK})?)?"),
    "amount": re.compile(r"[^\w\s.]?[0-9]{1,10}(?:\.[0-9]+)?元?"),
    "phone_number": re.compile(r"[0-9+\-() ]{1,17}"),
    "car_number": re.compile(r"[\w-]{1,8}"),
    "name": re.compile(
        rf"{_HAN}{{1,10}}|[A-Za-z .·'-]{{1,20}}|(?:{_HAN}|[A-Za-z ·.]){{1,10}}"
    ),
    "phrase": re.compile(rf"{_HAN}{{1,5}}"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was sent, for the outbox."""

    number: int
    sent_at: int
    appid: str
    user: str
    touser: str
    template_id: str
    page: str
    values: tuple[tuple[str, str], ...]
    miniprogram_state: str
    lang: str

    def as_json(self) -> dict[str, object]:
        """Shape the message for the control API, in WeChat's spelling."""
        return {
            "number": self.number,
            "sent_at": self.sent_at,
            "appid": self.appid,
            "user": self.user,
            "touser": self.touser,
            "template_id": self.template_id,
            "page": self.page,
            "data": {name: {"value": value} for name, value in self.values},
            "miniprogram_state": self.miniprogram_state,
            "lang": self.lang,
        }


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a person said to one template: how many messages are left, what is kept."""

    template_id: str
    left: int = 0
    kept: str = ""
    """The answer that holds until it is changed in the settings; "" asks each time."""


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Everything a person said to the templates of one mini program."""

    main_switch: bool = True
    items: tuple[Subscription, ...] = ()

    def of(self, template_id: str) -> Subscription:
        """Return what was said to a template so far."""
        found = (item for item in self.items if item.template_id == template_id)
        return next(found, Subscription(template_id))

    def answered(self, template_id: str, answer: str, *, keep: bool) -> Subscriptions:
        """Return them after an answer: each yes is good for one message."""
        known = self.of(template_id)
        return self._with(
            replace(
                known,
                left=known.left + (answer == ACCEPT),
                kept=answer if keep or answer == BAN else known.kept,
            )
        )

    def spent(self, template_id: str) -> Subscriptions:
        """Return them after one message was sent."""
        known = self.of(template_id)
        return self._with(replace(known, left=known.left - 1))

    def switched(self, *, main_switch: bool, kept: Mapping[str, str]) -> Subscriptions:
        """Return them after a visit to the settings page."""
        changed = replace(self, main_switch=main_switch)
        for template_id, answer in kept.items():
            changed = changed._with(replace(changed.of(template_id), kept=answer))
        return changed

    def setting(self) -> dict[str, object]:
        """Return `subscriptionsSetting`: only answers that are kept show up."""
        kept = {item.template_id: item.kept for item in self.items if item.kept}
        shown: dict[str, object] = {"mainSwitch": self.main_switch}
        return {**shown, "itemSettings": kept} if kept else shown

    def check_may_send(self, template_id: str) -> None:
        """Raise WeChatError 43107 for a banned template, 43101 without a yes."""
        known = self.of(template_id)
        if known.kept == BAN:
            raise WeChatError(ErrCode.SUBSCRIPTION_UNAVAILABLE)
        if not self.main_switch or known.kept == REJECT or known.left < 1:
            raise WeChatError(ErrCode.MSG_REFUSED)

    def _with(self, changed: Subscription) -> Subscriptions:
        items = {item.template_id: item for item in self.items}
        items[changed.template_id] = changed
        return replace(self, items=tuple(items.values()))


def read_values(data: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Read `data`; raise WeChatError 47003 naming the first value that does not fit."""
    if not data:
        raise _invalid("data")
    return tuple((name, _read_value(name, value)) for name, value in data.items())


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise WeChatError 47003 for a word that is none of the choices (inferred)."""
    if value not in choices:
        raise _invalid(name)


def _read_value(name: str, wrapped: object) -> str:
    value = wrapped.get("value") if isinstance(wrapped, dict) else None
    if type(value) in (int, float):
        # Backends write numbers bare; WeChat shows them as text.
        value = str(value)
    key = _KEY.fullmatch(name)
    pattern = VALUES.get(key[1]) if key else None
    if pattern is None or not isinstance(value, str) or not pattern.fullmatch(value):
        raise _invalid(f"data.{name}.value")
    return value


def _invalid(field: str) -> WeChatError:
    return WeChatError(
        ErrCode.ARGUMENT_INVALID, f"{ErrCode.ARGUMENT_INVALID.errmsg} {field} invalid"
    )
