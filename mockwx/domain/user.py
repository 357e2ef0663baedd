"""A person who uses WeChat, and their phone number."""

from __future__ import annotations

import re
from dataclasses import dataclass


MAINLAND = "86"

RISKY_CALLS = ("login", "getPhoneNumber", "getRealtimePhoneNumber")
"""The wx calls that risk control may refuse a person."""

USER_NAME = re.compile(
    # No blank at either end; inside, no slash (names stand in paths), no control
    # character or line break, and no lone surrogate, which UTF-8 cannot write.
    r"(?!\s)[^/\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,64}(?<!\s)\Z"
)
"""What the name of a person may look like."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number as WeChat spells it, in whole and in parts."""

    phone_number: str
    pure_phone_number: str
    country_code: str

    @classmethod
    def of(cls, country_code: str, pure_phone_number: str) -> Phone:
        """Spell a number: only a foreign one carries its country code in front."""
        prefix = "" if country_code == MAINLAND else country_code
        return cls(
            phone_number=prefix + pure_phone_number,
            pure_phone_number=pure_phone_number,
            country_code=country_code,
        )

    def as_json(self) -> dict[str, object]:
        """Order the parts as WeChat does, in phone_info and in sealed data."""
        return {
            "phoneNumber": self.phone_number,
            "purePhoneNumber": self.pure_phone_number,
            "countryCode": self.country_code,
        }


@dataclass(frozen=True, slots=True)
class User:
    """A person: what WeChat knows of them, under the name we call them by."""

    name: str
    nick_name: str
    avatar_url: str
    gender: int
    city: str
    province: str
    country: str
    language: str
    phone: Phone | None
    steps: int = 8000
    groups: tuple[str, ...] = ("family",)
    """The group chats the person is in, by names of ours; the usual one first."""
    blocked: bool = False
    """Whether WeChat holds the person for a risk: their logins are refused (40226)."""
    risk_rank: int = 0
    """How risky WeChat holds the person for: 0 (not) to 4 (very)."""
    blocked_calls: tuple[str, ...] = ()
    """The wx calls WeChat's risk control refuses them."""
    phone_verified: bool = True
    """Whether the number may be given without another text message."""

    def as_json(self) -> dict[str, object]:
        """Shape the person for the control API, in WeChat's spelling."""
        return {
            "name": self.name,
            "nickName": self.nick_name,
            "avatarUrl": self.avatar_url,
            "gender": self.gender,
            "city": self.city,
            "province": self.province,
            "country": self.country,
            "language": self.language,
            "phone": self.phone.as_json() if self.phone else None,
            "steps": self.steps,
            "groups": list(self.groups),
            "blocked": self.blocked,
            "risk_rank": self.risk_rank,
            "blocked_calls": list(self.blocked_calls),
            "phone_verified": self.phone_verified,
        }
