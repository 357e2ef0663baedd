"""How often an app may call each interface: the figures behind openapi/quota/get.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/openApi-mgnt/getApiQuota.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.quota import MINUTE
from mockwx.domain.quota import STABLE_TOKEN_PATH
from mockwx.domain.quota import TOKEN_PATH


if TYPE_CHECKING:
    from mockwx.domain.mini_program import MiniProgram


CLEAR_QUOTA_PER_MONTH = 10
"""clear_quota and clear_quota/v2 together."""
CLEAR_API_QUOTA_PER_MONTH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiQuota:
    """What an app may do with one interface.

    The defaults are those of a real app's answer: WeChat gives most interfaces the
    same.
    """

    daily_limit: int = 5_000_000
    call_count: int = 1_260_000
    refresh_second: int = MINUTE
    component_call_count: int = 1_050_000
    """The same, for third-party platforms."""
    certified_only: bool = False


_USUAL = ApiQuota()

# Where a page names a figure, it stands here; the daily ones of tokens are those of an
# app's console.
QUOTAS: Mapping[str, ApiQuota] = MappingProxyType(
    {
        TOKEN_PATH: ApiQuota(daily_limit=2_000),
        STABLE_TOKEN_PATH: ApiQuota(daily_limit=500_000, call_count=10_000),
        "/cgi-bin/get_api_domain_ip": _USUAL,
        "/cgi-bin/getcallbackip": _USUAL,
        "/cgi-bin/callback/check": _USUAL,
        "/cgi-bin/openapi/rid/get": _USUAL,
        "/cgi-bin/openapi/quota/get": _USUAL,
        "/cgi-bin/message/subscribe/send": _USUAL,
        "/cgi-bin/wxaapp/createwxaqrcode": _USUAL,
        "/wxa/getwxacode": _USUAL,
        "/wxa/getwxacodeunlimit": ApiQuota(call_count=5_000),
        "/wxa/generatescheme": ApiQuota(
            daily_limit=500_000, call_count=100, refresh_second=1
        ),
        "/wxa/generate_urllink": ApiQuota(
            daily_limit=500_000, call_count=100, refresh_second=1
        ),
        "/wxa/msg_sec_check": ApiQuota(daily_limit=2_000_000, call_count=4_000),
        "/wxa/getuserriskrank": _USUAL,
        "/wxa/checksession": _USUAL,
        "/wxa/resetusersessionkey": ApiQuota(call_count=60_000),
        "/wxa/getpluginopenpid": _USUAL,
        "/wxa/getpaidunionid": _USUAL,
        "/wxa/business/getuserphonenumber": ApiQuota(certified_only=True),
        "/wxa/business/checkencryptedmsg": _USUAL,
        "/wxa/business/getuserencryptkey": _USUAL,
    }
)


def quota_of(mini_program: MiniProgram, path: str) -> ApiQuota:
    """Return what an app may do with an interface.

    Raises WeChatError 76021 (no such interface) and 76022 (not for this app, and
    nothing below /sns for anybody).
    """
    quota = QUOTAS.get(path)
    if path.startswith("/sns/"):
        raise WeChatError(ErrCode.CGI_PATH_NO_PERMISSION)
    if quota is None:
        raise WeChatError(ErrCode.CGI_PATH_NOT_FOUND)
    trusted = mini_program.certified and not mini_program.personal
    if quota.certified_only and not trusted:
        raise WeChatError(ErrCode.CGI_PATH_NO_PERMISSION)
    return quota


def daily_limit(mini_program: MiniProgram, path: str) -> int | None:
    """Return how often a day the app may call this; None: nobody counts that."""
    own, quota = mini_program.own_limit(path), QUOTAS.get(path)
    if own is not None or quota is None:
        return own
    return quota.daily_limit
