"""User login: code2Session, checkSessionKey, ResetUserSessionKey.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/
"""

from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import either


def code2session(call: Call) -> Payload:
    """Answer which person a login code belongs to, and their session_key."""
    query = call.query
    call.appid = query.get("appid", "")
    answer = call.wechat.user_login.code2session(
        appid=call.appid,
        secret=query.get("secret", ""),
        js_code=query.get("js_code", ""),
        grant_type=query.get("grant_type", ""),
        ip=call.client_ip,
    )
    call.user = answer.user
    session = {"session_key": answer.session_key, "openid": answer.openid}
    return session if answer.unionid is None else session | {"unionid": answer.unionid}


def check_session_key(call: Call) -> Payload:
    """Answer whether the signature was made with a live session_key."""
    call.user = call.wechat.user_login.check_session_key(
        call.mini_program, **_signed(call)
    )
    return {}


def reset_user_session_key(call: Call) -> Payload:
    """Replace the session_key."""
    answer = call.wechat.user_login.reset_user_session_key(
        call.mini_program, **_signed(call)
    )
    call.user = answer.user
    return {"openid": answer.openid, "session_key": answer.session_key}


def _signed(call: Call) -> dict[str, str]:
    return either(call.query, call.body, "openid", "signature", "sig_method")
