"""openid and unionid: WeChat's shape, and the same for the same person for ever."""

import re

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from mockwx.domain.identity import derive_group_openid
from mockwx.domain.identity import derive_open_gid
from mockwx.domain.identity import derive_openid
from mockwx.domain.identity import derive_openpid
from mockwx.domain.identity import derive_unionid
from mockwx.marks import URL_SAFE
from mockwx.marks import world_of


SEED = 7778
APPID = "wx6d6f636b77780001"
SHAPE = r"o[A-Za-z0-9_-]{27}"

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
parts = st.tuples(st.integers(), texts, texts)


@pytest.mark.parametrize(
    ("user", "openid", "unionid"),
    [
        ("alice", "ommQ-9y1DIXoI2ZZdw8QTKuXBubU", "oEg3IlmbPIRLMxFhAkd0uWW-DHoB"),
        ("bob", "o3yLyHEyu92uYMXk6IqP9HWbbMre", "oLiphRfcX5hZJEX-zCGNkUst7qZn"),
        ("小明", "o-sZQ8ynFkRoaJpGbZh9-7VT5fHT", "oX3kwCdIX_rYulXPS9jMsAh940Bv"),
    ],
)
def test_ids_are_the_same_in_every_version(user, openid, unionid):
    assert derive_openid(SEED, user, APPID) == openid
    assert derive_unionid(SEED, user, "open") == unionid


@settings(deadline=None)
@given(parts)
def test_ids_have_wechats_shape(triple):
    assert re.fullmatch(SHAPE, derive_openid(*triple))
    assert re.fullmatch(SHAPE, derive_unionid(*triple))


@settings(deadline=None)
@given(parts, parts)
def test_two_ids_are_equal_only_for_the_same_three_parts(one, other):
    assert (derive_openid(*one) == derive_openid(*other)) == (one == other)
    assert (derive_unionid(*one) == derive_unionid(*other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, "1alice", APPID), (11, "alice", APPID)),
        ((1, "alice", "wx1"), (1, "alicewx", "1")),
        ((1, "alice", APPID), (-1, "alice", APPID)),
        ((1, "alice", APPID), (1, "Alice", APPID)),
    ],
    ids=["seed and user", "user and app", "sign", "case"],
)
def test_parts_never_run_together(one, other):
    assert derive_openid(*one) != derive_openid(*other)


def test_unionid_is_no_openid():
    assert derive_unionid(SEED, "alice", APPID) != derive_openid(SEED, "alice", APPID)


def test_ten_thousand_people_have_ten_thousand_openids():
    openids = {derive_openid(SEED, f"user{n}", APPID) for n in range(10_000)}

    assert len(openids) == 10_000


OTHER_IDS = {
    "openpid": (derive_openpid, (7778, "alice", "wx1", "wx2"), "G"),
    "open_gid": (derive_open_gid, (7778, "family", "wx1"), "tG"),
    "group_openid": (derive_group_openid, (7778, "alice", "family", "wx1"), "o"),
}


@pytest.mark.parametrize(
    ("derive", "names", "start"), OTHER_IDS.values(), ids=OTHER_IDS
)
def test_id_has_wechats_shape_and_is_the_same_for_ever(derive, names, start):
    found = derive(*names)
    assert re.fullmatch(r"[A-Za-z0-9_-]{28}", found)
    assert found.startswith(start)
    assert derive(*names) == found


@pytest.mark.parametrize(
    ("derive", "names", "start"), OTHER_IDS.values(), ids=OTHER_IDS
)
def test_id_depends_on_every_name_and_carries_its_world(derive, names, start):
    changed = [
        derive(*names[:place], 1 if place == 0 else "x", *names[place + 1 :])
        for place in range(len(names))
    ]
    assert len({derive(*names), derive(*names, world=5), *changed}) == len(names) + 2
    assert world_of(derive(*names, world=5), URL_SAFE) == 5
