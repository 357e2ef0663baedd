"""The mock's time: read, advance, freeze, resume."""

from typing import cast

from flask import Blueprint
from flask import Response

from mockwx.clock import LATEST
from mockwx.domain import control
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_fields
from mockwx.web.control.question import refuse_fields
from mockwx.web.control.question import takes
from mockwx.web.control.reply import reply


blueprint = Blueprint("clock", __name__, url_prefix="/clock")

_SECOND = control.whole(at_most=LATEST)


@blueprint.get("")
def show_clock() -> Response:
    """Tell the mock's time."""
    return reply(current_wechat().world.clock_state())


@blueprint.post("/advance")
@takes(fields={"seconds": _SECOND}, required=("seconds",))
def advance() -> Response:
    """Move time on by some seconds."""
    seconds = cast("int", read_fields()["seconds"])
    return reply(current_wechat().world.advance(seconds))


@blueprint.post("/freeze")
@takes(fields={"at": control.optional(_SECOND)})
def freeze() -> Response:
    """Stop time, now or at a given second."""
    at = cast("int | None", read_fields().get("at"))
    return reply(current_wechat().world.freeze(at))


@blueprint.post("/resume")
def resume() -> Response:
    """Let time run on from where it stands."""
    refuse_fields()
    return reply(current_wechat().world.resume())
