"""The app factory: wires everything, decides nothing."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from functools import lru_cache
from typing import Any

from flask import Flask
from flask import Response
from flask import request
from flask.sessions import NullSession
from flask.sessions import SessionInterface
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as BaseResponse

from mockwx.clock import SteppedClock
from mockwx.config import Settings
from mockwx.domain.control import ControlError
from mockwx.entropy import Entropy
from mockwx.front import open_worlds
from mockwx.store.base import Store
from mockwx.store.base import StoreError
from mockwx.web import endpoints
from mockwx.web import gateway
from mockwx.web import inspector
from mockwx.web.context import EXTENSION
from mockwx.web.context import WAITING_ROOM
from mockwx.web.context import current_worlds
from mockwx.web.control import door as control
from mockwx.web.control.errors import http_error_reply
from mockwx.web.control.reply import control_error_reply
from mockwx.web.door import respond
from mockwx.web.fast_lane import FastLane
from mockwx.web.unavailable import unavailable
from mockwx.web.waiting import WaitingRoom
from mockwx.worlds import Worlds


BLUEPRINTS = (endpoints.blueprint, control.blueprint, inspector.blueprint)

# Where blueprints leave what happens around views.
_AROUND = (
    "error_handler_spec",
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
    "url_default_functions",
    "url_value_preprocessors",
)


def create_app(
    settings: Settings | None = None,
    *,
    store: Store | None = None,
    clock: SteppedClock | None = None,
    entropy: Entropy | None = None,
) -> Flask:
    """Make the mock as a Flask app, which answers in process or behind any server."""
    worlds = open_worlds(
        settings or Settings(), store=store, clock=clock, entropy=entropy
    )
    app = app_of(worlds)
    app.wsgi_app = FastLane(app.wsgi_app, worlds)  # type: ignore[method-assign]  # Flask's own way
    return app


def app_of(worlds: Worlds) -> Flask:
    """Make the app of some worlds, without the fast lane."""
    app = _Mock("mockwx", static_folder=None, template_folder=None)
    app.adopt(_routed())
    app.config["MAX_CONTENT_LENGTH"] = worlds.settings.max_body
    app.extensions[EXTENSION] = worlds
    app.extensions[WAITING_ROOM] = WaitingRoom()
    return app


def _refuse(error: HTTPException) -> Response:
    """Answer what no view takes: in JSON on our side, as a gateway on WeChat's."""
    path = request.path
    if path == control.PREFIX or path.startswith(f"{control.PREFIX}/"):
        return http_error_reply(error)
    return gateway.refuse(error)


def _say_unavailable(error: StoreError) -> Response:
    """Answer what cannot be answered without the store."""
    return respond(unavailable(error, request.path, current_worlds().settings))


def _build_no_url(rule: Rule, **values: object) -> tuple[str, str]:
    """Build nothing: nobody asks the mock for a URL."""
    return "", ""


@lru_cache(maxsize=1024)
def _parts_of_fixed(path: str) -> tuple[RulePart, ...]:
    """Parse a path without variables, which means the same in every app."""
    rule = Rule(path)
    rule._trace = []
    return tuple(rule._parse_rule(path))


class _MatchingRule(Rule):
    """A rule that only matches: to compile it all would be most of an app's start."""

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        return super()._parse_rule(rule) if "<" in rule else _parts_of_fixed(rule)

    def _compile_builder(
        self, append_unknown: bool = True
    ) -> Callable[..., tuple[str, str]]:
        return _build_no_url


class _NoSessions(SessionInterface):
    """Spare each request the cookie session that nobody uses."""

    _null = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return self._null

    def save_session(
        self, app: Flask, session: Mapping[str, Any], response: BaseResponse
    ) -> None:
        """Save nothing."""


class _Mock(Flask):
    """Flask without what a mock has no use for."""

    url_rule_class = _MatchingRule
    session_interface = _NoSessions()
    shares_routes = False

    def adopt(self, other: "_Mock") -> None:
        """Answer as another app does; its routes are shared, for they are only read."""
        self.url_map = other.url_map
        self.shares_routes = True
        self.blueprints = dict(other.blueprints)
        self.view_functions = dict(other.view_functions)
        for name in _AROUND:
            setattr(self, name, deepcopy(getattr(other, name)))

    def add_url_rule(self, *given: Any, **named: Any) -> None:
        """Add a route to this app and to no other."""
        if self.shares_routes:
            rules = [rule.empty() for rule in self.url_map.iter_rules()]
            self.url_map = Map(rules, merge_slashes=False)
            self.shares_routes = False
        super().add_url_rule(*given, **named)


@cache
def _routed() -> _Mock:
    """Register what every app has: to do it for each would be most of its start."""
    app = _Mock("mockwx", static_folder=None, template_folder=None)
    app.url_map.merge_slashes = False
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _refuse)
    app.register_error_handler(StoreError, _say_unavailable)
    # A call to WeChat that asks for a world which cannot begin.
    app.register_error_handler(ControlError, control_error_reply)
    return app
