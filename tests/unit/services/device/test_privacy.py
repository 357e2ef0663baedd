"""The privacy agreement before personal data: protocol C8."""

import pytest

from tests.unit.services.play import Play


REFUSED = "privacy permission is not authorized"

PRIVATE_CALLS = [
    ("getUserInfo", {}),
    ("getUserProfile", {"desc": "x"}),
    ("getPhoneNumber", {}),
    ("getRealtimePhoneNumber", {}),
    ("chooseAvatar", {}),
    ("getWeRunData", {}),
    ("authorize", {"scope": "scope.record"}),
    ("requirePrivacyAuthorize", {}),
]


@pytest.fixture
def shop():
    """A mini program with an agreement."""
    play = Play(privacy={}, name="小店")
    play.login()
    return play


@pytest.mark.fidelity("documented", "wx.getPrivacySetting: the object success gets")
def test_setting_tells_whether_the_person_must_agree(shop):
    setting = {
        "needAuthorization": True,
        "privacyContractName": "《小店小程序隐私保护指引》",
        "errMsg": "getPrivacySetting:ok",
    }
    assert shop.wx("getPrivacySetting") == setting
    shop.wx("requirePrivacyAuthorize")
    assert shop.wx("getPrivacySetting") == {**setting, "needAuthorization": False}


def test_app_without_an_agreement_needs_none(play):
    assert play.wx("getPrivacySetting")["needAuthorization"] is False
    answer = play.wx("requirePrivacyAuthorize", privacy="disagree")
    assert answer == {"errMsg": "requirePrivacyAuthorize:ok"}
    assert play.wx("getPhoneNumber", privacy="disagree")["errMsg"] == (
        "getPhoneNumber:ok"
    )


def test_contract_opens(shop):
    assert shop.wx("openPrivacyContract") == {"errMsg": "openPrivacyContract:ok"}


@pytest.mark.fidelity("documented", "privacy: errno 104 before personal data")
@pytest.mark.parametrize(("api", "body"), PRIVATE_CALLS)
@pytest.mark.parametrize("platform", ["ios", "android", "devtools"])
def test_refused_agreement_fails_every_private_call(shop, api, body, platform):
    answer = shop.wx(api, privacy="disagree", platform=platform, **body)
    assert answer == {"errMsg": f"{api}:fail {REFUSED}", "errno": 104}


@pytest.mark.parametrize(("api", "body"), PRIVATE_CALLS)
def test_accepted_agreement_is_not_put_before_the_person_again(shop, api, body):
    assert shop.wx(api, **body)["errMsg"] == f"{api}:ok"
    assert shop.wx(api, privacy="disagree", **body)["errMsg"] == f"{api}:ok"


def test_call_that_is_not_private_asks_for_no_agreement(shop):
    for api in ("login", "checkSession", "getSetting", "openSetting"):
        assert shop.wx(api, privacy="disagree")["errMsg"] == f"{api}:ok"
    assert shop.wx("getPrivacySetting")["needAuthorization"] is True


def test_unknown_scope_is_invalid_before_anything_is_asked(shop):
    answer = shop.wx("authorize", scope="scope.x", privacy="disagree")
    assert answer["errMsg"] == "authorize:fail invalid scope"


@pytest.mark.fidelity("documented", "privacy: ten seconds after a refusal")
def test_nobody_is_asked_in_the_ten_seconds_after_a_refusal(shop):
    shop.wx("getPhoneNumber", privacy="disagree")
    shop.advance(9)
    answer = shop.wx("chooseAvatar", privacy="agree")
    assert answer == {"errMsg": f"chooseAvatar:fail {REFUSED}", "errno": 104}
    shop.advance(1)
    assert shop.wx("chooseAvatar", privacy="agree")["errMsg"] == "chooseAvatar:ok"


@pytest.mark.fidelity("documented", "privacy: the gap as mini games word it")
def test_mini_game_names_the_gap():
    game = Play(privacy={}, mini_game=True)
    game.wx("requirePrivacyAuthorize", privacy="disagree")
    answer = game.wx("requirePrivacyAuthorize")
    assert answer == {
        "errMsg": f"requirePrivacyAuthorize:fail {REFUSED} in gap",
        "errno": 104,
    }


@pytest.mark.fidelity("documented", "privacy: the button agrees at once")
def test_agree_button_ends_the_gap(shop):
    shop.wx("getPhoneNumber", privacy="disagree")
    agreed = shop.wx("agreePrivacyAuthorization")
    assert agreed == {"errMsg": "agreePrivacyAuthorization:ok"}
    assert shop.wx("getPhoneNumber")["errMsg"] == "getPhoneNumber:ok"


@pytest.mark.fidelity("logged", "privacy: agreed without a touch of the button")
def test_agreement_without_a_click_does_not_count(shop):
    answer = shop.wx("getPhoneNumber", privacy="unclicked")
    assert answer == {
        "errMsg": "getPhoneNumber:fail click action before resolve is needed"
    }
    assert shop.wx("getPrivacySetting")["needAuthorization"] is True
    assert shop.wx("getPhoneNumber")["errMsg"] == "getPhoneNumber:ok"


@pytest.mark.fidelity("documented", "privacy: errno 112 and 1025")
@pytest.mark.parametrize(
    ("privacy", "reason", "errno"),
    [
        (
            {"declared": ["getUserInfo"]},
            "api scope is not declared in the privacy agreement",
            112,
        ),
        ({"banned": ["getPhoneNumber"]}, "wxa appid privacy api banned", 1025),
        (
            {"declared": [], "newer_errno": True},
            "interface is not declared in the privacy agreement",
            101100,
        ),
        (
            {"banned": ["getPhoneNumber"], "newer_errno": True},
            "privacy interface is banned",
            101101,
        ),
    ],
)
def test_subject_the_app_may_not_ask_for_fails(privacy, reason, errno):
    answer = Play(privacy=privacy).wx("getPhoneNumber")
    assert answer == {"errMsg": f"getPhoneNumber:fail {reason}", "errno": errno}


def test_newer_registry_words_the_refusal():
    answer = Play(privacy={"newer_errno": True}).wx(
        "getPhoneNumber", privacy="disagree"
    )
    assert answer == {"errMsg": f"getPhoneNumber:fail {REFUSED}", "errno": 101102}


def test_scope_is_declared_by_its_name():
    play = Play(privacy={"declared": ["scope.record"]})
    assert play.wx("authorize", scope="scope.record")["errMsg"] == "authorize:ok"
    assert play.wx("authorize", scope="scope.camera")["errno"] == 112


@pytest.mark.fidelity("logged", "privacy: Android builds that drop the prefix")
def test_android_build_may_drop_the_prefix(shop):
    answer = shop.wx("getPhoneNumber", privacy="disagree", wording="bare")
    assert answer == {"errno": 104, "errMsg": REFUSED}


@pytest.mark.fidelity("documented", "privacy APIs since 2.32.3")
@pytest.mark.parametrize(
    "api",
    [
        "getPrivacySetting",
        "openPrivacyContract",
        "requirePrivacyAuthorize",
        "agreePrivacyAuthorization",
    ],
)
def test_older_library_knows_no_agreement(shop, api):
    old = {"base_library": "2.32.2"}
    assert shop.wx(api, **old) == {
        "errMsg": f"{api}:fail jsapi not supported",
        "errno": 100,
    }
    answer = shop.wx("getPhoneNumber", privacy="disagree", **old)
    assert answer["errMsg"] == "getPhoneNumber:ok"


@pytest.mark.fidelity("documented", "privacy: enforced from 2023-10-17 on")
@pytest.mark.parametrize(
    ("opted_in", "errno"), [(False, None), (True, 104)], ids=["not yet", "opted in"]
)
def test_before_the_day_only_who_opted_in_is_checked(opted_in, errno):
    play = Play(privacy={"use_privacy_check": opted_in})
    play.wechat.clock.freeze(1_697_471_999)
    answer = play.wx("getPhoneNumber", privacy="disagree")
    assert answer.get("errno") == errno


def test_people_agree_each_for_themselves(shop):
    shop.wx("requirePrivacyAuthorize")
    assert shop.wx("getPrivacySetting", user="bob")["needAuthorization"] is True
