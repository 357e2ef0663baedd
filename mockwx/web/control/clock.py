"""The mock's time: read, advance, freeze, resume."""

from typing import cast

from flask import Blueprint
from flask import Response

from mockwx.clock import LATEST
from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_fields
from mockwx.web.control.question import refuse_fields
from mockwx.web.control.reply import reply


blueprint = Blueprint("clock", __name__, url_prefix="/clock")

_SECOND = control.whole(at_most=LATEST)


@blueprint.get("")
def show_clock() -> Response:
    """Tell the mock's time."""
    clock = current_wechat().clock
    return reply({"now": clock.now(), "frozen": clock.frozen})


@blueprint.post("/advance")
def advance() -> Response:
    """Move time on by some seconds."""
    fields = read_fields({"seconds": _SECOND}, required=("seconds",))
    try:
        current_wechat().clock.advance(cast("int", fields["seconds"]))
    except ValueError as error:
        raise ControlError(
            "unprocessable",
            f"{error}.",
            f"时间超出范围：时钟最多走到 {LATEST}（2106 年）。",
            field="seconds",
        ) from None
    return show_clock()


@blueprint.post("/freeze")
def freeze() -> Response:
    """Stop time, now or at a given second."""
    fields = read_fields({"at": control.optional(_SECOND)})
    current_wechat().clock.freeze(cast("int | None", fields.get("at")))
    return show_clock()


@blueprint.post("/resume")
def resume() -> Response:
    """Let time run on from where it stands."""
    refuse_fields()
    current_wechat().clock.resume()
    return show_clock()
