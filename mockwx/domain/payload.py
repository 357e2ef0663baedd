"""An encrypted payload as it was handed to the phone: kept to explain it later."""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.frozen import made_fast


@made_fast
@dataclass(frozen=True, slots=True)
class SealedPayload:
    """What was sealed, with which key, when, and how it left."""

    api: str
    appid: str
    user: str
    produced_at: int
    key_number: int
    """The number of the person's key that sealed it; 0 if none of theirs did."""
    iv: str
    encrypted_data: str
    plaintext: str
    raw_data: str = ""
    signature: str = ""
    page: str = ""
    """The page that asked for it, if known."""
