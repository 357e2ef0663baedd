"""What is told of chats."""

import pytest

from mockwx.domain.chats import GROUP
from mockwx.domain.chats import ONE_PERSON
from mockwx.domain.chats import Chat
from mockwx.domain.chats import sealed_chat
from mockwx.domain.chats import sealed_private_message
from mockwx.domain.chats import sealed_share
from mockwx.domain.open_data import Watermark


MARK = Watermark(1_700_000_000, "wx1")
SHOWN = {"timestamp": 1_700_000_000, "appid": "wx1"}


@pytest.mark.parametrize(
    ("chat_type", "name"), [(GROUP, "opengid"), (ONE_PERSON, "open_single_roomid")]
)
def test_chat_is_told_under_the_name_of_its_kind(chat_type, name):
    chat = Chat(chat_type, "tG1", "o1")

    all_of_it = sealed_chat(chat, MARK, tells_type=True, tells_person=True)
    least = sealed_chat(chat, MARK, tells_type=False, tells_person=False)

    assert list(all_of_it.items()) == [
        (name, "tG1"),
        ("group_openid", "o1"),
        ("chat_type", chat_type),
        ("watermark", SHOWN),
    ]
    assert list(least.items()) == [(name, "tG1"), ("watermark", SHOWN)]


def test_share_and_private_message_carry_one_id_and_the_mark():
    assert list(sealed_share("tG1", MARK).items()) == [
        ("openGId", "tG1"),
        ("watermark", SHOWN),
    ]
    assert list(sealed_private_message("a1", MARK).items()) == [
        ("activityId", "a1"),
        ("watermark", SHOWN),
    ]
