"""What an armed fault does to a call to WeChat."""

from __future__ import annotations

from dataclasses import replace

from mockwx.domain.access_token import NOT_LATEST
from mockwx.domain.errors import ABOUT_PARAMETERS
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.fault import Effect
from mockwx.domain.mini_program import not_in_whitelist
from mockwx.web.call import Answer
from mockwx.web.call import Call
from mockwx.web.call import Reply
from mockwx.web.context import current_waiting_room
from mockwx.web.reply import failure
from mockwx.web.routing import ids_of


_GATEWAY_PAGE = b"<html>\n<head><title>502 Bad Gateway</title></head>\n</html>\n"


def struck(answer: Answer, call: Call) -> Reply:
    """Answer a call through the first fault that strikes it, if one does.

    What a gateway would answer (`http_status`, `html`, `empty`, `reset`, `hang`, and an
    errcode) keeps the call from WeChat: a code stays unused. What spoils the answer on
    its way back (`malformed_json`, `wrong_content_type`, `truncate`, `drip`) does not.
    """
    appid, user = _whom(call)
    fault = call.wechat.faults.strike(path=call.interface.path, appid=appid, user=user)
    if fault is None:
        return answer(call)
    call.fault, call.appid, call.user = fault.id, call.appid or appid, user
    effect = fault.effect
    if effect.delay_ms:
        current_waiting_room().linger(effect.delay_ms / 1000)
    if effect.session is not None and appid and user:
        call.wechat.world.disturb(effect.session, appid, user)
    return _through(effect, answer, call)


def _through(effect: Effect, answer: Answer, call: Call) -> Reply:
    if effect.errcode is not None:
        refusal = _refusal(effect.errcode, call)
        if effect.errmsg is not None:
            refusal = WeChatError(effect.errcode, effect.errmsg, hint=refusal.hint)
        return failure(call, refusal)
    if effect.http_status is not None:
        body = _GATEWAY_PAGE if effect.body is None else effect.body.encode()
        return Reply(effect.http_status, "text/html", body, errcode=None)
    if effect.transport in ("reset", "hang"):
        return Reply(200, "text/plain", b"", errcode=None, transport=effect.transport)
    if effect.body == "html":
        return Reply(200, "text/html", _GATEWAY_PAGE, errcode=None)
    if effect.body == "empty":
        return Reply(200, "text/plain", b"", errcode=None)
    return _spoilt(effect, answer(call))


def _refusal(errcode: ErrCode, call: Call) -> WeChatError:
    """Make the error as the interface would have raised it by itself."""
    takes_token = call.interface.takes_access_token
    if errcode is ErrCode.INVALID_IP:
        return WeChatError(errcode, not_in_whitelist(call.client_ip))
    if errcode is ErrCode.INVALID_CREDENTIAL and takes_token:
        return WeChatError(errcode, NOT_LATEST)
    # The appid is a parameter where the token has one already.
    about_appid = errcode is ErrCode.INVALID_APPID and takes_token
    return WeChatError(errcode, hint=about_appid or errcode in ABOUT_PARAMETERS)


def _spoilt(effect: Effect, reply: Reply) -> Reply:
    if effect.transport is not None:
        return replace(reply, transport=effect.transport)
    if effect.body == "malformed_json":
        return replace(reply, body=reply.body[: len(reply.body) * 2 // 3])
    if effect.body == "wrong_content_type":
        return replace(reply, content_type="application/octet-stream")
    return reply


def _whom(call: Call) -> tuple[str, str]:
    """Return appid and person of a call before it was answered, as far as it says."""
    appid, user = call.wechat.faults.owner_of(ids_of(call.query, call.body))
    return call.query.get("appid") or appid or _appid_of_token(call), user


def _appid_of_token(call: Call) -> str:
    token = call.wechat.access_token.tokens.get(call.query.get("access_token", ""))
    return token.appid if token is not None else ""
