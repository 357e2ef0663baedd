"""Quotas, rids and the network: protocol A3.4 and A3.5."""

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.domain.exchange import PHONE
from mockwx.domain.exchange import SERVER
from mockwx.domain.exchange import Exchange
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import OTHER_SECRET
from tests.unit.services.play import Play
from tests.unit.services.play import errcode


DAY = 86_400
WEEK = 7 * DAY
DECEMBER = 1_701_360_000  # 2023-12-01 00:00 in China
PATH = "/wxa/business/getuserphonenumber"


@pytest.fixture
def play():
    return Play()


@pytest.fixture
def mgnt(play):
    return play.wechat.openapi_mgnt


@pytest.fixture
def app(play):
    return play.wechat.world.mini_program(DEFAULT_APPID)


@pytest.fixture
def used(mgnt, app):
    return lambda path=PATH: mgnt.get_api_quota(app, cgi_path=path).used


def limited(play, **limits):
    changes = {"daily_limits": limits}
    return play.wechat.world.change_mini_program(DEFAULT_APPID, changes)


# -- counting -------------------------------------------------------------------------


def test_calls_are_counted_per_app_interface_and_day(play, mgnt, app, used):
    other = play.wechat.world.mini_program(OTHER_APPID)
    for _ in range(3):
        mgnt.charge(app, PATH)
    mgnt.charge(other, PATH)
    mgnt.charge(app, "/wxa/checksession")

    assert (used(), used("/wxa/checksession")) == (3, 1)
    assert mgnt.get_api_quota(other, cgi_path=PATH).used == 1

    play.advance(12 * 3600)
    assert used() == 0


@pytest.mark.fidelity("documented", "45009: the calls of the day are used up")
def test_call_beyond_the_limit_is_refused_until_midnight_in_china(play, mgnt):
    app = limited(play, **{PATH: 2})
    mgnt.charge(app, PATH)
    mgnt.charge(app, PATH)

    assert errcode(mgnt.charge, app, PATH) == 45009
    answer = mgnt.get_api_quota(app, cgi_path=PATH)
    assert (answer.daily_limit, answer.used, answer.remain) == (2, 3, 0)

    play.advance(12 * 3600)
    mgnt.charge(app, PATH)


def test_limit_of_nought_refuses_every_call(play, mgnt):
    app = limited(play, **{PATH: 0})
    assert errcode(mgnt.charge, app, PATH) == 45009


def test_tokens_are_counted_when_they_are_given(play, used):
    play.token()
    play.token()
    play.stable_token()
    assert errcode(play.token, secret="0" * 32) == 40125

    assert (used("/cgi-bin/token"), used("/cgi-bin/stable_token")) == (2, 1)


@pytest.mark.parametrize("path", ["/cgi-bin/token", "/cgi-bin/stable_token"])
def test_tokens_are_refused_beyond_a_limit_of_the_app(play, mgnt, path):
    ask = play.token if path == "/cgi-bin/token" else play.stable_token
    app = limited(play, **{path: 1})
    ask()
    assert errcode(ask) == 45009

    mgnt.clear_quota(app, appid=DEFAULT_APPID)
    ask()


def test_answer_tells_the_limit_and_what_is_left(mgnt, app):
    mgnt.charge(app, PATH)
    answer = mgnt.get_api_quota(app, cgi_path=PATH)
    assert (answer.daily_limit, answer.used, answer.remain) == (5_000_000, 1, 4_999_999)


@pytest.mark.parametrize(
    ("path", "number"), [("/wxa/nothing", 76021), ("/sns/jscode2session", 76022)]
)
def test_only_interfaces_have_a_quota(mgnt, app, path, number):
    assert errcode(mgnt.get_api_quota, app, cgi_path=path) == number
    assert errcode(mgnt.clear_api_quota, app, cgi_path=path) == number


# -- clearing -------------------------------------------------------------------------


@pytest.mark.fidelity("documented", "clear_quota: every count begins again")
def test_cleared_quota_lets_calls_through_again(play, mgnt, used):
    app = limited(play, **{PATH: 1})
    mgnt.charge(app, PATH)
    mgnt.charge(app, "/wxa/checksession")
    assert errcode(mgnt.charge, app, PATH) == 45009

    mgnt.clear_quota(app, appid=DEFAULT_APPID)

    assert (used(), used("/wxa/checksession")) == (0, 0)
    mgnt.charge(app, PATH)


def test_quota_of_others_stays(play, mgnt, app):
    other = play.wechat.world.mini_program(OTHER_APPID)
    mgnt.charge(other, PATH)
    mgnt.clear_quota(app, appid=DEFAULT_APPID)
    assert mgnt.get_api_quota(other, cgi_path=PATH).used == 1


@pytest.mark.fidelity("documented", "clear_quota: ten a month, both ways together")
def test_quota_is_cleared_ten_times_a_month_by_token_or_secret(play, mgnt, app):
    secret = {"appid": DEFAULT_APPID, "secret": DEFAULT_SECRET, "ip": "127.0.0.1"}
    for _ in range(5):
        mgnt.clear_quota(app, appid=DEFAULT_APPID)
        mgnt.clear_quota_by_app_secret(**secret)

    assert errcode(mgnt.clear_quota, app, appid=DEFAULT_APPID) == 48006
    assert errcode(mgnt.clear_quota_by_app_secret, **secret) == 48006

    play.advance(DECEMBER - NOON)
    mgnt.clear_quota(app, appid=DEFAULT_APPID)


@pytest.mark.parametrize("appid", ["", OTHER_APPID, "\ud800"], ids=ascii)
def test_token_clears_only_its_own_app(mgnt, app, appid):
    assert errcode(mgnt.clear_quota, app, appid=appid) == 40013


@pytest.mark.fidelity("documented", "clear_quota/v2: 41002, 40013, 41004")
@pytest.mark.parametrize(
    ("appid", "secret", "number"),
    [
        ("", "", 41002),
        ("wx0", "", 40013),
        (DEFAULT_APPID, "", 41004),
        (DEFAULT_APPID, OTHER_SECRET, 40125),
    ],
)
def test_secret_is_checked_as_for_tokens(mgnt, appid, secret, number):
    asked = {"appid": appid, "secret": secret, "ip": "127.0.0.1"}
    assert errcode(mgnt.clear_quota_by_app_secret, **asked) == number


@pytest.mark.fidelity("documented", "openapi/quota/clear: fifty a month, then 45009")
def test_one_interface_is_cleared_fifty_times_a_month(play, mgnt, app, used):
    mgnt.charge(app, "/wxa/checksession")
    for _ in range(50):
        mgnt.charge(app, PATH)
        mgnt.clear_api_quota(app, cgi_path=PATH)
        assert used() == 0

    assert errcode(mgnt.clear_api_quota, app, cgi_path=PATH) == 45009
    assert used("/wxa/checksession") == 1

    play.advance(DECEMBER - NOON)
    mgnt.clear_api_quota(app, cgi_path=PATH)


@pytest.mark.fidelity("inferred", "openapi/quota/clear: 50002 is a punished account")
def test_punished_account_clears_nothing(play, mgnt):
    punished = play.wechat.world.change_mini_program(DEFAULT_APPID, {"punished": True})
    assert errcode(mgnt.clear_api_quota, punished, cgi_path=PATH) == 50002


# -- rids -----------------------------------------------------------------------------


def record(play, *, path=PATH, appid=DEFAULT_APPID, kind=SERVER):
    """Record a call made now; return its rid."""
    rid = play.wechat.entropy.rid(play.wechat.clock.now())

    def make(number):
        return Exchange(
            number=number,
            rid=rid,
            at_ms=play.wechat.clock.now_ms(),
            duration_us=2500,
            method="POST",
            path=path,
            query=b"",
            request_body=b"{}",
            status=200,
            response_body=b"{}",
            response_type="",
            client_ip="127.0.0.1",
            appid=appid,
            user="",
            errcode=0,
            kind=kind,
        )

    play.wechat.journal.append(make)
    return rid


@pytest.mark.fidelity("documented", "openapi/rid/get: seven days, then 76004")
def test_rid_leads_to_its_call_for_seven_days(play, mgnt, app):
    rid = record(play)
    play.advance(WEEK)
    assert mgnt.get_rid_info(app, rid=rid).rid == rid

    play.advance(1)
    assert errcode(mgnt.get_rid_info, app, rid=rid) == 76004


@pytest.mark.fidelity("documented", "openapi/rid/get: 76002, empty or malformed")
@pytest.mark.parametrize(
    "rid",
    ["", "x", "65544f00-00000000", "65544F00-00000000-00000000", "\ud800", "\0"],
    ids=ascii,
)
def test_text_that_is_no_rid_is_an_error(mgnt, app, rid):
    assert errcode(mgnt.get_rid_info, app, rid=rid) == 76002


def test_rid_of_the_future_has_a_wrong_time(mgnt, app):
    rid = f"{NOON + 1:08x}-00000000-00000000"
    assert errcode(mgnt.get_rid_info, app, rid=rid) == 76004


@pytest.mark.fidelity("logged", "openapi/rid/get: does not know rids of /sns")
@pytest.mark.parametrize(
    "call",
    [{"path": "/sns/jscode2session"}, {"kind": PHONE}],
    ids=["sns", "no call of a server"],
)
def test_rid_that_is_not_of_these_interfaces_is_unknown(play, mgnt, app, call):
    rid = record(play, **call)
    assert errcode(mgnt.get_rid_info, app, rid=rid) == 76001


def test_rid_nobody_drew_is_unknown(mgnt, app):
    rid = f"{NOON:08x}-00000000-00000000"
    assert errcode(mgnt.get_rid_info, app, rid=rid) == 76001


@pytest.mark.fidelity("documented", "openapi/rid/get: 76003, another account's")
@pytest.mark.parametrize("appid", [OTHER_APPID, ""], ids=["other", "nobody"])
def test_rid_of_another_app_is_not_told(play, mgnt, app, appid):
    rid = record(play, appid=appid)
    assert errcode(mgnt.get_rid_info, app, rid=rid) == 76003


# -- the network ----------------------------------------------------------------------


def test_url_for_pushes_is_that_of_the_app(play, mgnt, app):
    asked = {"action": "dns", "check_operator": "CAP"}
    assert errcode(mgnt.callback_check, app, **asked) == 40201

    changes = {"push_url": "http://127.0.0.1:8000/push"}
    ready = play.wechat.world.change_mini_program(DEFAULT_APPID, changes)

    assert mgnt.callback_check(ready, **asked) == {
        "dns": [{"ip": "127.0.0.1", "real_operator": "CAP"}]
    }
