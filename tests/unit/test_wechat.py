"""One world as one object."""

import sys
from dataclasses import fields
from dataclasses import is_dataclass

import pytest

from mockwx.clock import SteppedClock
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import Settings
from mockwx.entropy import Entropy
from mockwx.people import People
from mockwx.store.memory import MemoryJournal
from mockwx.store.memory import MemoryStore
from mockwx.wechat import WeChat


def test_world_is_built_from_its_settings():
    wechat = WeChat(Settings(seed=5, freeze=1_700_000_000, policy="strict"))
    assert wechat.clock.now() == 1_700_000_000
    assert wechat.clock.frozen
    default = wechat.world.mini_program(DEFAULT_APPID)
    assert (default.secret, default.policy.name) == (DEFAULT_SECRET, "strict")
    assert wechat.world.add_mini_program({}).policy.name == "strict"


def test_world_takes_the_parts_it_is_given():
    parts = {
        "store": MemoryStore(),
        "clock": SteppedClock(at=5),
        "entropy": Entropy(9),
        "journal": MemoryJournal(3),
        "people": People(9),
    }
    wechat = WeChat(Settings(), **parts)
    assert wechat.journal.append == parts.pop("journal").append
    for name, part in parts.items():
        assert getattr(wechat, name) is part


def test_worlds_are_strangers():
    one, other = WeChat(Settings(seed=1)), WeChat(Settings(seed=1))
    one.world.user("alice")
    assert other.world.users() == []


@pytest.mark.parametrize("seed", [None, 1])
def test_people_are_the_same_with_and_without_the_default_seed(seed):
    wechat = WeChat(Settings(seed=seed))
    again = WeChat(Settings(seed=seed))
    assert wechat.world.user("alice") == again.world.user("alice")


def test_without_a_seed_no_two_worlds_hand_out_the_same_code():
    codes = {WeChat(Settings()).device.answer("login", {})["code"] for _ in range(5)}
    assert len(codes) == 5


def test_language_of_the_people_is_that_of_the_settings():
    wechat = WeChat(Settings(locale="en_US"))
    assert wechat.world.user("alice").language == "en"


def test_reset_brings_back_everything_a_world_begins_with():
    wechat = WeChat(Settings(seed=3, freeze=1_700_000_000))
    first = wechat.device.answer("login", {})
    wechat.clock.advance(60)
    wechat.world.remove_mini_program(DEFAULT_APPID)
    wechat.world.reset()
    assert wechat.clock.now() == 1_700_000_000
    assert wechat.device.answer("login", {}) == first
    assert wechat.journal.tail() == []


def logged_in(wechat, people):
    """Let so many people log in, and a backend exchange their codes."""
    for number in range(people):
        code = wechat.device.answer("login", {"user": f"person {number:07}"})["code"]
        wechat.user_login.code2session(
            appid=DEFAULT_APPID,
            secret=DEFAULT_SECRET,
            js_code=code,
            grant_type="authorization_code",
            ip="127.0.0.1",
        )


def weight(store):
    """Return the bytes of all that a store holds, each object once."""
    seen = {}

    def weigh(*objects):
        seen.update((id(each), sys.getsizeof(each)) for each in objects)

    for name in store.tables():
        rows = dict(store.scan(name))
        weigh(rows, *rows, *rows.values())
        for record in filter(is_dataclass, rows.values()):
            weigh(*(getattr(record, field.name) for field in fields(record)))
    return sum(seen.values())


def test_person_who_logged_in_costs_at_most_a_kilobyte():
    wechat = WeChat(Settings())
    before = weight(wechat.store)
    logged_in(wechat, 2_000)
    assert (weight(wechat.store) - before) / 2_000 <= 1_024


def test_person_somebody_looked_at_costs_nothing():
    wechat = WeChat(Settings())
    before = {table: dict(wechat.store.scan(table)) for table in wechat.store.tables()}
    wechat.world.user("alice")
    wechat.directory.openid_of(DEFAULT_APPID, "alice")
    after = {table: dict(wechat.store.scan(table)) for table in wechat.store.tables()}
    assert after == before
