"""Login on web pages: who may ask, in what order it is refused, and where it leads."""

from dataclasses import replace
from urllib.parse import parse_qsl
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.web_oauth import OFFICIAL_ACCOUNT_PAGE
from mockwx.domain.web_oauth import WEBSITE_PAGE
from mockwx.domain.web_oauth import Question
from mockwx.domain.web_oauth import WebGrant
from mockwx.domain.web_oauth import subject


APPID = "wx0123456789abcdef"
PLATFORM = "wx00000000000000aa"
CALLBACK = "https://shop.example/callback"
ASKED = Question(
    channel=OFFICIAL_ACCOUNT_PAGE,
    appid=APPID,
    redirect_uri=CALLBACK,
    scope="snsapi_userinfo",
    state="s1",
)
GRANT = WebGrant(
    "r", "a", APPID, "alice", "snsapi_base,snsapi_userinfo", False, 0, 7200
)


def app(**changes):
    return MiniProgram(APPID, "0" * 32, **{"kind": "official_account", **changes})


def refusal(question, known):
    with pytest.raises(WeChatError) as refused:
        question.check(known)
    return int(refused.value.errcode)


def test_everything_wrong_at_once_is_refused_one_by_one():
    question = Question(
        channel=OFFICIAL_ACCOUNT_PAGE,
        appid="",
        redirect_uri="",
        scope="",
        state="",
        component_appid=PLATFORM,
    )
    known = app(
        kind="website", frozen=True, certified=False, redirect_domain="a.example"
    )
    cures = [
        (10012, {"appid": APPID}, {}),
        (10011, {"redirect_uri": CALLBACK}, {}),
        (10010, {"scope": "snsapi_login"}, {}),
        (10013, {"state": None}, {}),
        (10016, {}, {"kind": "official_account"}),
        (10015, {}, {"authorized_to": (PLATFORM,)}),
        (10004, {}, {"frozen": False}),
        (10005, {"scope": "snsapi_base"}, {}),
        (10005, {}, {"certified": True}),
        (10003, {}, {"redirect_domain": "shop.example"}),
    ]
    for errcode, asked, changed in cures:
        assert refusal(question, known) == errcode
        question, known = replace(question, **asked), replace(known, **changed)
    assert question.check(known) is known


def test_unknown_app_is_refused_after_what_is_missing():
    assert refusal(ASKED, None) == 40013
    assert refusal(replace(ASKED, scope=""), None) == 10010


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "shop.example/callback",
        "//shop.example/callback",
        "ftp://shop.example/",
        "javascript:alert(1)",
        "https://",
        "https://shop.example:port/",
        "https://[shop.example/",
        "https://a..b/",
        f"https://{'a' * 64}.example/",
        "https://\u200d/",
        "https://evil.example\\@shop.example/",
        "https://shop.example/a b",
        "https://shop.example/\x7f",
        "https://shop.example/\r\nSet-Cookie: a=b",
    ],
)
def test_what_is_no_address_of_the_web_leads_nowhere(redirect_uri):
    assert refusal(replace(ASKED, redirect_uri=redirect_uri), app()) == 10003


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://evil.example/",
        "https://a.shop.example/",
        "https://shop.example@evil.example/",
        "https://evil.example/#@shop.example",
    ],
)
def test_address_outside_the_domain_is_refused(redirect_uri):
    question = replace(ASKED, redirect_uri=redirect_uri)
    assert refusal(question, app(redirect_domain="shop.example")) == 10003
    assert question.check(app())


@pytest.mark.parametrize(
    ("question", "known", "silent", "snapshot"),
    [
        (ASKED, app(), False, False),
        (replace(ASKED, scope="snsapi_base"), app(), True, False),
        (replace(ASKED, scope="snsapi_base,snsapi_userinfo"), app(), False, False),
        (replace(ASKED, force_snapshot=True), app(), True, True),
        (ASKED, app(snapshot_mode=True), True, True),
        (
            replace(ASKED, force_popup=True, scope="snsapi_base"),
            app(snapshot_mode=True),
            False,
            False,
        ),
        (
            replace(ASKED, channel=WEBSITE_PAGE, force_snapshot=True),
            app(snapshot_mode=True),
            False,
            False,
        ),
    ],
    ids=[
        "userinfo",
        "base",
        "both",
        "forced snapshot",
        "snapshot mode",
        "popup",
        "website",
    ],
)
def test_who_is_asked_and_who_is_virtual(question, known, silent, snapshot):
    assert question.silent(known) is silent
    assert question.snapshot(known) is snapshot


@given(
    state=st.text(min_size=1).filter(lambda text: text.isprintable()),
    query=st.sampled_from(["", "?a=1", "?a=%20&b"]),
    fragment=st.sampled_from(["", "#", "#/home?x=1"]),
)
def test_code_and_state_come_back_whatever_the_address_holds(state, query, fragment):
    question = replace(ASKED, redirect_uri=CALLBACK + query + fragment, state=state)

    back = urlsplit(question.back("c0de"))

    found = parse_qsl(back.query, keep_blank_values=True)
    assert found[-2:] == [("code", "c0de"), ("state", state)]
    assert found[:-2] == parse_qsl(query[1:], keep_blank_values=True)
    assert back.fragment == urlsplit(CALLBACK + fragment).fragment


def test_refusal_comes_back_with_the_state_alone_or_unchanged():
    assert ASKED.back(None) == f"{CALLBACK}?state=s1"
    assert replace(ASKED, state=None).back(None) == CALLBACK


@pytest.mark.parametrize(
    ("now", "live", "renewable"),
    [(7199, True, True), (7200, False, True), (30 * 86_400 - 1, False, True)],
)
def test_grant_lives_two_hours_and_is_renewable_for_thirty_days(now, live, renewable):
    assert GRANT.live(now) is live
    assert GRANT.renewable(now) is renewable


def test_grant_of_thirty_days_ago_is_not_renewable():
    assert not GRANT.renewable(30 * 86_400)
    assert not GRANT.renewed("b", 30 * 86_400 - 1).renewable(30 * 86_400)


def test_grant_allows_the_scopes_that_were_agreed_to():
    assert GRANT.allows("snsapi_userinfo", "snsapi_login")
    assert not GRANT.allows("snsapi_login")


def test_virtual_person_is_nobody_elses_namesake():
    assert subject("alice", snapshot=False) == "alice"
    # No name of a person holds a slash.
    assert "/" in subject("alice", snapshot=True)
