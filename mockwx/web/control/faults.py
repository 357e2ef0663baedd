"""Bad weather: list, arm, disarm."""

from difflib import get_close_matches

from flask import Blueprint
from flask import Response

from mockwx.domain import control
from mockwx.domain import fault
from mockwx.domain.fault import PHONE_PREFIX
from mockwx.services.device import CALLS
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_body
from mockwx.web.control.question import takes
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import reply
from mockwx.web.interfaces import INTERFACES


blueprint = Blueprint("faults", __name__, url_prefix="/faults")


@blueprint.get("")
def list_faults() -> Response:
    """List what is armed, and how often each met and struck a call."""
    armed = current_wechat().faults.list()
    return reply({"faults": [each.as_json() for each in armed]})


@blueprint.post("")
@takes(fields=fault.FIELDS, required=fault.REQUIRED)
def arm_fault() -> Response:
    """Arm a fault."""
    body = read_body()
    _refuse_unknown_path(body.get("match"))
    return reply(current_wechat().faults.arm(body).as_json(), 201)


@blueprint.delete("")
def disarm_all() -> Response:
    """Disarm every fault."""
    current_wechat().faults.disarm_all()
    return reply(DONE)


@blueprint.delete("/<fault_id>")
def disarm_fault(fault_id: str) -> Response:
    """Disarm one fault."""
    current_wechat().faults.disarm(fault_id)
    return reply(DONE)


def _refuse_unknown_path(match: object) -> None:
    """Refuse a path that nobody can call: a fault there would wait for ever."""
    path = match.get("path") if isinstance(match, dict) else None
    if not isinstance(path, str) or path in _PATHS:
        return
    near = get_close_matches(path, _PATHS, n=1)
    control.refuse(
        "path",
        "a path of `mockwx routes` or a wx call such as 'wx.login'"
        + (f", perhaps {near[0]!r}" if near else ""),
        " `mockwx routes` 列出的路径，或 'wx.login' 这样的 wx 接口"
        + (f"，例如 {near[0]!r}" if near else ""),
    )


_PATHS = (
    *(each.path for each in INTERFACES),
    *(f"{PHONE_PREFIX}{api}" for api in CALLS),
)
