"""Regions in three languages."""

import pytest

from mockwx.domain.places import PLACES
from mockwx.domain.places import region_in
from mockwx.domain.user import User


def person(city, province, country="中国"):
    return User("a", "a", "", 1, city, province, country, "zh_CN", None)


@pytest.mark.parametrize(
    ("lang", "region"),
    [
        ("en", ("Guangzhou", "Guangdong", "China")),
        ("zh_CN", ("广州", "广东", "中国")),
        ("zh_TW", ("廣州", "廣東", "中國")),
    ],
)
def test_region_is_named_in_the_language(lang, region):
    assert region_in(lang, person("广州", "广东")) == region


@pytest.mark.parametrize("lang", ["en", "zh_CN", "zh_TW"])
def test_unknown_place_stays_as_it_was_given(lang):
    user = person("Lyon", "Rhône", "France")
    assert region_in(lang, user) == ("Lyon", "Rhône", "France")


@pytest.mark.parametrize(("province", "city"), PLACES)
def test_place_of_a_made_up_person_has_an_english_name(province, city):
    region = region_in("en", person(city, province))
    assert all(name.isascii() for name in region)
