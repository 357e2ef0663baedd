"""What wx.getWeRunData seals: the steps of thirty days and today.

https://developers.weixin.qq.com/miniprogram/dev/api/open-api/werun/wx.getWeRunData.html
"""

from __future__ import annotations

from mockwx.domain.open_data import Watermark
from mockwx.domain.quota import DAY
from mockwx.domain.quota import window_start


DAYS = 31


def sealed_steps(steps: int, watermark: Watermark) -> dict[str, object]:
    """Return the plaintext: each midnight in China with its steps, today's last.

    Our people walk the same number every day, so that a test can foretell all of them.
    """
    today = window_start(watermark.timestamp, DAY)
    midnights = range(today - (DAYS - 1) * DAY, today + 1, DAY)
    return {
        "stepInfoList": [{"timestamp": each, "step": steps} for each in midnights],
        "watermark": watermark.as_json(),
    }
