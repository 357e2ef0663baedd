"""What the calls of a backend file are for."""

from dataclasses import replace

import pytest

from simulator.audit.roles import meaning
from simulator.audit.roles import roles_of
from simulator.audit.roles import slots_of
from simulator.expressions import parse_path
from simulator.mapping import AuditHints
from simulator.mapping import BackendFile
from simulator.mapping import Call
from simulator.mapping import Judgement
from simulator.mapping import Kept
from simulator.mapping import LoginState
from simulator.matchers import Rule


KEEP = {"token": Kept(parse_path("data.token"))}
STATE = LoginState(header={"Authorization": "${storage.token}"})


def file(*calls: Call, audit: AuditHints | None = None) -> BackendFile:
    named = {call.name: call for call in calls}
    return BackendFile(
        "http://x", state=STATE, calls=named, audit=audit or AuditHints()
    )


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("code", "code"),
        ("js_code", "code"),
        ("xcxCode", "code"),
        ("phoneCode", "phoneCode"),
        ("mobile_code", "phoneCode"),
        ("captchaCode", ""),
        ("encryptedData", "encryptedData"),
        ("phoneEncryptedData", "encryptedData"),
        ("iv", "iv"),
        ("phoneIv", "iv"),
        ("rawData", "rawData"),
        ("openId", "openid"),
        ("tenant", ""),
    ],
)
def test_argument_is_known_by_its_name(name: str, means: str) -> None:
    assert meaning(name) == means


def test_plain_login_comes_before_one_that_takes_more() -> None:
    full = Call("login_with_data", "/x", body={"code": "${code}", "iv": "${iv}"})
    plain = Call("enter", "/y", body={"code": "${code}"}, keep=KEEP)

    found = roles_of(file(full, plain)).login

    assert found is not None
    assert found.call is plain


def test_only_code_of_a_call_about_phones_is_the_buttons() -> None:
    slots = slots_of(Call("phone", "/x", body={"c": "${code}"}), AuditHints())

    assert slots.takes == {"phoneCode"}


def test_call_that_takes_what_nobody_knows_is_not_played() -> None:
    call = Call("profile", "/x", body={"e": "${encryptedData}", "t": "${ticket}"})

    assert not roles_of(file(call)).sealed


def test_file_tells_the_value_of_an_argument_nobody_knows() -> None:
    call = Call("profile", "/x", body={"e": "${encryptedData}", "t": "${ticket}"})
    hints = AuditHints(values={"ticket": "7"})

    (found,) = roles_of(file(call, audit=hints)).sealed

    assert found.scope({"hint:ticket": "7", "encryptedData": "e"}) == {
        "encryptedData": "e",
        "ticket": "7",
    }


def test_file_tells_which_call_says_who_one_is() -> None:
    calls = (Call("me", "/me", "GET"), Call("card", "/card", "GET"))

    found = roles_of(file(*calls, audit=AuditHints(whoami="card"))).whoami

    assert found is not None
    assert found.call.name == "card"


def test_nested_argument_reaches_everything_it_names() -> None:
    body = {"d": "${detail.encryptedData}", "i": "${detail.iv}"}

    slots = slots_of(Call("bind", "/x", body=body), AuditHints())

    assert slots.takes == {"encryptedData", "iv"}
    assert slots.roots == {"detail": "whole"}


def test_data_are_a_phone_number_where_the_rules_speak_of_one() -> None:
    body = {"e": "${encryptedData}"}
    rule = Rule(parse_path("data.phone"), "present", True)

    bare = slots_of(Call("decode", "/x", body=body), AuditHints())
    ruled = slots_of(
        Call("decode", "/x", body=body, judgement=Judgement((rule,))), AuditHints()
    )
    hotel = slots_of(Call("hotel", "/hotel", body=body), AuditHints())

    assert (bare.payload, ruled.payload, hotel.payload) == ("user", "phone", "user")


def test_call_that_gives_what_the_login_state_lacks_binds_somebody_new() -> None:
    login = Call("login", "/x", body={"code": "${code}"}, keep=KEEP)
    bind = Call(
        "bind",
        "/y",
        body={"ticket": "${storage.ticket}", "code": "${phoneCode}"},
        keep=KEEP,
    )

    (found,) = roles_of(file(login, bind)).binding

    assert found.call is bind
    assert found.wants == {"ticket"}


def test_call_known_better_takes_its_place_in_every_role() -> None:
    call = Call("me", "/x", body={"e": "${encryptedData}"})
    roles = roles_of(file(call))
    better = replace(roles.sealed[0], kind="phone")

    settled = roles.settled(roles.sealed[0], better)

    assert settled.sealed == settled.guarded == (better,)
