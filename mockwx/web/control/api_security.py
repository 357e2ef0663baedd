"""The keys of the signed and encrypted server API, as the console registers them."""

from flask import Blueprint
from flask import Response

from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_body
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
def register_keys(appid: str) -> Response:
    """Register an app's keys; from now on its calls must be signed."""
    return reply(current_wechat().api_security.register(appid, read_body()))


@blueprint.delete("")
def forget_keys(appid: str) -> Response:
    """Remove an app's keys."""
    current_wechat().api_security.forget(appid)
    return reply(DONE)
