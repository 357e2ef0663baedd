"""What callers hear where nothing can be answered: WeChat's -1, 503 or 500 from us.

The store is out of reach, or a bug of ours was met.
"""

from __future__ import annotations

from dataclasses import replace

from mockwx.config import Settings
from mockwx.store.base import StoreError
from mockwx.web.call import Reply
from mockwx.web.control.complaints import complain
from mockwx.web.control.health import PATH
from mockwx.web.control.health import STORE_UNAVAILABLE
from mockwx.web.control.health import health_of
from mockwx.web.control.written import written
from mockwx.web.reply import content_type


CONTROL = "/_mockwx"

_UNWELL = {"status": STORE_UNAVAILABLE}
_INTERNAL = {
    "code": "internal",
    "message": "a bug in mockwx; its log has the traceback.",
    "message_zh": "mockwx 内部错误；详情见日志。",
    "field": None,
}


def unavailable(error: StoreError, path: str, settings: Settings) -> Reply:
    """Answer a call of which nothing could be done, with or without Flask."""
    complain(error)
    if _is_ours(path):
        told = {
            "code": STORE_UNAVAILABLE,
            "message": error.message,
            "message_zh": error.message_zh,
            "field": None,
        }
        lives = health_of(settings) | _UNWELL if path == PATH else {}
        return replace(written({**lives, "error": told}), status=503)
    return system_error(path, settings)


def stumbled(path: str, settings: Settings) -> Reply:
    """Answer a call over which we stumbled, with or without Flask."""
    if _is_ours(path):
        return replace(written({"error": _INTERNAL}), status=500)
    return system_error(path, settings)


def system_error(path: str, settings: Settings) -> Reply:
    """Answer -1, of which nothing else is known: no rid, and no record."""
    kind = content_type(path.split("/", 2)[1], settings)
    body = b'{"errcode":-1,"errmsg":"system error"}'
    return Reply(200, kind, body, errcode=-1)


def _is_ours(path: str) -> bool:
    return path == CONTROL or path.startswith(f"{CONTROL}/")
