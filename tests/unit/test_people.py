"""People: made up once, the same for ever, and never mistaken for real ones."""

import base64
import re
import subprocess
import sys
import threading

import pytest

from mockwx.domain.places import PLACES
from mockwx.domain.user import Phone
from mockwx.domain.user import User
from mockwx.people import EMOJI
from mockwx.people import LOCALES
from mockwx.people import People


SEED = 7778
NAMES = [f"user{number}" for number in range(400)]


@pytest.fixture(scope="module")
def crowd():
    people = People(SEED)
    return [people.person(name) for name in NAMES]


GOLDEN = {
    "alice": User(
        name="alice",
        nick_name="严小红🍉",
        avatar_url="https://thirdwx.qlogo.cn/mmopen/vi_32/L2kRevn8Ervv6ibM3QQIibFS81bWdPqe02M1bztbBiaiaibonlsMSjsicAbBGlFTFEaVb1jbpZs05JIeficd54bfJ1SoA/132",
        gender=2,
        city="昆明",
        province="云南",
        country="中国",
        language="zh_CN",
        phone=Phone(
            phone_number="12066680403",
            pure_phone_number="12066680403",
            country_code="86",
        ),
        steps=8000,
        blocked=False,
    ),
    "bob": User(
        name="bob",
        nick_name="陈明",
        avatar_url="https://thirdwx.qlogo.cn/mmopen/vi_32/SpLzAFaicz0hdGzMS2e9Zeb7rCe1smdSXAM2fMMTfX3fvAPdv1JbmKX0v3N7cE9lWNldEbRozaAeHLntdzgneUw/132",
        gender=2,
        city="徐汇",
        province="上海",
        country="中国",
        language="zh_CN",
        phone=Phone(
            phone_number="12066699444",
            pure_phone_number="12066699444",
            country_code="86",
        ),
        steps=8000,
        blocked=False,
    ),
    "carol": User(
        name="carol",
        nick_name="刘洋",
        avatar_url="https://thirdwx.qlogo.cn/mmopen/vi_32/phxXGbcXPrmODHbLrtmSvfXoNZyPIYzoFS5wEJu0XTq16LpFhbZEj5351rtianBhbTWEIT2oibfgOkkT2QUEqT7Q/132",
        gender=1,
        city="渝中",
        province="重庆",
        country="中国",
        language="zh_CN",
        phone=Phone(
            phone_number="12066602547",
            pure_phone_number="12066602547",
            country_code="86",
        ),
        steps=8000,
        blocked=False,
    ),
    "dave": User(
        name="dave",
        nick_name="陈桂香😄",
        avatar_url="https://thirdwx.qlogo.cn/mmopen/vi_32/E8FiaCnGGBJNZPv8adwWpRRjgBBQibxIbtfWszdfmYdicB2eeCAHaoKODaHN4ibhDkjtk7jIGgrMBibWeJutUoVOlTg/132",
        gender=1,
        city="成都",
        province="四川",
        country="中国",
        language="zh_CN",
        phone=Phone(
            phone_number="12066618038",
            pure_phone_number="12066618038",
            country_code="86",
        ),
        steps=8000,
        blocked=False,
    ),
    "小明": User(
        name="小明",
        nick_name="张娟",
        avatar_url="https://thirdwx.qlogo.cn/mmopen/vi_32/y8dNITibXHKOCUvF7uVn2OQ0Ro8ktUYwJ13WZuLicVvKbZrpn9IISKn2icGUreVpmiaqte0vm9YZKHtQKgxcwwhPuA/132",
        gender=2,
        city="渝中",
        province="重庆",
        country="中国",
        language="zh_CN",
        phone=Phone(
            phone_number="12066688520",
            pure_phone_number="12066688520",
            country_code="86",
        ),
        steps=8000,
        blocked=False,
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_person_is_the_same_for_ever(name):
    """Nicknames come from Faker's tables: a release that changes them shows here."""
    assert People(SEED).person(name) == GOLDEN[name]


def test_person_is_the_same_whoever_was_made_before(crowd):
    backwards = People(SEED)

    assert [backwards.person(name) for name in reversed(NAMES)] == crowd[::-1]


def test_person_is_kept():
    people = People(SEED)

    assert people.person("alice") is people.person("alice")


def test_another_seed_makes_another_person():
    one, other = People(1).person("alice"), People(2).person("alice")

    assert one.name == other.name
    assert one.avatar_url != other.avatar_url
    assert one.phone != other.phone


def test_locale_changes_the_language_and_nothing_that_identifies():
    chinese, english = (People(SEED, locale).person("alice") for locale in LOCALES)

    assert re.fullmatch(
        "[\u4e00-\u9fff]{2,4}", chinese.nick_name.rstrip("".join(EMOJI))
    )
    assert re.match(r"[A-Z][a-z]+", english.nick_name)
    assert (chinese.language, english.language) == ("zh_CN", "en")
    assert chinese.phone == english.phone
    assert chinese.avatar_url == english.avatar_url


def test_unknown_locale_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="no people for 'xx': use zh_CN or en_US"):
        People(SEED, "xx")


def test_a_quarter_of_the_nicknames_carries_an_emoji(crowd):
    happy = [user for user in crowd if user.nick_name.endswith(EMOJI)]

    assert 0.15 < len(happy) / len(crowd) < 0.35


def test_every_emoji_is_somebodys():
    people = People(SEED)
    endings = {people.person(f"user{n}").nick_name for n in range(2_000)}

    assert all(any(name.endswith(emoji) for name in endings) for emoji in EMOJI)


def test_everybody_has_a_gender_and_a_real_home(crowd):
    assert {user.gender for user in crowd} == {1, 2}
    assert {(user.province, user.city) for user in crowd} == set(PLACES)
    assert {user.country for user in crowd} == {"中国"}


def test_phone_numbers_are_in_wechats_virtual_block(crowd):
    numbers = [user.phone.pure_phone_number for user in crowd]

    assert all(re.fullmatch(r"120666\d{5}", number) for number in numbers)
    assert "12066600000" not in numbers
    assert all(user.phone == Phone.of("86", user.phone.phone_number) for user in crowd)
    assert len(set(numbers)) > 0.98 * len(numbers)


def test_avatar_has_the_shape_of_wechats(crowd):
    shape = r"https://thirdwx\.qlogo\.cn/mmopen/vi_32/([A-Za-z0-9]{86,130})/132"
    pictures = [re.fullmatch(shape, user.avatar_url).group(1) for user in crowd]

    assert len(set(pictures)) == len(crowd)
    assert {len(_unescaped(picture)) for picture in pictures} == {64}


@pytest.mark.parametrize(
    "picture",
    [
        "POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg",
        "1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ",
        "aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ",
    ],
    ids=["grey", "rawData vector", "decryption vector"],
)
def test_published_avatars_are_escaped_in_the_same_way(picture):
    assert len(_unescaped(picture)) == 64


def _unescaped(picture):
    signs = {"ia": "+", "ib": "/", "ic": "i"}
    text = re.sub("i.", lambda escape: signs[escape.group()], picture)
    return base64.b64decode(text + "==", validate=True)


def test_crowd_made_by_many_threads_is_the_same(crowd):
    people = People(SEED)
    start = threading.Barrier(8)
    made = []

    def make():
        start.wait()
        made.append([people.person(name) for name in NAMES])

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [crowd] * 8


def test_faker_is_loaded_with_the_first_person_not_before():
    script = (
        "import sys\n"
        "from mockwx.people import People\n"
        "people = People(1)\n"
        "assert 'faker' not in sys.modules\n"
        "people.person('alice')\n"
        "assert 'faker' in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", script], check=True)


def test_chance_of_others_is_left_alone():
    import random

    random.seed(1)
    expected = random.random()

    random.seed(1)
    People(SEED).person("alice")

    assert random.random() == expected
