"""The parts of the HTTP listener that need no process of their own."""

import socket
import threading

import pytest

from mockwx import MockServer
from mockwx import Settings
from mockwx.listeners import http
from mockwx.listeners.port import bind


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("localhost", "http://localhost:1"),
        ("::1", "http://[::1]:1"),
        ("[::1]", "http://[::1]:1"),
    ],
)
def test_base_url_is_one_a_client_can_use(host: str, url: str) -> None:
    assert http.base_url(Settings(host=host, port=1)) == url


def test_url_is_announced_once_it_answers() -> None:
    announced: list[str] = []
    told = threading.Event()

    def announce(url: str) -> None:
        announced.append(url)
        told.set()

    with bind("127.0.0.1", 0) as silent:
        port = silent.getsockname()[1]
        http._announce_soon(Settings(port=port), announce)
        early = told.wait(0.1)
    with MockServer(port=port):
        in_time = told.wait(10)

    assert (early, in_time) == (False, True)
    assert announced == [f"http://127.0.0.1:{port}"]


def test_process_without_a_parent_follows_none() -> None:
    threads = threading.active_count()

    http._follow_parent(None)

    assert threading.active_count() == threads


def test_port_is_bound_for_us_alone() -> None:
    with bind("127.0.0.1", 0) as ours:
        ours.listen()
        port = ours.getsockname()[1]

        with pytest.raises(OSError, match="in use"):
            bind("127.0.0.1", port)


def test_port_just_left_can_be_had_again() -> None:
    with bind("127.0.0.1", 0) as first:
        first.listen()
        address = first.getsockname()
        with socket.create_connection(address), first.accept()[0]:
            pass

    with bind(*address) as second:
        assert second.getsockname() == address
