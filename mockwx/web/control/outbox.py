"""The outbox: the subscribe messages that people got."""

from flask import Blueprint
from flask import Response
from flask import request

from mockwx.domain.subscribe_message import Message
from mockwx.web.context import current_wechat
from mockwx.web.control.question import takes
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import reply


blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")


@blueprint.get("")
@takes("appid", "user", "template_id")
def list_messages() -> Response:
    """List the messages that match, oldest first."""
    found = current_wechat().subscribe_message.outbox()
    return reply({"messages": [each.as_json() for each in found if _matches(each)]})


@blueprint.delete("")
def clear_messages() -> Response:
    """Forget every message."""
    current_wechat().subscribe_message.clear_outbox()
    return reply(DONE)


def _matches(message: Message) -> bool:
    wanted = request.args
    return (
        wanted.get("appid") in (None, message.appid)
        and wanted.get("user") in (None, message.user)
        and wanted.get("template_id") in (None, message.template_id)
    )
