"""The content check: msgSecCheck, in its old and its new version.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html
"""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.domain import sec_check
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.quota import DAY
from mockwx.domain.quota import MINUTE
from mockwx.domain.sec_check import Verdict
from mockwx.entropy import Entropy
from mockwx.store.quotas import Quotas
from mockwx.visitors import Visitors


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be checked; only a profile has a title, a nickname, a signature."""

    content: str
    others: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise WeChatError 47001 for no content, or too much of it (inferred)."""
        if not 0 < len(self.content) <= sec_check.CONTENT_MAX or self.content == "\0":
            raise WeChatError(ErrCode.DATA_FORMAT, hint=True)


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The verdict, and whose text it was."""

    verdict: Verdict
    trace_id: str
    user: str


@dataclass(frozen=True)
class SecCheck:
    """Judges texts by a table of words."""

    visitors: Visitors
    quotas: Quotas
    clock: Clock
    entropy: Entropy

    def msg_sec_check_v1(self, mini_program: MiniProgram, text: Text) -> None:
        """Judge a text that is nobody's, as before 2021.

        Raises WeChatError 44991, 45009, 47001 and 87014, in this order.
        """
        self._count(mini_program)
        text.check()
        if sec_check.judge((text.content,)).suggest != sec_check.PASS:
            raise WeChatError(ErrCode.RISKY_CONTENT)

    def msg_sec_check(
        self, mini_program: MiniProgram, text: Text, *, openid: str, scene: int
    ) -> CheckAnswer:
        """Judge what a person wrote who was here within two hours.

        Raises WeChatError 44991, 45009, 47001, 40129, 40003, 43104 and 61010, in this
        order (inferred).
        """
        self._count(mini_program)
        text.check()
        if scene not in sec_check.SCENES:
            raise WeChatError(ErrCode.INVALID_SCENE, hint=True)
        user = self.visitors.recent(mini_program, openid)
        verdict = sec_check.judge((text.content, *text.others))
        # WeChat's sample of a trace_id has the shape of a rid.
        trace_id = self.entropy.rid(self.clock.now())
        return CheckAnswer(verdict, trace_id, user)

    def _count(self, mini_program: MiniProgram) -> None:
        now, appid = self.clock.now(), mini_program.appid
        if self.quotas.count("msg_sec_check", appid, now, MINUTE) > (
            sec_check.PER_MINUTE
        ):
            raise WeChatError(ErrCode.MINUTE_FREQUENCY)
        if self.quotas.count("msg_sec_check", appid, now, DAY) > sec_check.PER_DAY:
            raise WeChatError(ErrCode.DAILY_QUOTA)
