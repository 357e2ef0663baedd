"""Message push: what people do that an app is told of, and the check of its URL."""

from typing import cast

from flask import Blueprint
from flask import Response

from mockwx.config import DEFAULT_APPID
from mockwx.domain import control
from mockwx.domain.mini_program import read_appid
from mockwx.domain.push import RevokeInfo
from mockwx.domain.push import Withdrawal
from mockwx.domain.push import read_revoke_info
from mockwx.web.context import current_wechat
from mockwx.web.control.question import read_fields
from mockwx.web.control.question import refuse_fields
from mockwx.web.control.question import takes
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import reply


blueprint = Blueprint("push", __name__)

REVOCATION: dict[str, control.Reader] = {
    "appid": control.text,
    "revoke_info": read_revoke_info,
    "plugin": read_appid,
}


@blueprint.post("/mini_programs/<appid>/push/verify")
def verify_url(appid: str) -> Response:
    """Verify the URL of an app, as its console does when it is saved."""
    refuse_fields()
    wechat = current_wechat()
    found = wechat.message_push.verify(wechat.world.mini_program(appid))
    return reply({"verified": found.verified, "note": found.note or None})


@blueprint.post("/users/<user>/revoke")
@takes(fields=REVOCATION, required=("revoke_info",))
def revoke(user: str) -> Response:
    """Take back something a person gave an app, which is told of it."""
    read = read_fields()
    wechat = current_wechat()
    wechat.device.revoke(
        str(read.get("appid", DEFAULT_APPID)),
        wechat.world.user(user).name,
        Withdrawal(
            cast("RevokeInfo", read["revoke_info"]), str(read.get("plugin", ""))
        ),
    )
    return reply(DONE)


@blueprint.post("/users/<user>/cancel")
def cancel(user: str) -> Response:
    """Close a person's account; every app they were in is told of it."""
    refuse_fields()
    wechat = current_wechat()
    name = wechat.world.user(user).name
    wechat.message_push.account_cancelled(name)
    wechat.device.close_account(name)
    return reply(DONE)
