"""Who was in which mini program, and when: some interfaces know nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.directory import app_and_user
from mockwx.directory import owner_of
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.store.tables import Table


RECENT = 2 * 3600


@dataclass(frozen=True)
class Visitors:
    """The latest visit of each person to each app."""

    directory: Directory
    visits: Table[int]
    clock: Clock

    def enter(self, owner: str, now: int) -> None:
        """Record that a person is in an app now."""
        self.visits.put(owner, now)

    def forget(self, appid: str, user: str) -> None:
        """Forget that a person ever was in an app."""
        self.visits.delete(owner_of(appid, user))

    def recent(self, mini_program: MiniProgram, openid: str) -> str:
        """Return the person behind an openid, who was here within two hours.

        Raises WeChatError 40003 (nobody's), 43104 (another app's) and 61010, in this
        order.
        """
        owner = self.directory.openids.get(openid)
        if owner is None:
            raise WeChatError(ErrCode.INVALID_OPENID, hint=True)
        appid, user = app_and_user(owner)
        if appid != mini_program.appid:
            raise WeChatError(ErrCode.NO_PERMISSION)
        seen_at = self.visits.get(owner)
        if seen_at is None or self.clock.now() - seen_at > RECENT:
            raise WeChatError(ErrCode.CODE_IS_EXPIRED)
        return user

    def apps_of(self, user: str, *, within: int | None = None) -> list[MiniProgram]:
        """Return the apps a person was in, perhaps only within some seconds."""
        known = [found for _, found in self.directory.mini_programs.items()]
        return [app for app in known if self._came(app, user, within)]

    def _came(self, app: MiniProgram, user: str, within: int | None) -> bool:
        seen_at = self.visits.get(owner_of(app.appid, user))
        if seen_at is None:
            return False
        return within is None or self.clock.now() - seen_at <= within
