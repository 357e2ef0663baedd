"""隐私保护指引 the privacy agreement: what an app declared, and what that demands.

https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields

from mockwx.domain import base_library
from mockwx.domain import control
from mockwx.domain import phone_words
from mockwx.domain.base_library import Era
from mockwx.domain.consent import SCOPES
from mockwx.domain.phone_words import WxFailError


AGREE = "agree"
DISAGREE = "disagree"
UNCLICKED = "unclicked"
"""The page says "agree", but nobody touched its agree button."""
ANSWERS = (AGREE, DISAGREE, UNCLICKED)

GAP = 10
"""Seconds after a refusal in which nobody is asked, and every call fails."""

DECLARATION_DELAY = 300
"""Seconds until a new declaration works: "about five minutes"."""

SUBJECTS = (
    "getUserInfo",
    "getUserProfile",
    "getPhoneNumber",
    "getRealtimePhoneNumber",
    "chooseAvatar",
    "nickname",
    "getWeRunData",
    *SCOPES,
)
"""What the agreement speaks of: wx calls and components, and scopes."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the console of a mini program says about personal data."""

    contract_name: str = ""
    declared: tuple[str, ...] | None = None
    """The subjects the agreement names; None: all of them."""
    declared_at: int | None = None
    """When that was filed (epoch seconds); None: long ago."""
    banned: tuple[str, ...] = ()
    """The subjects WeChat took away from the app."""
    use_privacy_check: bool = False
    """`__usePrivacyCheck__` of app.json: enforced before the day of enforcement too."""
    newer_errno: bool = False
    """Fail with 101100 to 101102 instead of 112, 1025 and 104."""

    def contract_of(self, name: str) -> str:
        """Return the title of the agreement, by default made of the app's name."""
        return self.contract_name or f"《{name}小程序隐私保护指引》"

    def enforced(self, era: Era) -> bool:
        """Say whether nobody's data are given before they agreed."""
        return era.has(base_library.PRIVACY_ENFORCED) or (
            self.use_privacy_check and era.has(base_library.PRIVACY)
        )

    def refuse_undeclared(self, subject: str, now: int) -> None:
        """Fail for what was banned, or is not declared (yet)."""
        if subject in self.banned:
            raise self.failure(phone_words.PRIVACY_BANNED)
        if self.declared is None:
            return
        filed = self.declared_at is None or now >= self.declared_at + DECLARATION_DELAY
        if subject not in self.declared or not filed:
            raise self.failure(phone_words.PRIVACY_NOT_DECLARED)

    def failure(self, reason: str) -> WxFailError:
        """Word a refusal by the registry the app's phones know."""
        if self.newer_errno:
            return WxFailError(*_NEWER[reason])
        return WxFailError(reason)

    def as_json(self) -> dict[str, object]:
        """Shape the agreement for the control API."""
        shown = {field.name: getattr(self, field.name) for field in fields(self)}
        shown["declared"] = None if self.declared is None else list(self.declared)
        shown["banned"] = list(self.banned)
        return shown


_NEWER = {
    phone_words.PRIVACY_NOT_DECLARED: (
        "interface is not declared in the privacy agreement",
        101100,
    ),
    phone_words.PRIVACY_BANNED: ("privacy interface is banned", 101101),
    phone_words.PRIVACY_NOT_AUTHORIZED: (phone_words.PRIVACY_NOT_AUTHORIZED, 101102),
    phone_words.PRIVACY_IN_GAP: (phone_words.PRIVACY_IN_GAP, 101102),
}

_FIELDS: dict[str, control.Reader] = {
    "contract_name": control.text,
    "declared": control.optional(control.list_of(control.one_of(*SUBJECTS))),
    "declared_at": control.optional(control.whole()),
    "banned": control.list_of(control.one_of(*SUBJECTS)),
    "use_privacy_check": control.flag,
    "newer_errno": control.flag,
}


@control.reads(control.object_schema(_FIELDS))
def read_privacy(field: str, value: object) -> Privacy:
    """Read the agreement as the control API takes it."""
    if not isinstance(value, Mapping):
        control.refuse(field, "null, or an object such as {}", " null，或对象（如 {}）")
    return Privacy(**control.read_fields(value, _FIELDS))  # type: ignore[arg-type]  # read by _FIELDS
