"""Access tokens: the plain and the stable kind, their life and their overlap.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError


TOKEN_TTL = 7200
OVERLAP = 300
"""Old and new token both work for five minutes."""

PLAIN = "plain"
STABLE = "stable"
AUTHORIZER = "authorizer"
"""An app's token in the hands of a third-party platform."""
COMPONENT = "component"
"""A platform's own token, which opens no interface of apps."""

FORCE_REFRESH_DAILY = 20
FORCE_REFRESH_INTERVAL = 30
STABLE_PER_MINUTE = 10_000
STABLE_PER_DAY = 500_000

# Since about 2023 the text of 40001 recommends the stable token.
NOT_LATEST = (
    "invalid credential, access_token is invalid or not latest, could get "
    "access_token by getStableAccessToken, more details at "
    "https://mmbizurl.cn/s/JtxxFh33r"
)

# Anything else is a malformed token (40014), not an unknown one (40001).
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,512}")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """One token of a mini program."""

    access_token: str
    appid: str
    kind: str
    issued_at: int
    expires_at: int
    superseded_at: int | None = None
    """From this moment on it is no longer the latest, whatever its age."""
    component_appid: str | None = None
    """The third-party platform that holds it in the app's name."""

    def expires_in(self, now: int) -> int:
        """Return the seconds left."""
        return max(0, self.expires_at - now)

    def ending(self, now: int) -> bool:
        """Say whether it is in its last five minutes, when a stable one is renewed."""
        return self.expires_in(now) <= OVERLAP

    def superseded(self, at: int) -> AccessToken:
        """Return the token as no longer the latest from `at` on."""
        return replace(self, superseded_at=at)

    def check(self, now: int) -> None:
        """Raise what WeChat answers to a token that no longer works."""
        if self.superseded_at is not None and now >= self.superseded_at:
            raise WeChatError(ErrCode.INVALID_CREDENTIAL, NOT_LATEST)
        if now >= self.expires_at:
            raise WeChatError(ErrCode.ACCESS_TOKEN_EXPIRED)


@dataclass(frozen=True, slots=True)
class ForcedRefreshes:
    """How often a stable token was renewed by force today."""

    day: int
    """When that day began, in China."""
    count: int
    latest_at: int


def check_shape(access_token: str) -> None:
    """Raise for a token that is absent (41001) or cannot be one (40014)."""
    if not access_token:
        raise WeChatError(ErrCode.ACCESS_TOKEN_MISSING)
    if not _TOKEN.fullmatch(access_token):
        raise WeChatError(ErrCode.INVALID_ACCESS_TOKEN)
