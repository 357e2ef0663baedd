"""A person and their phone number."""

import dataclasses

import pytest

from mockwx.domain.user import USER_NAME
from mockwx.domain.user import Phone
from mockwx.domain.user import User


@pytest.mark.parametrize(
    "name",
    ["a", "alice", "小明", "O'Neil", "a b", "user-1_2.3", "👩‍💻", "é", "x" * 64],
)
def test_name_of_a_person_is_accepted(name):
    assert USER_NAME.fullmatch(name)
    assert USER_NAME.match(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " alice",
        "alice ",
        "alice\n",
        "\u3000alice",
        "alice\u00a0",
        "a/b",
        "a\x00b",
        "a\tb",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "a\ud800b",
        " ",
        "x" * 65,
    ],
    ids=ascii,
)
def test_what_is_no_name_is_refused(name):
    assert not USER_NAME.fullmatch(name)
    assert not USER_NAME.match(name)


def test_mainland_number_carries_no_country_code():
    phone = Phone.of("86", "12066600001")

    assert phone == Phone(
        phone_number="12066600001",
        pure_phone_number="12066600001",
        country_code="86",
    )


def test_foreign_number_carries_its_country_code():
    phone = Phone.of("852", "91234567")

    assert (phone.phone_number, phone.pure_phone_number, phone.country_code) == (
        "85291234567",
        "91234567",
        "852",
    )


def test_person_walks_and_is_trusted_unless_told_otherwise():
    user = User(
        name="alice",
        nick_name="Band",
        avatar_url="",
        gender=1,
        city="广州",
        province="广东",
        country="中国",
        language="zh_CN",
        phone=None,
    )

    assert (user.steps, user.blocked) == (8000, False)


@pytest.mark.parametrize("cls", [Phone, User])
def test_values_cannot_be_changed(cls):
    assert cls.__dataclass_params__.frozen
    assert set(cls.__slots__) == {field.name for field in dataclasses.fields(cls)}


def test_phone_is_spelled_on_the_wire_in_wechats_order():
    assert list(Phone.of("86", "12066600001").as_json().items()) == [
        ("phoneNumber", "12066600001"),
        ("purePhoneNumber", "12066600001"),
        ("countryCode", "86"),
    ]


@pytest.mark.parametrize("phone", [None, Phone.of("1", "2025550100")])
def test_person_is_shown_in_wechats_spelling(phone):
    user = User(
        name="alice",
        nick_name="Band",
        avatar_url="https://thirdwx.qlogo.cn/mmopen/vi_32/x/132",
        gender=2,
        city="广州",
        province="广东",
        country="中国",
        language="zh_CN",
        phone=phone,
        steps=1,
        blocked=True,
    )

    assert user.as_json() == {
        "name": "alice",
        "nickName": "Band",
        "avatarUrl": "https://thirdwx.qlogo.cn/mmopen/vi_32/x/132",
        "gender": 2,
        "city": "广州",
        "province": "广东",
        "country": "中国",
        "language": "zh_CN",
        "phone": phone and phone.as_json(),
        "steps": 1,
        "groups": ["family"],
        "blocked": True,
        "risk_rank": 0,
        "blocked_calls": [],
        "phone_verified": True,
    }
