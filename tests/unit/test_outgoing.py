"""The outgoing call: what goes out, what comes back, and what does not."""

import socket
import threading
from contextlib import closing
from contextlib import contextmanager

import pytest

from mockwx.outgoing import LONGEST_ANSWER
from mockwx.outgoing import Outgoing
from mockwx.outgoing import send
from tests.inbox import Inbox
from tests.inbox import Reply


@contextmanager
def peer(play):
    """Listen on a port and let `play` do what it wants with whoever connects."""
    done = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(10)

        def serve():
            connection, _ = listener.accept()
            with closing(connection):
                connection.recv(65_536)
                play(connection, done)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            done.set()
            thread.join()


def test_question_goes_out_as_it_is():
    outgoing = Outgoing("POST", "", "a=b&c=%2F", b"\xe4\xbd\xa0", "text/xml")
    with Inbox() as inbox:
        incoming = send(
            Outgoing("POST", inbox.url, "a=b&c=%2F", outgoing.body, "text/xml")
        )

    (letter,) = inbox.letters
    assert (letter.method, letter.path) == ("POST", "/wechat")
    assert letter.query == {"a": "b", "c": "/"}
    assert (letter.body, letter.content_type) == (outgoing.body, "text/xml")
    assert (incoming.status, incoming.body) == (200, b"success")
    assert incoming.headers == ("Server", "Date", "Content-Length")
    assert incoming.failure == ""
    assert incoming.duration_us > 0


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://a", "/?x=1"),
        ("http://a/", "/?x=1"),
        ("http://a/b/c", "/b/c?x=1"),
        ("http://a/b?tenant=5", "/b?tenant=5&x=1"),
    ],
)
def test_query_comes_after_what_the_address_has(url, target):
    assert Outgoing("GET", url, "x=1").target == target


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_any_status_is_an_answer(status):
    location = {"Location": "http://127.0.0.1:9/"}
    with Inbox(lambda _: Reply(b"", status, location)) as inbox:
        incoming = send(Outgoing("GET", inbox.url, "x=1"))

    assert (incoming.status, incoming.failure) == (status, "")
    assert len(inbox.letters) == 1


def test_answer_is_read_up_to_a_bound():
    with Inbox(lambda _: Reply(b"x" * (LONGEST_ANSWER + 1))) as inbox:
        incoming = send(Outgoing("GET", inbox.url, "x=1"))

    assert incoming.body == b"x" * LONGEST_ANSWER


def test_nobody_there_is_no_answer():
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]

    incoming = send(Outgoing("GET", f"http://127.0.0.1:{port}/", "x=1"))

    assert (incoming.status, incoming.body) == (0, b"")
    assert incoming.failure.startswith("no answer: ")


@pytest.mark.parametrize(
    "url", ["http://no-such-host.invalid/", "http://a..b/", "https://127.0.0.1:1/"]
)
def test_address_that_leads_nowhere_is_no_answer(url):
    assert send(Outgoing("GET", url, "x=1")).failure.startswith("no answer: ")


def drip(connection, done):
    while not done.wait(0.02):
        try:
            connection.sendall(b"H")
        except OSError:
            return


def hang(connection, done):
    done.wait(10)


@pytest.mark.parametrize("play", [drip, hang])
def test_slow_answer_is_cut_off(play):
    with peer(play) as url:
        incoming = send(Outgoing("GET", url, "x=1"), timeout=0.3)

    assert incoming.failure == "no answer within 0.3 s"
    assert 0.3e6 <= incoming.duration_us < 3e6


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 2000 x\r\n"])
def test_answer_that_is_no_http_is_none(answer):
    with peer(lambda connection, _: connection.sendall(answer)) as url:
        incoming = send(Outgoing("GET", url, "x=1"))

    assert incoming.status == 0
    assert incoming.failure.startswith("no answer: ")


def test_cut_short_answer_is_none():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nsucc"
    with peer(lambda connection, _: connection.sendall(answer)) as url:
        incoming = send(Outgoing("GET", url, "x=1"))

    assert (incoming.status, incoming.body) == (0, b"")
    assert (
        incoming.failure == "no answer: IncompleteRead(4 bytes read, 6 more expected)"
    )


# -- one after another ---------------------------------------------------------------
