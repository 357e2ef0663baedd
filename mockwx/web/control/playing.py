"""A wx call, played and written into the journal."""

from collections.abc import Mapping

from mockwx.domain.fault import PHONE_PREFIX
from mockwx.domain.handset import DEFAULT_USER
from mockwx.web.call import Reply
from mockwx.web.control.written import written
from mockwx.web.recording import append_phone_step
from mockwx.wechat import WeChat


def played(
    wechat: WeChat,
    api: str,
    body: Mapping[str, object],
    wire: bytes,
    *,
    variant: str | None = None,
) -> Reply:
    """Play a wx call and write it into the journal; return its answer in bytes.

    The body is what was read from the wire.
    """
    reply = written(wechat.device.answer(api, body, variant=variant))
    appid, user = whose(wechat, body)
    append_phone_step(
        wechat,
        api=f"{PHONE_PREFIX}{api}",
        body=wire,
        answer=reply.body,
        appid=appid,
        user=user,
    )
    return reply


def whose(wechat: WeChat, body: Mapping[str, object]) -> tuple[str, str]:
    """Return the appid and the person of a wx call."""
    appid = body.get("appid", wechat.device.default_appid)
    return str(appid), str(body.get("user", DEFAULT_USER))
