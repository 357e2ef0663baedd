"""What a person allowed a mini program: not asked, allowed, denied, per scope.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/authorize.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace


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
    denied_at: tuple[tuple[str, int], ...] = ()
    privacy_agreed: bool = False
    privacy_refused_at: int | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The scopes asked for so far."""
        return tuple(scope for scope, _ in self.answers)

    def answered(self, scope: str) -> bool | None:
        """Return what was answered; None if the person was never asked."""
        if scope in FREE_SCOPES:
            return True
        return dict(self.answers).get(scope)

    def to_be_asked(self, scope: str, now: int, *, denial_ttl: int | None) -> bool:
        """Say whether a popup appears: never answered, or denied long enough ago."""
        answer = self.answered(scope)
        if answer is None:
            return True
        if answer or denial_ttl is None:
            return False
        return now >= dict(self.denied_at).get(scope, now) + denial_ttl

    def with_answer(self, scope: str, *, allowed: bool, now: int = 0) -> Consent:
        """Return the consent after an answer."""
        if scope in FREE_SCOPES:
            return self
        denied_at = {each: at for each, at in self.denied_at if each != scope}
        if not allowed:
            denied_at[scope] = now
        return replace(
            self,
            answers=tuple({**dict(self.answers), scope: allowed}.items()),
            denied_at=tuple(denied_at.items()),
        )

    def with_privacy(self, *, agreed: bool, now: int) -> Consent:
        """Return the consent after an answer to the privacy agreement."""
        refused_at = None if agreed else now
        return replace(self, privacy_agreed=agreed, privacy_refused_at=refused_at)

    def switched(self, switches: Mapping[str, bool]) -> Consent:
        """Return the consent after a visit to the settings page.

        The page shows only the scopes that were asked for before.
        """
        known = {scope: switches.get(scope, old) for scope, old in self.answers}
        # Who turns a switch by hand is not asked again after a while.
        denied_at = tuple(each for each in self.denied_at if each[0] not in switches)
        return replace(self, answers=tuple(known.items()), denied_at=denied_at)

    def auth_setting(self) -> dict[str, bool]:
        """Return `authSetting`: the scopes asked for so far and the free ones."""
        return {**dict.fromkeys(FREE_SCOPES, True), **dict(self.answers)}
