"""Access tokens: getAccessToken, getStableAccessToken.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/
"""

from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import flag
from mockwx.web.params import parse_body
from mockwx.web.params import text


def get_access_token(call: Call) -> Payload:
    """Issue a token, which ends the one before five minutes later."""
    query = call.query
    call.appid = query.get("appid", "")
    answer = call.wechat.access_token.get_access_token(
        grant_type=query.get("grant_type", ""),
        appid=call.appid,
        secret=query.get("secret", ""),
        ip=call.client_ip,
    )
    return {"access_token": answer.access_token, "expires_in": answer.expires_in}


def get_stable_access_token(call: Call) -> Payload:
    """Return the stable token with the time it has left, or renew it."""
    body = parse_body(call.body)
    call.appid = text(body, "appid")
    answer = call.wechat.access_token.get_stable_access_token(
        grant_type=text(body, "grant_type"),
        appid=call.appid,
        secret=text(body, "secret"),
        force_refresh=flag(body, "force_refresh"),
        ip=call.client_ip,
    )
    return {"access_token": answer.access_token, "expires_in": answer.expires_in}
