"""The hottest calls, answered before Flask is asked: the same hooks, the same services.

Flask costs more than all the rest of such a call. What is unusual in any way goes
through to Flask, untouched; a differential test holds both to the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING
from typing import TypeAlias

from mockwx.domain.control import ControlError
from mockwx.store.base import AloneError
from mockwx.store.base import StoreError
from mockwx.web import interfaces
from mockwx.web.api.access_token import get_access_token
from mockwx.web.api.phone_number import get_phone_number
from mockwx.web.api.user_login import code2session
from mockwx.web.api_security import HEADERS
from mockwx.web.call import Reply
from mockwx.web.call import View
from mockwx.web.control.body import parse_body
from mockwx.web.control.health import PATH as HEALTH
from mockwx.web.control.health import health_of
from mockwx.web.control.hosts import is_own_host
from mockwx.web.control.playing import played
from mockwx.web.control.written import written
from mockwx.web.hearing import call_of
from mockwx.web.hooks import hooked
from mockwx.web.interfaces import Interface
from mockwx.web.unavailable import stumbled
from mockwx.web.unavailable import unavailable
from mockwx.worlds import DEFAULT
from mockwx.worlds import Worlds


if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIApplication
    from _typeshed.wsgi import WSGIEnvironment

    Lane: TypeAlias = Callable[[WSGIEnvironment, bytes], Reply | None]
    """Answers a call with its body, or leaves it to Flask."""

logger = logging.getLogger(__name__)

HOTTEST: Mapping[Interface, View] = {
    interfaces.CODE2SESSION: code2session,
    interfaces.GET_ACCESS_TOKEN: get_access_token,
    interfaces.GET_PHONE_NUMBER: get_phone_number,
}
ON_THE_PHONE = (
    "login",
    "checkSession",
    "getUserInfo",
    "getUserProfile",
    "getPhoneNumber",
)
PHONE_DOOR = "/_mockwx/api/wx/"
_LARGEST_BODY = 4096
_STATUS = {
    200: "200 OK",
    500: "500 INTERNAL SERVER ERROR",
    503: "503 SERVICE UNAVAILABLE",
}
"""As Flask writes them."""


class FastLane:
    """A WSGI app in front of Flask's."""

    def __init__(
        self, through: WSGIApplication, worlds: Worlds, *, answers_health: bool = False
    ) -> None:
        self._through = through
        self._worlds = worlds
        self._settings = worlds.settings
        # Elsewhere a token is needed, which the guard asks for.
        self._open = self._settings.on_loopback
        self._lanes: dict[tuple[str, str], Lane] = {
            **{(each.method, each.path): self._lane(each) for each in HOTTEST},
            **{("POST", PHONE_DOOR + api): self._wx(api) for api in ON_THE_PHONE},
        }
        if answers_health:
            # Not hot, but asked before anything else, when Flask is not there yet.
            self._lanes["GET", HEALTH] = self._health

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        lane = self._lanes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if lane is None or "HTTP_TRANSFER_ENCODING" in environ:
            return self._through(environ, start_response)
        said = environ.get("CONTENT_LENGTH") or "0"
        length = int(said) if said.isdecimal() else _LARGEST_BODY + 1
        if length > _LARGEST_BODY:
            return self._through(environ, start_response)
        body = environ["wsgi.input"].read(length) if length else b""
        # A shorter body is a caller that went away: Flask knows what becomes of it.
        reply = self._reply(lane, environ, body) if len(body) == length else None
        if reply is None:
            environ["wsgi.input"] = BytesIO(body)
            return self._through(environ, start_response)
        headers = [("Content-Type", reply.content_type), *reply.headers]
        headers.append(("Content-Length", str(len(reply.body))))
        start_response(_STATUS[reply.status], headers)
        # A list, which Granian sends with the headers; any other iterable is a stream
        # to it, fetched piece by piece.
        return [reply.body]

    def _reply(self, lane: Lane, environ: WSGIEnvironment, body: bytes) -> Reply | None:
        try:
            return self._worlds.together(partial(lane, environ, body))
        except AloneError:
            # Nothing was done, for a world begins or ends just now: Flask waits for it.
            return None
        except StoreError as error:
            # Never once more through Flask: half of it may be done.
            return unavailable(error, environ["PATH_INFO"], self._settings)
        except Exception:
            # A bug of ours, met before or after the call was done: once is enough.
            logger.exception("A bug in the fast lane of %s", environ["PATH_INFO"])
            return stumbled(environ["PATH_INFO"], self._settings)

    def _lane(self, interface: Interface) -> Lane:
        """Make the lane of one of WeChat's interfaces."""
        answer = hooked(interface, HOTTEST[interface], fair_weather=True)
        worlds = self._worlds

        def lane(environ: WSGIEnvironment, body: bytes) -> Reply | None:
            if interface.signable and any(name in environ for name in HEADERS):
                return None
            try:
                call = call_of(interface, environ, body, worlds)
            except ControlError:
                # Its world cannot begin: Flask says so in its own words.
                return None
            if call.wechat.faults.any_armed():
                return None
            return answer(call)

        return lane

    def _wx(self, api: str) -> Lane:
        """Make the lane of a wx call."""
        named = self._worlds.named

        def lane(environ: WSGIEnvironment, body: bytes) -> Reply | None:
            if environ.get("QUERY_STRING") or not self._is_at_home(environ):
                return None
            try:
                wechat = named(environ.get("HTTP_X_MOCKWX_WORLD", DEFAULT))
                if wechat.faults.any_armed():
                    return None
                return played(wechat, api, parse_body(body), body)
            except ControlError:
                # Refused before anything happened: Flask says so in its own words.
                return None

        return lane

    def _health(self, environ: WSGIEnvironment, body: bytes) -> Reply | None:
        """Say that the mock answers, in no world in particular."""
        if environ.get("QUERY_STRING") or "HTTP_X_MOCKWX_WORLD" in environ:
            return None
        if not self._is_at_home(environ):
            return None
        self._worlds.check()
        return written(health_of(self._settings))

    def _is_at_home(self, environ: WSGIEnvironment) -> bool:
        """Say whether the caller is somebody of whom the guard need not be asked."""
        if "HTTP_ORIGIN" in environ or not self._open:
            return False
        return is_own_host(environ.get("HTTP_HOST", ""), self._settings)
