"""getAccessToken, getStableAccessToken, and the check of every call."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.domain.access_token import NOT_LATEST
from mockwx.domain.errors import WeChatError
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import OTHER_SECRET
from tests.unit.services.play import Play
from tests.unit.services.play import attempt
from tests.unit.services.play import errcode


HALF_A_DAY = 43_200


@pytest.fixture
def play():
    return Play()


@pytest.fixture
def authorize(play):
    return play.wechat.access_token.authorize


# -- both kinds -----------------------------------------------------------------------


@pytest.fixture(params=["token", "stable_token"])
def fetch(request, play):
    return getattr(play, request.param)


@pytest.mark.fidelity("documented", "access_token: 7200 seconds")
def test_token_lasts_two_hours(play, fetch, authorize):
    answer = fetch()
    assert re.fullmatch(r"9[0-9]_[A-Za-z0-9_-]{133}", answer.access_token)
    assert answer.expires_in == 7200
    play.advance(7199)
    assert authorize(answer.access_token).appid == DEFAULT_APPID
    play.advance(1)
    assert errcode(authorize, answer.access_token) == 42001


@pytest.mark.fidelity("logged", "access_token: order of validation")
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"appid": "", "secret": "", "grant_type": ""}, 41002),
        ({"appid": "wx1", "secret": "", "grant_type": ""}, 40013),
        ({"secret": "", "grant_type": ""}, 41004),
        ({"secret": "x", "grant_type": ""}, 40125),
        ({"grant_type": ""}, 40002),
        ({"grant_type": "authorization_code"}, 40002),
    ],
    ids=str,
)
def test_question_is_refused_for_the_first_thing_wrong(fetch, question, expected):
    assert errcode(fetch, **question) == expected


@pytest.mark.parametrize("verb", ["token", "stable_token"])
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"secret_frozen": True}, 40243),
        ({"ip_whitelist": ["198.51.100.1"]}, 40164),
        ({"punished": True}, 50004),
        ({"frozen": True}, 50007),
    ],
    ids=str,
)
def test_account_in_trouble_gets_no_token(verb, state, expected):
    assert errcode(getattr(Play(**state), verb)) == expected


def test_grant_type_is_checked_before_the_account():
    play = Play(punished=True)
    assert errcode(play.token, grant_type="x") == 40002


def test_tokens_of_two_apps_are_strangers(play, fetch, authorize):
    mine = fetch().access_token
    theirs = fetch(appid=OTHER_APPID, secret=OTHER_SECRET).access_token
    assert authorize(mine).appid == DEFAULT_APPID
    assert authorize(theirs).appid == OTHER_APPID


def test_token_of_a_removed_app_is_not_valid(play, fetch, authorize):
    token = fetch().access_token
    play.wechat.world.remove_mini_program(DEFAULT_APPID)
    with pytest.raises(WeChatError) as refused:
        authorize(token)
    assert (refused.value.errcode, refused.value.errmsg) == (40001, NOT_LATEST)


@pytest.mark.fidelity("logged", "access_token: 41001, 40014, 40001")
@pytest.mark.parametrize(
    ("token", "expected"),
    [("", 41001), ("short", 40014), ("9 " * 60, 40014), ("99_" + "a" * 133, 40001)],
    ids=["absent", "short", "blanks", "never issued"],
)
def test_token_that_is_none_is_told_why(authorize, token, expected):
    assert errcode(authorize, token) == expected


def test_authorize_returns_the_app_as_it_is_now(play, authorize):
    token = play.token().access_token
    play.wechat.world.change_mini_program(DEFAULT_APPID, {"name": "renamed"})
    assert authorize(token).name == "renamed"


# -- the plain kind -------------------------------------------------------------------


@pytest.mark.fidelity("documented", "access_token: old and new for five minutes")
def test_previous_token_works_for_five_more_minutes(play, authorize):
    old, new = play.token().access_token, play.token().access_token
    assert old != new
    play.advance(299)
    assert authorize(old) == authorize(new)
    play.advance(1)
    assert errcode(authorize, old) == 40001
    assert authorize(new).appid == DEFAULT_APPID


@pytest.mark.fidelity("inferred", "access_token: each token has its own five minutes")
def test_overlap_counts_from_the_moment_of_the_next_token(play, authorize):
    first = play.token().access_token
    play.advance(100)
    second = play.token().access_token  # first ends at 400
    play.advance(100)
    play.token()  # second ends at 500
    play.advance(200)
    assert errcode(authorize, first) == 40001
    assert authorize(second).appid == DEFAULT_APPID
    play.advance(100)
    assert errcode(authorize, second) == 40001


def test_overlap_does_not_outlive_the_token(play, authorize):
    old = play.token().access_token
    play.advance(7100)
    play.token()
    play.advance(99)
    assert authorize(old).appid == DEFAULT_APPID
    play.advance(1)
    assert errcode(authorize, old) == 42001


def test_concurrent_calls_leave_one_token_after_the_overlap(play, authorize):
    with ThreadPoolExecutor(20) as pool:
        tokens = list(pool.map(lambda _: play.token().access_token, range(60)))
    assert len(set(tokens)) == 60
    assert all(authorize(token) for token in tokens)
    play.advance(300)
    answers = [attempt(authorize, token) for token in tokens]
    assert answers.count(40001) == 59


# -- the stable kind ------------------------------------------------------------------


@pytest.mark.fidelity("documented", "stable_token: the same token, what is left of it")
def test_stable_token_stays_the_same_and_counts_down(play):
    first = play.stable_token()
    play.advance(6899)
    second = play.stable_token()
    assert second.access_token == first.access_token
    assert second.expires_in == 301


@pytest.mark.fidelity("documented", "stable_token: renewed in the last five minutes")
def test_stable_token_is_renewed_near_its_end_and_the_old_one_lives_it_out(
    play, authorize
):
    old = play.stable_token().access_token
    play.advance(6900)
    renewed = play.stable_token()
    assert renewed.access_token != old
    assert renewed.expires_in == 7200
    assert play.stable_token() == renewed
    play.advance(299)
    assert authorize(old) == authorize(renewed.access_token)
    play.advance(1)
    assert errcode(authorize, old) == 42001
    assert authorize(renewed.access_token).appid == DEFAULT_APPID


@pytest.mark.fidelity("documented", "stable_token: expires_in is at least 300")
@pytest.mark.parametrize("age", [0, 1, 6899, 6900, 6901, 7199, 7200, 10_000])
def test_stable_token_always_has_five_minutes(play, age):
    play.stable_token()
    play.advance(age)
    assert play.stable_token().expires_in >= 300


@pytest.mark.fidelity("documented", "stable_token: force_refresh ends the old at once")
def test_forced_refresh_ends_the_old_token_at_once(play, authorize):
    old = play.stable_token().access_token
    new = play.stable_token(force=True)
    assert new.access_token != old
    assert new.expires_in == 7200
    assert errcode(authorize, old) == 40001
    assert play.stable_token() == new


def test_first_token_may_be_forced(play, authorize):
    answer = play.stable_token(force=True)
    assert authorize(answer.access_token).appid == DEFAULT_APPID


@pytest.mark.fidelity("documented", "stable_token: force_refresh 30 seconds apart")
def test_forced_refresh_within_thirty_seconds_changes_nothing(play, authorize):
    first = play.stable_token(force=True)
    play.advance(29)
    again = play.stable_token(force=True)
    assert again.access_token == first.access_token
    assert again.expires_in == 7171
    play.advance(1)
    assert play.stable_token(force=True).access_token != first.access_token
    assert errcode(authorize, first.access_token) == 40001


@pytest.mark.fidelity("logged", "stable_token: force_refresh 20 a day, then 45009")
def test_twenty_first_forced_refresh_of_a_day_is_refused(play):
    for _ in range(20):
        play.stable_token(force=True)
        play.advance(30)
    running = play.stable_token()
    assert errcode(play.stable_token, force=True) == 45009
    assert play.stable_token() == running
    forced_elsewhere = play.stable_token(
        force=True, appid=OTHER_APPID, secret=OTHER_SECRET
    )
    assert forced_elsewhere.expires_in == 7200


def test_forced_refreshes_are_counted_anew_after_midnight_in_china(play):
    for _ in range(20):
        play.stable_token(force=True)
        play.advance(30)
    play.wechat.clock.freeze(NOON + HALF_A_DAY - 1)
    assert errcode(play.stable_token, force=True) == 45009
    play.advance(1)
    assert play.stable_token(force=True).expires_in == 7200


def test_ignored_refresh_is_not_counted(play):
    for _ in range(50):
        play.stable_token(force=True)
    play.advance(30)
    for _ in range(19):
        play.stable_token(force=True)
        play.advance(30)
    assert errcode(play.stable_token, force=True) == 45009


@pytest.mark.fidelity("documented", "the two kinds are isolated")
def test_kinds_do_not_touch_each_other(play, authorize):
    plain, stable = play.token().access_token, play.stable_token().access_token
    play.stable_token(force=True)
    play.advance(300)
    assert authorize(plain).appid == DEFAULT_APPID
    assert errcode(authorize, stable) == 40001
    stable = play.stable_token().access_token
    play.token()
    play.advance(300)
    assert authorize(stable).appid == DEFAULT_APPID
    assert errcode(authorize, plain) == 40001


def test_thousands_of_plain_tokens_leave_the_stable_one_valid(play, authorize):
    stable = play.stable_token().access_token
    for _ in range(1100):
        play.token()
    assert play.stable_token().access_token == stable
    assert authorize(stable).appid == DEFAULT_APPID


def test_concurrent_first_calls_get_the_same_stable_token(play, authorize):
    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(lambda _: play.stable_token(), range(60)))
    assert len(answers) == 1
    assert authorize(answers.pop().access_token).appid == DEFAULT_APPID


def test_concurrent_forced_refreshes_are_one(play, authorize):
    old = play.stable_token().access_token
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: play.stable_token(force=True), range(40)))
    assert errcode(authorize, old) == 40001
    assert authorize(play.stable_token().access_token).appid == DEFAULT_APPID
    ends = [token.superseded_at for token in play.tokens_of("stable")]
    assert ends.count(NOON) == 1


@pytest.mark.fidelity("documented", "stable_token: 10 000 a minute, 500 000 a day")
@pytest.mark.parametrize(
    ("limit", "expected", "pause"),
    [("STABLE_PER_MINUTE", 45011, 60), ("STABLE_PER_DAY", 45009, HALF_A_DAY)],
)
def test_stable_token_is_limited(play, monkeypatch, limit, expected, pause):
    monkeypatch.setattr(f"mockwx.services.access_token.{limit}", 2)
    play.stable_token()
    play.stable_token()
    assert errcode(play.stable_token) == expected
    assert play.stable_token(appid=OTHER_APPID, secret=OTHER_SECRET).expires_in == 7200
    play.advance(pause)
    assert play.stable_token().expires_in >= 300
