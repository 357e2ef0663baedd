"""Quotas, rids and the network: clearQuota, getApiQuota, getRidInfo and the rest.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/openApi-mgnt/
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.domain.api_quota import CLEAR_API_QUOTA_PER_MONTH
from mockwx.domain.api_quota import CLEAR_QUOTA_PER_MONTH
from mockwx.domain.api_quota import QUOTAS
from mockwx.domain.api_quota import ApiQuota
from mockwx.domain.api_quota import daily_limit
from mockwx.domain.api_quota import quota_of
from mockwx.domain.callback_check import LOOPBACK
from mockwx.domain.callback_check import check_callback
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.exchange import SERVER
from mockwx.domain.exchange import Exchange
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.mini_program import verify_credentials
from mockwx.domain.quota import DAY
from mockwx.store.base import Journal
from mockwx.store.quotas import Quotas


RID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")
RID_TTL = 7 * DAY

# The mock's one address: where it answers from, and where its pushes come from.
IP_LIST = (LOOPBACK,)


@dataclass(frozen=True, slots=True)
class ApiQuotaAnswer:
    """What an app may do with an interface, and how often it did today."""

    api_quota: ApiQuota
    daily_limit: int
    used: int

    @property
    def remain(self) -> int:
        """How many calls are left today."""
        return max(0, self.daily_limit - self.used)


@dataclass(frozen=True)
class OpenapiMgnt:
    """Counts calls per app, interface and day, and tells of them."""

    directory: Directory
    quotas: Quotas
    journal: Journal
    clock: Clock

    def charge(self, mini_program: MiniProgram, path: str) -> None:
        """Count a call; raises WeChatError 45009 beyond the limit of the day.

        Only the interfaces whose limit is per day are counted: those that clear the
        counts work when nothing else does.
        """
        limit = daily_limit(mini_program, path)
        if limit is None:
            return
        now = self.clock.now()
        if self.quotas.count(path, mini_program.appid, now, DAY) > limit:
            raise WeChatError(ErrCode.DAILY_QUOTA)

    def clear_quota(self, mini_program: MiniProgram, *, appid: str) -> None:
        """Begin every count of the app again, ten times a month.

        Raises WeChatError 40013 (another app's appid) and 48006.
        """
        if appid != mini_program.appid:
            raise WeChatError(ErrCode.INVALID_APPID, hint=True)
        self._clear_all(appid)

    def clear_quota_by_app_secret(self, *, appid: str, secret: str, ip: str) -> None:
        """Do the same without an access_token, which may be what has run out.

        Raises WeChatError 41002, 40013, 41004, 40125, 40243, 40164 and 48006.
        """
        verify_credentials(
            self.directory.mini_programs.get(appid), appid=appid, secret=secret, ip=ip
        )
        self._clear_all(appid)

    def clear_api_quota(self, mini_program: MiniProgram, *, cgi_path: str) -> None:
        """Begin the count of one interface again, fifty times a month.

        Raises WeChatError 76021, 76022, 50002 (a punished account, which is inferred)
        and 45009.
        """
        quota_of(mini_program, cgi_path)
        if mini_program.punished:
            raise WeChatError(ErrCode.USER_LIMITED)
        appid, now = mini_program.appid, self.clock.now()
        if self.quotas.count_this_month("clear_api_quota", appid, now) > (
            CLEAR_API_QUOTA_PER_MONTH
        ):
            raise WeChatError(ErrCode.DAILY_QUOTA)
        self.quotas.forget_today(cgi_path, appid)

    def get_api_quota(
        self, mini_program: MiniProgram, *, cgi_path: str
    ) -> ApiQuotaAnswer:
        """Tell what the app may do with an interface; raises 76021 and 76022."""
        quota, own = quota_of(mini_program, cgi_path), mini_program.own_limit(cgi_path)
        return ApiQuotaAnswer(
            api_quota=quota,
            daily_limit=quota.daily_limit if own is None else own,
            used=self.quotas.counted_today(
                cgi_path, mini_program.appid, self.clock.now()
            ),
        )

    def get_rid_info(self, mini_program: MiniProgram, *, rid: str) -> Exchange:
        """Return the call that was answered with this rid.

        Raises WeChatError 76002 (no rid at all), 76004 (older than seven days; the
        page's notes say 76001, its table this), 76001 (unknown, or below /sns, where
        rids lead nowhere) and 76003 (another app's), in this order.
        """
        if not RID.fullmatch(rid):
            raise WeChatError(ErrCode.RID_ERROR)
        now, called_at = self.clock.now(), int(rid[:8], 16)
        if not now - RID_TTL <= called_at <= now:
            raise WeChatError(ErrCode.RID_TIME_ERROR)
        found = self.journal.get(rid)
        if found is None or found.kind != SERVER or found.path.startswith("/sns/"):
            raise WeChatError(ErrCode.RID_NOT_FOUND)
        if found.appid != mini_program.appid:
            raise WeChatError(ErrCode.RID_NO_PERMISSION)
        return found

    def callback_check(
        self, mini_program: MiniProgram, *, action: str, check_operator: str
    ) -> dict[str, object]:
        """Look at the URL for message pushes, as if from WeChat's machines.

        Raises WeChatError 40201, 40202 and 40203.
        """
        return check_callback(mini_program.push_url, action, check_operator)

    def _clear_all(self, appid: str) -> None:
        if self.quotas.count_this_month("clear_quota", appid, self.clock.now()) > (
            CLEAR_QUOTA_PER_MONTH
        ):
            raise WeChatError(ErrCode.CLEAR_QUOTA_FORBIDDEN)
        for path in QUOTAS:
            self.quotas.forget_today(path, appid)
