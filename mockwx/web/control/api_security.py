"""The keys of the signed and encrypted server API, as the console registers them."""

from flask import Blueprint
from flask import Response

from mockwx.services.api_security import FIELDS
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_body
from mockwx.web.control.question import refuse_fields
from mockwx.web.control.question import takes
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import reply


blueprint = Blueprint(
    "api_security", __name__, url_prefix="/mini_programs/<appid>/api_security"
)


@blueprint.get("")
def show_keys(appid: str) -> Response:
    """Show an app's keys and the certificate that checks WeChat's answers."""
    return reply(current_wechat().api_security.show(appid))


@blueprint.put("")
@takes(fields=FIELDS)
def register_keys(appid: str) -> Response:
    """Register an app's keys; from now on its calls must be signed."""
    return reply(current_wechat().api_security.register(appid, read_body()))


@blueprint.delete("")
def forget_keys(appid: str) -> Response:
    """Remove an app's keys."""
    current_wechat().api_security.forget(appid)
    return reply(DONE)


@blueprint.post("/roll_over")
def roll_over(appid: str) -> Response:
    """Begin to change WeChat's certificate: answers are signed with both."""
    refuse_fields()
    return reply(current_wechat().api_security.roll_over(appid))


@blueprint.delete("/roll_over")
def end_roll_over(appid: str) -> Response:
    """End the change: only the new certificate is left."""
    return reply(current_wechat().api_security.end_roll_over(appid))
