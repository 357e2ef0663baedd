"""What a person allowed a mini program: not asked, allowed, denied, per scope.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/authorize.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from types import MappingProxyType


USER_INFO = "scope.userInfo"

ASKED_SCOPES = (
    "scope.userInfo",
    "scope.userLocation",
    "scope.userFuzzyLocation",
    "scope.userLocationBackground",
    "scope.record",
    "scope.camera",
    "scope.bluetooth",
    "scope.writePhotosAlbum",
    "scope.addPhoneContact",
    "scope.addPhoneCalendar",
    "scope.werun",
)
# These need no consent any more and always read true.
FREE_SCOPES = ("scope.address", "scope.invoiceTitle", "scope.invoice")
SCOPES = ASKED_SCOPES + FREE_SCOPES

ALLOW = "allow"
DENY = "deny"
CANCEL = "cancel"
ANSWERS = (ALLOW, DENY, CANCEL)


@dataclass(frozen=True, slots=True)
class Consent:
    """The answers of one person to one mini program; absent means never asked."""

    answers: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))

    def answered(self, scope: str) -> bool | None:
        """Return what was answered; None if the person was never asked."""
        if scope in FREE_SCOPES:
            return True
        return self.answers.get(scope)

    def with_answer(self, scope: str, *, allowed: bool) -> Consent:
        """Return the consent after an answer."""
        if scope in FREE_SCOPES:
            return self
        return Consent(MappingProxyType({**self.answers, scope: allowed}))

    def auth_setting(self) -> dict[str, bool]:
        """Return `authSetting`: the scopes asked for so far and the free ones."""
        return {**dict.fromkeys(FREE_SCOPES, True), **self.answers}
