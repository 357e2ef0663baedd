"""What stands between a phone and every wx call: network, call rate, privacy.

https://developers.weixin.qq.com/miniprogram/dev/framework/performance/api-frequency.html
"""

from __future__ import annotations

from mockwx.domain import phone_words
from mockwx.domain.call_rate import SECOND
from mockwx.domain.handset import ONLINE
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.quota import DAY
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap


def need_network(tap: Tap) -> None:
    """Fail if WeChat's servers are out of reach."""
    if tap.handset.network != ONLINE:
        raise WxFailError(phone_words.NETWORKS[tap.handset.network])


def keep_rate(desk: Desk, tap: Tap) -> None:
    """Fail if this person calls too often, or everybody together (if the app asks)."""
    rate = tap.mini_program.call_rate
    if rate is None:
        return
    asked = f"wx.{tap.api}"
    in_a_second = desk.quotas.count(asked, tap.owner, tap.now, SECOND)
    in_a_day = desk.quotas.count(asked, tap.mini_program.appid, tap.now, DAY)
    if in_a_second > rate.per_second:
        raise WxFailError(phone_words.TOO_OFTEN)
    if rate.per_day is not None and in_a_day > rate.per_day:
        raise WxFailError(phone_words.TOO_OFTEN)
