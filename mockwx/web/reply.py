"""Bytes and headers as each family of WeChat's interfaces really sends them."""

from dataclasses import replace

from mockwx.config import Settings
from mockwx.domain.access_token import NOT_LATEST
from mockwx.domain.errors import WeChatError
from mockwx.domain.wire_json import encode
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.call import Reply
from mockwx.web.call import make_reply


SUCCESS = {"errcode": 0, "errmsg": "ok"}


def success(call: Call, payload: Payload) -> Reply:
    """Write what a view returns, behind WeChat's `ok` where the interface has one."""
    if call.interface.announces_success:
        payload = {**SUCCESS, **payload}
    return _reply(call, payload, errcode=0)


def failure(call: Call, error: WeChatError) -> Reply:
    """Write an error: HTTP 200, the number, and the text with its suffix."""
    if call.interface.is_page:
        # Pages are made with Jinja, which nothing else needs.
        from mockwx.web.pages import error_page

        return error_page(call, error)
    errmsg = _message(call, error) + _suffix(call, hint=error.hint)
    answer = {"errcode": int(error.errcode), "errmsg": errmsg, **error.extra}
    reply = _reply(call, answer, errcode=int(error.errcode))
    if call.interface.is_picture:
        # Seen once, beside a token error: that every error has it is inferred.
        return replace(reply, headers=(("LogicRet", str(int(error.errcode))),))
    return reply


def content_type(family: str, settings: Settings) -> str:
    """Return the Content-Type of a family: `sns` sends JSON as bare text/plain."""
    if family == "sns":
        return settings.sns_content_type
    return settings.json_content_type


def _reply(call: Call, answer: Payload, *, errcode: int) -> Reply:
    family, settings = call.interface.family, call.wechat.settings
    text = encode(answer)
    if "/" in text and _escapes_slash(call):
        text = text.replace("/", "\\/")
    return make_reply(200, content_type(family, settings), text.encode(), errcode)


def _escapes_slash(call: Call) -> bool:
    """Tell whether `/` goes out as the escape that JSON allows and nobody needs."""
    settings, interface = call.wechat.settings, call.interface
    if interface.escapes_slash and settings.escape_oauth_slash:
        return True
    return settings.escape_slash and interface.family == "sns"


def _message(call: Call, error: WeChatError) -> str:
    """Return the text itself; when hints were sent, no stable token was there yet."""
    if error.errmsg == NOT_LATEST and call.wechat.settings.errmsg_suffix == "hints":
        return error.errcode.errmsg
    return error.errmsg


def _suffix(call: Call, *, hint: bool) -> str:
    """Return what follows the message: today's rid, the hints of before 2021, nothing.

    A comma stands before it in `sns` alone; hints of parameter errors elsewhere alone.
    """
    style, wechat = call.wechat.settings.errmsg_suffix, call.wechat
    if style == "none":
        return ""
    if call.interface.family == "sns":
        if style == "hints":
            return f", hints: [ req_id: {wechat.entropy.hint()} ]"
        return f", rid: {call.rid}"
    if style == "hints":
        return f" hint: [{wechat.entropy.hint()}]"
    if hint:
        return f" hint: [{wechat.entropy.hint()}] rid: {call.rid}"
    return f" rid: {call.rid}"
