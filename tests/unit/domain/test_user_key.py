"""The keys of the encrypted channel."""

from mockwx.domain.user_key import UserKey
from mockwx.domain.user_key import UserKeys


BORN = 1_700_000_000
KEY = UserKey("AAAAAAAAAAAAAAAAAAAAAA==", 1, "0123456789abcdef", BORN)


def keys(count):
    made = UserKeys()
    for number in range(count):
        made = made.with_new(BORN + number, encrypt_key=str(number), iv=str(number))
    return made


def test_key_is_shown_in_the_order_of_the_page():
    assert list(KEY.as_json(BORN + 3).items()) == [
        ("encrypt_key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("version", 1),
        ("expire_in", 3597),
        ("iv", "0123456789abcdef"),
        ("create_time", BORN),
    ]


def test_expired_key_has_nothing_left():
    assert KEY.as_json(BORN + 3600)["expire_in"] == 0
    assert KEY.as_json(BORN + 9000)["expire_in"] == 0


def test_last_three_are_kept_newest_first():
    assert [key.version for key in keys(2).keys] == [2, 1]
    assert [key.version for key in keys(5).keys] == [5, 4, 3]


def test_only_the_newest_counts_and_only_for_an_hour():
    both = keys(2)
    assert both.live(BORN + 3600) == both.keys[0]
    assert both.live(BORN + 3601) is None
    assert UserKeys().live(BORN) is None
