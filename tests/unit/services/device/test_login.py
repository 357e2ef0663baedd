"""wx.login and wx.checkSession."""

import re

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.directory import Directory
from mockwx.domain.control import ControlError
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play


THREE_DAYS = 259_200
RELOGIN = "session time out, need relogin"


@pytest.mark.fidelity("documented", "wx.login: the object success gets")
def test_login_gives_a_code_and_nothing_else(wx):
    answer = wx("login", timeout=5000)
    assert list(answer) == ["code", "errMsg"]
    assert len(answer["code"]) == 32
    assert answer["errMsg"] == "login:ok"


def test_every_login_gives_another_code(wx):
    assert len({wx("login")["code"] for _ in range(50)}) == 50


@pytest.mark.fidelity("documented", "wx.checkSession: speaks of the latest login")
def test_session_is_there_after_a_login_and_gone_when_its_key_expires(play):
    assert play.wx("checkSession") == {"errMsg": f"checkSession:fail {RELOGIN}"}
    play.login()
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}
    play.advance(THREE_DAYS)
    assert play.wx("checkSession") == {"errMsg": f"checkSession:fail {RELOGIN}"}
    play.login()
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}


def test_openid_is_somebodys_from_the_first_login_on(play):
    directory = play.wechat.directory
    openid = directory.openid_of(DEFAULT_APPID, "alice")
    assert directory.whose(openid, DEFAULT_APPID) is None
    play.login()
    assert directory.whose(openid, DEFAULT_APPID) == "alice"


def test_ids_of_a_known_person_are_derived_no_more(play, monkeypatch):
    first = play.exchange(play.login())
    for name in ("openid", "openid_of", "unionid"):
        monkeypatch.setattr(Directory, name, lambda *_: pytest.fail("derived"))

    again = play.exchange(play.login())
    play.advance(THREE_DAYS)
    renewed = play.exchange(play.login())

    assert renewed.session_key != first.session_key
    assert {(each.openid, each.unionid) for each in (first, again, renewed)} == {
        (first.openid, first.unionid)
    }


def test_key_of_an_earlier_version_bears_no_ids_and_is_good(play):
    first = play.exchange(play.login())
    code = play.login()
    store, owner = play.wechat.store, f"{DEFAULT_APPID}/alice"
    store.put(
        "session_keys", owner, store.get("session_keys", owner).of("", None, None)
    )

    assert play.exchange(code) == first
    assert play.exchange(play.login()) == first


@pytest.mark.parametrize("account", [None, "another"])
def test_unionid_follows_the_account_that_the_app_is_bound_to(play, account):
    before, code = play.exchange(play.login()), play.login()
    app = play.wechat.world.change_mini_program(
        DEFAULT_APPID, {"open_platform": account}
    )
    unionid = play.wechat.directory.unionid(app, "alice")

    told_before_a_login = play.exchange(code).unionid
    told_after_it = play.exchange(play.login()).unionid

    assert unionid != before.unionid
    assert (told_before_a_login, told_after_it) == (unionid, unionid)


def test_key_nobody_logged_in_for_makes_no_openid_somebodys(play):
    play.wechat.world.rotate(DEFAULT_APPID, "alice")
    directory = play.wechat.directory
    openid = directory.openid_of(DEFAULT_APPID, "alice")

    assert directory.whose(openid, DEFAULT_APPID) is None
    assert play.exchange(play.login()).openid == openid
    assert directory.whose(openid, DEFAULT_APPID) == "alice"


def test_session_needs_no_exchange_by_the_backend(play):
    play.login()
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}


@pytest.mark.fidelity("documented", "data pre-fetch is a code acquisition too")
def test_data_fetched_ahead_may_replace_the_key_that_the_backend_holds():
    play = Play("strict")
    held = play.session_key()
    code = str(play.wx("backgroundFetch")["code"])
    assert play.exchange(code).session_key != held
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}
    history = play.wechat.world.sessions(DEFAULT_APPID, "alice")["session_keys"]
    assert [key["cause"] for key in history] == ["login", "prefetch"]


@pytest.mark.fidelity("documented", "session_key: one per person and mini program")
def test_login_on_another_phone_ends_the_session_of_the_first():
    play = Play("strict")
    play.login()
    play.login(device="tablet")
    assert play.wx("checkSession") == {"errMsg": f"checkSession:fail {RELOGIN}"}
    assert play.wx("checkSession", device="tablet") == {"errMsg": "checkSession:ok"}


def test_login_on_another_phone_within_the_period_shares_the_session(play):
    play.login()
    play.login(device="tablet")
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}
    assert play.wx("checkSession", device="tablet") == {"errMsg": "checkSession:ok"}


def test_phone_without_a_login_of_its_own_has_no_session(play):
    play.login()
    answer = play.wx("checkSession", device="tablet")
    assert answer == {"errMsg": f"checkSession:fail {RELOGIN}"}


def test_sessions_of_people_and_apps_are_their_own(play):
    play.login()
    assert "fail" in play.wx("checkSession", user="bob")["errMsg"]
    assert "fail" in play.wx("checkSession", appid=OTHER_APPID)["errMsg"]


def test_rotation_by_the_control_api_ends_the_session(play):
    play.login()
    play.wechat.world.rotate(DEFAULT_APPID, "alice")
    assert "fail" in play.wx("checkSession")["errMsg"]


@pytest.mark.parametrize(
    "api", ["checkSession", "getSetting", "getUserInfo", "getPhoneNumber", "login"]
)
@pytest.mark.fidelity("documented", "session_key: activity extends it")
def test_activity_keeps_the_session_alive(play, api):
    play.login()
    play.advance(THREE_DAYS - 1)
    play.wx(api)
    (key,) = play.history()[-1:]
    play.advance(THREE_DAYS - 1)
    assert key.live(play.wechat.clock.now())


def test_activity_does_not_help_under_the_strict_policy():
    play = Play("strict")
    play.login()
    play.advance(THREE_DAYS - 1)
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}
    play.advance(1)
    assert "fail" in play.wx("checkSession")["errMsg"]


def test_activity_of_others_keeps_nothing_alive(play):
    play.login()
    before = play.history()
    play.advance(10)
    play.wx("getPhoneNumber", user="bob")
    play.wx("getPhoneNumber", appid=OTHER_APPID)
    assert play.history() == before


@pytest.mark.fidelity("documented", "client errno registry: 1402101")
@pytest.mark.parametrize("platform", ["ios", "android", "devtools"])
def test_person_risk_control_holds_cannot_log_in(play, platform):
    play.wechat.world.change_user("alice", {"blocked_calls": ["login"]})
    answer = play.wx("login", platform=platform)
    assert answer == {"errMsg": "login:fail wxa login is blocked", "errno": 1402101}
    assert play.wx("login", user="bob")["errMsg"] == "login:ok"


@pytest.mark.fidelity("logged", "wx.login in DevTools: not a developer of the app")
def test_only_developers_log_in_in_devtools():
    play = Play(developers=["bob"])
    answer = play.wx("login", platform="devtools")
    assert answer == {
        "errMsg": "login:fail 登录用户不是该小程序的开发者, "
        f"[20231115 12:00:00][{DEFAULT_APPID}]"
    }
    assert play.wx("login", platform="devtools", wording="stamped") == answer
    assert play.wx("login", platform="ios")["errMsg"] == "login:ok"
    assert play.wx("login", platform="devtools", user="bob")["errMsg"] == "login:ok"


@pytest.mark.fidelity("logged", "wx.login in DevTools: a project without an appid")
def test_project_without_an_appid_cannot_log_in(play):
    answer = play.wx("login", platform="devtools", appid="")
    assert answer == {"errMsg": "login:fail 系统错误，错误码：41002,appid missing"}


@pytest.mark.parametrize("platform", ["ios", "android"])
def test_phone_opens_nothing_without_an_appid(play, platform):
    with pytest.raises(ControlError) as refused:
        play.wx("login", platform=platform, appid="")
    assert (refused.value.status, refused.value.field) == (400, "appid")


@pytest.mark.fidelity("logged", "wx.checkSession: the spellings seen")
@pytest.mark.parametrize(
    ("body", "err_msg"),
    [
        ({}, "checkSession:fail session time out, need relogin"),
        (
            {"wording": "error"},
            "checkSession:fail Error: session time out, need relogin",
        ),
        (
            {"platform": "devtools"},
            "checkSession:fail 系统错误，错误码：-13001,session time out, need relogin",
        ),
        (
            {"platform": "devtools", "wording": "stamped"},
            f"checkSession:fail 系统错误，错误码：-13001,{RELOGIN}, "
            f"[20231115 12:00:00][{DEFAULT_APPID}]",
        ),
        ({"wording": "colon"}, "checkSession:fail:session time out, need relogin"),
    ],
    ids=str,
)
def test_lost_session_is_worded_in_each_way_seen(play, body, err_msg):
    assert play.wx("checkSession", **body) == {"errMsg": err_msg}


@pytest.mark.fidelity("documented", "pluginLogin: a code of 64 hex digits")
def test_plugin_gets_a_code_without_a_login(play):
    answer = play.wx("pluginLogin")
    assert list(answer) == ["code", "errMsg"]
    assert answer["errMsg"] == "pluginLogin:ok"
    assert re.fullmatch("[0-9a-f]{64}", answer["code"])
    assert play.history() == []
