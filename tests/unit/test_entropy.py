"""Chance: the shapes WeChat's values have, and the same values from the same seed."""

import base64
import re
import threading

import pytest

from mockwx.entropy import LARGEST_DRAW
from mockwx.entropy import Entropy


NOW = 0x67B81456

SHAPES = {
    "login_code": (lambda e: e.login_code(), r"0[A-Za-z0-9]{31}"),
    "phone_code": (lambda e: e.phone_code(), r"[0-9a-f]{64}"),
    "session_key": (lambda e: e.session_key(), r"[A-Za-z0-9+/]{22}=="),
    "iv": (lambda e: e.iv().hex(), r"[0-9a-f]{32}"),
    "access_token": (lambda e: e.access_token(), r"9[0-9]_[A-Za-z0-9_-]{133}"),
    "web_code": (lambda e: e.web_code(), r"0[A-Za-z0-9]{31}"),
    "web_access_token": (lambda e: e.web_access_token(), r"9[0-9]_[A-Za-z0-9_-]{87}"),
    "web_refresh_token": (
        lambda e: e.web_refresh_token(),
        r"9[0-9]_[A-Za-z0-9_-]{117}",
    ),
    "component_access_token": (
        lambda e: e.component_access_token(),
        r"9[0-9]_[A-Za-z0-9_-]{133}",
    ),
    "authorizer_access_token": (
        lambda e: e.authorizer_access_token(),
        r"9[0-9]_[A-Za-z0-9_-]{133}",
    ),
    "pre_auth_code": (
        lambda e: e.pre_auth_code(),
        r"preauthcode@@@[A-Za-z0-9_-]{64}",
    ),
    "authorization_code": (
        lambda e: e.authorization_code(),
        r"queryauthcode@@@[A-Za-z0-9_-]{86}",
    ),
    "authorizer_refresh_token": (
        lambda e: e.authorizer_refresh_token(),
        r"refreshtoken@@@[A-Za-z0-9_-]{43}",
    ),
    "rid": (lambda e: e.rid(NOW), r"67b81456-[0-9a-f]{8}-[0-9a-f]{8}"),
    "hint": (lambda e: e.hint(), r"[A-Za-z0-9]{10}-[A-Za-z0-9]{6}"),
    "cloud_id": (lambda e: e.cloud_id(), r"84_[A-Za-z0-9_-]{86}"),
    "link_ticket": (lambda e: e.link_ticket(), r"[A-Za-z0-9]{11}"),
    "risk_request_id": (lambda e: str(e.risk_request_id()), r"[0-9]{1,10}"),
    "push_nonce": (lambda e: e.push_nonce(), r"[1-5][0-9]{9}"),
    "push_random": (lambda e: e.push_random().decode(), r"[0-9a-f]{16}"),
    "echostr": (lambda e: e.echostr(), r"[1-9][0-9]{18}"),
    "api_nonce": (lambda e: e.api_nonce(), r"[A-Za-z0-9+/]{22}"),
    "api_iv": (lambda e: e.api_iv().hex(), r"[0-9a-f]{24}"),
    "api_key": (lambda e: e.api_key(), r"[A-Za-z0-9+/]{43}="),
    "key_number": (lambda e: e.key_number(), r"[0-9a-f]{32}"),
    "token": (lambda e: e.token(), r"[A-Za-z0-9_-]{43}"),
}
SEEDED = [name for name in SHAPES if name != "token"]


@pytest.mark.parametrize("seed", [None, 7778, 0, -1, 10**40])
@pytest.mark.parametrize("name", SHAPES)
def test_value_has_wechats_shape(name, seed):
    draw, shape = SHAPES[name]
    entropy = Entropy(seed)

    values = [draw(entropy) for _ in range(50)]

    assert all(re.fullmatch(shape, value) for value in values)
    assert len(set(values)) == 50


def test_session_key_is_sixteen_bytes_in_base64():
    key = Entropy(1).session_key()

    assert len(base64.b64decode(key, validate=True)) == 16


@pytest.mark.parametrize("name", SEEDED)
def test_same_seed_gives_the_same_values(name):
    draw, _ = SHAPES[name]
    one, other = Entropy(7778), Entropy(7778)

    assert [draw(one) for _ in range(5)] == [draw(other) for _ in range(5)]


@pytest.mark.parametrize("name", SEEDED)
def test_another_seed_gives_other_values(name):
    draw, _ = SHAPES[name]

    assert draw(Entropy(1)) != draw(Entropy(2))


@pytest.mark.parametrize("name", SHAPES)
def test_without_a_seed_no_two_are_alike(name):
    draw, _ = SHAPES[name]

    assert draw(Entropy()) != draw(Entropy())


@pytest.mark.parametrize("name", SEEDED)
def test_draw_for_one_purpose_never_shifts_another(name):
    draw, _ = SHAPES[name]
    alone, busy = Entropy(7778), Entropy(7778)
    others = [other for key, (other, _) in SHAPES.items() if key != name]

    for other in others:
        other(busy)

    assert draw(busy) == draw(alone)


def test_seeded_values_are_the_same_in_every_version():
    entropy = Entropy(7778)

    assert entropy.login_code() == "0L8KOQcBxuOyXWBznehFtBvx9Ev2zOiQ"
    assert entropy.session_key() == "yQ9GKRzkVaf55ixiPewW8A=="
    assert entropy.rid(NOW) == "67b81456-87327870-591f1802"


def test_session_key_that_nobody_needed_shifts_none_after_it():
    needing, sparing = Entropy(7778), Entropy(7778)

    first, _ = needing.next_session_key()(), sparing.next_session_key()

    assert first == Entropy(7778).session_key()
    assert needing.session_key() == sparing.session_key() != first


def test_key_of_a_seed_is_the_same_however_often_it_is_asked_for():
    draw = Entropy(7778).next_session_key()

    assert draw() == draw()


def test_bearer_token_cannot_be_told_from_the_seed():
    assert Entropy(7778).token() != Entropy(7778).token()


def test_reset_starts_every_stream_over():
    entropy = Entropy(7778)
    before = [SHAPES[name][0](entropy) for name in SEEDED]

    entropy.reset()

    assert [SHAPES[name][0](entropy) for name in SEEDED] == before


@pytest.mark.parametrize("seed", [None, 7778], ids=["unseeded", "seeded"])
@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 1000, LARGEST_DRAW])
def test_draw_has_the_size_asked_for(seed, size):
    assert len(Entropy(seed).bytes("anything", size)) == size


def test_long_draw_repeats_no_block():
    drawn = Entropy(7778).bytes("anything", LARGEST_DRAW)

    blocks = {drawn[start : start + 64] for start in range(0, LARGEST_DRAW, 64)}
    assert len(blocks) == LARGEST_DRAW // 64


@pytest.mark.parametrize("size", [-1, LARGEST_DRAW + 1])
def test_draw_of_an_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match=f"draw 0 to {LARGEST_DRAW} bytes"):
        Entropy(7778).bytes("anything", size)


def test_purposes_and_counts_never_run_together():
    entropy = Entropy(7778)
    for _ in range(12):
        entropy.bytes("", 8)

    assert entropy.bytes("2:", 8) != Entropy(7778).bytes("", 8)
    assert len({entropy.bytes(purpose, 8) for purpose in ("", ":", "1", "1:")}) == 4


def test_threads_share_a_seeded_stream_without_drawing_twice():
    shared, alone = Entropy(7778), Entropy(7778)
    drawn = []

    def draw():
        drawn.extend([shared.login_code() for _ in range(200)])

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(drawn) == sorted(alone.login_code() for _ in range(8 * 200))
