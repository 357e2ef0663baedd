"""The mock as a database: mini programs, people, their sessions, and starting over."""

from flask import Blueprint
from flask import Response
from flask import request

from mockwx.config import DEFAULT_APPID
from mockwx.domain import control
from mockwx.domain.handset import DEFAULT_USER
from mockwx.domain.mini_program import FIELDS as MINI_PROGRAM_FIELDS
from mockwx.domain.payment import FIELDS as PAYMENT_FIELDS
from mockwx.services.world import MINI_PROGRAM_CHANGES
from mockwx.services.world import USER_CHANGES
from mockwx.services.world import USER_FIELDS
from mockwx.services.world import USER_REQUIRED
from mockwx.web.context import WORLD_HEADER
from mockwx.web.context import current_wechat
from mockwx.web.context import current_worlds
from mockwx.web.control.health import health_of
from mockwx.web.control.question import OWNER
from mockwx.web.control.question import query_flag
from mockwx.web.control.question import read_body
from mockwx.web.control.question import read_fields
from mockwx.web.control.question import read_owner
from mockwx.web.control.question import takes
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import reply


blueprint = Blueprint("world", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Say that the mock answers, which version it is, and where its doors are."""
    worlds = current_worlds()
    worlds.check()
    return reply(health_of(worlds.settings))


@blueprint.post("/reset")
@takes(fields={"world": control.text})
def reset() -> Response:
    """Go back to the start: one world if it is named, else all of them."""
    name = read_fields().get("world", request.headers.get(WORLD_HEADER))
    current_worlds().reset(None if name is None else str(name))
    return reply(DONE)


@blueprint.get("/mini_programs")
def list_mini_programs() -> Response:
    """List every mini program."""
    found = current_wechat().world.mini_programs()
    return reply({"mini_programs": [each.as_json() for each in found]})


@blueprint.post("/mini_programs")
@takes(fields=MINI_PROGRAM_FIELDS)
def add_mini_program() -> Response:
    """Add a mini program."""
    wechat = current_wechat()
    added = wechat.world.add_mini_program(read_body())
    wechat.message_push.settings_changed(added)
    return reply(added.as_json(), 201)


@blueprint.get("/mini_programs/<appid>")
def show_mini_program(appid: str) -> Response:
    """Show a mini program."""
    return reply(current_wechat().world.mini_program(appid).as_json())


@blueprint.patch("/mini_programs/<appid>")
@takes(fields=MINI_PROGRAM_CHANGES)
def change_mini_program(appid: str) -> Response:
    """Change some fields of a mini program."""
    wechat = current_wechat()
    changed = wechat.world.change_mini_program(appid, read_body())
    wechat.message_push.settings_changed(changed)
    return reply(changed.as_json())


@blueprint.post("/mini_programs/<appid>/authorizations")
@takes(fields={"component_appid": control.text}, required=("component_appid",))
def authorize_platform(appid: str) -> Response:
    """Let a third-party platform act for an app, as the app's administrator does."""
    component_appid = str(read_fields()["component_appid"])
    code = current_wechat().component_login.let_in(appid, component_appid)
    return reply(code.as_json(), 201)


@blueprint.delete("/mini_programs/<appid>")
def remove_mini_program(appid: str) -> Response:
    """Remove a mini program, and what its console knew."""
    wechat = current_wechat()
    wechat.api_security.forget(appid)
    wechat.world.remove_mini_program(appid)
    return reply(DONE)


@blueprint.get("/users")
def list_users() -> Response:
    """List every person who was mentioned so far."""
    found = current_wechat().world.users()
    return reply({"users": [each.as_json() for each in found]})


@blueprint.post("/users")
@takes(fields=USER_FIELDS, required=USER_REQUIRED)
def add_user() -> Response:
    """Add a person."""
    return reply(current_wechat().world.add_user(read_body()).as_json(), 201)


@blueprint.get("/users/<user>")
def show_user(user: str) -> Response:
    """Show a person."""
    return reply(current_wechat().world.user(user).as_json())


@blueprint.patch("/users/<user>")
@takes(fields=USER_CHANGES)
def change_user(user: str) -> Response:
    """Change some fields of a person."""
    wechat = current_wechat()
    before = wechat.world.user(user)
    changed = wechat.world.change_user(user, read_body())
    wechat.message_push.profile_changed(before, changed)
    return reply(changed.as_json())


@blueprint.delete("/users/<user>")
def remove_user(user: str) -> Response:
    """Forget a person."""
    current_wechat().world.remove_user(user)
    return reply(DONE)


@blueprint.post("/payments")
@takes(fields=PAYMENT_FIELDS)
def pay() -> Response:
    """Record that a person paid just now."""
    world = current_wechat().world
    made = world.pay(read_body(), appid=DEFAULT_APPID, user=DEFAULT_USER)
    return reply(made.as_json(), 201)


@blueprint.get("/sessions")
@takes("appid", "user", "reveal")
def show_sessions() -> Response:
    """Show every session_key, code and payload of a person in a mini program."""
    appid, user = read_owner()
    world = current_wechat().world
    return reply(world.sessions(appid, user, reveal=query_flag("reveal")))


@blueprint.post("/sessions/rotate")
@takes(fields=OWNER)
def rotate_session() -> Response:
    """Replace the session_key now."""
    appid, user = read_owner()
    return reply(current_wechat().world.rotate(appid, user))


@blueprint.post("/sessions/expire")
@takes(fields=OWNER)
def expire_session() -> Response:
    """End the session_key's life now."""
    appid, user = read_owner()
    return reply(current_wechat().world.expire(appid, user))
