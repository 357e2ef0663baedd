"""Third-party platforms: their tokens, and the login of the apps they serve.

https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/
"""

from collections.abc import Mapping

from mockwx.domain.component import func_info
from mockwx.services.component_login import AuthorizerAnswer
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import NOT_TEXT
from mockwx.web.params import json_or_nothing
from mockwx.web.params import parse_body
from mockwx.web.params import text


def code2session(call: Call) -> Payload:
    """Answer which person a login code of a served app belongs to."""
    query = call.query
    call.appid = query.get("appid", "")
    token = query.get("component_access_token", "")
    app = call.wechat.component_login.authorized_app(
        appid=call.appid,
        secret=query.get("secret", ""),
        component_appid=query.get("component_appid", ""),
        component_access_token=token,
        issuer=call.issuer_of(token).component_login,
        ip=call.client_ip,
    )
    answer = call.wechat.user_login.exchange(
        app,
        # An absent js_code is an invalid one here (40029), and not a missing one.
        js_code=query.get("js_code") or NOT_TEXT,
        grant_type=query.get("grant_type", ""),
    )
    call.user = answer.user
    session = {"session_key": answer.session_key, "openid": answer.openid}
    return session if answer.unionid is None else session | {"unionid": answer.unionid}


def get_component_access_token(call: Call) -> Payload:
    """Issue a platform's own token."""
    # A form is logged to be answered 41018, not 47001.
    body = json_or_nothing(call.body)
    call.appid = text(body, "component_appid")
    answer = call.wechat.component_login.get_component_access_token(
        component_appid=call.appid,
        component_appsecret=text(body, "component_appsecret"),
        ticket=text(body, "component_verify_ticket"),
        ip=call.client_ip,
    )
    return {
        "component_access_token": answer.text,
        "expires_in": answer.expires_in,
    }


def get_pre_auth_code(call: Call) -> Payload:
    """Draw a code for a platform's authorisation page."""
    answer = call.wechat.component_login.create_pre_auth_code(
        call.mini_program,
        component_appid=text(parse_body(call.body), "component_appid"),
        ip=call.client_ip,
    )
    return {"pre_auth_code": answer.text, "expires_in": answer.expires_in}


def query_auth(call: Call) -> Payload:
    """Exchange an authorisation code for an app's tokens."""
    body = parse_body(call.body)
    answer = call.wechat.component_login.query_auth(
        call.mini_program,
        component_appid=text(body, "component_appid"),
        authorization_code=text(body, "authorization_code"),
        ip=call.client_ip,
    )
    return {
        "authorization_info": {
            "authorizer_appid": answer.appid,
            **_tokens(answer),
            "func_info": func_info(),
        }
    }


def get_authorizer_access_token(call: Call) -> Payload:
    """Issue an app's token to a platform that serves it."""
    body = parse_body(call.body)
    answer = call.wechat.component_login.get_authorizer_access_token(
        call.mini_program,
        component_appid=text(body, "component_appid"),
        authorizer_appid=text(body, "authorizer_appid"),
        authorizer_refresh_token=text(body, "authorizer_refresh_token"),
        ip=call.client_ip,
    )
    return _tokens(answer)


def _tokens(answer: AuthorizerAnswer) -> Mapping[str, object]:
    return {
        "authorizer_access_token": answer.access_token,
        "expires_in": answer.expires_in,
        "authorizer_refresh_token": answer.refresh_token,
    }
