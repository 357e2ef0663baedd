"""What WeChat remembers of a sealed phone number: its hash, for three days.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/basic-info/checkEncryptedData.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockwx.domain.quota import DAY


HASH = re.compile(r"[0-9a-f]{64}")
HASH_TTL = 3 * DAY

# The page hashes "the encrypted data" and leaves open which form of it.
OF_TEXT = "the Base64 text"
OF_BYTES = "the decoded bytes"


@dataclass(frozen=True, slots=True)
class EncryptedMsg:
    """Whose payload a hash stands for, and what was hashed."""

    appid: str
    user: str
    created_at: int
    hash_of: str

    def known_to(self, appid: str, now: int) -> bool:
        """Say whether WeChat still tells this app about it."""
        return self.appid == appid and now < self.created_at + HASH_TTL
