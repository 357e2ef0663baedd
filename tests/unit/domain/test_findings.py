"""What a journal shows as a whole: loops, and not what only looks like one."""

from dataclasses import replace

import pytest

from mockwx.domain.exchange import PHONE
from mockwx.domain.exchange import Exchange
from mockwx.domain.findings import LOOP_LENGTH
from mockwx.domain.findings import LOOP_PAUSE_MS
from mockwx.domain.findings import retry_loops


CALL = Exchange(
    number=1,
    rid="",
    at_ms=0,
    duration_us=0,
    method="GET",
    path="/wxa/checksession",
    query=b"",
    request_body=b"",
    status=200,
    response_body=b"",
    response_type="",
    client_ip="",
    appid="wx1",
    user="",
    errcode=40001,
)


def row(*errcodes: int, apart_ms: int = 5, **changes: object) -> list[Exchange]:
    return [
        replace(CALL, number=n, at_ms=n * apart_ms, errcode=code, **changes)
        for n, code in enumerate(errcodes, 1)
    ]


def test_permanent_error_asked_again_and_again_is_a_loop():
    (loop,) = retry_loops(row(*[40001] * 977))

    assert (loop.path, loop.errcode, loop.count) == ("/wxa/checksession", 40001, 977)
    assert (loop.first, loop.last) == (1, 977)
    message = loop.as_json()["message"]
    assert "977 times" in message["en"]
    assert "977 次" in message["zh"]


def test_token_fetched_in_between_does_not_hide_a_loop():
    calls = row(*[40001] * 10)
    tokens = row(*[0] * 10, path="/cgi-bin/token")
    woven = [each for pair in zip(calls, tokens, strict=True) for each in pair]

    (loop,) = retry_loops(woven)

    assert loop.count == 10


@pytest.mark.parametrize(
    "exchanges",
    [
        [],
        row(*[40001] * (LOOP_LENGTH - 1)),
        row(*[0] * 50),
        row(*[40001, 0] * 20),
        row(*[40001, 40014] * 20),
        row(*[40001] * 10, apart_ms=LOOP_PAUSE_MS + 1),
        row(*[40001] * 10, kind=PHONE),
        [each for n in range(10) for each in row(40001, appid=f"wx{n}")],
        [each for n in range(10) for each in row(40029, query=b"js_code=%d" % n)],
        [each for n in range(10) for each in row(40029, request_body=b"%d" % n)],
    ],
    ids=[
        "nothing",
        "a few retries",
        "success",
        "recovered each time",
        "another error each time",
        "long pauses",
        "a phone",
        "ten apps",
        "ten codes",
        "ten bodies",
    ],
)
def test_what_is_no_loop(exchanges):
    assert retry_loops(exchanges) == []


def test_another_token_each_time_does_not_hide_a_loop():
    calls = [
        replace(each, query=b"access_token=%d&openid=o" % each.number)
        for each in row(*[40001] * 6)
    ]

    (loop,) = retry_loops(calls)

    assert loop.count == 6


def test_two_loops_are_told_apart_by_a_success():
    found = retry_loops(row(*[40001] * 5, 0, *[40001] * 6))

    assert [each.count for each in found] == [5, 6]


def test_every_loop_is_found_oldest_first():
    found = retry_loops(row(*[40001] * 5, *[42001] * 6))

    assert [(each.errcode, each.count) for each in found] == [(40001, 5), (42001, 6)]
