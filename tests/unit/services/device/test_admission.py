"""Network and call rates before every call: protocol C0, C1."""

import pytest

from mockwx.config import DEFAULT_APPID
from tests.unit.services.play import Play


RATED = ["login", "checkSession", "getSetting", "getUserInfo", "getUserProfile"]


@pytest.mark.fidelity("documented", "client errno registry: 5, 108, 109")
@pytest.mark.parametrize(
    ("network", "reason", "errno"),
    [
        ("slow", "time out", 5),
        ("offline", "cgi failed for network issues", 108),
        ("null", "cgi failed for response null", 109),
    ],
)
@pytest.mark.parametrize("api", ["login", "checkSession", "getPhoneNumber"])
def test_call_fails_if_wechat_is_out_of_reach(play, network, reason, errno, api):
    answer = play.wx(api, network=network)
    assert answer == {"errMsg": f"{api}:fail {reason}", "errno": errno}
    assert play.wechat.world.sessions(DEFAULT_APPID, "alice")["codes"] == []


@pytest.mark.parametrize(
    "api", ["canIUse", "getSystemInfo", "getAccountInfoSync", "chooseAvatar"]
)
def test_phone_alone_needs_no_network(wx, api):
    assert wx(api, network="offline")["errMsg"] == f"{api}:ok"


def test_calls_are_not_counted_unless_the_app_wants_it(wx):
    assert {wx("login")["errMsg"] for _ in range(20)} == {"login:ok"}


@pytest.mark.fidelity("documented", "call rates: 4 a second and person")
@pytest.mark.parametrize("api", RATED)
def test_fifth_call_in_a_second_fails(api):
    play = Play(call_rate={})
    body = {"desc": "x"} if api == "getUserProfile" else {}
    play.wechat.device.answer("login", {})
    play.advance(1)
    for _ in range(4):
        assert play.wx(api, **body)["errMsg"] == f"{api}:ok"
    refused = {"errMsg": f"{api}:fail meet server frequency limit", "errno": 1003}
    assert play.wx(api, **body) == refused
    assert play.wx(api, user="bob", **body) != refused
    play.advance(1)
    assert play.wx(api, **body)["errMsg"] == f"{api}:ok"


def test_other_calls_have_no_rate():
    play = Play(call_rate={"per_second": 1})
    answers = {play.wx("getPhoneNumber")["errMsg"] for _ in range(5)}
    assert answers == {"getPhoneNumber:ok"}


@pytest.mark.fidelity("documented", "call rates: twice the page views of the day")
def test_calls_of_a_day_are_twice_the_page_views():
    play = Play(call_rate={"per_second": 100, "page_views": 2})
    for user in ("alice", "bob", "carol", "dave"):
        assert play.wx("login", user=user)["errMsg"] == "login:ok"
    assert play.wx("login", user="erin")["errno"] == 1003
    play.advance(86_400)
    assert play.wx("login", user="erin")["errMsg"] == "login:ok"
