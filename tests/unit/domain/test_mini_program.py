"""A mini program: its console's fields, and the check of its credentials."""

import json
import re
from dataclasses import fields

import pytest

from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import FIELDS
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.mini_program import read_policy
from mockwx.domain.mini_program import verify_credentials
from mockwx.domain.session import POLICIES
from mockwx.domain.session import Policy


APPID = "wx0123456789abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
APP = MiniProgram(APPID, SECRET)


def refusal(known=APP, appid=APPID, secret=SECRET, ip="203.0.113.7"):
    with pytest.raises(WeChatError) as refused:
        verify_credentials(known, appid=appid, secret=secret, ip=ip)
    return int(refused.value.errcode), refused.value.errmsg


def app(**changes):
    return MiniProgram(APPID, SECRET, **changes)


def test_right_credentials_give_the_mini_program():
    assert verify_credentials(APP, appid=APPID, secret=SECRET, ip="::1") is APP


@pytest.mark.fidelity("logged", "order of validation: appid, secret")
@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ({"appid": "", "known": None, "secret": ""}, (41002, "appid missing")),
        ({"known": None, "secret": ""}, (40013, "invalid appid")),
        ({"secret": ""}, (41004, "appsecret missing")),
        ({"secret": "wrong"}, (40125, "invalid appsecret")),
        ({"secret": SECRET.upper()}, (40125, "invalid appsecret")),
        ({"secret": SECRET + " "}, (40125, "invalid appsecret")),
        ({"secret": "密钥"}, (40125, "invalid appsecret")),
        ({"secret": "\ud800"}, (40125, "invalid appsecret")),
    ],
    ids=ascii,
)
def test_credentials_are_refused_in_wechats_order(question, refused):
    assert refusal(**question) == refused


@pytest.mark.fidelity("inferred", "order of validation: state of the account")
def test_secret_is_checked_before_its_state_and_the_caller():
    known = app(secret_frozen=True, ip_whitelist=("198.51.100.1",))
    assert refusal(known, secret="wrong")[0] == 40125
    assert refusal(known)[0] == 40243


@pytest.mark.fidelity("logged", "40164: both address forms")
@pytest.mark.parametrize(
    ("ip", "errmsg"),
    [
        (
            "203.0.113.7",
            "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist",
        ),
        ("2001:db8::1", "invalid ip 2001:db8::1 ipv6 2001:db8::1, not in whitelist"),
    ],
)
def test_caller_outside_the_whitelist_is_named_in_both_forms(ip, errmsg):
    assert refusal(app(ip_whitelist=("198.51.100.1",)), ip=ip) == (40164, errmsg)


def test_caller_on_the_whitelist_is_let_in():
    known = app(ip_whitelist=("198.51.100.1", "203.0.113.7"))
    assert (
        verify_credentials(known, appid=APPID, secret=SECRET, ip="203.0.113.7") is known
    )


def test_mini_program_is_shown_with_every_field_and_its_policy_by_name():
    shown = APP.as_json()
    assert list(shown) == [field.name for field in fields(MiniProgram)]
    assert (shown["appid"], shown["secret"]) == (APPID, SECRET)
    assert shown["policy"] == "docs"
    assert shown["ip_whitelist"] == []
    json.dumps(shown)


def test_mini_program_is_bound_certified_and_in_order_unless_told_otherwise():
    assert APP.open_platform == "mockwx"
    assert APP.certified
    assert APP.released_at is None
    troubles = (APP.personal, APP.secret_frozen, APP.punished, APP.frozen)
    assert not any(troubles)


@pytest.mark.parametrize(
    ("page", "known"),
    [("", True), ("pages/index/index", True), ("pages/none", False)],
)
def test_page_of_the_released_version_is_known(page, known):
    assert app(pages=("pages/index/index",)).has_page(page) is known
    assert app().has_page(page)
    assert not app(published=False).has_page(page)


def test_original_id_depends_on_the_appid_alone():
    assert re.fullmatch("gh_[0-9a-f]{12}", APP.original_id)
    assert app(name="x").original_id == APP.original_id
    other = MiniProgram("wx0000000000000001", SECRET)
    assert other.original_id != APP.original_id


def test_what_is_shown_can_be_read_back():
    policy = Policy(
        "strict", 5, 60, extend_on_activity=True, exchange_returns="current"
    )
    shown = app(
        policy=policy,
        ip_whitelist=("::1",),
        released_at=7,
        kind="official_account",
        redirect_domain="shop.example",
        followers=("bob",),
        authorized_to=("wx00000000000000aa",),
    ).as_json()
    read = control.read_fields(shown, FIELDS)
    assert MiniProgram(**read).as_json() == shown
    assert read["policy"] == policy


@pytest.mark.parametrize("name", POLICIES)
def test_policy_is_read_by_name(name):
    assert read_policy("policy", name) == POLICIES[name]


def test_policy_is_read_as_changes_to_the_documented_one():
    changed = read_policy("policy", {"session_ttl": 60})
    assert changed == Policy("docs", 300, 60, extend_on_activity=True)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("lenient", "policy"),
        (None, "policy"),
        (["docs"], "policy"),
        ({"name": "lenient"}, "name"),
        ({"session_ttl": 0}, "session_ttl"),
        ({"rotate_min_interval": -1}, "rotate_min_interval"),
        ({"extend_on_activity": 1}, "extend_on_activity"),
        ({"exchange_returns": "old"}, "exchange_returns"),
        ({"ttl": 5}, "ttl"),
    ],
    ids=str,
)
def test_wrong_policy_is_refused_by_field(value, field):
    with pytest.raises(ControlError) as refused:
        read_policy("policy", value)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("appid", "wx0123456789ABCDEF"),
        ("appid", "wx0123456789abcde"),
        ("secret", "short"),
        ("secret", SECRET + "\n"),
        ("name", None),
        ("open_platform", 1),
        ("certified", "yes"),
        ("released_at", -1),
        ("released_at", 1.5),
        ("ip_whitelist", "203.0.113.7"),
        ("kind", "app"),
        ("redirect_domain", "https://shop.example"),
        ("redirect_domain", "shop.example:8080"),
        ("redirect_domain", ""),
        ("followers", "bob"),
        ("authorized_to", "wx00000000000000aa"),
        ("verify_ticket", 1),
    ],
)
def test_wrong_field_is_refused_by_name(field, value):
    with pytest.raises(ControlError) as refused:
        FIELDS[field](field, value)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "address"),
    [("203.0.113.7", "203.0.113.7"), ("2001:DB8:0::1", "2001:db8::1")],
)
def test_whitelist_spells_addresses_as_they_will_be_seen(text, address):
    assert FIELDS["ip_whitelist"]("ip_whitelist", [text]) == (address,)


@pytest.mark.parametrize("text", ["localhost", "203.0.113", "203.0.113.7:80", ""])
def test_whitelist_holds_addresses_only(text):
    with pytest.raises(ControlError) as refused:
        FIELDS["ip_whitelist"]("ip_whitelist", [text])
    assert refused.value.field == "ip_whitelist[0]"
