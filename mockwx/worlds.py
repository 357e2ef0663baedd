"""Worlds side by side: each with its own people, clock, faults and journal.

A backend under test forwards nothing of ours, so a call finds its world by what it does
forward: a code, an openid or a token, which carry the world they were made in (marks).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TypeVar

from mockwx.config import Settings
from mockwx.domain.control import ControlError
from mockwx.domain.exchange import Exchange
from mockwx.entropy import Entropy
from mockwx.marks import ALPHABETS
from mockwx.marks import world_number
from mockwx.marks import world_of
from mockwx.wechat import WeChat


T = TypeVar("T")

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9._:@/\[\] -]{1,200}")

MOST_WORLDS = 10_000
"""A run that makes a world per test ends them by reset; this only stops a leak."""


class Worlds:
    """Every world of one mock; a named one begins when it is first mentioned."""

    def __init__(self, settings: Settings, default: WeChat) -> None:
        self._default = default
        self.listener: Callable[[Exchange], None] | None = None
        """Hears of each call to WeChat, in whatever world, however soon forgotten."""
        self.settings = settings
        self._lock = threading.Lock()
        self._named: dict[str, WeChat] = {}
        self._numbered: dict[int, WeChat] = {}

    @property
    def default(self) -> WeChat:
        """Return the world of all who name none."""
        return self._default

    def any_named(self) -> bool:
        """Say whether there is any world beside the default one."""
        return bool(self._named)

    def all(self) -> list[WeChat]:
        """Return the worlds there are now, the default one first."""
        return [self.default, *self._all_named()]

    def named(self, name: str) -> WeChat:
        """Return the world of this name; raises ControlError if it cannot be one."""
        if name == DEFAULT:
            return self.default
        known = self._named.get(name)
        return known if known is not None else self._begin(name)

    def of(self, texts: Iterable[str]) -> WeChat | None:
        """Return the named world that the first of these ids to carry one carries."""
        if not self.any_named():
            return None
        for text in texts:
            for number in numbers_in(text):
                if found := self._of_number(number):
                    return found
        return None

    def with_app(self, appid: str) -> WeChat | None:
        """Return the one named world in which an app was added."""
        return self.where(
            lambda world: world.directory.mini_programs.get(appid) is not None
        )

    def where(self, holds: Callable[[WeChat], bool]) -> WeChat | None:
        """Return the one named world of which something holds."""
        return next(filter(holds, self._all_named()), None)

    def reset(self, name: str | None = None) -> None:
        """Bring one world back to its start; without a name, all there is."""
        if name == DEFAULT:
            self.default.world.reset()
            return
        with self._lock:
            names = list(self._named) if name is None else [name]
            ended = [self._named.pop(each, None) for each in names]
            for each in names:
                self._numbered.pop(world_number(each), None)
        for world in filter(None, ended):
            # What it still has to send nobody waits for, and much of it goes slowly.
            world.end()
        if name is None:
            self.default.world.reset()

    def check(self) -> None:
        """See that what is kept can be reached; raises StoreError."""

    def together(self, call: Callable[[], T]) -> T:
        """Answer a call that waits for nobody; raises AloneError if it would."""
        return call()

    def tell(self, exchange: Exchange) -> None:
        """Tell whoever listens of a call to WeChat that is over."""
        if self.listener is not None:
            self.listener(exchange)

    def close(self) -> None:
        """Let go of what a store holds open; the worlds can be used again."""

    def _all_named(self) -> list[WeChat]:
        return list(self._named.values())

    def _of_number(self, number: int) -> WeChat | None:
        return self._numbered.get(number)

    def _begin(self, name: str) -> WeChat:
        refuse_unless_name(name)
        number = world_number(name)
        with self._lock:
            if name in self._named:
                return self._named[name]
            refuse_one_more(len(self._named))
            begun = WeChat(
                self.settings,
                entropy=Entropy(seed_of(self.settings.seed, number), world=number),
                people=self.default.directory.people,
            )
            self._named[name] = self._numbered[number] = begun
            return begun


def numbers_in(text: str) -> Iterator[int]:
    """Yield the numbers of the worlds that an id may carry; one at most is meant."""
    for alphabet in ALPHABETS:
        number = world_of(text, alphabet)
        if number is not None:
            yield number


def refuse_unless_name(name: str) -> None:
    """Refuse what cannot name a world; raises ControlError."""
    if not NAME.fullmatch(name):
        raise ControlError(
            "bad_request",
            "X-Mockwx-World must be 1 to 200 letters, digits, blanks or ._:@/[]-.",
            "X-Mockwx-World 必须是 1 到 200 个字母、数字、空格或 ._:@/[]-。",
            field="X-Mockwx-World",
        )


def refuse_one_more(count: int) -> None:
    """Refuse a world when there are too many; raises ControlError."""
    if count >= MOST_WORLDS:
        raise ControlError(
            "unprocessable",
            f"there are {MOST_WORLDS} worlds; end some with POST /_mockwx/api/reset.",
            f"已有 {MOST_WORLDS} 个 world；请用 POST /_mockwx/api/reset 结束一些。",
            field="X-Mockwx-World",
        )


def seed_of(seed: int | None, number: int) -> int | None:
    """Derive a world's seed, so that no two worlds draw the same keys."""
    return None if seed is None else (number << 64) + seed
