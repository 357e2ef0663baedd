"""Who exists: mini programs, people, and the ids that tie them together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.identity import derive_group_openid
from mockwx.domain.identity import derive_open_gid
from mockwx.domain.identity import derive_openid
from mockwx.domain.identity import derive_openpid
from mockwx.domain.identity import derive_unionid
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.user import User
from mockwx.people import People
from mockwx.store.tables import Table


@lru_cache(maxsize=1_024)
def owner_of(appid: str, user: str) -> str:
    """Return the key under which a person's records of one app are kept.

    The same text for the calls of one login, whose records share it.
    """
    return f"{appid}/{user}"


def app_and_user(owner: str) -> tuple[str, str]:
    """Return the appid and the person of such a key."""
    appid, _, user = owner.partition("/")
    return appid, user


@dataclass(frozen=True)
class Directory:
    """Looks up apps and people; makes a person up on first mention."""

    seed: int
    world: int
    """The number every openid carries."""
    people: People
    mini_programs: Table[MiniProgram]
    users: Table[User | str]
    """Who was mentioned: by their name alone as long as nobody changed them, since
    whoever is made up is made up again just the same."""
    openids: Table[str]
    """The openids that were given out, and their owners."""

    def app(self, appid: str) -> MiniProgram:
        """Return a mini program; raises WeChatError 40013 if there is none."""
        found = self.mini_programs.get(appid)
        if found is None:
            raise WeChatError(ErrCode.INVALID_APPID)
        return found

    def user(self, name: str) -> User:
        """Return the person of this name, the same one for the same seed for ever."""
        return self.whole(self.mention(name))

    def mention(self, name: str) -> User | str:
        """Return a person somebody changed; of everybody else the name, as it is kept.

        To make somebody up takes longer than a login, which seldom asks who they are.
        """
        known = self.users.get(name)
        if known is None and not self.users.add(name, name):
            known = self.users.get(name)
        return name if known is None else known

    def seen(self, name: str) -> User:
        """Return the person of this name without counting it as a mention."""
        return self.whole(self.users.get(name) or name)

    def is_blocked(self, name: str) -> bool:
        """Mention a person; say whether risk control holds them. Made up are none."""
        known = self.mention(name)
        return not isinstance(known, str) and known.blocked

    def everybody(self) -> list[User]:
        """Return who was mentioned so far, by name."""
        return [self.whole(known) for _, known in self.users.items()]

    def openid(self, mini_program: MiniProgram, user: str) -> str:
        """Return the person's openid in this app, and remember whose it is."""
        openid = self.openid_of(mini_program.appid, user)
        if self.openids.get(openid) is None:
            self.openids.add(openid, owner_of(mini_program.appid, user))
        return openid

    def openid_of(self, appid: str, user: str) -> str:
        """Return a person's openid in an app without remembering it."""
        return derive_openid(self.seed, user, appid, world=self.world)

    def openpid(self, appid: str, user: str, plugin: str) -> str:
        """Return a person's id in one plugin of this app."""
        return derive_openpid(self.seed, user, appid, plugin, world=self.world)

    def open_gid(self, appid: str, chat: str) -> str:
        """Return a chat's id in this app."""
        return derive_open_gid(self.seed, chat, appid, world=self.world)

    def group_openid(self, appid: str, user: str, chat: str) -> str:
        """Return a person's id in one chat, as this app sees it."""
        return derive_group_openid(self.seed, user, chat, appid, world=self.world)

    def unionid(self, mini_program: MiniProgram, user: str) -> str | None:
        """Return the person's unionid; None if the app is not bound."""
        if not mini_program.open_platform:
            return None
        return derive_unionid(
            self.seed, user, mini_program.open_platform, world=self.world
        )

    def whose(self, openid: str, appid: str) -> str | None:
        """Return the person behind an openid of this app."""
        found, user = app_and_user(self.openids.get(openid) or "")
        return user if found == appid else None

    def whole(self, known: User | str) -> User:
        """Return the person of a record: themselves, or made up by their name."""
        return self.people.person(known) if isinstance(known, str) else known
