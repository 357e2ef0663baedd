"""Somebody else is faster, between the look and the write: every verb decides anew."""

import pytest

from mockwx.config import DEFAULT_APPID
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import OTHER_SECRET
from tests.unit.services.play import Play
from tests.unit.services.play import attempt
from tests.unit.services.play import errcode
from tests.unit.store.rival import RivalStore


@pytest.fixture
def store():
    return RivalStore()


@pytest.fixture
def play(store):
    return Play("strict", store=store)


@pytest.fixture
def world(play):
    return play.wechat.world


def test_code_that_a_rival_uses_meanwhile_is_used(store, play):
    code = play.login()
    won = []
    store.before_write("codes", lambda: won.append(play.exchange(code)))
    assert errcode(play.exchange, code) == 40163
    assert won[0].user == "alice"


def test_code_that_a_foreign_app_burns_meanwhile_is_used(store, play):
    code = play.login()
    foreign = {"appid": OTHER_APPID, "secret": OTHER_SECRET}
    refused = []
    store.before_write(
        "codes", lambda: refused.append(attempt(play.exchange, code, **foreign))
    )
    assert errcode(play.exchange, code) == 40163
    assert refused == [40029]


def test_foreign_app_that_is_slower_than_the_right_one_burns_nothing(store, play):
    code = play.login()
    won = []
    store.before_write("codes", lambda: won.append(play.exchange(code)))
    foreign = {"appid": OTHER_APPID, "secret": OTHER_SECRET}
    assert errcode(play.exchange, code, **foreign) == 40163
    assert won[0].user == "alice"


def test_phone_code_that_a_rival_uses_meanwhile_is_unknown(store, play):
    code = play.wx("getPhoneNumber")["code"]
    store.before_write("codes", lambda: play.exchange_phone(code))
    assert errcode(play.exchange_phone, code) == 40029


def test_login_that_loses_builds_on_the_winner(store, play):
    store.before_write("session_keys", lambda: play.login(device="tablet"))
    code = play.login()
    assert [key.number for key in play.history()] == [1, 2]
    assert play.exchange(code).session_key == play.history()[1].session_key
    assert play.wx("checkSession")["errMsg"] == "checkSession:ok"
    assert "fail" in play.wx("checkSession", device="tablet")["errMsg"]


def test_login_within_the_period_shares_the_key_of_a_rival(store):
    play = Play("docs", store=store)
    codes = []
    store.before_write("session_keys", lambda: codes.append(play.login()))
    codes.append(play.login())
    first, second = (play.exchange(code).session_key for code in codes)
    assert first == second
    assert len(play.history()) == 1


def test_reset_with_a_key_that_a_rival_replaces_is_refused(store, play):
    key = play.session_key()
    store.before_write("session_keys", lambda: play.login())
    assert errcode(play.reset_key, key) == 87009


def test_answers_of_two_popups_are_both_kept(store, play):
    def asked(scope):
        return play.wx("authorize", scope=scope)["errMsg"]

    store.before_write("consents", lambda: asked("scope.record"))
    assert asked("scope.camera") == "authorize:ok"
    store.before_write("consents", lambda: asked("scope.werun"))
    assert asked("scope.bluetooth") == "authorize:ok"
    settings = play.wx("getSetting")["authSetting"]
    assert [scope for scope in settings if scope in play_scopes()] == play_scopes()


def play_scopes():
    return ["scope.record", "scope.camera", "scope.werun", "scope.bluetooth"]


def test_popup_that_a_rival_answers_meanwhile_keeps_the_first_answer(store, play):
    store.before_write(
        "consents", lambda: play.wx("authorize", scope="scope.record", consent="deny")
    )
    answer = play.wx("authorize", scope="scope.record", consent="allow")
    assert answer["errMsg"] == "authorize:fail auth deny"


def test_plain_token_supersedes_the_one_a_rival_fetched_meanwhile(store, play):
    fetched = []
    store.before_write("latest_access_tokens", lambda: fetched.append(play.token()))
    mine = play.token()
    play.advance(300)
    authorize = play.wechat.access_token.authorize
    assert errcode(authorize, fetched[0].access_token) == 40001
    assert authorize(mine.access_token).appid == DEFAULT_APPID


@pytest.mark.parametrize("running", [False, True], ids=["first", "renewal"])
def test_stable_token_is_the_one_a_rival_fetched_meanwhile(store, play, running):
    if running:
        play.stable_token()
        play.advance(7000)
    fetched = []
    store.before_write(
        "latest_access_tokens", lambda: fetched.append(play.stable_token())
    )
    assert play.stable_token() == fetched[0]


@pytest.mark.parametrize("running", [False, True], ids=["first", "again"])
def test_forced_refresh_of_a_rival_serves_both(store, play, running):
    if running:
        play.stable_token(force=True)
        play.advance(30)
    forced = []
    store.before_write(
        "forced_refreshes", lambda: forced.append(play.stable_token(force=True))
    )
    assert play.stable_token(force=True) == forced[0]


def test_forced_refresh_ends_the_token_a_rival_fetched_meanwhile(store, play):
    fetched = []
    store.before_write(
        "latest_access_tokens", lambda: fetched.append(play.stable_token())
    )
    mine = play.stable_token(force=True)
    authorize = play.wechat.access_token.authorize
    assert errcode(authorize, fetched[0].access_token) == 40001
    assert authorize(mine.access_token).appid == DEFAULT_APPID


def test_two_changes_of_a_mini_program_are_both_kept(store, world):
    store.before_write(
        "mini_programs", lambda: world.change_mini_program(OTHER_APPID, {"name": "x"})
    )
    changed = world.change_mini_program(OTHER_APPID, {"cloud": True})
    assert (changed.name, changed.cloud) == ("x", True)


def test_two_changes_of_a_person_are_both_kept(store, world):
    world.user("bob")
    store.before_write("users", lambda: world.change_user("bob", {"city": "Lyon"}))
    changed = world.change_user("bob", {"steps": 7})
    assert (changed.city, changed.steps) == ("Lyon", 7)


def test_person_whom_a_rival_adds_meanwhile_is_that_person(store, world):
    store.before_write(
        "users", lambda: world.add_user({"name": "bob", "nickName": "B"})
    )
    assert world.change_user("bob", {"gender": 1}).nick_name == "B"
