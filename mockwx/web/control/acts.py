"""Acts on the mock, written into the journal so that a recording can tell them."""

from flask import Response
from flask import request

from mockwx.secrecy.lookout import LOOKOUT
from mockwx.store.base import StoreError
from mockwx.web.context import current_wechat
from mockwx.web.control.errors import store_error_reply
from mockwx.web.control.question import BODY
from mockwx.web.recording import append_act


# Resets leave no journal, and what is only read or told is no act.
_ACTS = frozenset(
    f"control.{view}"
    for view in (
        "clock.advance",
        "clock.freeze",
        "clock.resume",
        "faults.arm_fault",
        "faults.disarm_all",
        "faults.disarm_fault",
        "world.add_mini_program",
        "world.change_mini_program",
        "world.add_user",
        "world.change_user",
        "world.rotate_session",
        "world.expire_session",
    )
)


# Where people paste what they have; the journal's acts look out for themselves.
_PASTED_INTO = frozenset(
    ("control.doctor.diagnose", "control.api_security.register_keys")
)


def warn_of_real_secrets(response: Response) -> Response:
    """Warn of a real secret that somebody gave us to look at or to keep."""
    if request.endpoint in _PASTED_INTO:
        body = request.environ.get(BODY, b"")
        LOOKOUT.cover_bytes(body, f"{request.method} {request.path}")
    return response


def record_act(response: Response) -> Response:
    """Append an act that was done to the journal of its world."""
    if request.endpoint not in _ACTS or response.status_code >= 300:
        return response
    try:
        append_act(
            current_wechat(),
            method=request.method,
            path=request.path.partition("/api/")[2],
            body=request.environ.get(BODY, b""),
            answer=response.get_data(),
        )
    except StoreError as error:
        return store_error_reply(error)
    return response
