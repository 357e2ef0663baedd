"""The phone's door: what the WeChat app does on a person's phone."""

from collections.abc import Mapping

from flask import Blueprint
from flask import Response
from flask import request

from mockwx.domain.fault import PHONE_PREFIX
from mockwx.web.context import current_waiting_room
from mockwx.web.context import current_wechat
from mockwx.web.control.playing import played
from mockwx.web.control.playing import whose
from mockwx.web.control.question import BODY
from mockwx.web.control.question import read_body
from mockwx.web.control.reply import sent
from mockwx.wechat import WeChat


blueprint = Blueprint("wx", __name__, url_prefix="/wx")


@blueprint.post("/<api>")
def play(api: str) -> Response:
    """Play a wx call; answer the object that `success` or `fail` gets."""
    wechat, body = current_wechat(), read_body()
    variant = _strike_fault(wechat, api, body) if wechat.faults.any_armed() else None
    wire = request.environ[BODY]
    return sent(played(wechat, api, body, wire, variant=variant))


def _strike_fault(wechat: WeChat, api: str, body: Mapping[str, object]) -> str | None:
    """Let an armed fault happen; return the variant its payload shall be."""
    appid, user = whose(wechat, body)
    fault = wechat.faults.strike(path=f"{PHONE_PREFIX}{api}", appid=appid, user=user)
    if fault is None:
        return None
    if fault.effect.delay_ms:
        current_waiting_room().linger(fault.effect.delay_ms / 1000)
    if fault.effect.session is not None:
        wechat.world.disturb(fault.effect.session, appid, user)
    return fault.effect.payload
