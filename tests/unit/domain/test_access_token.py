"""Access tokens by themselves: shape, life, and what a dead one is told."""

import pytest

from mockwx.domain import access_token
from mockwx.domain.access_token import NOT_LATEST
from mockwx.domain.access_token import PLAIN
from mockwx.domain.access_token import AccessToken
from mockwx.domain.access_token import check_shape
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError


ISSUED = 1_700_000_000
TOKEN = AccessToken("99_" + "a" * 133, "wx1", PLAIN, ISSUED, ISSUED + 7200)


@pytest.mark.parametrize(("age", "left"), [(0, 7200), (7199, 1), (7200, 0), (9000, 0)])
def test_seconds_left_never_fall_below_zero(age, left):
    assert TOKEN.expires_in(ISSUED + age) == left


@pytest.mark.parametrize(("age", "ending"), [(6899, False), (6900, True), (7200, True)])
def test_last_five_minutes_are_the_end_of_a_token(age, ending):
    assert TOKEN.ending(ISSUED + age) is ending


@pytest.mark.parametrize("age", [0, 7199])
def test_token_works_until_it_expires(age):
    TOKEN.check(ISSUED + age)


@pytest.mark.fidelity("logged", "access_token: 42001")
def test_expired_token_is_told_so():
    with pytest.raises(WeChatError) as refused:
        TOKEN.check(ISSUED + 7200)
    assert refused.value.errcode == 42001
    assert refused.value.errmsg == "access_token expired"


@pytest.mark.fidelity("logged", "access_token: 40001 recommends the stable token")
def test_superseded_token_works_until_that_moment_and_is_then_not_the_latest():
    superseded = TOKEN.superseded(ISSUED + 300)
    superseded.check(ISSUED + 299)
    with pytest.raises(WeChatError) as refused:
        superseded.check(ISSUED + 300)
    assert refused.value.errcode == ErrCode.INVALID_CREDENTIAL
    assert refused.value.errmsg == NOT_LATEST
    assert NOT_LATEST == (
        "invalid credential, access_token is invalid or not latest, could get "
        "access_token by getStableAccessToken, more details at "
        "https://mmbizurl.cn/s/JtxxFh33r"
    )


def test_superseded_token_that_expires_first_is_told_that_it_expired():
    with pytest.raises(WeChatError) as refused:
        TOKEN.superseded(ISSUED + 7300).check(ISSUED + 7200)
    assert refused.value.errcode == ErrCode.ACCESS_TOKEN_EXPIRED


def test_absent_token_is_missing():
    with pytest.raises(WeChatError) as refused:
        check_shape("")
    assert refused.value.errcode == 41001
    assert refused.value.errmsg == "access_token missing"


@pytest.mark.parametrize(
    "text",
    ["a" * 15, "a" * 513, "a" * 20 + " ", "a" * 20 + "\n", "é" * 20, "a" * 20 + "="],
    ids=["short", "long", "blank", "line break", "not ASCII", "padding"],
)
def test_text_that_cannot_be_a_token_is_invalid(text):
    with pytest.raises(WeChatError) as refused:
        check_shape(text)
    assert refused.value.errcode == 40014
    assert refused.value.errmsg == "invalid access_token"


@pytest.mark.parametrize("text", ["a" * 16, "A-Za_z09" * 64])
def test_plausible_text_passes_the_shape(text):
    check_shape(text)


@pytest.mark.fidelity("documented", "access_token: lifetimes and limits")
@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("TOKEN_TTL", 7200),
        ("OVERLAP", 300),
        ("FORCE_REFRESH_DAILY", 20),
        ("FORCE_REFRESH_INTERVAL", 30),
        ("STABLE_PER_MINUTE", 10_000),
        ("STABLE_PER_DAY", 500_000),
    ],
)
def test_figure_is_the_documented_one(figure, value):
    assert getattr(access_token, figure) == value
