"""Faults: which calls they cover, when they strike, and what they refuse to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.domain.control import ControlError
from mockwx.domain.errors import ErrCode
from mockwx.domain.fault import Fault
from mockwx.domain.fault import Match
from mockwx.domain.fault import read_fault


def strikes(fault: Fault, calls: int) -> list[bool]:
    struck = []
    for _ in range(calls):
        fault, hit = fault.met_once_more()
        struck.append(hit)
    return struck


def armed(**body: object) -> Fault:
    return read_fault("fault-1", {"effect": {"errcode": 45011}, **body})


def test_fault_strikes_once_unless_told_otherwise():
    assert strikes(armed(), 3) == [True, False, False]


def test_times_counts_down():
    assert strikes(armed(times=2), 4) == [True, True, False, False]


def test_null_times_never_ends():
    assert strikes(armed(times=None), 50) == [True] * 50


def test_after_lets_the_first_calls_pass():
    assert strikes(armed(after=2, times=1), 4) == [False, False, True, False]


def test_probability_is_the_same_for_the_same_seed():
    first, again, other = (
        strikes(armed(times=None, probability=0.5, seed=seed), 64) for seed in (7, 7, 8)
    )

    assert first == again != other
    assert 16 < sum(first) < 48


@pytest.mark.parametrize(("probability", "expected"), [(0, False), (1, True)])
def test_certain_probabilities_need_no_luck(probability, expected):
    struck = strikes(armed(times=None, probability=probability), 20)

    assert struck == [expected] * 20


@pytest.mark.parametrize(
    ("match", "covered"),
    [
        ({}, True),
        ({"path": "/sns/jscode2session"}, True),
        ({"path": "/cgi-bin/token"}, False),
        ({"appid": "wx1"}, True),
        ({"appid": "wx2"}, False),
        ({"user": "alice"}, True),
        ({"user": "bob"}, False),
        ({"path": "/sns/jscode2session", "appid": "wx1", "user": "bob"}, False),
    ],
    ids=str,
)
def test_match_leaves_open_what_it_does_not_name(match, covered):
    asked = {"path": "/sns/jscode2session", "appid": "wx1", "user": "alice"}

    assert Match(**match).covers(**asked) is covered


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "effect"),
        ({"effect": {}}, "effect"),
        ({"effect": 5}, "effect"),
        ({"effect": {"errcode": 1234567}}, "errcode"),
        ({"effect": {"errcode": 0}}, "errcode"),
        ({"effect": {"errcode": True}}, "errcode"),
        ({"effect": {"errcode": 45011, "transport": "reset"}}, "effect"),
        ({"effect": {"errmsg": "busy"}}, "effect"),
        ({"effect": {"errmsg": "busy", "body": "html"}}, "effect"),
        ({"effect": {"errcode": 45011, "errmsg": 5}}, "errmsg"),
        ({"effect": {"transport": "explode"}}, "transport"),
        ({"effect": {"body": "nonsense"}}, "effect.body"),
        ({"effect": {"http_status": 99}}, "http_status"),
        ({"effect": {"delay_ms": 120_001}}, "delay_ms"),
        ({"effect": {"session": "sleep"}}, "session"),
        ({"effect": {"payload": "perfect"}}, "payload"),
        ({"effect": {"errcod": 45011}}, "errcod"),
        ({"effect": {"errcode": 45011}, "times": 0}, "times"),
        ({"effect": {"errcode": 45011}, "times": 1.5}, "times"),
        ({"effect": {"errcode": 45011}, "probability": 2}, "probability"),
        ({"effect": {"errcode": 45011}, "probability": "0.5"}, "probability"),
        ({"effect": {"errcode": 45011}, "match": []}, "match"),
        ({"effect": {"errcode": 45011}, "match": {"url": "/"}}, "url"),
        ({"effect": {"errcode": 45011}, "id": "mine"}, "id"),
    ],
    ids=str,
)
def test_fault_that_cannot_be_is_refused_by_field(body, field):
    with pytest.raises(ControlError) as refused:
        read_fault("fault-1", body)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "effect",
    [
        {"errcode": 45011},
        {"errcode": -1, "delay_ms": 5},
        {"errcode": 40243, "errmsg": "appsecret is frozen"},
        {"http_status": 502, "body": "<h1>busy</h1>"},
        {"delay_ms": 3000},
        {"transport": "drip"},
        {"body": "malformed_json"},
        {"session": "rotate"},
        {"payload": "stale_key"},
    ],
    ids=str,
)
def test_fault_is_shown_as_it_was_armed(effect):
    shown = read_fault("fault-3", {"match": {"user": "bob"}, "effect": effect})

    assert shown.as_json() == {
        "id": "fault-3",
        "match": {"user": "bob"},
        "effect": effect,
        "times": 1,
        "after": 0,
        "probability": 1.0,
        "seed": 1,
        "met": 0,
        "struck": 0,
    }


@pytest.mark.parametrize("code", [code for code in ErrCode if code], ids=int)
def test_every_errcode_can_be_armed(code):
    fault = read_fault("fault-1", {"effect": {"errcode": int(code)}})

    assert fault.effect.errcode is code


@given(
    times=st.none() | st.integers(1, 5),
    after=st.integers(0, 5),
    calls=st.integers(0, 20),
    probability=st.floats(0, 1),
)
def test_fault_never_strikes_more_often_than_told(times, after, calls, probability):
    struck = strikes(armed(times=times, after=after, probability=probability), calls)

    assert sum(struck) <= (calls if times is None else times)
    assert not any(struck[:after])
