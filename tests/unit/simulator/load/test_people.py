"""Everybody in a story is somebody of their own."""

from simulator.load.people import OwnPeople
from tests.unit.simulator.fakes import FakeWeChat


def test_person_has_a_name_that_nobody_else_has() -> None:
    wechat = FakeWeChat()

    OwnPeople(wechat, "3-17").call("login", {"user": "alice", "appid": "wx1"})

    assert wechat.calls == [("login", {"user": "alice-3-17", "appid": "wx1"})]


def test_acts_are_about_the_same_person() -> None:
    wechat = FakeWeChat()
    people = OwnPeople(wechat, "0-1")

    people.control("POST", "sessions/rotate", {"user": "bob"})
    people.in_world("w").control("PATCH", "users/bob", {"city": "x"})

    assert wechat.controls == [
        ("POST", "sessions/rotate", {"user": "bob-0-1"}),
        ("PATCH", "users/bob-0-1", {"city": "x"}),
    ]


def test_journal_is_left_alone() -> None:
    wechat = FakeWeChat()
    people = OwnPeople(wechat, "0-1")

    assert people.control("GET", "exchanges", {"since": 0}) == {}
    assert people.control("POST", "exchanges", {"path": "/"}) == {}
    assert people.control("GET", "trace", {"code": "0"}) == {}
    assert wechat.controls == []
