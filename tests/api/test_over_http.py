"""The same mock behind real sockets: races, keep-alive, bytes on the wire."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from mockwx import MockServer
from mockwx import Settings
from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.web.interfaces import INTERFACES
from mockwx.web.waiting import MOST_WAITERS
from tests.wechat import Phone


THREADS = 40
PATIENCE = 2
"""Seconds: the shortest timeout that an SDK was seen to have (python-weixin)."""


@pytest.fixture
def running() -> Iterator[MockServer]:
    with MockServer(Settings(seed=1)) as running:
        yield running


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def _get(running: MockServer, path: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    with closing(connection):
        connection.request("GET", path)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())


def _exchange(js_code: str) -> str:
    query = {
        "appid": DEFAULT_APPID,
        "secret": DEFAULT_SECRET,
        "js_code": js_code,
        "grant_type": "authorization_code",
    }
    return f"/sns/jscode2session?{urlencode(query)}"


def test_of_forty_who_race_for_one_code_one_wins(running: MockServer) -> None:
    path = _exchange(Phone(running.app).login())
    start = threading.Barrier(THREADS)
    answers: list[bytes] = []

    def race() -> None:
        start.wait(10)
        answers.append(_get(running, path).body)

    threads = [threading.Thread(target=race) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    outcomes = Counter(
        "won" if b'"session_key"' in answer else answer[:16] for answer in answers
    )
    assert outcomes == {"won": 1, b'{"errcode":40163': THREADS - 1}


def test_every_interface_answers_within_the_patience_of_clients(
    running: MockServer,
) -> None:
    asked = [
        *((each.method, each.path) for each in INTERFACES),
        ("GET", _exchange(Phone(running.app).login())),
    ]

    statuses = set()
    for method, path in asked:
        connection = http.client.HTTPConnection(
            "127.0.0.1", running.port, timeout=PATIENCE
        )
        with closing(connection):
            connection.request(method, path)
            statuses.add(connection.getresponse().status)

    assert statuses == {200}


def test_headers_on_the_wire_are_those_of_wechat(running: MockServer) -> None:
    answer = _get(running, _exchange("x"))

    assert sorted(answer.headers) == ["Content-Length", "Content-Type", "Date"]
    assert answer.headers["Content-Type"] == "text/plain"
    assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_one_connection_carries_many_calls(running: MockServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    sockets = set()
    for _ in range(5):
        connection.request("GET", "/cgi-bin/token")
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()

    assert len(sockets) == 1
    assert None not in sockets


def test_body_in_chunks_is_read(running: MockServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    connection.request(
        "POST",
        "/cgi-bin/stable_token",
        body=iter([b'{"grant_type":', b'"client_credential"}']),
        encode_chunked=True,
        headers={"Transfer-Encoding": "chunked"},
    )
    body = connection.getresponse().read()
    connection.close()

    assert body.startswith(b'{"errcode":41002')


def test_those_who_wait_do_not_keep_others_waiting(running: MockServer) -> None:
    statuses: list[int] = []
    wait = "/_mockwx/api/exchanges/wait?path=/cgi-bin/token&timeout=30"
    waiters = [
        threading.Thread(target=lambda: statuses.append(_get(running, wait).status))
        for _ in range(MOST_WAITERS)
    ]
    for waiter in waiters:
        waiter.start()

    others = [_get(running, "/nowhere").status for _ in range(20)]
    waiting = sum(waiter.is_alive() for waiter in waiters)
    _get(running, "/cgi-bin/token")
    for waiter in waiters:
        waiter.join(10)

    assert others == [404] * 20
    assert waiting == MOST_WAITERS
    assert statuses == [200] * MOST_WAITERS
