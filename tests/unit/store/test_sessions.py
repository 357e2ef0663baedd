"""The current key, the past ones, and the latest login of each phone."""

import pytest

from mockwx.domain.session import POLICIES
from mockwx.domain.session import new_key
from mockwx.store.ledger import BOUND
from mockwx.store.sessions import Sessions
from tests.unit.store.rival import RivalStore


NOW = 1_700_020_800
OWNER = "wx1/alice"
DOCS = POLICIES["docs"]
TTL = DOCS.session_ttl


@pytest.fixture
def store():
    return RivalStore()


@pytest.fixture
def sessions(store):
    return Sessions(store)


@pytest.fixture
def renew(sessions):
    def renewed(now=NOW, text="k"):
        return sessions.change(
            OWNER,
            lambda current: new_key(
                current, now, session_key=text, cause="login", policy=DOCS
            ),
        )

    return renewed


def test_nobody_has_a_key_at_first(sessions):
    assert sessions.current(OWNER) is None
    assert sessions.history(OWNER) == []


def test_change_keeps_what_it_replaces(sessions, renew):
    renew(NOW, "a")
    second = renew(NOW + 7, "b")
    assert sessions.current(OWNER) == second
    past, current = sessions.history(OWNER)
    assert (past.session_key, past.superseded_at) == ("a", NOW + 7)
    assert current == second
    assert sessions.current("wx1/bob") is None


def test_change_of_the_same_key_adds_no_history(sessions, renew):
    key = renew()
    ended = sessions.change(OWNER, lambda current: current.expired(NOW + 1))
    assert ended.number == key.number
    assert sessions.history(OWNER) == [ended]


def test_no_change_writes_nothing(store, sessions, renew):
    key = renew()
    store.before_write("session_keys", lambda: pytest.fail("it was written"))
    assert sessions.change(OWNER, lambda current: current) is key


def test_loser_decides_again_from_what_the_winner_left(store, sessions, renew):
    store.before_write("session_keys", lambda: renew(NOW, "rival"))
    assert renew(NOW, "mine").number == 2
    store.before_write("session_keys", lambda: renew(NOW, "rival again"))
    assert renew(NOW, "mine again").number == 4
    texts = [key.session_key for key in sessions.history(OWNER)]
    assert texts == ["rival", "mine", "rival again", "mine again"]


def test_refusal_inside_a_change_changes_nothing(sessions, renew):
    key = renew()

    def refuse(current):
        raise LookupError("refused")

    with pytest.raises(LookupError):
        sessions.change(OWNER, refuse)
    assert sessions.history(OWNER) == [key]


def test_history_is_bounded_and_keeps_its_numbers(sessions, renew):
    for _ in range(BOUND + 50):
        renew()
    numbers = [key.number for key in sessions.history(OWNER)]
    assert numbers == list(range(50, BOUND + 51))


def test_live_key_is_kept_alive(sessions, renew):
    renew()
    kept = sessions.keep_alive(OWNER, NOW + 10, DOCS)
    assert kept.expires_at == NOW + 10 + TTL
    assert sessions.history(OWNER) == [kept]


def test_key_that_is_as_good_as_new_is_not_written(store, sessions, renew):
    key = renew()
    store.before_write("session_keys", lambda: pytest.fail("it was written"))
    assert sessions.keep_alive(OWNER, NOW, DOCS) is key


def test_dead_or_absent_key_is_not_kept_alive(sessions, renew):
    assert sessions.keep_alive(OWNER, NOW, DOCS) is None
    key = renew()
    assert sessions.keep_alive(OWNER, NOW + TTL, DOCS) is None
    assert sessions.current(OWNER) == key


def test_key_that_dies_meanwhile_is_not_kept_alive(store, sessions, renew):
    renew()
    store.before_write(
        "session_keys",
        lambda: sessions.change(OWNER, lambda current: current.expired(NOW)),
    )
    assert sessions.keep_alive(OWNER, NOW + 10, DOCS) is None


def test_store_that_is_emptied_meanwhile_stays_empty(store, sessions, renew):
    renew()
    store.before_write("session_keys", store.clear)
    assert sessions.keep_alive(OWNER, NOW + 10, DOCS) is None
    assert sessions.current(OWNER) is None


def test_key_that_is_replaced_meanwhile_is_kept_alive_instead(store, sessions, renew):
    renew(NOW, "a")
    store.before_write("session_keys", lambda: renew(NOW + 5, "b"))
    kept = sessions.keep_alive(OWNER, NOW + 10, DOCS)
    assert (kept.session_key, kept.expires_at) == ("b", NOW + 10 + TTL)


def test_login_is_remembered_per_person_and_phone(sessions):
    assert sessions.device_login(OWNER, "phone") is None
    sessions.remember_login(OWNER, "phone", 1)
    sessions.remember_login(OWNER, "tablet", 2)
    assert sessions.device_login(OWNER, "phone") == 1
    assert sessions.device_login(OWNER, "tablet") == 2
    assert sessions.device_login("wx1/bob", "phone") is None


def test_later_login_is_remembered_whoever_writes_last(store, sessions):
    def remember(number):
        sessions.remember_login(OWNER, "phone", number)

    remember(2)
    remember(1)
    assert sessions.device_login(OWNER, "phone") == 2
    store.before_write("device_logins", lambda: remember(4))
    remember(3)
    assert sessions.device_login(OWNER, "phone") == 4
    store.before_write("device_logins", store.clear)
    remember(5)
    assert sessions.device_login(OWNER, "phone") == 5


def test_login_to_the_same_state_writes_nothing(store, sessions):
    sessions.remember_login(OWNER, "phone", 1)
    store.before_write("device_logins", lambda: pytest.fail("it was written"))
    sessions.remember_login(OWNER, "phone", 1)
    assert sessions.device_login(OWNER, "phone") == 1


def test_key_is_ended_at_once(sessions, renew):
    renew(NOW, "a")
    sessions.end(OWNER, NOW + 5)
    assert not sessions.current(OWNER).live(NOW + 5)
    assert sessions.current(OWNER).expires_at == NOW + 5


def test_only_a_live_key_can_be_ended(sessions, renew):
    sessions.end(OWNER, NOW)
    assert sessions.current(OWNER) is None
    renew(NOW, "a")
    sessions.end(OWNER, NOW + 5)
    sessions.end(OWNER, NOW + 9)
    assert sessions.current(OWNER).expires_at == NOW + 5


def test_key_that_comes_meanwhile_is_ended_too(store, sessions, renew):
    renew(NOW, "a")
    store.before_write("session_keys", lambda: renew(NOW + 5, "b"))
    sessions.end(OWNER, NOW + 6)
    assert sessions.current(OWNER).session_key == "b"
    assert not sessions.current(OWNER).live(NOW + 6)
