"""Worlds in a depot: every process that has it open knows the same ones.

A world begins and ends once, whoever mentions it: the depot says which do, and each
process looks there before it answers. A WeChat object is only a view of what is kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace
from typing import TypeVar

from mockwx import pulse
from mockwx.clock import Dial
from mockwx.clock import monotonic_ns
from mockwx.config import Settings
from mockwx.domain.exchange import Exchange
from mockwx.marks import DEFAULT_WORLD
from mockwx.marks import world_number
from mockwx.people import People
from mockwx.snapshot import KEPT
from mockwx.store.base import AloneError
from mockwx.store.base import Depot
from mockwx.store.base import StoreError
from mockwx.store.records import by_name
from mockwx.store.shared import SharedClock
from mockwx.store.shared import SharedEntropy
from mockwx.store.tables import Table
from mockwx.wechat import WeChat
from mockwx.worlds import DEFAULT
from mockwx.worlds import Worlds
from mockwx.worlds import numbers_in
from mockwx.worlds import refuse_one_more
from mockwx.worlds import refuse_unless_name
from mockwx.worlds import seed_of


T = TypeVar("T")

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
"""How long a process may take to begin or end a world before another one does.

It is not waited for that long if it is known to have ended.
"""

_POLL_SECONDS = 0.002
_LOOK_SECONDS = 0.05
_MOST_VIEWS = 1_000
_REGISTRY = f"{DEFAULT_WORLD}/worlds"
"""The list of worlds lies beside the default one: who names no world asks both."""


@dataclass(frozen=True, slots=True)
class Birth:
    """How far a world has come. Whoever changes it to an attempt does the work."""

    begun: bool
    attempt: int = 1
    by: str = ""
    """Which process is at it (pulse), unless it has begun."""


STORED = {**KEPT, **by_name(Birth, Dial, Exchange)}
"""Every type that a depot holds."""


class _Here(threading.local):
    """What one thread is about."""

    together = False
    heard: tuple[Exchange, ...] = ()
    """What there is to tell of that when it is done."""


class View(WeChat):
    """A world as it stands in a depot: to look at it begins nothing.

    All that a call asks about one world begins with its number, so that a cluster keeps
    it in one place.
    """

    def __init__(
        self,
        here: _Here,
        settings: Settings,
        depot: Depot,
        number: int,
        people: People,
    ) -> None:
        self._here = here
        self._cradle = depot.store(f"{number}/birth")
        self.births: Table[Birth] = Table(self._cradle, "births")
        seed = settings.seed
        if number != DEFAULT_WORLD:
            seed = seed_of(seed, number)
        super().__init__(
            settings,
            store=depot.store(f"{number}"),
            clock=SharedClock(depot.store(f"{number}/time"), at=settings.freeze),
            entropy=SharedEntropy(depot.store(f"{number}/chance"), seed, world=number),
            journal=depot.journal(f"{number}", settings.journal_size),
            people=people,
        )

    def begin(self) -> None:
        """Leave that to whoever claims it."""

    def need_to_be_alone(self) -> None:
        """Raise AloneError in the midst of what is done together."""
        if self._here.together:
            raise AloneError

    def unbegin(self) -> None:
        """Be a world that nobody has mentioned yet."""
        self._cradle.clear()


class SharedWorlds(Worlds):
    """Every world of a depot."""

    def __init__(self, settings: Settings, depot: Depot) -> None:
        """Begin the default world, unless the depot has it; raises StoreError."""
        self._depot = depot
        self._here = _Here()
        registry = depot.store(_REGISTRY)
        self._seeds: Table[str] = Table(registry, "seeds")
        self._names: Table[str] = Table(registry, "names")
        self._people = People(settings.people_seed, settings.locale)
        self._view_of_default = View(
            self._here, settings, depot, DEFAULT_WORLD, self._people
        )
        self._views: dict[str, View] = {}
        self._names_by_number: dict[int, str] = {}
        super().__init__(settings, self._view_of_default)
        self._refuse_other_seed()
        self._settle(DEFAULT, self._view_of_default)

    @property
    def default(self) -> WeChat:
        """Return the world of all who name none, begun again if it is gone."""
        default = self._view_of_default
        birth = default.births.get(DEFAULT)
        if birth is None or not birth.begun:
            if birth is None and not self._here.together:
                # Redis was started again without its data, say.
                logger.warning("The store was emptied; the worlds in it begin anew.")
            self._settle_slowly(DEFAULT, default, birth)
        return default

    def any_named(self) -> bool:
        """Say whether there is any world beside the default one."""
        return self._names.holds_any()

    def named(self, name: str) -> WeChat:
        """Return the world of this name; raises ControlError if it cannot be one."""
        if name == DEFAULT:
            return self.default
        view = self._views.get(name)
        if view is not None:
            self._settle(name, view)
            return view
        refuse_unless_name(name)
        view = self._view(name)
        self._settle(name, view)
        if len(self._views) >= _MOST_VIEWS:
            # Nobody tells this process which of them another one has ended.
            self._names_by_number, self._views = {}, {}
        self._names_by_number[world_number(name)] = name
        return self._views.setdefault(name, view)

    def of(self, texts: Iterable[str]) -> WeChat | None:
        """Return the named world that the first of these ids to carry one carries.

        Of a world that was met here it is asked whether it still is; the list of worlds
        is asked of others only, for in a cluster it lies elsewhere.
        """
        if not self._views:
            return super().of(texts)
        told = list(texts)
        for text in told:
            met = [each for each in numbers_in(text) if self._is_met(each)]
            if not met:
                break
            found = self._still(met[0])
            if found is not None:
                return found
        return super().of(told)

    def reset(self, name: str | None = None) -> None:
        """Bring one world back to its start; without a name, all there is."""
        if name == DEFAULT:
            self._restart_default()
            return
        for each in self._registered() if name is None else [name]:
            self._end(each)
        if name is None:
            self._restart_default()

    def check(self) -> None:
        """See that the depot answers; raises StoreError."""
        self._view_of_default.births.get(DEFAULT)

    def together(self, call: Callable[[], T]) -> T:
        """Answer a call that waits for nobody; raises AloneError if it would."""
        here = self._here

        def alone() -> tuple[T, tuple[Exchange, ...]]:
            # Once more, perhaps, or by another thread: what was heard before did not
            # happen, or is somebody else's.
            here.together, here.heard = True, ()
            try:
                return call(), here.heard
            finally:
                here.together = False

        answer, heard = self._depot.together(alone)
        for exchange in heard:
            super().tell(exchange)
        return answer

    def tell(self, exchange: Exchange) -> None:
        """Tell whoever listens, once the call has happened."""
        if self._here.together:
            self._here.heard += (exchange,)
        else:
            super().tell(exchange)

    def close(self) -> None:
        """Let go of what the depot holds open; the worlds can be used again."""
        self._depot.close()

    # -- what Worlds asks -----------------------------------------------------------

    def _all_named(self) -> list[WeChat]:
        return [self.named(name) for name in self._registered()]

    def _of_number(self, number: int) -> WeChat | None:
        if number == DEFAULT_WORLD:
            return None
        name = self._names.get(str(number))
        return None if name is None else self.named(name)

    # -- what was met here ----------------------------------------------------------

    def _is_met(self, number: int) -> bool:
        return number == DEFAULT_WORLD or number in self._names_by_number

    def _still(self, number: int) -> WeChat | None:
        """Return a named world that was met here, unless it was ended."""
        if number == DEFAULT_WORLD:
            return None
        name = self._names_by_number.get(number, "")
        view = self._views.get(name)
        if view is None:
            return None
        if view.births.get(name) is None:
            self._part_from(name)
            return None
        self._settle(name, view)
        return view

    def _part_from(self, name: str) -> None:
        self._names_by_number.pop(world_number(name), None)
        self._views.pop(name, None)

    # -- beginning and ending -------------------------------------------------------

    def _registered(self) -> list[str]:
        return sorted(name for _, name in self._names.scan())

    def _settle(self, name: str, world: View) -> None:
        """See that a world has begun; wait for whoever begins or ends it just now."""
        birth = world.births.get(name)
        if birth is None or not birth.begun:
            self._settle_slowly(name, world, birth)

    def _settle_slowly(self, name: str, world: View, birth: Birth | None) -> None:
        if self._here.together:
            # Whoever is at it waits for us.
            raise AloneError
        wait, pause = _Wait(), threading.Event()
        while birth is None or not birth.begun:
            if birth is None or wait.is_in_vain(birth):
                claim = _claim(name, world, birth)
                if claim is not None and self._begin_in(name, world, claim):
                    return
            pause.wait(_POLL_SECONDS)
            birth = world.births.get(name)

    def _begin_in(self, name: str, world: View, claim: Birth) -> bool:
        """Begin a world that was claimed; give the claim back if that fails.

        False if it took so long that somebody else has claimed it meanwhile.
        """
        try:
            if name != DEFAULT:
                refuse_one_more(len(self._registered()))
                self._names.put(str(world_number(name)), name)
            world.restart()
            return world.births.swap(name, claim, replace(claim, begun=True, by=""))
        except Exception:
            with suppress(StoreError):
                world.unbegin()
            raise

    def _restart_default(self) -> None:
        """Begin the default world anew; nobody sees it half way."""
        default = self._view_of_default
        while True:
            self._settle(DEFAULT, default)
            known = default.births.get(DEFAULT)
            # Not begun: somebody else was faster, and is at it.
            if known is None or not known.begun:
                continue
            claim = _claim(DEFAULT, default, known)
            if claim is not None and self._begin_in(DEFAULT, default, claim):
                return

    def _end(self, name: str) -> None:
        """End a named world; who mentions it later begins another one."""
        world = self._views.get(name) or self._view(name)
        known = world.births.get(name)
        while known is not None and known.begun:
            if _claim(name, world, known) is not None:
                self._part_from(name)
                world.forget()
                self._names.delete(str(world_number(name)))
                world.unbegin()
                return
            known = world.births.get(name)

    def _view(self, name: str) -> View:
        number = world_number(name)
        return View(self._here, self.settings, self._depot, number, self._people)

    def _refuse_other_seed(self) -> None:
        """Refuse a depot whose ids and people come from another seed."""
        ours = str(self.settings.people_seed)
        if self._seeds.add("people", ours):
            return
        theirs = self._seeds.get("people") or ours
        if theirs != ours:
            raise StoreError(
                f"the store was begun with --seed {theirs}, not {ours}: its people and "
                "openids are others; give that seed, or another store.",
                f"该存储是用 --seed {theirs} 建立的，不是 {ours}："
                "其中的用户和 openid 不同；请给出那个种子，或换一个存储。",
            )


class _Wait:
    """How long somebody waits already for one who begins or ends a world."""

    def __init__(self) -> None:
        self._birth: Birth | None = None
        self._since = self._looked = 0

    def is_in_vain(self, birth: Birth) -> bool:
        """Say whether that one was killed amid it, and left something by halves."""
        now = monotonic_ns()
        if birth != self._birth:
            self._birth, self._since, self._looked = birth, now, now
        if now - self._looked > _LOOK_SECONDS * 1e9:
            self._looked = now
            if pulse.is_over(birth.by):
                return True
        return now - self._since > PATIENCE_SECONDS * 1e9


def _claim(name: str, world: View, known: Birth | None) -> Birth | None:
    """Take on the work that a world needs; None if somebody else did."""
    if known is None:
        claim = Birth(begun=False, by=pulse.own())
        return claim if world.births.add(name, claim) else None
    claim = Birth(begun=False, attempt=known.attempt + 1, by=pulse.own())
    return claim if world.births.swap(name, known, claim) else None
