"""What getWeRunData seals."""

import pytest

from mockwx.domain.open_data import Watermark
from mockwx.domain.steps import sealed_steps


MIDNIGHT_IN_CHINA = 1_700_064_000  # 2023-11-16 00:00 +08:00
DAY = 86_400


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (MIDNIGHT_IN_CHINA - 1, MIDNIGHT_IN_CHINA - DAY),
        (MIDNIGHT_IN_CHINA, MIDNIGHT_IN_CHINA),
        (MIDNIGHT_IN_CHINA + DAY - 1, MIDNIGHT_IN_CHINA),
    ],
    ids=["a second before midnight", "midnight", "the last second"],
)
def test_last_of_thirty_one_days_is_today_in_china(now, today):
    plain = sealed_steps(100, Watermark(now, "wx1"))

    days = plain["stepInfoList"]
    assert days[0] == {"timestamp": today - 30 * DAY, "step": 100}
    assert days[-1] == {"timestamp": today, "step": 100}
    assert len(days) == 31
    assert plain["watermark"] == {"timestamp": now, "appid": "wx1"}
