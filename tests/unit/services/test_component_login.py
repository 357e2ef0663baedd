"""A platform's verbs, where HTTP does not reach: rivals and removed apps."""

import pytest

from mockwx.config import DEFAULT_APPID
from tests.unit.services.play import Play
from tests.unit.services.play import errcode
from tests.unit.store.rival import RivalStore


PLATFORM = "wx00000000000000aa"
SECRET = "a" * 32
IP = "127.0.0.1"


@pytest.fixture
def store():
    return RivalStore()


@pytest.fixture
def play(store):
    play = Play(store=store)
    play.wechat.world.add_mini_program(
        {"appid": PLATFORM, "secret": SECRET, "kind": "third_party_platform"}
    )
    return play


@pytest.fixture
def login(play):
    return play.wechat.component_login


@pytest.fixture
def platform(play):
    return play.wechat.world.mini_program(PLATFORM)


def token_of(login):
    return login.get_component_access_token(
        component_appid=PLATFORM, component_appsecret=SECRET, ticket="t", ip=IP
    ).text


def query_auth(login, platform, code):
    return login.query_auth(
        platform, component_appid=PLATFORM, authorization_code=code, ip=IP
    )


def test_app_changed_meanwhile_lets_the_platform_in_and_keeps_the_change(
    store, play, login
):
    world = play.wechat.world
    store.before_write(
        "mini_programs", lambda: world.change_mini_program(DEFAULT_APPID, {"name": "x"})
    )
    login.let_in(DEFAULT_APPID, PLATFORM)
    app = world.mini_program(DEFAULT_APPID)
    assert (app.name, app.authorized_to) == ("x", (PLATFORM,))


def test_authorization_code_that_a_rival_uses_meanwhile_is_used(store, login, platform):
    code = login.let_in(DEFAULT_APPID, PLATFORM).code
    won = []
    store.before_write(
        "authorization_codes", lambda: won.append(query_auth(login, platform, code))
    )
    assert errcode(query_auth, login, platform, code) == 61009
    assert won[0].appid == DEFAULT_APPID


def test_authorization_code_of_an_app_that_left_again_is_61003(play, login, platform):
    code = login.let_in(DEFAULT_APPID, PLATFORM).code
    play.wechat.world.change_mini_program(DEFAULT_APPID, {"authorized_to": []})
    assert errcode(query_auth, login, platform, code) == 61003


def test_authorization_code_of_a_removed_app_is_40013(play, login, platform):
    code = login.let_in(DEFAULT_APPID, PLATFORM).code
    play.wechat.world.remove_mini_program(DEFAULT_APPID)
    assert errcode(query_auth, login, platform, code) == 40013


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda world: world.remove_mini_program(PLATFORM), id="removed platform"
        ),
        pytest.param(
            lambda world: world.change_mini_program(PLATFORM, {"kind": "website"}),
            id="no platform any more",
        ),
    ],
)
def test_token_of_what_is_no_platform_is_40001(play, login, change):
    token = token_of(login)
    change(play.wechat.world)
    assert errcode(login.authorize, token) == 40001
