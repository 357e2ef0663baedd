"""Bad weather: list, arm, disarm."""

from flask import Blueprint
from flask import Response

from mockwx.domain import fault
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_body
from mockwx.web.control.question import takes
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import reply


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
    return reply(current_wechat().faults.arm(read_body()).as_json(), 201)


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
