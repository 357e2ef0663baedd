"""wx.getSetting, wx.openSetting, wx.authorize."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play


FREE = {"scope.address": True, "scope.invoiceTitle": True, "scope.invoice": True}
# One base library of each era, before and after the change it is named for.
ASKING = {"base_library": "2.0.6"}  # wx.getUserInfo asks by itself
BUTTON = {"base_library": "2.0.7"}  # only its button asks
LAST_REAL_INFO = {"base_library": "2.16.0"}
ANONYMOUS_INFO = {"base_library": "2.16.1"}
TAP = "can only be invoked by user TAP gesture."


def test_settings_begin_with_what_is_always_allowed(wx):
    assert wx("getSetting") == {"authSetting": FREE, "errMsg": "getSetting:ok"}


@pytest.mark.fidelity("documented", "wx.authorize: asked once")
def test_allowed_scope_is_not_asked_for_again(wx):
    assert wx("authorize", scope="scope.record") == {"errMsg": "authorize:ok"}
    again = wx("authorize", scope="scope.record", consent="deny")
    assert again == {"errMsg": "authorize:ok"}
    assert wx("getSetting")["authSetting"] == {**FREE, "scope.record": True}


@pytest.mark.fidelity("documented", "wx.authorize: a denial is not asked again")
def test_denied_scope_is_not_asked_for_again(wx):
    denied = {"errMsg": "authorize:fail auth deny", "errno": 103}
    assert wx("authorize", scope="scope.record", consent="deny") == denied
    assert wx("authorize", scope="scope.record", consent="allow") == denied
    assert wx("getSetting")["authSetting"] == {**FREE, "scope.record": False}


@pytest.mark.fidelity("documented", "wx.openSetting: the way back from a denial")
def test_denied_scope_is_allowed_again_in_the_settings(wx):
    wx("authorize", scope="scope.record", consent="deny")
    assert wx("openSetting") == {
        "authSetting": {**FREE, "scope.record": True},
        "errMsg": "openSetting:ok",
    }
    assert wx("authorize", scope="scope.record") == {"errMsg": "authorize:ok"}


def test_closed_popup_is_no_answer(wx):
    answer = wx("authorize", scope="scope.record", consent="cancel")
    assert answer["errMsg"] == "authorize:fail auth deny"
    assert wx("getSetting")["authSetting"] == FREE
    assert wx("authorize", scope="scope.record") == {"errMsg": "authorize:ok"}


@pytest.mark.parametrize("scope", FREE)
def test_free_scope_needs_no_consent_and_is_not_asked_for(wx, scope):
    answer = wx("authorize", scope=scope, consent="deny")
    assert answer == {"errMsg": "authorize:ok"}
    assert wx("getSetting")["authSetting"] == FREE


@pytest.mark.parametrize(
    "body", [{}, {"scope": ""}, {"scope": "scope.nothing"}, {"scope": "record"}]
)
@pytest.mark.parametrize(
    ("platform", "reason"),
    [
        ("ios", "invalid scope"),
        ("android", "invalid scope"),
        ("devtools", "系统错误，错误码：-12001,invalid scope"),
    ],
)
def test_unknown_scope_is_invalid(wx, body, platform, reason):
    answer = wx("authorize", platform=platform, **body)
    assert answer == {"errMsg": f"authorize:fail {reason}"}


@pytest.mark.parametrize(
    ("consent", "switch"), [("allow", True), ("deny", False), ("cancel", True)]
)
def test_person_in_the_settings_turns_everything_or_leaves_it(wx, consent, switch):
    wx("authorize", scope="scope.record")
    answer = wx("openSetting", consent=consent)
    assert answer["authSetting"] == {**FREE, "scope.record": switch}


def test_person_in_the_settings_turns_single_switches_of_what_was_asked_for(wx):
    wx("authorize", scope="scope.record", consent="deny")
    wx("authorize", scope="scope.camera", consent="deny")
    answer = wx("openSetting", authSetting={"scope.camera": True, "scope.werun": True})
    assert answer["authSetting"] == {
        **FREE,
        "scope.record": False,
        "scope.camera": True,
    }


@pytest.mark.fidelity("documented", "wx.openSetting: by tap since 2.3.0")
def test_settings_open_by_tap_only_since_they_must(wx):
    answer = wx("openSetting", tap=False, base_library="2.3.0")
    assert answer == {"errMsg": f"openSetting:fail {TAP}"}
    answer = wx("openSetting", tap=False, base_library="2.2.9")
    assert answer["errMsg"] == "openSetting:ok"


@pytest.mark.parametrize(
    ("api", "before", "since"),
    [("getSetting", "2.10.0", "2.10.1"), ("openSetting", "2.10.2", "2.10.3")],
)
def test_subscriptions_are_shown_on_request_since_they_exist(wx, api, before, since):
    asked = {"withSubscriptions": True}
    new = wx(api, base_library=since, **asked)
    assert new["subscriptionsSetting"] == {"mainSwitch": True}
    assert "subscriptionsSetting" not in wx(api, base_library=before, **asked)
    assert "subscriptionsSetting" not in wx(api, withSubscriptions=False)


def test_consent_is_given_per_person_and_app_and_shared_by_phones(wx):
    wx("authorize", scope="scope.record")
    assert wx("getSetting", user="bob")["authSetting"] == FREE
    assert wx("getSetting", appid=OTHER_APPID)["authSetting"] == FREE
    tablet = wx("getSetting", device="tablet")["authSetting"]
    assert tablet == {**FREE, "scope.record": True}


def test_answers_given_at_the_same_moment_are_all_kept(wx):
    scopes = ["scope.record", "scope.camera", "scope.werun", "scope.bluetooth"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda scope: wx("authorize", scope=scope), scopes * 10))
    settings = wx("getSetting")["authSetting"]
    assert settings == {**FREE, **dict.fromkeys(scopes, True)}


@pytest.mark.fidelity("documented", "scope.userInfo by wx.authorize, per era")
@pytest.mark.parametrize(
    ("era", "consent", "err_msg"),
    [
        pytest.param(ASKING, "allow", "authorize:ok", id="popup, allowed"),
        pytest.param(ASKING, "deny", "authorize:fail auth deny", id="popup, denied"),
        pytest.param(BUTTON, "allow", "authorize:fail auth deny", id="no popup"),
        pytest.param(LAST_REAL_INFO, "allow", "authorize:fail auth deny", id="2.16.0"),
        pytest.param(ANONYMOUS_INFO, "deny", "authorize:ok", id="silent success"),
    ],
)
def test_user_info_is_authorized_by_era(wx, era, consent, err_msg):
    answer = wx("authorize", scope="scope.userInfo", consent=consent, **era)
    assert answer["errMsg"] == err_msg


def test_user_info_granted_by_the_button_is_authorized(logged_in):
    logged_in("getUserInfo", button=True, **BUTTON)
    answer = logged_in("authorize", scope="scope.userInfo", **BUTTON)
    assert answer["errMsg"] == "authorize:ok"


def test_silent_success_reads_true_in_the_settings(wx):
    wx("authorize", scope="scope.userInfo")
    assert wx("getSetting")["authSetting"] == {**FREE, "scope.userInfo": True}


@pytest.mark.fidelity("documented", "wx.authorize: older guides let a denial age")
def test_denial_ages_only_where_the_app_is_told_so():
    play = Play(denial_ttl=60)
    denied = play.wx("authorize", scope="scope.record", consent="deny")
    play.advance(59)
    assert play.wx("authorize", scope="scope.record") == denied
    play.advance(1)
    allowed = play.wx("authorize", scope="scope.record")
    assert allowed == {"errMsg": "authorize:ok"}


def test_denial_that_aged_may_be_repeated():
    play = Play(denial_ttl=60)
    play.wx("authorize", scope="scope.record", consent="deny")
    play.advance(60)
    play.wx("authorize", scope="scope.record", consent="deny")
    play.advance(59)
    assert "fail" in play.wx("authorize", scope="scope.record")["errMsg"]


@pytest.mark.fidelity("documented", "authorisation: deleting the mini program")
def test_deleting_the_mini_program_forgets_every_answer():
    play = Play(privacy={})
    play.wx("authorize", scope="scope.record", consent="deny")
    play.wx("authorize", scope="scope.record", user="bob")
    assert play.wx("deleteMiniProgram") == {"errMsg": "deleteMiniProgram:ok"}
    assert "scope.record" not in play.wx("getSetting")["authSetting"]
    assert play.wx("getPrivacySetting")["needAuthorization"] is True
    assert play.wx("authorize", scope="scope.record")["errMsg"] == "authorize:ok"
    assert play.wx("getSetting", user="bob")["authSetting"]["scope.record"] is True
