"""The current session key of each person and app, and those that came before it.

The current key is one record: whoever changes it swaps it, so two logins at the same
moment never both win, and the loser decides again from what the winner left.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator

from mockwx.domain.handset import DEFAULT_DEVICE
from mockwx.domain.session import Policy
from mockwx.domain.session import SessionKey
from mockwx.store.base import Store
from mockwx.store.ledger import BOUND
from mockwx.store.tables import Table
from mockwx.store.tables import Trail


class Sessions:
    """Session keys by owner, the pair of appid and person."""

    def __init__(
        self, store: Store, *, too_old: Callable[[int], bool] = lambda at: False
    ) -> None:
        """Forget keys that were replaced too long ago."""
        self._current: Table[SessionKey] = Table(store, "session_keys")
        self._past: Trail[SessionKey] = Trail(
            store,
            "past_session_keys",
            bound=BOUND,
            too_old=lambda key: too_old(key.superseded_at or key.created_at),
        )
        self._devices: Table[int] = Table(store, "device_logins")

    def current(self, owner: str) -> SessionKey | None:
        """Return the latest key, live or not."""
        return self._current.get(owner)

    def change(
        self, owner: str, decide: Callable[[SessionKey | None], SessionKey]
    ) -> SessionKey:
        """Replace the current key by what `decide` makes of it; return the new one.

        `decide` may be called again when another thread was faster.
        """
        old, new = self._current.change(owner, decide)
        if old is not None and new.number != old.number:
            self._past.append(owner, old.superseded(new.created_at))
        return new

    def keep_alive(self, owner: str, now: int, policy: Policy) -> SessionKey | None:
        """Return the live key, its life extended by the policy, or None."""
        while True:
            current = self._current.get(owner)
            if current is None or not current.live(now):
                return None
            extended = current.extended(now, policy)
            if extended is current or self._current.swap(owner, current, extended):
                return extended

    def end(self, owner: str, now: int) -> None:
        """End the life of the current key, if there is one."""
        while (current := self._current.get(owner)) is not None and current.live(now):
            if self._current.swap(owner, current, current.expired(now)):
                return

    def history(self, owner: str) -> list[SessionKey]:
        """Return every key of the owner that is remembered, oldest first."""
        keys = sorted(self._past.all(owner), key=lambda key: key.number)
        current = self._current.get(owner)
        return [*keys, current] if current else keys

    def sweep(self) -> Iterator[None]:
        """Remove keys that were replaced too long ago, one a step."""
        return self._past.sweep()

    def owners(self) -> list[str]:
        """Return everybody who ever had a key."""
        return [owner for owner, _ in self._current.items()]

    def device_login(self, owner: str, device: str) -> int | None:
        """Return the login state that one phone has seen latest, by its number."""
        return self._devices.get(_phone(owner, device))

    def remember_login(self, owner: str, device: str, login_number: int) -> None:
        """Record what `wx.checkSession` on one phone speaks of, unless it is older."""

        def later(known: int | None) -> int:
            return login_number if known is None or known < login_number else known

        self._devices.change(_phone(owner, device), later)


def _phone(owner: str, device: str) -> str:
    # Most people have one phone: the key they are known by already does for it.
    return owner if device == DEFAULT_DEVICE else f"{owner}/{device}"
