"""A whole world as JSON, and back."""

from flask import Blueprint
from flask import Response
from flask import request

from mockwx import snapshot
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_body
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import reply


blueprint = Blueprint("snapshot", __name__, url_prefix="/snapshot")

LARGEST = 268_435_456
"""Bytes: a state may be larger than any call to WeChat."""


@blueprint.get("")
def take_snapshot() -> Response:
    """Return everything that this world remembers, its secrets included."""
    return reply(snapshot.take(current_wechat()))


@blueprint.put("")
def restore_snapshot() -> Response:
    """Put this world back where a snapshot was taken."""
    request.max_content_length = LARGEST
    snapshot.restore(current_wechat(), read_body())
    return reply(DONE)
