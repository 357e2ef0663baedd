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
from mockwx.domain.quota import DAY
from mockwx.domain.quota import MINUTE
from mockwx.domain.quota import STABLE_TOKEN_PATH
from mockwx.domain.quota import TOKEN_PATH
from mockwx.domain.quota import window_start
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

        Raises WeChatError 41002, 40013, 41004, 40125, 40243, 40164, 40002, 50004,
        50007 and, only for an app with a limit of its own, 45009, in this order: the
        2000 a day of the real one would end long test runs.
        """
        app = self._verify(grant_type=grant_type, appid=appid, secret=secret, ip=ip)
        now = self.clock.now()
        self._charge(app, TOKEN_PATH, now, app.own_limit(TOKEN_PATH))
        fresh = self._new(appid, PLAIN, now)
        previous, _ = self.latest.change(_line(appid, PLAIN), lambda _: fresh)
        if previous is not None:
            self._supersede(previous, now + OVERLAP)
        return TokenAnswer(fresh.access_token, TOKEN_TTL)

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
        app = self._verify(grant_type=grant_type, appid=appid, secret=secret, ip=ip)
        now, own = self.clock.now(), app.own_limit(STABLE_TOKEN_PATH)
        if self.quotas.count(STABLE_TOKEN_PATH, appid, now, MINUTE) > STABLE_PER_MINUTE:
            raise WeChatError(ErrCode.MINUTE_QUOTA)
        self._charge(
            app, STABLE_TOKEN_PATH, now, STABLE_PER_DAY if own is None else own
        )
        forced = force_refresh and self._may_force(appid, now)

        def renewed(running: AccessToken | None) -> AccessToken:
            if running is None or forced or running.ending(now):
                return self._new(appid, STABLE, now)
            return running

        previous, running = self.latest.change(_line(appid, STABLE), renewed)
        if previous is not None and forced:
            self._supersede(previous, now)
        return TokenAnswer(running.access_token, running.expires_in(now))

    def authorize(self, access_token: str) -> MiniProgram:
        """Return the app a token belongs to.

        Raises WeChatError 41001, 40014, 40001, 42001 and, for the token of a platform
        that the app left, 61003, in this order.
        """
        check_shape(access_token)
        known = self.tokens.get(access_token)
        if known is None:
            raise WeChatError(ErrCode.INVALID_CREDENTIAL, NOT_LATEST)
        known.check(self.clock.now())
        mini_program = self.directory.mini_programs.get(known.appid)
        if mini_program is None:
            raise WeChatError(ErrCode.INVALID_CREDENTIAL, NOT_LATEST)
        holder = known.component_appid
        if holder is not None and holder not in mini_program.authorized_to:
            raise WeChatError(ErrCode.COMPONENT_NOT_AUTHORIZED)
        return mini_program

    def _charge(
        self, mini_program: MiniProgram, path: str, now: int, most: int | None
    ) -> None:
        """Count a token given today, for openapi/quota/get too; 45009 beyond `most`."""
        given = self.quotas.count(path, mini_program.appid, now, DAY)
        if most is not None and given > most:
            raise WeChatError(ErrCode.DAILY_QUOTA)

    def _verify(
        self, *, grant_type: str, appid: str, secret: str, ip: str
    ) -> MiniProgram:
        mini_program = verify_credentials(
            self.directory.mini_programs.get(appid), appid=appid, secret=secret, ip=ip
        )
        if grant_type != "client_credential":
            raise WeChatError(ErrCode.INVALID_GRANT_TYPE)
        if mini_program.punished:
            raise WeChatError(ErrCode.PUNISHED)
        if mini_program.frozen:
            raise WeChatError(ErrCode.ACCOUNT_FROZEN)
        return mini_program

    def _new(self, appid: str, kind: str, now: int) -> AccessToken:
        """Make a token that works at once, whether or not it becomes the latest."""
        text = self.entropy.access_token()
        fresh = AccessToken(text, appid, kind, now, now + TOKEN_TTL)
        # Each kind forgets its own oldest: thousands of plain tokens leave the stable
        # one alone.
        self.tokens.add(_line(appid, kind), text, fresh)
        return fresh

    def _supersede(self, previous: AccessToken, at: int) -> None:
        # Only the one who took over from it gets here, so nobody else changes it.
        self.tokens.swap(previous.access_token, previous, previous.superseded(at))

    def _may_force(self, appid: str, now: int) -> bool:
        """Count a forced refresh; False within 30 s of the last, which refreshes not.

        Raises WeChatError 45009 after twenty in a day.
        """
        today = window_start(now, DAY)

        def counted(old: ForcedRefreshes | None) -> ForcedRefreshes:
            if old is not None and now - old.latest_at < FORCE_REFRESH_INTERVAL:
                return old
            count = old.count if old is not None and old.day == today else 0
            if count >= FORCE_REFRESH_DAILY:
                raise WeChatError(ErrCode.DAILY_QUOTA)
            return ForcedRefreshes(today, count + 1, now)

        old, new = self.forced.change(appid, counted)
        return new is not old


def _line(appid: str, kind: str) -> str:
    """Name the succession of an app's tokens of one kind."""
    return f"{appid}/{kind}"
