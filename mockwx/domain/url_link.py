"""URL Scheme and URL Link: where one leads, and how long it works.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/url-scheme/
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.quota import DAY


RELEASE = "release"
ENV_VERSIONS = (RELEASE, "trial", "develop")

AT_TIME = 0
AFTER_DAYS = 1

PER_SECOND = 100
PER_DAY = 500_000

QUERY_MAX = 1024
PATH_MAX = 1024

SHORTEST = 60
LONGEST_DAYS = 30

_QUERY = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~%-]*")


@dataclass(frozen=True, slots=True)
class Destination:
    """The page a link opens."""

    path: str
    query: str
    env_version: str


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a link stops working; nothing given means after thirty days."""

    is_expire: bool
    expire_type: int
    expire_time: int
    expire_interval: int

    @property
    def given(self) -> bool:
        """Whether the caller said anything about it."""
        return bool(
            self.is_expire
            or self.expire_type
            or self.expire_time
            or self.expire_interval
        )

    def fits(self, now: int) -> bool:
        """Say whether the link would work between a minute and thirty days."""
        if self.expire_type == AT_TIME:
            return SHORTEST <= self.expire_time - now <= LONGEST_DAYS * DAY
        if self.expire_type == AFTER_DAYS:
            return 1 <= self.expire_interval <= LONGEST_DAYS
        return False


def check_destination(mini_program: MiniProgram, destination: Destination) -> None:
    """Raise WeChatError 85402, 85079, 40165 or 40212, in this order (inferred)."""
    if destination.env_version not in ENV_VERSIONS:
        raise WeChatError(ErrCode.INVALID_ENV_VERSION, hint=True)
    if not mini_program.published:
        raise WeChatError(ErrCode.NO_ONLINE_RELEASE)
    if not _is_page(mini_program, destination.path):
        raise WeChatError(ErrCode.INVALID_PAGEPATH, hint=True)
    query = destination.query
    if len(query) > QUERY_MAX or not _QUERY.fullmatch(query):
        raise WeChatError(ErrCode.INVALID_QUERY, hint=True)


def check_expiry(expiry: Expiry, *, now: int) -> None:
    """Raise WeChatError 85401 for a link that lives too long or too short."""
    if expiry.given and not expiry.fits(now):
        raise WeChatError(ErrCode.LINK_TIME_LIMIT, hint=True)


def _is_page(mini_program: MiniProgram, path: str) -> bool:
    # WeChat's samples write the page with a slash in front, its QR codes without one.
    page = path.removeprefix("/")
    if len(path) > PATH_MAX or "?" in path or "\0" in path:
        return False
    return mini_program.has_page(page)
