"""How often an app may call what."""

import pytest

from mockwx.domain.api_quota import QUOTAS
from mockwx.domain.api_quota import daily_limit
from mockwx.domain.api_quota import quota_of
from mockwx.domain.control import ControlError
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import FIELDS
from mockwx.domain.mini_program import MiniProgram
from mockwx.web.interfaces import INTERFACES


PHONE = "/wxa/business/getuserphonenumber"


def app(**changes):
    return MiniProgram(appid="wx" + "0" * 16, secret="0" * 32, **changes)


@pytest.mark.fidelity("logged", "quota/get: the figures most interfaces have")
def test_most_interfaces_may_be_called_five_million_times_a_day():
    quota = quota_of(app(), PHONE)
    assert (quota.daily_limit, quota.call_count) == (5_000_000, 1_260_000)
    assert (quota.component_call_count, quota.refresh_second) == (1_050_000, 60)


@pytest.mark.fidelity("documented", "quota/get: figures of single pages")
@pytest.mark.parametrize(
    ("path", "figures"),
    [
        ("/cgi-bin/stable_token", (500_000, 10_000, 60)),
        ("/wxa/msg_sec_check", (2_000_000, 4_000, 60)),
        ("/wxa/getwxacodeunlimit", (5_000_000, 5_000, 60)),
        ("/wxa/resetusersessionkey", (5_000_000, 60_000, 60)),
        ("/wxa/generatescheme", (500_000, 100, 1)),
        ("/wxa/generate_urllink", (500_000, 100, 1)),
    ],
)
def test_figure_of_a_page_is_told(path, figures):
    quota = quota_of(app(), path)
    assert (quota.daily_limit, quota.call_count, quota.refresh_second) == figures


@pytest.mark.fidelity("documented", "quota/get: 76021, 76022")
@pytest.mark.parametrize(
    ("path", "errcode"),
    [
        ("", 76021),
        ("wxa/checksession", 76021),
        ("/wxa/checksession?x=1", 76021),
        ("https://api.weixin.qq.com/wxa/checksession", 76021),
        ("\ud800", 76021),
        ("/sns/jscode2session", 76022),
        ("/sns/nothing", 76022),
    ],
    ids=ascii,
)
def test_path_must_be_an_interface_and_not_below_sns(path, errcode):
    with pytest.raises(WeChatError) as refused:
        quota_of(app(), path)
    assert refused.value.errcode == errcode


@pytest.mark.fidelity("inferred", "quota/get: 76022 for what the account may not use")
@pytest.mark.parametrize(
    "changes",
    [{"personal": True}, {"certified": False}],
    ids=["personal", "uncertified"],
)
def test_phone_numbers_are_for_certified_accounts(changes):
    with pytest.raises(WeChatError) as refused:
        quota_of(app(**changes), PHONE)
    assert refused.value.errcode == 76022
    assert quota_of(app(**changes), "/wxa/checksession").daily_limit == 5_000_000


def test_limit_of_the_app_outweighs_the_usual_one():
    limited = app(daily_limits=((PHONE, 3),))
    assert daily_limit(limited, PHONE) == 3
    assert daily_limit(limited, "/wxa/checksession") == 5_000_000


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([PHONE], "daily_limits"),
        ({"/wxa/nothing": 1}, "daily_limits"),
        ({PHONE: -1}, f"daily_limits.{PHONE}"),
        ({PHONE: True}, f"daily_limits.{PHONE}"),
    ],
    ids=["list", "unknown path", "negative", "no number"],
)
def test_limit_that_cannot_be_is_refused_by_name(value, field):
    with pytest.raises(ControlError) as refused:
        FIELDS["daily_limits"]("daily_limits", value)
    assert refused.value.field == field


def test_nobody_counts_what_clears_the_counts():
    assert daily_limit(app(), "/cgi-bin/clear_quota") is None
    assert daily_limit(app(), "/cgi-bin/openapi/quota/clear") is None


UNCOUNTED = {
    "/cgi-bin/clear_quota",
    "/cgi-bin/clear_quota/v2",
    "/cgi-bin/openapi/quota/clear",
}


@pytest.mark.parametrize(
    "interface",
    [each for each in INTERFACES if each.takes_access_token],
    ids=lambda interface: interface.path,
)
def test_every_interface_that_takes_a_token_has_its_figures(interface):
    assert (interface.path in QUOTAS) is (interface.path not in UNCOUNTED)
