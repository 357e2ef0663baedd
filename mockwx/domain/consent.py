"""What a person allowed a mini program: not asked, allowed, denied, per scope.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/authorize.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


USER_INFO = "scope.userInfo"
WERUN = "scope.werun"

ASKED_SCOPES = (
    USER_INFO,
    "scope.userLocation",
    "scope.userFuzzyLocation",
    "scope.userLocationBackground",
    "scope.record",
    "scope.camera",
    "scope.bluetooth",
    "scope.writePhotosAlbum",
    "scope.addPhoneContact",
    "scope.addPhoneCalendar",
    WERUN,
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

    answers: tuple[tuple[str, bool], ...] = ()
    """Scope and answer, in the order of first asking: plain, so any store keeps it."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The scopes asked for so far."""
        return tuple(scope for scope, _ in self.answers)

    def answered(self, scope: str) -> bool | None:
        """Return what was answered; None if the person was never asked."""
        if scope in FREE_SCOPES:
            return True
        return dict(self.answers).get(scope)

    def with_answer(self, scope: str, *, allowed: bool) -> Consent:
        """Return the consent after an answer."""
        if scope in FREE_SCOPES:
            return self
        return Consent(tuple({**dict(self.answers), scope: allowed}.items()))

    def switched(self, switches: Mapping[str, bool]) -> Consent:
        """Return the consent after a visit to the settings page.

        The page shows only the scopes that were asked for before.
        """
        known = {scope: switches.get(scope, old) for scope, old in self.answers}
        return Consent(tuple(known.items()))

    def auth_setting(self) -> dict[str, bool]:
        """Return `authSetting`: the scopes asked for so far and the free ones."""
        return {**dict.fromkeys(FREE_SCOPES, True), **dict(self.answers)}
