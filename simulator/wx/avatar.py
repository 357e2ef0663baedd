"""头像昵称填写 avatar and nickname: what the person fills in about themselves.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/userProfile.html
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.ports import Consent
from simulator.wx.host import Api
from simulator.wx.host import Done


@dataclass(frozen=True, slots=True)
class AvatarResult(Done):
    """``e.detail``: a path on the phone, to be uploaded by whoever wants to keep it."""

    avatar_url: str


@dataclass(frozen=True, slots=True)
class NicknameResult(Done):
    """What stands in the input, and what the check said (None: no check)."""

    value: str
    passed: bool | None
    timed_out: bool | None


class AvatarApi(Api):
    """The button chooseAvatar and ``<input type="nickname">``."""

    __slots__ = ()

    def choose_avatar(
        self,
        *,
        review: str | None = None,
        agree_privacy: bool = False,
        consent: Consent | None = None,
    ) -> AvatarResult | None:
        """Tap ``<button open-type="chooseAvatar">``; None if nobody is called back.

        ``review`` is what the content check says: pass, reject or timeout.
        """
        answer = self._press(
            "chooseAvatar", {"review": review}, consent, agree_privacy=agree_privacy
        )
        return AvatarResult(answer, str(answer["avatarUrl"])) if answer else None

    def nickname_input(
        self, *, value: str | None = None, review: str | None = None
    ) -> NicknameResult:
        """Fill ``<input type="nickname">``: take the name offered, or type a value."""
        answer = self._ask("nicknameReview", {"value": value, "review": review})
        return NicknameResult(
            answer,
            value=str(answer["value"]),
            passed=answer.get("pass"),
            timed_out=answer.get("timeout"),
        )
