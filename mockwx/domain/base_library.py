"""What depends on the base library and on when the mini program was published.

One table for all of it. A change that WeChat tied to the publishing date of the mini
program has that date; its library is the one of those days, and is inferred where the
announcement names none. A change that came to everybody on one day has that day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mockwx.domain import control
from mockwx.frozen import made_fast


NEWEST = "3.15.2"
VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is so from a base library on, and perhaps from a date on."""

    base_library: tuple[int, int, int]
    published_from: int | None = None
    """Only for mini programs published at or after this moment (epoch seconds)."""
    since: int | None = None
    """Only from this moment on, for everybody (epoch seconds)."""
    spares_mini_games: bool = False


# 2018-04-30: wx.getUserInfo stops asking by itself, only the button does (library
# inferred).
USER_INFO_BY_BUTTON = Change((2, 0, 7), 1_525_017_600)
# openSetting must follow a tap.
OPEN_SETTING_BY_TAP = Change((2, 3, 0))
SUBSCRIBE_MESSAGE = Change((2, 4, 4))
CLOUD_ID = Change((2, 7, 0))
# requestSubscribeMessage must follow a tap, or a payment.
SUBSCRIBE_BY_TAP = Change((2, 8, 2))
WITH_SUBSCRIPTIONS = Change((2, 10, 1))
OPEN_SETTING_WITH_SUBSCRIPTIONS = Change((2, 10, 3))
GET_USER_PROFILE = Change((2, 10, 4))
GROUP_ENTER_INFO = Change((2, 10, 4))
PRIVATE_MESSAGE = Change((2, 13, 0))
# encryptedData and iv of getUserProfile are there reliably from here on.
PROFILE_SEALED = Change((2, 16, 0))
# 2021-04-28 24:00: getUserInfo is anonymous and asks nobody (library inferred).
USER_INFO_ANONYMOUS = Change((2, 16, 1), 1_619_625_600, spares_mini_games=True)
SHARE_INFO_ENDED = Change((2, 17, 3))
LATEST_USER_KEY = Change((2, 17, 3))
# 2021-10-20: gender and region are withdrawn everywhere. That older libraries show them
# to this day, as the phones of those days did, is inferred.
REGION_WITHDRAWN_AT = 1_634_659_200
REGION_WITHDRAWN = Change((2, 20, 1), since=REGION_WITHDRAWN_AT)
CHOOSE_AVATAR = Change((2, 21, 2))
PHONE_CODE = Change((2, 21, 2))
# 2022-02-21: <open-data> shows everybody alike, on any library.
OPEN_DATA_ANONYMOUS = Change((0, 0, 0), since=1_645_372_800)
ERRNO = Change((2, 24, 0))
# A picture or a name that fails the content check is dropped.
PROFILE_CHECKED = Change((2, 24, 4))
REALTIME_PHONE_NUMBER = Change((2, 24, 4))
# 2022-11-08 24:00: getUserProfile is anonymous too, marked is_demote.
PROFILE_ANONYMOUS = Change((2, 27, 1), 1_667_923_200, spares_mini_games=True)
NICKNAME_REVIEW = Change((2, 29, 1))
PRIVACY = Change((2, 32, 3))
# 2023-08-28: each phone number costs money.
PHONE_NUMBER_PAID = Change((0, 0, 0), since=1_693_152_000)
# 2023-10-17: no personal data before the privacy agreement is accepted.
PRIVACY_ENFORCED = Change((2, 32, 3), since=1_697_472_000)
# getGroupEnterInfo tells of single chats and of the person in the chat.
CHAT_TOOL = Change((3, 7, 8))


@made_fast
@dataclass(frozen=True, slots=True)
class Era:
    """One phone with one mini program: which changes have reached them."""

    base_library: tuple[int, int, int]
    released_at: int | None = None
    now: int | None = None
    """The time on the phone; None: after every change."""
    mini_game: bool = False

    def has(self, change: Change) -> bool:
        """Say whether the change applies here."""
        if self.base_library < change.base_library:
            return False
        if self.mini_game and change.spares_mini_games:
            return False
        return _reached(self.released_at, change.published_from) and _reached(
            self.now, change.since
        )


def _reached(moment: int | None, start: int | None) -> bool:
    return start is None or moment is None or moment >= start


# The very era told before: the calls of a second are of few.
era_of = lru_cache(maxsize=64)(Era)


@lru_cache(maxsize=64)
def parse_version(text: str) -> tuple[int, int, int]:
    """Read `2.27.1`."""
    major, minor, patch = text.split(".")
    return int(major), int(minor), int(patch)


read_version = control.matching(
    VERSION, "a version such as '2.27.1'", "形如 '2.27.1' 的版本号"
)
