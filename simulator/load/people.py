"""WeChat for one virtual person: everybody in a story is somebody of their own."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.ports import JsonObject
from simulator.ports import WeChat


_USER = "user"
_USERS = "users/"
# What a story reads and tells only to explain itself; a load has too many of them. The
# app is made known once in a worker.
_UNTOLD = ("exchanges", "trace", "sessions", "mini_programs")


class OwnPeople:
    """The WeChat port with names that no other virtual person has."""

    def __init__(self, wechat: WeChat, suffix: str) -> None:
        self._wechat = wechat
        self._suffix = suffix

    def call(self, api: str, arguments: Mapping[str, object]) -> JsonObject:
        """Call a wx API on this person's phone."""
        return self._wechat.call(api, self._own(arguments))

    def control(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> JsonObject:
        """Call the control API, but for the journal and the app."""
        if path in _UNTOLD:
            return {}
        if path.startswith(_USERS):
            path = f"{path}-{self._suffix}"
        return self._wechat.control(method, path, self._own(body or {}))

    def in_world(self, name: str) -> OwnPeople:
        """Return the same people in another world."""
        return OwnPeople(self._wechat.in_world(name), self._suffix)

    def _own(self, arguments: Mapping[str, object]) -> dict[str, object]:
        own = dict(arguments)
        if _USER in own:
            own[_USER] = f"{own[_USER]}-{self._suffix}"
        return own
