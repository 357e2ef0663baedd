"""<open-data>: what is shown of the person (protocol C6.4)."""

from dataclasses import replace

import pytest

from mockwx.domain.base_library import Era
from mockwx.domain.open_data import ANONYMOUS_AVATAR_URL
from mockwx.domain.open_data_component import OPEN_DATA_TYPES
from mockwx.domain.open_data_component import rendered
from mockwx.people import People


ALICE = replace(People(1, "zh_CN").person("alice"), gender=2)
LAST_DAY = Era((2, 20, 0), now=1_645_372_799)
FIRST_DAY = Era((2, 20, 0), now=1_645_372_800)


@pytest.mark.fidelity("documented", "open-data: everybody alike since 2022-02-21")
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("userNickName", "微信用户"),
        ("userAvatarUrl", ANONYMOUS_AVATAR_URL),
        ("userGender", ""),
        ("userCity", ""),
        ("userProvince", ""),
        ("userCountry", ""),
        ("userLanguage", ""),
    ],
)
def test_everybody_looks_alike_since_2022(kind, text):
    assert rendered(kind, ALICE, "zh_CN", FIRST_DAY) == text
    assert kind in OPEN_DATA_TYPES


def test_person_was_shown_until_the_day_before():
    assert rendered("userNickName", ALICE, "zh_CN", LAST_DAY) == ALICE.nick_name
    assert rendered("userAvatarUrl", ALICE, "zh_CN", LAST_DAY) == ALICE.avatar_url
    assert rendered("userCountry", ALICE, "zh_CN", LAST_DAY) == "中国"


@pytest.mark.parametrize(
    ("lang", "text"),
    [("zh_CN", "女"), ("zh_TW", "女"), ("en", "Female"), ("fr", "Female")],
)
def test_gender_is_a_word_of_the_language(lang, text):
    assert rendered("userGender", ALICE, lang, LAST_DAY) == text


@pytest.mark.fidelity("documented", "open-data: gender and region stopped in 2021")
def test_gender_and_region_stopped_a_year_earlier():
    era = replace(LAST_DAY, base_library=(2, 20, 1))
    assert rendered("userGender", ALICE, "en", era) == ""
    assert rendered("userCity", ALICE, "en", era) == ""
    assert rendered("userNickName", ALICE, "en", era) == ALICE.nick_name
