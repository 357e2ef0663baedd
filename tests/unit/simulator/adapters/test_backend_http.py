"""HTTP over one kept-alive connection, against a server that does as it is told."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest

from simulator.adapters.backend_http import HttpBackend
from simulator.ports import Request
from simulator.ports import SendError


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSE = "close"
STALL = "stall"


class ScriptedServer:
    """For each request the next words of the script: bytes to send, or an act."""

    def __init__(self, *script: bytes | str) -> None:
        self.script = list(script)
        self.requests: list[bytes] = []
        self.connections = 0
        self.closed = threading.Event()
        self._done = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._address = self._listener.getsockname()
        self.url = f"http://127.0.0.1:{self._address[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        socket.create_connection(self._address).close()  # wakes accept()
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self._done.is_set():
                client.close()
                return
            self.connections += 1
            # The client may have heard enough, and be gone.
            with client, contextlib.suppress(ConnectionError):
                client.settimeout(5)
                self._talk(client)
            self.closed.set()

    def _talk(self, client: socket.socket) -> None:
        while self.script:
            request = _read_request(client)
            if not request:
                return
            self.requests.append(request)
            while self.script:
                word = self.script.pop(0)
                if word == CLOSE:
                    return
                if word == STALL:
                    self._done.wait(5)
                    return
                assert isinstance(word, bytes)
                client.sendall(word)
                if word == OK:
                    break


def _read_request(client: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        try:
            chunk = client.recv(65536)
        except OSError:
            return b""
        if not chunk:
            return b""
        request += chunk
    head, _, body = request.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b": ")
        if name.lower() == b"content-length":
            while len(body) < int(value):
                body += client.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_connection_is_kept_alive() -> None:
    with ScriptedServer(OK, OK, OK) as server:
        backend = HttpBackend(server.url + "/")

        answers = [backend.send(Request("GET", server.url + "/x")) for _ in range(3)]
        backend.close()

    assert [each.body for each in answers] == [b"ok"] * 3
    assert server.connections == 1
    assert backend.base_url == server.url


def test_threads_share_a_connection_that_is_idle() -> None:
    with ScriptedServer(OK, OK) as server:
        backend = HttpBackend(server.url)
        for _ in range(2):
            ask = Request("GET", server.url)
            thread = threading.Thread(target=backend.send, args=(ask,))
            thread.start()
            thread.join(5)
        backend.close()

    assert server.connections == 1


def test_request_is_sent_to_the_letter() -> None:
    header = (("X-Name", "微信"), ("content-type", "text/plain"))
    with ScriptedServer(OK) as server:
        backend = HttpBackend(server.url)
        backend.send(Request("POST", f"{server.url}/p?q=1%2B", header, b"body"))
        backend.close()

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /p?q=1%2B HTTP/1.1"
    assert "X-Name: 微信".encode() in lines
    assert b"Content-Length: 4" in lines
    assert body == b"body"


def test_post_without_body_says_so() -> None:
    with ScriptedServer(OK) as server:
        backend = HttpBackend(server.url)
        backend.send(Request("POST", server.url))
        backend.close()

    assert b"Content-Length: 0" in server.requests[0]


def test_connection_that_dies_under_a_get_is_replaced() -> None:
    with ScriptedServer(OK, CLOSE, OK) as server:
        backend = HttpBackend(server.url)
        backend.send(Request("GET", server.url))
        answer = backend.send(Request("GET", server.url))
        backend.close()

    assert answer.body == b"ok"
    assert server.connections == 2


def test_post_is_never_sent_twice_for_it_may_have_spent_a_code() -> None:
    with ScriptedServer(OK, CLOSE, OK) as server:
        backend = HttpBackend(server.url)
        backend.send(Request("GET", server.url))
        with pytest.raises(SendError):
            backend.send(Request("POST", server.url))
        backend.close()

    assert len(server.requests) == 2


@pytest.mark.parametrize("polls", [True, False], ids=["by poll", "by a look at it"])
def test_connection_closed_while_idle_is_replaced_before_a_post(
    polls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not polls:
        # As on Windows, and as gevent leaves it.
        monkeypatch.delattr("select.poll", raising=False)
    goodbye = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbye"
    with ScriptedServer(goodbye, CLOSE, OK) as server:
        backend = HttpBackend(server.url)
        backend.send(Request("GET", server.url))
        server.closed.wait(5)
        answer = backend.send(Request("POST", server.url))
        backend.close()

    assert answer.body == b"ok"
    assert server.connections == 2


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ((STALL,), "timeout"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", STALL), "timeout"),
        ((CLOSE,), "empty"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", CLOSE), "broken"),
        ((b"nonsense\r\n\r\n", CLOSE), "broken"),
    ],
    ids=["silence", "half and silence", "closed", "half and closed", "no http"],
)
def test_bad_answers_have_a_reason(
    script: tuple[bytes | str, ...], reason: str
) -> None:
    with ScriptedServer(*script) as server:
        backend = HttpBackend(server.url)
        with pytest.raises(SendError) as caught:
            backend.send(Request("POST", server.url, timeout=0.2))
        backend.close()

    assert caught.value.reason == reason


def test_nobody_listening_is_refused(closed_port: int) -> None:
    backend = HttpBackend(f"http://127.0.0.1:{closed_port}")

    with pytest.raises(SendError) as caught:
        backend.send(Request("GET", backend.base_url))

    assert caught.value.reason == "refused"


def test_chunked_body_is_put_together() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    with ScriptedServer(chunked) as server:
        backend = HttpBackend(server.url)
        answer = backend.send(Request("GET", server.url))
        backend.close()

    assert answer.body == b"abcde"


def test_answer_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.adapters.http_wire.LARGEST_ANSWER", 1_048_576)
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000
    with ScriptedServer(endless) as server:
        backend = HttpBackend(server.url)

        with pytest.raises(SendError, match="longer than 1 MB"):
            backend.send(Request("GET", server.url))
        backend.close()


def test_head_has_no_body_to_wait_for() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    with ScriptedServer(head) as server:
        backend = HttpBackend(server.url)
        answer = backend.send(Request("HEAD", server.url, timeout=1))
        backend.close()

    assert answer.status == 200
    assert answer.body == b""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionResetError(), "reset"),
        (socket.gaierror(), "name"),
        (ssl.SSLCertVerificationError("self-signed"), "tls"),
        (OSError("no route to host"), "broken"),
    ],
    ids=["reset", "name", "tls", "broken"],
)
def test_failure_to_connect_has_a_reason(
    error: OSError, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: http.client.HTTPConnection) -> None:
        raise error

    monkeypatch.setattr(http.client.HTTPSConnection, "connect", fail)
    backend = HttpBackend("https://backend.example")

    with pytest.raises(SendError) as caught:
        backend.send(Request("GET", backend.base_url))

    assert caught.value.reason == reason
