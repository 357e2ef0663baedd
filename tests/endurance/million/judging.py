"""What a login must come to: who it was, whose data, marked when and for which app."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockwx import Settings
from mockwx.config import DEFAULT_APPID
from mockwx.domain.open_data import user_info
from mockwx.wechat import WeChat


BASE_LIBRARY = "2.20.0"
"""The last years in which a profile was each person's own, and sealed."""


@dataclass(frozen=True)
class Login:
    """Whose login it was, when it was begun, and what the backend said."""

    person: str
    began: int
    ended: int
    answer: Mapping[str, Any]


class Judge:
    """Knows everybody without the mock that is judged: from their names alone."""

    def __init__(self) -> None:
        self._directory = WeChat(Settings()).directory

    def wrong(self, login: Login) -> str:
        """Name what is wrong with a login; nothing if all is right."""
        answer = login.answer
        if "error" in answer:
            return str(answer["error"])
        if answer.get("openid") != self._openid(login.person):
            return "openid of somebody else"
        return self._wrong_profile(login, answer.get("profile"))

    def _openid(self, person: str) -> str:
        return self._directory.openid_of(DEFAULT_APPID, person)

    def _wrong_profile(self, login: Login, profile: Any) -> str:
        if not isinstance(profile, Mapping):
            return "no profile"
        known = self._directory.people.person(login.person)
        expected = user_info(known, "en", region_withdrawn=False).as_json()
        mark = profile.get("watermark", {})
        if {name: profile.get(name) for name in expected} != expected:
            return "profile of somebody else"
        if mark.get("appid") != DEFAULT_APPID:
            return "watermark of another app"
        if not login.began <= mark.get("timestamp", 0) <= login.ended:
            return "watermark of another time"
        return ""
