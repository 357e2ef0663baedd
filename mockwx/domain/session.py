"""The session_key of a person in a mini program: its birth, life and replacement.

WeChat documents that there is one valid key per person and app, that `wx.login` may
replace it but not twice within an undisclosed period, and that activity keeps it alive
(开放数据校验与解密, wx.checkSession). It never discloses the figures: they are the
fields of `Policy`, and the three policies below are their only defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from functools import lru_cache
from operator import add

from mockwx.domain.quota import DAY
from mockwx.frozen import made_fast
from mockwx.frozen import maker


LOGIN = "login"
PREFETCH = "prefetch"
RESET = "reset"
ROTATE = "rotate"

# The very number told before: all keys of a second share the moment they end at.
_sum = lru_cache(maxsize=64)(add)


@dataclass(frozen=True, slots=True)
class Policy:
    """The undisclosed figures of the key's life; times in seconds."""

    name: str
    rotate_min_interval: int | None
    """A login replaces a key at least this old; None: only an expired one."""
    session_ttl: int
    extend_on_activity: bool
    exchange_returns: str = "snapshot"
    """An old code yields the key of its own login, or the `current` one."""


POLICIES = {
    policy.name: policy
    for policy in (
        # What the documentation says, with the period most reports agree on.
        Policy("docs", 300, 3 * DAY, extend_on_activity=True),
        # The most hostile behaviour the documentation allows: finds bugs soonest.
        Policy("strict", 0, 3 * DAY, extend_on_activity=False),
        # A key stays until it expires: for tests of everything else.
        Policy("calm", None, 30 * DAY, extend_on_activity=True),
    )
}


@made_fast
@dataclass(frozen=True, slots=True)
class SessionKey:
    """One key ever issued to a person in a mini program."""

    number: int
    session_key: str
    cause: str
    created_at: int
    expires_at: int
    login_number: int
    """The key this login state began with: a reset keeps it, a login does not."""
    superseded_at: int | None = None
    page: str = ""
    """The page whose login brought the key, if known."""
    openid: str = ""
    """Whose it is, as the app knows them; blank until they logged in."""
    unionid: str | None = None
    open_platform: str | None = None
    """The account that the app was bound to when the unionid was derived."""

    def live(self, now: int) -> bool:
        """Say whether checksession would accept the key."""
        return self.superseded_at is None and now < self.expires_at

    def of(
        self, openid: str, unionid: str | None, open_platform: str | None
    ) -> SessionKey:
        """Return the key as that of a person who logged in."""
        # Written out, as below.
        return _make_key(
            self.number,
            self.session_key,
            self.cause,
            self.created_at,
            self.expires_at,
            self.login_number,
            self.superseded_at,
            self.page,
            openid,
            unionid,
            open_platform,
        )

    def extended(self, now: int, policy: Policy) -> SessionKey:
        """Return the key after a sign of life of the person; the dead stay dead."""
        expires_at = _sum(now, policy.session_ttl)
        if (
            not policy.extend_on_activity
            or not self.live(now)
            or expires_at <= self.expires_at
        ):
            return self
        # Written out: `replace` takes three times as long, and every login extends one.
        return _make_key(
            self.number,
            self.session_key,
            self.cause,
            self.created_at,
            expires_at,
            self.login_number,
            None,
            self.page,
            self.openid,
            self.unionid,
            self.open_platform,
        )

    def superseded(self, now: int) -> SessionKey:
        """Return the key as one that another one follows."""
        # Written out, too: of a million people each login finds the key old.
        return _make_key(
            self.number,
            self.session_key,
            self.cause,
            self.created_at,
            self.expires_at,
            self.login_number,
            now,
            self.page,
            self.openid,
            self.unionid,
            self.open_platform,
        )

    def reset(self, now: int, session_key: str) -> SessionKey:
        """Return the successor that resetusersessionkey makes: the old expiry stays."""
        return replace(
            self,
            number=self.number + 1,
            session_key=session_key,
            cause=RESET,
            created_at=now,
            page="",
        )

    def expired(self, now: int) -> SessionKey:
        """Return the key with its life ended."""
        return replace(self, expires_at=min(self.expires_at, now))


_make_key = maker(SessionKey)


def replaced_by_login(current: SessionKey | None, now: int, policy: Policy) -> bool:
    """Say whether a `wx.login` at this moment replaces the key."""
    if current is None or not current.live(now):
        return True
    if policy.rotate_min_interval is None:
        return False
    return now - current.created_at >= policy.rotate_min_interval


def new_key(
    current: SessionKey | None,
    now: int,
    *,
    session_key: str,
    cause: str,
    policy: Policy,
    page: str = "",
) -> SessionKey:
    """Return the key that begins a new login state; the person's ids stay."""
    number = current.number + 1 if current else 1
    return _make_key(
        number,
        session_key,
        cause,
        now,
        _sum(now, policy.session_ttl),
        number,
        None,
        page,
        current.openid if current else "",
        current.unionid if current else None,
        current.open_platform if current else None,
    )
