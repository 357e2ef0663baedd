"""What depends on the base library and on when the mini program was published.

One table for all of it. A change that WeChat tied to the publishing date of the mini
program has that date; its library is the one of those days, and is inferred where the
announcement names none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockwx.domain import control


NEWEST = "3.15.2"
VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is so from a base library on, and perhaps from a date on."""

    base_library: tuple[int, int, int]
    published_from: int | None = None
    """Only for mini programs published at or after this moment (epoch seconds)."""


# 2018-04-30: wx.getUserInfo stops asking by itself, only the button does (library
# inferred).
USER_INFO_BY_BUTTON = Change((2, 0, 7), 1_525_017_600)
# openSetting must follow a tap.
OPEN_SETTING_BY_TAP = Change((2, 3, 0))
CLOUD_ID = Change((2, 7, 0))
WITH_SUBSCRIPTIONS = Change((2, 10, 1))
GET_USER_PROFILE = Change((2, 10, 4))
GROUP_ENTER_INFO = Change((2, 10, 4))
PRIVATE_MESSAGE = Change((2, 13, 0))
# encryptedData and iv of getUserProfile are there reliably from here on.
PROFILE_SEALED = Change((2, 16, 0))
# 2021-04-28 24:00: getUserInfo is anonymous and asks nobody (library inferred).
USER_INFO_ANONYMOUS = Change((2, 16, 1), 1_619_625_600)
SHARE_INFO_ENDED = Change((2, 17, 3))
LATEST_USER_KEY = Change((2, 17, 3))
# 2021-10-20: gender and region are withdrawn everywhere (library inferred).
REGION_WITHDRAWN = Change((2, 20, 1))
PHONE_CODE = Change((2, 21, 2))
ERRNO = Change((2, 24, 0))
REALTIME_PHONE_NUMBER = Change((2, 24, 4))
# 2022-11-08 24:00: getUserProfile is anonymous too, marked is_demote.
PROFILE_ANONYMOUS = Change((2, 27, 1), 1_667_923_200)
# getGroupEnterInfo tells of single chats and of the person in the chat.
CHAT_TOOL = Change((3, 7, 8))


@dataclass(frozen=True, slots=True)
class Era:
    """One phone with one mini program: which changes have reached them."""

    base_library: tuple[int, int, int]
    released_at: int | None = None

    def has(self, change: Change) -> bool:
        """Say whether the change applies here."""
        if self.base_library < change.base_library:
            return False
        if change.published_from is None or self.released_at is None:
            return True
        return self.released_at >= change.published_from


def parse_version(text: str) -> tuple[int, int, int]:
    """Read `2.27.1`."""
    major, minor, patch = text.split(".")
    return int(major), int(minor), int(patch)


read_version = control.matching(
    VERSION, "a version such as '2.27.1'", "形如 '2.27.1' 的版本号"
)
