"""What callers hear while the store is out of reach: WeChat's -1, and 503 from us."""

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


def unavailable(error: StoreError, path: str, settings: Settings) -> Reply:
    """Answer a call of which nothing could be done, with or without Flask."""
    complain(error)
    if path == CONTROL or path.startswith(f"{CONTROL}/"):
        told = {
            "code": STORE_UNAVAILABLE,
            "message": error.message,
            "message_zh": error.message_zh,
            "field": None,
        }
        lives = health_of(settings) | _UNWELL if path == PATH else {}
        return replace(written({**lives, "error": told}), status=503)
    return system_error(path, settings)


def system_error(path: str, settings: Settings) -> Reply:
    """Answer -1, of which nothing else is known: no rid, and no record."""
    kind = content_type(path.split("/", 2)[1], settings)
    body = b'{"errcode":-1,"errmsg":"system error"}'
    return Reply(200, kind, body, errcode=-1)
