"""Who was where, and how lately."""

import pytest

from mockwx.config import DEFAULT_APPID
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play
from tests.unit.services.play import errcode


@pytest.fixture
def play():
    return Play()


def recent(play, openid, appid=DEFAULT_APPID):
    app = play.wechat.world.mini_program(appid)
    return play.wechat.visitors.recent(app, openid)


def apps_of(play, user, **within):
    return {app.appid for app in play.wechat.visitors.apps_of(user, **within)}


def test_anything_on_the_phone_is_a_visit(play):
    assert errcode(recent, play, play.openid()) == 61010
    play.wx("getSetting")
    assert recent(play, play.openid()) == "alice"


def test_visit_counts_for_two_hours(play):
    play.wx("login")
    play.advance(7200)
    assert recent(play, play.openid()) == "alice"
    play.advance(1)
    assert errcode(recent, play, play.openid()) == 61010


def test_visit_is_one_persons_in_one_app(play):
    play.wx("login")
    assert errcode(recent, play, play.openid("bob")) == 61010
    assert errcode(recent, play, play.openid(appid=OTHER_APPID), OTHER_APPID) == 61010


def test_openid_of_nobody_and_of_another_app(play):
    play.wx("login")
    assert errcode(recent, play, "o" * 28) == 40003
    assert errcode(recent, play, "") == 40003
    assert errcode(recent, play, play.openid(), OTHER_APPID) == 43104


def test_apps_of_a_person(play):
    play.wx("login")
    play.advance(100)
    play.wx("login", appid=OTHER_APPID)
    assert apps_of(play, "alice") == {DEFAULT_APPID, OTHER_APPID}
    assert apps_of(play, "alice", within=99) == {OTHER_APPID}
    assert apps_of(play, "bob") == set()
    play.wechat.visitors.forget(OTHER_APPID, "alice")
    assert apps_of(play, "alice") == {DEFAULT_APPID}
