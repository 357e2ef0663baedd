"""The worlds of the current app, and the one behind the current control call."""

from typing import cast

from flask import current_app
from flask import g

from mockwx.web.waiting import WaitingRoom
from mockwx.wechat import WeChat
from mockwx.worlds import Worlds


EXTENSION = "mockwx"
WAITING_ROOM = "mockwx.waiting_room"
WORLD_HEADER = "X-Mockwx-World"


def current_worlds() -> Worlds:
    """Return every world of the current app."""
    return cast("Worlds", current_app.extensions[EXTENSION])


def current_waiting_room() -> WaitingRoom:
    """Return where the callers of the current app wait."""
    return cast("WaitingRoom", current_app.extensions[WAITING_ROOM])


def enter(wechat: WeChat) -> None:
    """Work in this world for the rest of the request."""
    g.wechat = wechat


def current_wechat() -> WeChat:
    """Return the world that the current control call works in."""
    entered = g.get("wechat")
    return current_worlds().default if entered is None else cast("WeChat", entered)
