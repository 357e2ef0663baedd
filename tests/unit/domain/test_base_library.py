"""What changed when: each boundary from both sides."""

from datetime import datetime
from datetime import timedelta
from datetime import timezone

import pytest

from mockwx.domain import base_library
from mockwx.domain.base_library import Era
from mockwx.domain.base_library import parse_version
from mockwx.domain.base_library import read_version
from mockwx.domain.control import ControlError


CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("change", "before", "since"),
    [
        ("USER_INFO_BY_BUTTON", "2.0.6", "2.0.7"),
        ("OPEN_SETTING_BY_TAP", "2.2.9", "2.3.0"),
        ("CLOUD_ID", "2.6.9", "2.7.0"),
        ("WITH_SUBSCRIPTIONS", "2.10.0", "2.10.1"),
        ("OPEN_SETTING_WITH_SUBSCRIPTIONS", "2.10.2", "2.10.3"),
        ("GET_USER_PROFILE", "2.10.3", "2.10.4"),
        ("PROFILE_SEALED", "2.15.9", "2.16.0"),
        ("USER_INFO_ANONYMOUS", "2.16.0", "2.16.1"),
        ("REGION_WITHDRAWN", "2.20.0", "2.20.1"),
        ("CHOOSE_AVATAR", "2.21.1", "2.21.2"),
        ("PHONE_CODE", "2.21.1", "2.21.2"),
        ("ERRNO", "2.23.999", "2.24.0"),
        ("PROFILE_CHECKED", "2.24.3", "2.24.4"),
        ("REALTIME_PHONE_NUMBER", "2.24.3", "2.24.4"),
        ("PROFILE_ANONYMOUS", "2.27.0", "2.27.1"),
        ("NICKNAME_REVIEW", "2.29.0", "2.29.1"),
        ("PRIVACY", "2.32.2", "2.32.3"),
        ("PRIVACY_ENFORCED", "2.32.2", "2.32.3"),
    ],
)
def test_change_arrives_with_its_library(change, before, since):
    announced = getattr(base_library, change)
    assert not Era(parse_version(before)).has(announced)
    assert Era(parse_version(since)).has(announced)


@pytest.mark.fidelity("documented", "dates of the withdrawals")
@pytest.mark.parametrize(
    ("change", "midnight"),
    [
        ("USER_INFO_BY_BUTTON", datetime(2018, 4, 30, tzinfo=CHINA)),
        ("USER_INFO_ANONYMOUS", datetime(2021, 4, 29, tzinfo=CHINA)),
        ("PROFILE_ANONYMOUS", datetime(2022, 11, 9, tzinfo=CHINA)),
    ],
)
def test_change_spares_what_was_published_before_its_date(change, midnight):
    announced = getattr(base_library, change)
    newest = parse_version(base_library.NEWEST)
    first = int(midnight.timestamp())
    assert not Era(newest, first - 1).has(announced)
    assert Era(newest, first).has(announced)


@pytest.mark.fidelity("documented", "dates that concern everybody")
@pytest.mark.parametrize(
    ("change", "midnight"),
    [
        ("OPEN_DATA_ANONYMOUS", datetime(2022, 2, 21, tzinfo=CHINA)),
        ("PHONE_NUMBER_PAID", datetime(2023, 8, 28, tzinfo=CHINA)),
        ("PRIVACY_ENFORCED", datetime(2023, 10, 17, tzinfo=CHINA)),
    ],
)
def test_change_comes_to_everybody_on_its_day(change, midnight):
    announced = getattr(base_library, change)
    newest = parse_version(base_library.NEWEST)
    first = int(midnight.timestamp())
    assert not Era(newest, now=first - 1).has(announced)
    assert Era(newest, now=first).has(announced)
    assert Era(newest, released_at=0, now=first).has(announced)


@pytest.mark.fidelity("documented", "mini games keep the profile")
@pytest.mark.parametrize(
    ("change", "spared"),
    [
        ("USER_INFO_ANONYMOUS", True),
        ("PROFILE_ANONYMOUS", True),
        ("REGION_WITHDRAWN", False),
        ("ERRNO", False),
    ],
)
def test_withdrawals_spare_mini_games(change, spared):
    era = Era(parse_version(base_library.NEWEST), mini_game=True)
    assert era.has(getattr(base_library, change)) is not spared


def test_date_alone_is_not_enough():
    assert not Era((2, 27, 0), 1_900_000_000).has(base_library.PROFILE_ANONYMOUS)


def test_date_of_publishing_is_nothing_to_a_change_without_one():
    assert Era((2, 24, 0), 0).has(base_library.ERRNO)


@pytest.mark.parametrize("text", ["2.27.1", "1.0.0", "3.15.2", "10.200.999"])
def test_version_is_read(text):
    assert read_version("base_library", text) == text
    assert ".".join(map(str, parse_version(text))) == text


@pytest.mark.parametrize(
    "value",
    ["2.27", "2.27.1.0", "v2.27.1", "2.27.1\n", "2.1000.1", "٢.٢٧.١", "", 2, None],
    ids=ascii,
)
def test_anything_else_is_no_version(value):
    with pytest.raises(ControlError) as refused:
        read_version("base_library", value)
    assert refused.value.field == "base_library"
    assert refused.value.status == 400
