"""Ids carry their world, and look as if they did not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx import marks
from mockwx.domain.identity import derive_openid
from mockwx.entropy import Entropy


WORLDS = st.integers(0, 2**marks.WORLD_BITS - 1)
KINDS = {
    "login code": (Entropy.login_code, marks.ALPHANUMERIC, r"0[A-Za-z0-9]{31}"),
    "phone code": (Entropy.phone_code, marks.HEX, r"[0-9a-f]{64}"),
    "access token": (Entropy.access_token, marks.URL_SAFE, r"9\d_[\w-]{133}"),
}


@pytest.mark.parametrize("kind", KINDS)
@given(world=WORLDS)
def test_drawn_id_carries_its_world_in_wechats_shape(kind, world):
    draw, alphabet, shape = KINDS[kind]

    text = draw(Entropy(1, world=world))

    assert marks.world_of(text, alphabet) == world
    assert re.fullmatch(shape, text, re.ASCII)


@given(world=WORLDS, user=st.text(min_size=1, max_size=10))
def test_openid_carries_its_world(world, user):
    openid = derive_openid(7, user, "wx6d6f636b77780001", world=world)

    assert marks.world_of(openid, marks.URL_SAFE) == world
    assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", openid)


def test_same_person_has_another_openid_in_another_world():
    here, there = (derive_openid(7, "alice", "wx", world=n) for n in (0, 1))

    assert here != there


@given(text=st.text(max_size=40), alphabet=st.sampled_from(marks.ALPHABETS))
def test_any_text_at_all_can_be_read(text, alphabet):
    world = marks.world_of(text, alphabet)

    assert world is None or 0 <= world < 2**marks.WORLD_BITS


@pytest.mark.parametrize("text", ["", "0", "code with blanks", "ä" * 32])
def test_text_in_another_alphabet_carries_no_world(text):
    assert marks.world_of(text + " ", marks.HEX) is None


def test_marks_use_every_letter_in_every_place():
    # A letter that never came up would tell a marked code from WeChat's own.
    entropy = Entropy(1)
    codes = [entropy.login_code() for _ in range(4000)]

    for place in range(25, 31):
        assert {code[place] for code in codes} == set(marks.ALPHANUMERIC.letters)


@given(name=st.text(min_size=1))
def test_named_world_is_never_the_default_one(name):
    assert 0 < marks.world_number(name) < 2**marks.WORLD_BITS
