"""The door of the phone: calls and arguments, and what all answers share."""

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.domain.control import ControlError
from tests.unit.services.play import Play
from tests.unit.services.play import errcode


def refusal(wx, api, **body):
    with pytest.raises(ControlError) as refused:
        wx(api, **body)
    return refused.value


# -- the door -------------------------------------------------------------------------


def test_unknown_call_is_not_found_and_the_known_ones_are_listed(wx):
    error = refusal(wx, "getUserinfo")
    assert (error.status, error.field) == (404, "api")
    assert "getUserInfo, getUserProfile" in error.message


def test_unknown_mini_program_is_not_found(wx):
    error = refusal(wx, "login", appid="wx0000000000000000")
    assert (error.status, error.field) == (404, "appid")


@pytest.mark.parametrize(
    ("api", "body", "field"),
    [
        ("login", {"desc": "x"}, "desc"),
        ("login", {"timeout": -1}, "timeout"),
        ("checkSession", {"code": "x"}, "code"),
        ("authorize", {"scope": 1}, "scope"),
        ("getUserInfo", {"withCredentials": "false"}, "withCredentials"),
        ("getUserInfo", {"lang": None}, "lang"),
        ("getUserProfile", {"desc": 5}, "desc"),
        ("getUserProfile", {"desc": "\ud800"}, "desc"),
        ("openSetting", {"authSetting": []}, "authSetting"),
        ("openSetting", {"authSetting": {"scope.x": True}}, "authSetting"),
        ("openSetting", {"authSetting": {"scope.address": False}}, "authSetting"),
        (
            "openSetting",
            {"authSetting": {"scope.record": 1}},
            "authSetting.scope.record",
        ),
        ("getPhoneNumber", {"button": True}, "button"),
    ],
    ids=ascii,
)
def test_wrong_argument_is_refused_by_name(wx, api, body, field):
    error = refusal(wx, api, **body)
    assert (error.status, error.field) == (400, field)


def test_refused_call_leaves_nothing_behind(play):
    refusal(play.wx, "login", user="bob", desc="x")
    refusal(play.wx, "login", user="bob", appid="wx0000000000000000")
    assert play.wechat.world.users() == []


# -- all of it ------------------------------------------------------------------------


@pytest.mark.fidelity("documented", "errno only on failure")
@pytest.mark.parametrize(
    ("api", "body"),
    [
        ("login", {}),
        ("checkSession", {}),
        ("getSetting", {}),
        ("openSetting", {}),
        ("authorize", {"scope": "scope.record"}),
        ("getUserInfo", {}),
        ("getUserProfile", {"desc": "x"}),
        ("getPhoneNumber", {}),
        ("getRealtimePhoneNumber", {}),
    ],
)
def test_success_has_no_errno(logged_in, api, body):
    answer = logged_in(api, **body)
    assert answer["errMsg"] == f"{api}:ok"
    assert "errno" not in answer


def test_two_worlds_with_one_seed_answer_alike():
    def story(play):
        play.login()
        calls = ("getUserInfo", "getPhoneNumber", "login", "getRealtimePhoneNumber")
        answers = [play.wx(api) for api in calls for _ in range(3)]
        return answers, play.token(), play.stable_token(), play.session_key()

    assert story(Play()) == story(Play())


def test_world_tells_the_same_story_after_a_reset():
    play = Play()
    before = [play.wx("login"), play.wx("getUserInfo"), play.session_key()]
    play.wechat.world.reset()
    assert [play.wx("login"), play.wx("getUserInfo"), play.session_key()] == before


def test_thousands_of_logins_are_bounded_and_the_newest_work(play):
    codes = [play.login() for _ in range(1100)]
    shown = play.wechat.world.sessions(DEFAULT_APPID, "alice")
    assert len(shown["codes"]) == 1000
    assert errcode(play.exchange, codes[0]) == 40029
    assert play.exchange(codes[-1]).user == "alice"
