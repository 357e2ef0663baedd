"""Access tokens: getAccessToken, getStableAccessToken, and the check of every call.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/
"""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.domain.access_token import FORCE_REFRESH_DAILY
from mockwx.domain.access_token import FORCE_REFRESH_INTERVAL
from mockwx.domain.access_token import NOT_LATEST
from mockwx.domain.access_token import OVERLAP
from mockwx.domain.access_token import PLAIN
from mockwx.domain.access_token import STABLE
from mockwx.domain.access_token import STABLE_PER_DAY
from mockwx.domain.access_token import STABLE_PER_MINUTE
from mockwx.domain.access_token import TOKEN_TTL
from mockwx.domain.access_token import AccessToken
from mockwx.domain.access_token import ForcedRefreshes
from mockwx.domain.access_token import check_shape
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.mini_program import verify_credentials
from mockwx.domain.quota import MINUTE
from mockwx.domain.session import DAY
from mockwx.entropy import Entropy
from mockwx.store.ledger import Ledger
from mockwx.store.quotas import Quotas
from mockwx.store.tables import Table


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A token and the seconds it has left."""

    access_token: str
    expires_in: int


@dataclass(frozen=True)
class AccessTokens:
    """Issues tokens; the plain and the stable kind do not touch each other."""

    directory: Directory
    tokens: Ledger[AccessToken]
    latest: Table[AccessToken]
    forced: Table[ForcedRefreshes]
    quotas: Quotas
    clock: Clock
    entropy: Entropy

    def get_access_token(
        self, *, grant_type: str, appid: str, secret: str, ip: str
    ) -> TokenAnswer:
        """Issue a new token; the one before it works for five more minutes.

        Raises WeChatError 41002, 40013, 41004, 40125, 40243, 40164, 40002, 50004 and
        50007, in this order.
        """
        self._verify(grant_type=grant_type, appid=appid, secret=secret, ip=ip)
        now = self.clock.now()
        return self._issue(appid, PLAIN, now, previous_until=now + OVERLAP)

    def get_stable_access_token(
        self,
        *,
        grant_type: str,
        appid: str,
        secret: str,
        force_refresh: bool,
        ip: str,
    ) -> TokenAnswer:
        """Return the running token; a new one near its end, or by force.

        Raises what getAccessToken raises, 45011 and 45009.
        """
        self._verify(grant_type=grant_type, appid=appid, secret=secret, ip=ip)
        now = self.clock.now()
        if self.quotas.count("stable_token", appid, now, MINUTE) > STABLE_PER_MINUTE:
            raise WeChatError(ErrCode.MINUTE_QUOTA)
        if self.quotas.count("stable_token", appid, now, DAY) > STABLE_PER_DAY:
            raise WeChatError(ErrCode.DAILY_QUOTA)
        running = self.latest.get(f"{appid}/{STABLE}")
        if force_refresh and self._may_force(appid, now):
            return self._issue(appid, STABLE, now, previous_until=now)
        if running is None or running.expires_in(now) <= OVERLAP:
            return self._issue(appid, STABLE, now, previous_until=None)
        return TokenAnswer(running.access_token, running.expires_in(now))

    def authorize(self, access_token: str) -> MiniProgram:
        """Return the app a token belongs to.

        Raises WeChatError 41001, 40014, 40001 and 42001, in this order.
        """
        check_shape(access_token)
        known = self.tokens.get(access_token)
        if known is None:
            raise WeChatError(ErrCode.INVALID_CREDENTIAL, NOT_LATEST)
        known.check(self.clock.now())
        mini_program = self.directory.mini_programs.get(known.appid)
        if mini_program is None:
            raise WeChatError(ErrCode.INVALID_CREDENTIAL, NOT_LATEST)
        return mini_program

    def _verify(self, *, grant_type: str, appid: str, secret: str, ip: str) -> None:
        mini_program = verify_credentials(
            self.directory.mini_programs.get(appid), appid=appid, secret=secret, ip=ip
        )
        if grant_type != "client_credential":
            raise WeChatError(ErrCode.INVALID_GRANT_TYPE)
        if mini_program.punished:
            raise WeChatError(ErrCode.PUNISHED)
        if mini_program.frozen:
            raise WeChatError(ErrCode.ACCOUNT_FROZEN)

    def _issue(
        self, appid: str, kind: str, now: int, *, previous_until: int | None
    ) -> TokenAnswer:
        """Make the latest token; the previous one works until `previous_until`."""
        fresh = AccessToken(
            self.entropy.access_token(), appid, kind, now, now + TOKEN_TTL
        )
        self.tokens.add(appid, fresh.access_token, fresh)
        previous = self._take_over(f"{appid}/{kind}", fresh)
        if previous is not None and previous_until is not None:
            self._supersede(previous.access_token, previous_until)
        return TokenAnswer(fresh.access_token, TOKEN_TTL)

    def _take_over(self, key: str, fresh: AccessToken) -> AccessToken | None:
        while True:
            previous = self.latest.get(key)
            if previous is None:
                if self.latest.add(key, fresh):
                    return None
            elif self.latest.swap(key, previous, fresh):
                return previous

    def _supersede(self, access_token: str, at: int) -> None:
        while True:
            known = self.tokens.get(access_token)
            if known is None:
                return
            if self.tokens.swap(access_token, known, known.superseded(at)):
                return

    def _may_force(self, appid: str, now: int) -> bool:
        """Count a forced refresh; False within 30 s of the last, which refreshes not.

        Raises WeChatError 45009 after twenty in a day.
        """
        while True:
            old = self.forced.get(appid)
            today = now // DAY
            if old is not None and now - old.latest_at < FORCE_REFRESH_INTERVAL:
                return False
            count = old.count if old is not None and old.day == today else 0
            if count >= FORCE_REFRESH_DAILY:
                raise WeChatError(ErrCode.DAILY_QUOTA)
            new = ForcedRefreshes(today, count + 1, now)
            if old is None:
                if self.forced.add(appid, new):
                    return True
            elif self.forced.swap(appid, old, new):
                return True
