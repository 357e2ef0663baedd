"""The phone's door: what the WeChat app does on a person's phone."""

from flask import Blueprint
from flask import Response

from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_body
from mockwx.web.control.reply import reply


blueprint = Blueprint("wx", __name__, url_prefix="/wx")


@blueprint.post("/<api>")
def play(api: str) -> Response:
    """Play a wx call; answer the object that `success` or `fail` gets."""
    return reply(current_wechat().device.answer(api, read_body()))
