"""The privacy agreement: declared, banned, enforced (protocol C8)."""

import pytest

from mockwx.domain.base_library import Era
from mockwx.domain.control import ControlError
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.privacy import Privacy
from mockwx.domain.privacy import read_privacy


NEW = (2, 32, 3)
OLD = (2, 32, 2)
BEFORE = 1_697_471_999
ENFORCED = 1_697_472_000


def refusal(privacy, subject="getPhoneNumber", now=ENFORCED):
    with pytest.raises(WxFailError) as failure:
        privacy.refuse_undeclared(subject, now)
    return failure.value.errno, failure.value.reason


@pytest.mark.fidelity("documented", "privacy: enforced from 2023-10-17 on")
@pytest.mark.parametrize(
    ("library", "now", "opted_in", "enforced"),
    [
        (NEW, ENFORCED, False, True),
        (NEW, BEFORE, False, False),
        (NEW, BEFORE, True, True),
        (OLD, ENFORCED, True, False),
    ],
)
def test_agreement_is_enforced_from_its_day_on(library, now, opted_in, enforced):
    privacy = Privacy(use_privacy_check=opted_in)
    assert privacy.enforced(Era(library, now=now)) is enforced


@pytest.mark.parametrize("subject", ["getPhoneNumber", "scope.record", "nickname"])
def test_everything_is_declared_unless_the_app_says_what(subject):
    Privacy().refuse_undeclared(subject, 0)
    Privacy(declared=(subject,)).refuse_undeclared(subject, 0)


@pytest.mark.fidelity("documented", "privacy: errno 112 and 1025")
def test_undeclared_and_banned_subjects_are_refused():
    undeclared = (112, "api scope is not declared in the privacy agreement")
    banned = (1025, "wxa appid privacy api banned")
    assert refusal(Privacy(declared=("getUserInfo",))) == undeclared
    assert refusal(Privacy(banned=("getPhoneNumber",))) == banned
    both = Privacy(declared=(), banned=("getPhoneNumber",))
    assert refusal(both) == banned


@pytest.mark.fidelity("documented", "privacy: a declaration needs five minutes")
def test_new_declaration_works_after_five_minutes():
    privacy = Privacy(declared=("getPhoneNumber",), declared_at=1000)
    assert refusal(privacy, now=1299)[0] == 112
    privacy.refuse_undeclared("getPhoneNumber", 1300)


@pytest.mark.fidelity("documented", "client errno registry: 101100 to 101102")
def test_newer_registry_has_numbers_of_its_own():
    privacy = Privacy(declared=(), newer_errno=True)
    undeclared = "interface is not declared in the privacy agreement"
    assert refusal(privacy) == (101100, undeclared)
    banned = Privacy(banned=("getPhoneNumber",), newer_errno=True)
    assert refusal(banned) == (101101, "privacy interface is banned")
    refused = privacy.failure("privacy permission is not authorized")
    assert (refused.errno, refused.reason) == (
        101102,
        "privacy permission is not authorized",
    )


def test_agreement_has_a_title():
    assert Privacy().contract_of("小店") == "《小店小程序隐私保护指引》"
    assert Privacy(contract_name="《隐私》").contract_of("小店") == "《隐私》"


def test_agreement_is_read_as_it_is_shown():
    shown = {
        "contract_name": "《隐私》",
        "declared": ["getPhoneNumber"],
        "declared_at": 5,
        "banned": ["scope.record"],
        "use_privacy_check": True,
        "newer_errno": False,
    }
    assert read_privacy("privacy", shown).as_json() == shown
    assert read_privacy("privacy", {}) == Privacy()


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (True, "privacy"),
        ([], "privacy"),
        ({"declared": ["login"]}, "declared[0]"),
        ({"banned": "getPhoneNumber"}, "banned"),
        ({"bannd": []}, "bannd"),
    ],
    ids=str,
)
def test_anything_else_is_refused_by_name(value, field):
    with pytest.raises(ControlError) as refused:
        read_privacy("privacy", value)
    assert refused.value.field == field
