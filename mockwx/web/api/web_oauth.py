"""Login on web pages: the two pages, and the interfaces under /sns that follow.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html
"""

from collections.abc import Mapping

from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.domain.handset import read_user
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.web_oauth import CONSENTS
from mockwx.domain.web_oauth import OFFICIAL_ACCOUNT_PAGE
from mockwx.domain.web_oauth import WEBSITE_PAGE
from mockwx.domain.web_oauth import Channel
from mockwx.domain.web_oauth import Question
from mockwx.domain.web_oauth import minded_by_real_clients
from mockwx.services.web_oauth import GrantAnswer
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.call import Reply
from mockwx.web.pages import misuse_page
from mockwx.web.pages import show
from mockwx.web.params import query_or_form


# What a script adds to a page's address to answer it at once; the page's own form
# sends the same. Nothing of WeChat's begins with this prefix.
OWN_PREFIX = "mockwx_"
OWN_PARAMETERS: dict[str, control.Reader] = {
    "mockwx_user": read_user,
    "mockwx_other": read_user,
    "mockwx_consent": control.one_of(*CONSENTS),
    "mockwx_world": control.text,
}


def authorize(call: Call) -> Reply:
    """Ask on the page of an official account, or lead on without asking."""
    return _page(call, OFFICIAL_ACCOUNT_PAGE)


def qrconnect(call: Call) -> Reply:
    """Ask on the page of a website, as after scanning its QR code."""
    return _page(call, WEBSITE_PAGE)


def get_access_token(call: Call) -> Payload:
    """Exchange a web code for a token."""
    query = _parameters(call)
    call.appid = query.get("appid", "")
    answer = call.wechat.web_oauth.get_access_token(
        appid=call.appid,
        secret=query.get("secret", ""),
        code=query.get("code", ""),
        grant_type=query.get("grant_type", ""),
    )
    return _granted(call, answer)


def refresh_token(call: Call) -> Payload:
    """Prolong a token, or replace a dead one."""
    query = _parameters(call)
    call.appid = query.get("appid", "")
    answer = call.wechat.web_oauth.refresh_token(
        appid=call.appid,
        grant_type=query.get("grant_type", ""),
        refresh_token=query.get("refresh_token", ""),
    )
    return _renewed(call, answer)


def user_info(call: Call) -> Payload:
    """Tell who the person is."""
    query = call.query
    answer = call.wechat.web_oauth.user_info(
        access_token=query.get("access_token", ""),
        openid=query.get("openid", ""),
        lang=query.get("lang", ""),
    )
    call.appid, call.user = answer.appid, answer.user
    return answer.shown


def auth(call: Call) -> Payload:
    """Say whether a token works."""
    query = call.query
    grant = call.wechat.web_oauth.check(
        access_token=query.get("access_token", ""), openid=query.get("openid", "")
    )
    call.appid, call.user = grant.appid, grant.user
    return {}


def get_access_token_by_component(call: Call) -> Payload:
    """Exchange a web code in the name of an app that a platform serves."""
    query = _parameters(call)
    app = _served_app(call)
    answer = call.wechat.web_oauth.exchange(
        app, code=query.get("code", ""), grant_type=query.get("grant_type", "")
    )
    return _granted(call, answer)


def refresh_token_by_component(call: Call) -> Payload:
    """Prolong a token in the name of an app that a platform serves."""
    _served_app(call)
    return refresh_token(call)


def _page(call: Call, channel: Channel) -> Reply:
    query = call.query
    call.appid = query.get("appid", "")
    try:
        own = _read_own(query)
    except ControlError as error:
        return misuse_page(call, error)
    call.note = minded_by_real_clients(channel, query)
    question = Question(
        channel=channel,
        appid=call.appid,
        redirect_uri=query.get("redirect_uri", ""),
        scope=query.get("scope", ""),
        state=query.get("state"),
        component_appid=query.get("component_appid", ""),
        force_popup=query.get("forcePopup") == "true",
        force_snapshot=query.get("forceSnapShot") == "true",
    )
    outcome = call.wechat.web_oauth.answer(
        question,
        user=own.get("mockwx_other") or own.get("mockwx_user", ""),
        consent=own.get("mockwx_consent", ""),
    )
    call.user = outcome.user
    return show(outcome, call)


def _read_own(query: Mapping[str, str]) -> dict[str, str]:
    """Read what only the mock has; a field of the form left empty counts as absent."""
    given = {
        name: value
        for name, value in query.items()
        if name.startswith(OWN_PREFIX) and value
    }
    read = control.read_fields(given, OWN_PARAMETERS)
    return {name: str(value) for name, value in read.items()}


def _parameters(call: Call) -> Mapping[str, str]:
    """Read what the SDKs of web frameworks post as a form, here alone."""
    return query_or_form(call.query, call.body)


def _served_app(call: Call) -> MiniProgram:
    """Return the app in whose name a platform asks."""
    query = _parameters(call)
    call.appid = query.get("appid", "")
    token = query.get("component_access_token", "")
    return call.wechat.component_login.authorized_app(
        appid=call.appid,
        secret=query.get("secret", ""),
        component_appid=query.get("component_appid", ""),
        component_access_token=token,
        issuer=call.issuer_of(token).component_login,
        ip=call.client_ip,
    )


def _granted(call: Call, answer: GrantAnswer) -> Payload:
    granted = _renewed(call, answer)
    if answer.snapshot:
        granted["is_snapshotuser"] = 1
    if answer.unionid is not None:
        granted["unionid"] = answer.unionid
    return granted


def _renewed(call: Call, answer: GrantAnswer) -> dict[str, object]:
    call.user = answer.user
    return {
        "access_token": answer.access_token,
        "expires_in": answer.expires_in,
        "refresh_token": answer.refresh_token,
        "openid": answer.openid,
        "scope": answer.scope,
    }
