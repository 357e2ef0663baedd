"""The name server of a network in which nobody is but WeChat."""

import socket
import struct
from collections.abc import Iterator

import pytest

from mockwx.listeners.names import NameServer


API = "api.weixin.qq.com"
A, AAAA = 1, 28


def question(name: str, kind: int = A) -> bytes:
    labels = b"".join(bytes([len(each)]) + each.encode() for each in name.split("."))
    return (
        struct.pack("!HHHHHH", 7, 0x100, 1, 0, 0, 0)
        + labels
        + struct.pack("!BHH", 0, kind, 1)
    )


@pytest.fixture
def names() -> Iterator[NameServer]:
    with NameServer(port=0) as running:
        yield running


def verdict(answer: bytes) -> tuple[int, int, int]:
    """Read the number, the error and how many addresses there are."""
    number, flags, _, count = struct.unpack_from("!HHHH", answer)
    assert flags & 0x8000
    return number, flags & 15, count


def test_hosts_of_wechat_are_here(names: NameServer) -> None:
    answer = names.answer(question("API.weixin.qq.com"))

    assert verdict(answer) == (7, 0, 1)
    assert socket.inet_ntoa(answer[-4:]) == "127.0.0.1"
    assert names.others() == {}


def test_hosts_of_wechat_have_no_other_kind_of_address(names: NameServer) -> None:
    assert verdict(names.answer(question(API, AAAA))) == (7, 0, 0)


def test_everybody_else_is_not_there_and_noted(names: NameServer) -> None:
    for kind in (A, AAAA):
        assert verdict(names.answer(question("shop.example", kind))) == (7, 3, 0)

    assert names.others() == {"shop.example": 2}


@pytest.mark.parametrize(
    "message",
    [b"", b"x" * 5, question(API)[:20], question(API)[:12] + b"\xc0\x0c\0\1\0\1"],
)
def test_what_is_no_question_is_not_answered(message: bytes, names: NameServer) -> None:
    assert names.answer(message) == b""


def test_answers_come_over_the_network_until_the_end() -> None:
    with (
        NameServer(port=0) as names,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        client.settimeout(10)
        client.sendto(b"nonsense", ("127.0.0.1", names.port))
        client.sendto(question(API), ("127.0.0.1", names.port))

        assert verdict(client.recv(512)) == (7, 0, 1)


def test_port_that_is_taken_is_an_error() -> None:
    with NameServer(port=0) as names, pytest.raises(OSError, match="in use"):
        NameServer(port=names.port)
