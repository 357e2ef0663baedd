"""Subscribe messages: one yes, one message, whoever is faster."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.services.subscribe_message import Sending
from tests.unit.services.play import Play
from tests.unit.services.play import attempt


@pytest.fixture
def play():
    return Play()


def send(play, value="x", template_id="T"):
    return play.wechat.subscribe_message.send_message(
        play.wechat.world.mini_program(DEFAULT_APPID),
        Sending(
            touser=play.openid(),
            template_id=template_id,
            page="",
            data={"thing1": {"value": value}},
            miniprogram_state="formal",
            lang="zh_CN",
        ),
    )


def numbers(play):
    return [message.number for message in play.wechat.subscribe_message.outbox()]


def test_of_many_senders_as_many_succeed_as_the_person_said_yes(play):
    for _ in range(3):
        play.wx("requestSubscribeMessage", tmplIds=["T"])

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda _: attempt(send, play), range(16)))

    assert sorted(outcomes, key=str) == [43101] * 13 + ["alice"] * 3
    assert numbers(play) == [1, 2, 3]


def test_yes_to_one_template_is_none_to_another(play):
    play.wx("requestSubscribeMessage", tmplIds=["T"])

    assert attempt(send, play, template_id="U") == 43101
    assert attempt(send, play) == "alice"


def test_outbox_keeps_its_order_and_its_bound(play, monkeypatch):
    monkeypatch.setattr("mockwx.services.subscribe_message.OUTBOX_SIZE", 10)
    for _ in range(12):
        play.wx("requestSubscribeMessage", tmplIds=["T"])
        send(play)

    assert numbers(play) == list(range(3, 13))


def test_reset_empties_the_outbox(play):
    play.wx("requestSubscribeMessage", tmplIds=["T"])
    send(play)
    play.wechat.world.reset()

    assert numbers(play) == []
    assert attempt(send, play) == 43101
