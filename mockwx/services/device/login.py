"""登录 login: wx.login, wx.checkSession, wx.pluginLogin.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/login/wx.login.html
"""

from __future__ import annotations

from mockwx.domain import phone_words
from mockwx.domain.codes import LOGIN_CODE
from mockwx.domain.codes import PLUGIN_CODE
from mockwx.domain.codes import Code
from mockwx.domain.codes import make_code
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.session import LOGIN
from mockwx.domain.session import PREFETCH
from mockwx.domain.session import SessionKey
from mockwx.domain.session import new_key
from mockwx.domain.session import replaced_by_login
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap


DEFAULT_PLUGIN = "wx6d6f636b77780002"
"""Which plugin calls wx.pluginLogin, unless the call names another."""


def login(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Hand out a code; it may replace the session key (wx.login)."""
    _refuse_outsiders(tap)
    return _acquired(desk, tap, LOGIN)


def background_fetch(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Give the code that a backend gets before the mini program starts (数据预拉取).

    It is a code acquisition like wx.login: it may replace the session key, and
    wx.checkSession speaks of it from then on.
    """
    return _acquired(desk, tap, PREFETCH)


def _acquired(desk: Desk, tap: Tap, cause: str) -> Answer:
    draw_key = desk.entropy.next_session_key()
    owner, app = tap.owner, tap.mini_program
    policy = app.policy

    def after_login(current: SessionKey | None) -> SessionKey:
        if current is None or replaced_by_login(current, tap.now, policy):
            key = new_key(
                current,
                tap.now,
                session_key=draw_key(),
                cause=cause,
                policy=policy,
                page=tap.handset.page,
            )
        else:
            key = current.extended(tap.now, policy)
        if key.openid and key.open_platform == app.open_platform:
            # What a login left beside the key need not be derived once more.
            return key
        openid = desk.directory.openid(app, tap.name)
        unionid = desk.directory.unionid(app, tap.name)
        return key.of(openid, unionid, app.open_platform)

    key = desk.sessions.change(owner, after_login)
    device = tap.handset.device
    if desk.sessions.device_login(owner, device) != key.login_number:
        desk.sessions.remember_login(owner, device, key.login_number)
    drawn = desk.entropy.login_code()
    # By place, in the order of the fields, as far as they differ from the usual.
    code = make_code(
        drawn,
        LOGIN_CODE,
        app.appid,
        tap.name,
        tap.now,
        key.number,
        key.session_key,
        page=tap.handset.page,
    )
    desk.codes.add(owner, drawn, code)
    desk.broom.pass_by(tap.now)
    return {"code": drawn}


def _refuse_outsiders(tap: Tap) -> None:
    """Fail for whom risk control holds, and who is no developer in DevTools."""
    developers = tap.mini_program.developers
    in_devtools = tap.handset.platform == "devtools"
    if in_devtools and developers is not None and tap.name not in developers:
        stamp = phone_words.stamp(tap.now, tap.mini_program.appid)
        raise WxFailError(phone_words.NOT_A_DEVELOPER + stamp)
    if tap.is_refused:
        raise WxFailError(phone_words.LOGIN_BLOCKED)


def check_session(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Speak of the key of this phone's latest login (wx.checkSession)."""
    latest = desk.sessions.device_login(tap.owner, tap.handset.device)
    key = desk.live_key(tap)
    if latest is None or key is None or key.login_number != latest:
        raise WxFailError(phone_words.SESSION_TIME_OUT)
    return {}


def plugin_login(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Hand a plugin the code for the person's openpid (wx.pluginLogin)."""
    code = Code(
        code=desk.entropy.plugin_code(),
        kind=PLUGIN_CODE,
        appid=tap.mini_program.appid,
        user=tap.name,
        issued_at=tap.now,
        plugin=str(arguments.get("plugin", DEFAULT_PLUGIN)),
        page=tap.handset.page,
    )
    desk.codes.add(tap.owner, code.code, code)
    return {"code": code.code}
