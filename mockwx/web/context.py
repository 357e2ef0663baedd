"""The world behind the current request."""

from typing import cast

from flask import current_app

from mockwx.wechat import WeChat


EXTENSION = "mockwx"


def current_wechat() -> WeChat:
    """Return the WeChat that the current app answers for."""
    return cast("WeChat", current_app.extensions[EXTENSION])
