"""Whatever is sent, the answer is no 5xx, no traceback is logged, memory stays."""

import gc
import json
import logging
import tracemalloc
from collections import Counter
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from mockwx import Settings
from mockwx import create_app
from tests.fuzz.malformed import Reply
from tests.fuzz.malformed import Request
from tests.fuzz.malformed import access_token
from tests.fuzz.malformed import malformed
from tests.fuzz.malformed import routes
from tests.fuzz.malformed import send


LONG_RUN = 100_000
MEMORY_RUN = 10_000
TOKEN_EVERY = 100
GROWTH = 512 * 1024
CONTROL = b"/_mockwx/"


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(seed=1, journal_size=100))


def judge(request: Request, reply: Reply) -> None:
    """Fail on an answer that no request deserves."""
    assert 200 <= reply.status < 500, request
    assert b"Traceback" not in reply.body, request
    kind = reply.headers.get("Content-Type", "")
    if request.method == "HEAD" or not reply.body:
        return
    if "json" in kind or kind == "text/plain":
        answer = json.loads(reply.body)
        assert answer.get("errcode") != -1, request
    if request.path.startswith(CONTROL) and reply.status >= 400:
        assert kind == "application/json", request
        assert set(answer["error"]) == {"code", "message", "message_zh", "field"}


@given(chance=st.randoms(use_true_random=False))
@settings(
    max_examples=3 * settings().max_examples,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_malformed_request_is_answered(app: Flask, chance: Random) -> None:
    request = malformed(chance, routes(app))

    judge(request, send(app, request))


@pytest.mark.external
@pytest.mark.fuzz
@pytest.mark.timeout(900)
def test_a_hundred_thousand_malformed_requests_leave_no_trace(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    chance, known = Random(20_240_501), routes(app)
    statuses: Counter[int] = Counter()

    with caplog.at_level(logging.WARNING):
        for number in range(LONG_RUN):
            if number % TOKEN_EVERY == 0:
                token = access_token(app)
            request = malformed(chance, known, access_token=token)
            reply = send(app, request)
            judge(request, reply)
            statuses[reply.status] += 1

    assert sum(statuses.values()) == LONG_RUN
    assert {200, 400, 403, 404, 405} <= set(statuses)
    assert caplog.records == []


@pytest.mark.external
@pytest.mark.fuzz
@pytest.mark.timeout(900)
def test_memory_stays_once_the_journal_is_full() -> None:
    app = create_app(Settings(seed=1, journal_size=100))
    emptying = ("/_mockwx/api/reset", "/_mockwx/api/exchanges")
    chance, known = Random(7), routes(app, without=emptying)

    def play(number: int) -> None:
        for _ in range(number):
            send(app, malformed(chance, known))
        gc.collect()

    play(3 * MEMORY_RUN)
    tracemalloc.start()
    try:
        play(MEMORY_RUN)
        before = tracemalloc.get_traced_memory()[0]
        play(MEMORY_RUN)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert grown < GROWTH
