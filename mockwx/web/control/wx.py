"""The phone's door: what the WeChat app does on a person's phone."""

from collections.abc import Mapping

from flask import Blueprint
from flask import Response

from mockwx.domain.fault import PHONE_PREFIX
from mockwx.domain.handset import DEFAULT_USER
from mockwx.domain.open_data import to_json
from mockwx.web.context import current_waiting_room
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_body
from mockwx.web.control.reply import reply
from mockwx.web.recording import append_phone_step
from mockwx.wechat import WeChat


blueprint = Blueprint("wx", __name__, url_prefix="/wx")


@blueprint.post("/<api>")
def play(api: str) -> Response:
    """Play a wx call; answer the object that `success` or `fail` gets."""
    wechat, body = current_wechat(), read_body()
    variant = _strike_fault(wechat, api, body) if wechat.faults.any_armed() else None
    return reply(played(wechat, api, body, variant=variant))


def played(
    wechat: WeChat, api: str, body: Mapping[str, object], *, variant: str | None = None
) -> Mapping[str, object]:
    """Play a wx call and write it into the journal; return its answer."""
    answer = wechat.device.answer(api, body, variant=variant)
    appid, user = _whose(wechat, body)
    append_phone_step(
        wechat,
        api=f"{PHONE_PREFIX}{api}",
        body=to_json(body).encode(errors="replace"),
        answer=to_json(answer).encode(),
        appid=appid,
        user=user,
    )
    return answer


def _whose(wechat: WeChat, body: Mapping[str, object]) -> tuple[str, str]:
    appid = body.get("appid", wechat.device.default_appid)
    return str(appid), str(body.get("user", DEFAULT_USER))


def _strike_fault(wechat: WeChat, api: str, body: Mapping[str, object]) -> str | None:
    """Let an armed fault happen; return the variant its payload shall be."""
    appid, user = _whose(wechat, body)
    fault = wechat.faults.strike(path=f"{PHONE_PREFIX}{api}", appid=appid, user=user)
    if fault is None:
        return None
    if fault.effect.delay_ms:
        current_waiting_room().linger(fault.effect.delay_ms / 1000)
    if fault.effect.session is not None:
        wechat.world.disturb(fault.effect.session, appid, user)
    return fault.effect.payload
