"""隐私 privacy: the agreement that stands before every call for personal data.

https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
"""

from __future__ import annotations

from mockwx.domain import base_library
from mockwx.domain import phone_words
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.privacy import AGREE
from mockwx.domain.privacy import GAP
from mockwx.domain.privacy import SUBJECTS
from mockwx.domain.privacy import UNCLICKED
from mockwx.domain.privacy import Privacy
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap


def get_privacy_setting(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Say whether the person must still agree (wx.getPrivacySetting)."""
    _need_library(tap)
    privacy = tap.mini_program.privacy or Privacy()
    return {
        "needAuthorization": needed(desk, tap),
        "privacyContractName": privacy.contract_of(tap.mini_program.name),
    }


def open_privacy_contract(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Show the text (wx.openPrivacyContract)."""
    _need_library(tap)
    return {}


def require_privacy_authorize(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Ask for agreement ahead of its use (wx.requirePrivacyAuthorize)."""
    _need_library(tap)
    _ask(desk, tap)
    return {}


def agree_privacy_authorization(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Agree by a touch (the button agreePrivacyAuthorization)."""
    _need_library(tap)
    desk.change_consent(
        tap, lambda consent: consent.with_privacy(agreed=True, now=tap.now)
    )
    return {}


def demand(desk: Desk, tap: Tap, subject: str) -> None:
    """Let a call for personal data pass only where the agreement allows it."""
    privacy = _enforced(tap)
    if privacy is None or subject not in SUBJECTS:
        return
    privacy.refuse_undeclared(subject, tap.now)
    _ask(desk, tap)


def needed(desk: Desk, tap: Tap) -> bool:
    """Say whether there is an agreement, and the person has not accepted it."""
    return _enforced(tap) is not None and not desk.consent(tap).privacy_agreed


def _enforced(tap: Tap) -> Privacy | None:
    privacy = tap.mini_program.privacy
    return privacy if privacy is not None and privacy.enforced(tap.era) else None


def _ask(desk: Desk, tap: Tap) -> None:
    """Ask unless the person agreed before, or refused a moment ago."""
    privacy = _enforced(tap)
    consent = desk.consent(tap)
    if privacy is None or consent.privacy_agreed:
        return
    refused_at = consent.privacy_refused_at
    if refused_at is not None and tap.now < refused_at + GAP:
        raise privacy.failure(_in_gap(tap))
    if tap.handset.privacy == UNCLICKED:
        raise WxFailError(phone_words.CLICK_NEEDED)
    agreed = tap.handset.privacy == AGREE
    desk.change_consent(
        tap, lambda consent: consent.with_privacy(agreed=agreed, now=tap.now)
    )
    if not agreed:
        raise privacy.failure(phone_words.PRIVACY_NOT_AUTHORIZED)


def _in_gap(tap: Tap) -> str:
    # Only the page for mini games words the gap differently.
    if tap.mini_program.mini_game:
        return phone_words.PRIVACY_IN_GAP
    return phone_words.PRIVACY_NOT_AUTHORIZED


def _need_library(tap: Tap) -> None:
    if not tap.era.has(base_library.PRIVACY):
        raise WxFailError(phone_words.NOT_SUPPORTED)
