"""How risky a person is held for: getUserRiskRank.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/safety-control-capability/getUserRiskRank.html
"""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.quota import DAY
from mockwx.domain.quota import MINUTE
from mockwx.entropy import Entropy
from mockwx.store.quotas import Quotas
from mockwx.visitors import Visitors


SCENES = range(3)

# WeChat names neither figure: both are inferred, and wide enough for any test.
PER_MINUTE = 600
PER_DAY = 100_000


@dataclass(frozen=True, slots=True)
class RiskAnswer:
    """The rank, the number of this answer, and whom it is about."""

    risk_rank: int
    number: int
    user: str


@dataclass(frozen=True)
class RiskRanks:
    """Tells the rank that the control API gave a person."""

    visitors: Visitors
    quotas: Quotas
    clock: Clock
    entropy: Entropy

    def get_user_risk_rank(
        self,
        mini_program: MiniProgram,
        *,
        appid: str,
        openid: str,
        scene: int,
        client_ip: str,
    ) -> RiskAnswer:
        """Tell the rank of a person who was here within two hours.

        Raises WeChatError 48001, 61081, 9410009, 47001, 40129, 40003, 43104 (the openid
        or `appid` is another app's) and 61010, in this order (inferred).
        """
        if mini_program.personal or not mini_program.certified:
            raise WeChatError(ErrCode.API_UNAUTHORIZED)
        self._count(mini_program)
        if not (appid and openid and client_ip):
            raise WeChatError(ErrCode.DATA_FORMAT, hint=True)
        if scene not in SCENES:
            raise WeChatError(ErrCode.INVALID_SCENE, hint=True)
        user = self.visitors.recent(mini_program, openid)
        if appid != mini_program.appid:
            raise WeChatError(ErrCode.NO_PERMISSION)
        rank = self.visitors.directory.user(user).risk_rank
        return RiskAnswer(rank, self.entropy.risk_request_id(), user)

    def _count(self, mini_program: MiniProgram) -> None:
        now, appid = self.clock.now(), mini_program.appid
        if self.quotas.count("getuserriskrank", appid, now, MINUTE) > PER_MINUTE:
            raise WeChatError(ErrCode.RISKRANK_TOO_FREQUENT)
        if self.quotas.count("getuserriskrank", appid, now, DAY) > PER_DAY:
            raise WeChatError(ErrCode.QUOTA_NOT_ENOUGH)
