"""The life of a session_key."""

from dataclasses import replace

import pytest

from mockwx.domain.session import LOGIN
from mockwx.domain.session import POLICIES
from mockwx.domain.session import RESET
from mockwx.domain.session import ROTATE
from mockwx.domain.session import Policy
from mockwx.domain.session import new_key
from mockwx.domain.session import replaced_by_login


THREE_DAYS = 259_200
BORN = 1_700_000_000
POLICY = Policy("docs", 300, 1000, extend_on_activity=True)


def key_of(policy=POLICY, current=None, now=BORN, page=""):
    return new_key(current, now, session_key="a", cause=LOGIN, policy=policy, page=page)


def test_first_key_has_number_one_and_lives_as_long_as_the_policy_says():
    key = key_of()
    assert (key.number, key.login_number) == (1, 1)
    assert (key.created_at, key.expires_at) == (BORN, BORN + 1000)
    assert key.superseded_at is None


def test_next_key_is_numbered_on_and_begins_a_login_state_of_its_own():
    key = key_of(current=key_of(), now=BORN + 5)
    assert (key.number, key.login_number) == (2, 2)
    assert key.expires_at == BORN + 1005


@pytest.mark.parametrize(("age", "live"), [(0, True), (999, True), (1000, False)])
def test_key_is_live_until_the_second_it_expires(age, live):
    assert key_of().live(BORN + age) is live


@pytest.mark.fidelity("documented", "session_key: activity extends it")
def test_activity_moves_the_expiry_of_a_live_key():
    assert key_of().extended(BORN + 10, POLICY).expires_at == BORN + 1010


def test_activity_does_not_bring_an_expired_key_back():
    key = key_of()
    assert key.extended(BORN + 1000, POLICY) is key


def test_activity_never_shortens_a_life():
    shorter = Policy("docs", 300, 10, extend_on_activity=True)
    key = key_of()
    assert key.extended(BORN + 1, shorter) is key


def test_activity_in_the_same_second_changes_nothing():
    key = key_of()
    assert key.extended(BORN, POLICY) is key


def test_activity_counts_for_nothing_where_the_policy_says_so():
    policy = Policy("strict", 0, 1000, extend_on_activity=False)
    key = key_of(policy)
    assert key.extended(BORN + 10, policy) is key


@pytest.mark.fidelity("documented", "resetusersessionkey: the old expiry stays")
def test_reset_keeps_expiry_and_login_state_and_changes_the_key():
    key = key_of()
    successor = key.reset(BORN + 50, "b")
    assert (successor.number, successor.session_key, successor.cause) == (2, "b", RESET)
    assert (successor.created_at, successor.expires_at) == (BORN + 50, key.expires_at)
    assert successor.login_number == key.login_number


def test_ended_key_is_dead_at_once():
    ended = key_of().expired(BORN + 7)
    assert not ended.live(BORN + 7)
    assert ended.expires_at == BORN + 7


def test_ending_a_dead_key_leaves_its_end_where_it_was():
    key = key_of()
    assert key.expired(BORN + 5000) == key


@pytest.mark.parametrize(
    ("interval", "age", "replaced"),
    [
        pytest.param(300, 299, False, id="a second before the period is over"),
        pytest.param(300, 300, True, id="when the period is over"),
        pytest.param(0, 0, True, id="every login, even in the same second"),
        pytest.param(None, 999, False, id="never while it lives"),
        pytest.param(None, 1000, True, id="only once it is dead"),
        pytest.param(300, 1000, True, id="dead"),
        pytest.param(5000, 1000, True, id="dead inside the period"),
    ],
)
@pytest.mark.fidelity("documented", "session_key: minimum period between replacements")
def test_login_replaces_a_key_as_the_policy_says(interval, age, replaced):
    policy = Policy("docs", interval, 1000, extend_on_activity=True)
    assert replaced_by_login(key_of(policy), BORN + age, policy) is replaced


def test_login_without_a_key_makes_one():
    assert replaced_by_login(None, BORN, POLICIES["calm"])


@pytest.mark.parametrize(
    ("name", "interval", "ttl", "extends"),
    [
        ("docs", 300, THREE_DAYS, True),
        ("strict", 0, THREE_DAYS, False),
        ("calm", None, 10 * THREE_DAYS, True),
    ],
)
def test_policy_has_these_figures(name, interval, ttl, extends):
    policy = POLICIES[name]
    assert policy == Policy(name, interval, ttl, extend_on_activity=extends)
    assert policy.exchange_returns == "snapshot"


def test_causes_are_three_different_words():
    assert {LOGIN, RESET, ROTATE} == {"login", "reset", "rotate"}


def test_key_remembers_the_page_of_its_login_and_its_successor_by_reset_has_none():
    key = key_of(page="pages/pay/index")

    assert key.extended(BORN + 10, POLICY).page == "pages/pay/index"
    assert key.reset(BORN + 10, "b").page == ""


def test_key_that_is_followed_or_extended_is_the_same_in_all_else():
    key = key_of(page="pages/pay").of("o1", "u1", "open")

    assert key.superseded(BORN + 7) == replace(key, superseded_at=BORN + 7)
    assert key.extended(BORN + 7, POLICY) == replace(key, expires_at=BORN + 1007)


def test_next_key_bears_the_ids_of_the_one_before():
    key = key_of().of("o1", "u1", "open")
    following = key_of(current=key, now=BORN + 5, page="pages/pay")

    assert (following.openid, following.unionid) == ("o1", "u1")
    assert following.open_platform == "open"
    assert (following.session_key, following.page) == ("a", "pages/pay")
