"""The keys of a person's encrypted channel to a backend: the last three count.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/user-encryptkey.html
"""

from __future__ import annotations

from dataclasses import dataclass


USER_KEY_TTL = 3600
KEPT = 3


@dataclass(frozen=True, slots=True)
class UserKey:
    """One key of a person in a mini program."""

    encrypt_key: str
    """16 bytes in Base64."""
    version: int
    iv: str
    """16 hex digits, used as 16 characters, never decoded."""
    created_at: int

    @property
    def expires_at(self) -> int:
        """The moment from which the phone asks for a new one."""
        return self.created_at + USER_KEY_TTL

    def as_json(self, now: int) -> dict[str, object]:
        """Order the parts as getuserencryptkey does."""
        return {
            "encrypt_key": self.encrypt_key,
            "version": self.version,
            "expire_in": max(0, self.expires_at - now),
            "iv": self.iv,
            "create_time": self.created_at,
        }


@dataclass(frozen=True, slots=True)
class UserKeys:
    """The keys of a person in a mini program, newest first."""

    keys: tuple[UserKey, ...] = ()

    def live(self, now: int) -> UserKey | None:
        """Return the newest key unless its hour is over."""
        return next((key for key in self.keys[:1] if now < key.expires_at), None)

    def with_new(self, now: int, *, encrypt_key: str, iv: str) -> UserKeys:
        """Return the keys with one more, and the oldest forgotten."""
        version = self.keys[0].version + 1 if self.keys else 1
        return UserKeys((UserKey(encrypt_key, version, iv, now), *self.keys)[:KEPT])
