"""Web OAuth's verbs, where HTTP does not reach: rivals, threads and removed apps."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.domain.web_oauth import OFFICIAL_ACCOUNT_PAGE
from mockwx.domain.web_oauth import Question
from mockwx.services.web_oauth import Asked
from mockwx.services.web_oauth import Redirect
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import OTHER_SECRET
from tests.unit.services.play import Play
from tests.unit.services.play import attempt
from tests.unit.services.play import errcode
from tests.unit.store.rival import RivalStore


QUESTION = Question(
    channel=OFFICIAL_ACCOUNT_PAGE,
    appid=DEFAULT_APPID,
    redirect_uri="https://shop.example/",
    scope="snsapi_userinfo",
    state=None,
)


@pytest.fixture
def store():
    return RivalStore()


@pytest.fixture
def play(store):
    return Play(store=store)


@pytest.fixture
def web(play):
    return play.wechat.web_oauth


def code_of(web, user="alice"):
    outcome = web.answer(QUESTION, user=user, consent="allow")
    assert isinstance(outcome, Redirect)
    return outcome.location.partition("code=")[2]


def exchange(web, code, appid=DEFAULT_APPID, secret=DEFAULT_SECRET):
    return web.get_access_token(
        appid=appid, secret=secret, code=code, grant_type="authorization_code"
    )


def refresh(web, token):
    return web.refresh_token(
        appid=DEFAULT_APPID, grant_type="refresh_token", refresh_token=token
    )


def test_page_names_everybody_known_and_alice(web, play):
    play.wechat.world.add_user({"name": "zoe"})
    outcome = web.answer(QUESTION, user="", consent="")
    assert isinstance(outcome, Asked)
    assert outcome.people == ("alice", "zoe")
    assert outcome.user == "alice"


def test_whoever_is_not_named_is_alice(web):
    outcome = web.answer(QUESTION, user="", consent="allow")
    assert outcome.user == "alice"


def test_code_that_a_rival_uses_meanwhile_is_used(store, web):
    code = code_of(web)
    won = []
    store.before_write("codes", lambda: won.append(exchange(web, code)))
    assert errcode(exchange, web, code) == 40163
    assert won[0].user == "alice"


def test_code_that_a_foreign_app_burns_meanwhile_is_used(store, web):
    code = code_of(web)
    refused = []
    store.before_write(
        "codes",
        lambda: refused.append(attempt(exchange, web, code, OTHER_APPID, OTHER_SECRET)),
    )
    assert errcode(exchange, web, code) == 40163
    assert refused == [40029]


def test_forty_threads_with_one_code_get_one_token(web):
    code = code_of(web)
    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda _: attempt(exchange, web, code), range(40)))
    assert answers.count(40163) == 39


def test_two_renewals_of_a_dead_token_agree(store, play, web):
    granted = exchange(web, code_of(web))
    play.advance(7200)
    rival = []
    store.before_write(
        "web_grants", lambda: rival.append(refresh(web, granted.refresh_token))
    )
    renewed = refresh(web, granted.refresh_token)
    assert renewed.access_token == rival[0].access_token != granted.access_token
    assert web.check(access_token=renewed.access_token, openid=renewed.openid)


def test_openid_of_a_virtual_person_is_remembered_as_nobodys(play, web):
    play.wechat.world.change_mini_program(DEFAULT_APPID, {"snapshot_mode": True})
    outcome = web.answer(QUESTION, user="alice", consent="")
    granted = exchange(web, outcome.location.partition("code=")[2])
    assert granted.snapshot
    assert play.wechat.directory.whose(granted.openid, DEFAULT_APPID) is None


def test_codes_are_listed_with_their_person(play, web):
    code = code_of(web)
    listed = play.wechat.world.sessions(DEFAULT_APPID, "alice")["codes"]
    assert listed[0]["code"] == code
    assert listed[0]["kind"] == "web"
    assert listed[0]["scope"] == "snsapi_userinfo"
