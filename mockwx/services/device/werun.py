"""微信运动 WeRun: wx.getWeRunData.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/werun/wx.getWeRunData.html
"""

from __future__ import annotations

from mockwx.domain import phone_words
from mockwx.domain.consent import CANCEL
from mockwx.domain.consent import WERUN
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.steps import sealed_steps
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap
from mockwx.services.device.sealing import login_state
from mockwx.services.device.sealing import sealed


def get_we_run_data(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Give the steps of thirty days and today."""
    unasked = desk.consent(tap).answered(WERUN) is None
    if unasked and tap.handset.consent == CANCEL:
        raise WxFailError(phone_words.CANCELLED)
    desk.ask(tap, WERUN)
    key = login_state(desk, tap)
    return sealed(desk, tap, key, sealed_steps(tap.user.steps, tap.watermark))
