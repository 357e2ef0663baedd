"""The mock's time: read, advance, freeze, resume."""

from typing import cast

from flask import Blueprint
from flask import Response

from mockwx.clock import LATEST
from mockwx.domain import control
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_fields
from mockwx.web.control.question import refuse_fields
from mockwx.web.control.reply import reply


blueprint = Blueprint("clock", __name__, url_prefix="/clock")

_SECOND = control.whole(at_most=LATEST)


@blueprint.get("")
def show_clock() -> Response:
    """Tell the mock's time."""
    return reply(current_wechat().world.clock_state())


@blueprint.post("/advance")
def advance() -> Response:
    """Move time on by some seconds."""
    fields = read_fields({"seconds": _SECOND}, required=("seconds",))
    return reply(current_wechat().world.advance(cast("int", fields["seconds"])))


@blueprint.post("/freeze")
def freeze() -> Response:
    """Stop time, now or at a given second."""
    fields = read_fields({"at": control.optional(_SECOND)})
    return reply(current_wechat().world.freeze(cast("int | None", fields.get("at"))))


@blueprint.post("/resume")
def resume() -> Response:
    """Let time run on from where it stands."""
    refuse_fields()
    return reply(current_wechat().world.resume())
