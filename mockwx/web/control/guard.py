"""Who may drive the mock: its own machine, or who knows the token; no foreign page."""

import hmac

from flask import Response
from flask import request

from mockwx.config import Settings
from mockwx.web.context import current_worlds
from mockwx.web.control.health import PATH as HEALTH
from mockwx.web.control.hosts import is_own_host
from mockwx.web.control.hosts import is_own_origin
from mockwx.web.control.reply import error_reply


def refuse_strangers() -> Response | None:
    """Refuse a foreign Host or Origin, and a missing token where one is needed."""
    refused = refuse_foreigners()
    if refused is not None:
        return refused
    settings = current_worlds().settings
    if request.path == HEALTH or not needs_token(settings):
        return None
    return _refuse_without_token(settings)


def refuse_foreigners() -> Response | None:
    """Refuse a foreign Host or Origin: no other page may drive the mock."""
    settings = current_worlds().settings
    host = request.headers.get("Host", "")
    if host and not is_own_host(host, settings):
        return error_reply(
            403,
            "forbidden",
            f"the Host {host!r} is not this server's; use its own name or 127.0.0.1.",
            f"Host {host!r} 不是本服务器；请使用其自身名称或 127.0.0.1。",
            field="Host",
        )
    origin = request.headers.get("Origin")
    if origin is not None and not is_own_origin(origin, host):
        return error_reply(
            403,
            "forbidden",
            f"the Origin {origin!r} is foreign; only the mock's own page may call.",
            f"Origin {origin!r} 来自其他网站；只有本服务器自己的页面可以调用。",
            field="Origin",
        )
    return None


def needs_token(settings: Settings) -> bool:
    """Tell whether others than this machine can reach the server."""
    return not settings.on_loopback


def _refuse_without_token(settings: Settings) -> Response | None:
    sent = request.headers.get("Authorization", "").encode("utf-8", "replace")
    expected = f"Bearer {settings.token}".encode()
    if hmac.compare_digest(sent, expected):
        return None
    response = error_reply(
        401,
        "unauthorized",
        "send the header 'Authorization: Bearer TOKEN' with the server's token.",
        "请携带请求头 'Authorization: Bearer TOKEN'（服务器启动时给出的 token）。",
        field="Authorization",
    )
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
