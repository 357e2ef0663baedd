"""What the wx calls give to success and fail: protocol C0 to C6."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.crypto.signature import sign_raw_data
from mockwx.domain.control import ControlError
from mockwx.domain.open_data import ANONYMOUS_AVATAR_URL
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play
from tests.unit.services.play import errcode
from tests.unit.services.play import opened
from tests.unit.services.play import reads


THREE_DAYS = 259_200

FREE = {"scope.address": True, "scope.invoiceTitle": True, "scope.invoice": True}

# One base library of each era, before and after the change it is named for.
ASKING = {"base_library": "2.0.6"}  # wx.getUserInfo asks by itself
BUTTON = {"base_library": "2.0.7"}  # only its button asks
LAST_REAL_INFO = {"base_library": "2.16.0"}
ANONYMOUS_INFO = {"base_library": "2.16.1"}
LAST_REAL_PROFILE = {"base_library": "2.27.0"}
ANONYMOUS_PROFILE = {"base_library": "2.27.1"}

IN_2018 = 1_525_017_600
IN_2021 = 1_619_625_600
IN_2022 = 1_667_923_200

TAP = "can only be invoked by user TAP gesture."
RELOGIN = "session time out, need relogin"


@pytest.fixture
def play():
    return Play()


@pytest.fixture
def wx(play):
    return play.wx


@pytest.fixture
def logged_in(play):
    play.session_key()
    return play.wx


def refusal(wx, api, **body):
    with pytest.raises(ControlError) as refused:
        wx(api, **body)
    return refused.value


# -- the door -------------------------------------------------------------------------


def test_unknown_call_is_not_found_and_the_known_ones_are_listed(wx):
    error = refusal(wx, "getUserinfo")
    assert (error.status, error.field) == (404, "api")
    assert "getUserInfo, getUserProfile" in error.message


def test_unknown_mini_program_is_not_found(wx):
    error = refusal(wx, "login", appid="wx0000000000000000")
    assert (error.status, error.field) == (404, "appid")


@pytest.mark.parametrize(
    ("api", "body", "field"),
    [
        ("login", {"desc": "x"}, "desc"),
        ("login", {"timeout": -1}, "timeout"),
        ("checkSession", {"code": "x"}, "code"),
        ("authorize", {"scope": 1}, "scope"),
        ("getUserInfo", {"withCredentials": "false"}, "withCredentials"),
        ("getUserInfo", {"lang": None}, "lang"),
        ("getUserProfile", {"desc": 5}, "desc"),
        ("getUserProfile", {"desc": "\ud800"}, "desc"),
        ("openSetting", {"authSetting": []}, "authSetting"),
        ("openSetting", {"authSetting": {"scope.x": True}}, "authSetting"),
        ("openSetting", {"authSetting": {"scope.address": False}}, "authSetting"),
        (
            "openSetting",
            {"authSetting": {"scope.record": 1}},
            "authSetting.scope.record",
        ),
        ("getPhoneNumber", {"button": True}, "button"),
    ],
    ids=ascii,
)
def test_wrong_argument_is_refused_by_name(wx, api, body, field):
    error = refusal(wx, api, **body)
    assert (error.status, error.field) == (400, field)


def test_refused_call_leaves_nothing_behind(play):
    refusal(play.wx, "login", user="bob", desc="x")
    refusal(play.wx, "login", user="bob", appid="wx0000000000000000")
    assert play.wechat.world.users() == []


# -- wx.login, wx.checkSession --------------------------------------------------------


@pytest.mark.fidelity("documented", "wx.login: the object success gets")
def test_login_gives_a_code_and_nothing_else(wx):
    answer = wx("login", timeout=5000)
    assert list(answer) == ["code", "errMsg"]
    assert len(answer["code"]) == 32
    assert answer["errMsg"] == "login:ok"


def test_every_login_gives_another_code(wx):
    assert len({wx("login")["code"] for _ in range(50)}) == 50


@pytest.mark.fidelity("documented", "wx.checkSession: speaks of the latest login")
def test_session_is_there_after_a_login_and_gone_when_its_key_expires(play):
    assert play.wx("checkSession") == {"errMsg": f"checkSession:fail {RELOGIN}"}
    play.login()
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}
    play.advance(THREE_DAYS)
    assert play.wx("checkSession") == {"errMsg": f"checkSession:fail {RELOGIN}"}
    play.login()
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}


def test_session_needs_no_exchange_by_the_backend(play):
    play.login()
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}


@pytest.mark.fidelity("documented", "session_key: one per person and mini program")
def test_login_on_another_phone_ends_the_session_of_the_first():
    play = Play("strict")
    play.login()
    play.login(device="tablet")
    assert play.wx("checkSession") == {"errMsg": f"checkSession:fail {RELOGIN}"}
    assert play.wx("checkSession", device="tablet") == {"errMsg": "checkSession:ok"}


def test_login_on_another_phone_within_the_period_shares_the_session(play):
    play.login()
    play.login(device="tablet")
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}
    assert play.wx("checkSession", device="tablet") == {"errMsg": "checkSession:ok"}


def test_phone_without_a_login_of_its_own_has_no_session(play):
    play.login()
    answer = play.wx("checkSession", device="tablet")
    assert answer == {"errMsg": f"checkSession:fail {RELOGIN}"}


def test_sessions_of_people_and_apps_are_their_own(play):
    play.login()
    assert "fail" in play.wx("checkSession", user="bob")["errMsg"]
    assert "fail" in play.wx("checkSession", appid=OTHER_APPID)["errMsg"]


def test_rotation_by_the_control_api_ends_the_session(play):
    play.login()
    play.wechat.world.rotate(DEFAULT_APPID, "alice")
    assert "fail" in play.wx("checkSession")["errMsg"]


@pytest.mark.parametrize(
    "api", ["checkSession", "getSetting", "getUserInfo", "getPhoneNumber", "login"]
)
@pytest.mark.fidelity("documented", "session_key: activity extends it")
def test_activity_keeps_the_session_alive(play, api):
    play.login()
    play.advance(THREE_DAYS - 1)
    play.wx(api)
    (key,) = play.history()[-1:]
    play.advance(THREE_DAYS - 1)
    assert key.live(play.wechat.clock.now())


def test_activity_does_not_help_under_the_strict_policy():
    play = Play("strict")
    play.login()
    play.advance(THREE_DAYS - 1)
    assert play.wx("checkSession") == {"errMsg": "checkSession:ok"}
    play.advance(1)
    assert "fail" in play.wx("checkSession")["errMsg"]


def test_activity_of_others_keeps_nothing_alive(play):
    play.login()
    before = play.history()
    play.advance(10)
    play.wx("getPhoneNumber", user="bob")
    play.wx("getPhoneNumber", appid=OTHER_APPID)
    assert play.history() == before


# -- settings and scopes --------------------------------------------------------------


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


@pytest.mark.parametrize("api", ["getSetting", "openSetting"])
def test_subscriptions_are_shown_on_request_since_they_exist(wx, api):
    asked = {"withSubscriptions": True}
    new = wx(api, base_library="2.10.1", **asked)
    assert new["subscriptionsSetting"] == {"mainSwitch": True}
    assert "subscriptionsSetting" not in wx(api, base_library="2.10.0", **asked)
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


# -- wx.getUserInfo -------------------------------------------------------------------


@pytest.mark.fidelity("documented", "wx.getUserInfo: the object success gets")
def test_user_info_is_signed_and_sealed_with_the_key_of_the_backend(play):
    key = play.session_key()
    answer = play.wx("getUserInfo")
    assert list(answer) == [
        "userInfo",
        "rawData",
        "signature",
        "encryptedData",
        "iv",
        "errMsg",
    ]
    assert answer["errMsg"] == "getUserInfo:ok"
    assert answer["signature"] == sign_raw_data(answer["rawData"], key)
    assert json.loads(answer["rawData"]) == answer["userInfo"]
    plain = json.loads(opened(answer, key))
    openid, unionid = plain.pop("openId"), plain.pop("unionId")
    assert plain.pop("watermark") == {"timestamp": NOON, "appid": DEFAULT_APPID}
    assert plain == answer["userInfo"]
    exchanged = play.exchange(play.login())
    assert (openid, unionid) == (exchanged.openid, exchanged.unionid)


@pytest.mark.fidelity("documented", "wx.getUserInfo: anonymous without asking")
@pytest.mark.parametrize("consent", ["allow", "deny", "cancel"])
def test_anonymous_user_info_asks_nobody_and_tells_nothing(logged_in, consent):
    answer = logged_in("getUserInfo", consent=consent, lang="zh_CN", **ANONYMOUS_INFO)
    assert answer["userInfo"] == {
        "nickName": "微信用户",
        "gender": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "avatarUrl": ANONYMOUS_AVATAR_URL,
    }


@pytest.mark.fidelity("documented", "wx.getUserInfo: 2021-04-28, from both sides")
@pytest.mark.parametrize(
    ("era", "released_at", "anonymous"),
    [
        pytest.param(LAST_REAL_INFO, None, False, id="old library"),
        pytest.param(LAST_REAL_INFO, IN_2021, False, id="old library, new version"),
        pytest.param(ANONYMOUS_INFO, None, True, id="new library"),
        pytest.param(ANONYMOUS_INFO, IN_2021 - 1, False, id="version of before"),
        pytest.param(ANONYMOUS_INFO, IN_2021, True, id="version of after"),
    ],
)
def test_user_info_is_anonymous_from_2021_on(era, released_at, anonymous):
    play = Play(released_at=released_at)
    play.login()
    answer = play.wx("getUserInfo", button=True, **era)
    assert (answer["userInfo"]["nickName"] == "微信用户") is anonymous


@pytest.mark.fidelity("documented", "wx.getUserInfo: 2018-04-30, from both sides")
@pytest.mark.parametrize(
    ("era", "released_at", "asks"),
    [
        pytest.param(ASKING, None, True, id="old library"),
        pytest.param(BUTTON, None, False, id="new library"),
        pytest.param(BUTTON, IN_2018 - 1, True, id="version of before"),
        pytest.param(BUTTON, IN_2018, False, id="version of after"),
    ],
)
def test_user_info_asks_by_itself_until_2018(era, released_at, asks):
    play = Play(released_at=released_at)
    play.login()
    answer = play.wx("getUserInfo", **era)
    expected = "getUserInfo:ok" if asks else "getUserInfo:fail scope unauthorized"
    assert answer["errMsg"] == expected


@pytest.mark.fidelity("logged", "wx.getUserInfo: auth deny per platform")
@pytest.mark.parametrize(
    ("platform", "err_msg"),
    [
        ("ios", "getUserInfo:fail auth deny"),
        ("android", "getUserInfo:fail:auth denied"),
        ("devtools", "getUserInfo:fail 系统错误，错误码：-12006,auth deny"),
    ],
)
def test_refused_user_info_is_not_asked_for_again(logged_in, platform, err_msg):
    phone = {"platform": platform, "button": True, **BUTTON}
    refused = {"errMsg": err_msg}
    assert logged_in("getUserInfo", consent="deny", **phone) == refused
    assert logged_in("getUserInfo", consent="allow", **phone) == refused
    logged_in("openSetting", **BUTTON)
    assert logged_in("getUserInfo", **phone)["errMsg"] == "getUserInfo:ok"


def test_button_grants_the_direct_call(logged_in):
    logged_in("getUserInfo", button=True, **BUTTON)
    assert logged_in("getUserInfo", **BUTTON)["errMsg"] == "getUserInfo:ok"


@pytest.mark.fidelity("documented", "wx.getUserInfo: lang")
@pytest.mark.parametrize(
    ("arguments", "country"),
    [
        ({}, "China"),
        ({"lang": "en"}, "China"),
        ({"lang": "zh_CN"}, "中国"),
        ({"lang": "zh_TW"}, "中國"),
        ({"lang": "de"}, "China"),
    ],
    ids=str,
)
def test_real_user_info_names_the_region_in_the_language(logged_in, arguments, country):
    answer = logged_in("getUserInfo", button=True, **BUTTON, **arguments)
    assert answer["userInfo"]["country"] == country


@pytest.mark.fidelity("documented", "wx.getUserInfo: withCredentials")
def test_without_credentials_nothing_is_signed_or_sealed(play):
    answer = play.wx("getUserInfo", withCredentials=False)
    assert list(answer) == ["userInfo", "rawData", "errMsg"]
    assert play.wechat.world.sessions(DEFAULT_APPID, "alice")["payloads"] == []


@pytest.mark.fidelity("inferred", "wx.getUserInfo: the text without a login state")
@pytest.mark.parametrize(
    ("platform", "reason"),
    [("ios", RELOGIN), ("devtools", f"系统错误，错误码：-13001,{RELOGIN}")],
)
def test_credentials_need_a_login_state(play, platform, reason):
    refused = {"errMsg": f"getUserInfo:fail {reason}"}
    assert play.wx("getUserInfo", platform=platform) == refused
    play.login()
    assert play.wx("getUserInfo", platform=platform)["errMsg"] == "getUserInfo:ok"
    play.advance(THREE_DAYS)
    assert play.wx("getUserInfo", platform=platform) == refused


def test_unbound_app_finds_no_union_id_inside():
    play = Play(open_platform=None)
    key = play.session_key()
    assert b"unionId" not in opened(play.wx("getUserInfo"), key)


@pytest.mark.parametrize("cloud", [True, False])
@pytest.mark.parametrize(("base_library", "has"), [("2.6.9", False), ("2.7.0", True)])
@pytest.mark.parametrize("api", ["getUserInfo", "getPhoneNumber"])
@pytest.mark.fidelity("documented", "cloudID since 2.7.0, with cloud development")
def test_cloud_id_comes_with_sealed_data_to_an_app_with_cloud(
    cloud, base_library, has, api
):
    play = Play(cloud=cloud)
    play.login()
    body = {"button": True} if api == "getUserInfo" else {}
    answer = play.wx(api, base_library=base_library, **body)
    assert ("cloudID" in answer) is (cloud and has)
    assert answer.get("cloudID", "84_").startswith("84_")


@pytest.mark.fidelity("documented", "encryptedData: sealed with the current key")
def test_payload_opens_with_the_key_that_was_current_when_it_was_made():
    play = Play("strict")
    old = play.session_key()
    answer = play.wx("getUserInfo")
    new = play.session_key()
    assert opened(answer, old).startswith(b'{"openId"')
    assert not reads(answer, new)


def test_every_payload_has_an_iv_of_its_own(logged_in):
    answers = [logged_in("getUserInfo") for _ in range(20)]
    assert len({answer["iv"] for answer in answers}) == 20
    assert len({answer["encryptedData"] for answer in answers}) == 20


def test_payloads_are_remembered_with_their_key(play):
    key = play.session_key()
    answer = play.wx("getUserInfo")
    (payload,) = play.wechat.world.sessions(DEFAULT_APPID, "alice")["payloads"]
    assert payload == {
        "api": "getUserInfo",
        "appid": DEFAULT_APPID,
        "user": "alice",
        "produced_at": NOON,
        "key_number": 1,
        "iv": answer["iv"],
        "encrypted_data": answer["encryptedData"],
        "plaintext": opened(answer, key).decode(),
        "raw_data": answer["rawData"],
        "signature": answer["signature"],
    }


# -- wx.getUserProfile ----------------------------------------------------------------


@pytest.mark.fidelity("documented", "wx.getUserProfile: the object success gets")
def test_profile_is_signed_and_sealed_without_naming_anybody(play):
    key = play.session_key()
    answer = play.wx("getUserProfile", desc="show it", **LAST_REAL_PROFILE)
    assert list(answer) == [
        "userInfo",
        "rawData",
        "signature",
        "encryptedData",
        "iv",
        "errMsg",
    ]
    assert answer["signature"] == sign_raw_data(answer["rawData"], key)
    plain = json.loads(opened(answer, key))
    assert plain.pop("watermark") == {"timestamp": NOON, "appid": DEFAULT_APPID}
    assert plain == answer["userInfo"]
    assert plain["nickName"] == play.wechat.world.user("alice").nick_name


@pytest.mark.fidelity("documented", "wx.getUserProfile: 2022-11-08, from both sides")
@pytest.mark.parametrize(
    ("era", "released_at", "demoted"),
    [
        pytest.param(LAST_REAL_PROFILE, None, False, id="old library"),
        pytest.param(LAST_REAL_PROFILE, IN_2022, False, id="old library, new version"),
        pytest.param(ANONYMOUS_PROFILE, None, True, id="new library"),
        pytest.param(ANONYMOUS_PROFILE, IN_2022 - 1, False, id="version of before"),
        pytest.param(ANONYMOUS_PROFILE, IN_2022, True, id="version of after"),
    ],
)
def test_profile_is_anonymous_from_2022_on(era, released_at, demoted):
    play = Play(released_at=released_at)
    key = play.session_key()
    answer = play.wx("getUserProfile", desc="x", **era)
    assert (answer["userInfo"]["nickName"] == "微信用户") is demoted
    assert answer["rawData"].endswith(',"is_demote":true}') is demoted
    assert (b',"is_demote":true,"watermark":' in opened(answer, key)) is demoted


@pytest.mark.fidelity("documented", "wx.getUserProfile: asks every time")
def test_profile_is_asked_for_every_time(logged_in):
    refused = logged_in("getUserProfile", desc="x", consent="deny")
    assert refused == {"errMsg": "getUserProfile:fail auth deny", "errno": 103}
    assert logged_in("getUserProfile", desc="x")["errMsg"] == "getUserProfile:ok"
    again = logged_in("getUserProfile", desc="x", consent="cancel")
    assert again == refused
    assert logged_in("getSetting")["authSetting"] == FREE


@pytest.mark.fidelity("documented", "wx.getUserProfile: desc has 1 to 30 characters")
@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        ({}, False),
        ({"desc": ""}, False),
        ({"desc": "x"}, True),
        ({"desc": "用" * 30}, True),
        ({"desc": "用" * 31}, False),
        ({"desc": "🌸" * 15}, True),
        ({"desc": "🌸" * 15 + "x"}, False),
    ],
    ids=ascii,
)
def test_desc_is_counted_as_javascript_counts(logged_in, body, accepted):
    reason = "fail desc length does not meet the requirements"
    expected = "ok" if accepted else reason
    assert logged_in("getUserProfile", **body)["errMsg"] == f"getUserProfile:{expected}"


def test_profile_needs_a_tap_before_it_looks_at_desc(logged_in):
    answer = logged_in("getUserProfile", tap=False)
    assert answer == {"errMsg": f"getUserProfile:fail {TAP}"}


@pytest.mark.parametrize(
    ("base_library", "has"),
    [
        ("2.10.3", None),
        ("2.10.4", {"signature"}),
        ("2.15.9", {"signature"}),
        ("2.16.0", {"signature", "encryptedData", "iv"}),
    ],
)
@pytest.mark.fidelity("documented", "wx.getUserProfile: fields per library")
def test_profile_grows_with_the_library(logged_in, base_library, has):
    answer = logged_in("getUserProfile", desc="x", base_library=base_library)
    if has is None:
        assert answer == {"errMsg": "getUserProfile:fail jsapi not supported"}
    else:
        assert answer.keys() == {"userInfo", "rawData", "errMsg"} | has


@pytest.mark.fidelity("inferred", "wx.getUserProfile: before any login")
def test_profile_before_a_login_is_not_signed(wx):
    answer = wx("getUserProfile", desc="x")
    assert list(answer) == ["userInfo", "rawData", "errMsg"]


@pytest.mark.fidelity("documented", "2021-10-20: gender and region withdrawn")
@pytest.mark.parametrize(
    ("base_library", "withdrawn"), [("2.20.0", False), ("2.20.1", True)]
)
def test_region_is_withdrawn_from_profiles(logged_in, base_library, withdrawn):
    info = logged_in("getUserProfile", desc="x", base_library=base_library)["userInfo"]
    assert info["nickName"] != "微信用户"
    assert (info["gender"] == 0) is withdrawn
    for field in ("language", "city", "province", "country"):
        assert (info[field] == "") is withdrawn


# -- the phone number -----------------------------------------------------------------


@pytest.mark.fidelity("documented", "getPhoneNumber: code and sealed data")
def test_phone_number_comes_as_code_and_sealed(play):
    key = play.session_key()
    answer = play.wx("getPhoneNumber")
    assert list(answer) == ["code", "encryptedData", "iv", "errMsg"]
    plain = json.loads(opened(answer, key))
    assert plain["watermark"] == {"timestamp": NOON, "appid": DEFAULT_APPID}
    phone = play.exchange_phone(answer["code"]).phone
    assert plain["phoneNumber"] == phone.phone_number
    assert len(answer["encryptedData"]) == 216


@pytest.mark.fidelity("documented", "getPhoneNumber: the code needs no login")
def test_phone_code_needs_no_login(wx):
    assert list(wx("getPhoneNumber")) == ["code", "errMsg"]


@pytest.mark.fidelity("documented", "getPhoneNumber: code since 2.21.2")
def test_phone_number_comes_sealed_only_before_there_was_a_code(play):
    refused = play.wx("getPhoneNumber", base_library="2.21.1")
    assert refused == {"errMsg": f"getPhoneNumber:fail {RELOGIN}"}
    play.login()
    answer = play.wx("getPhoneNumber", base_library="2.21.1")
    assert list(answer) == ["encryptedData", "iv", "errMsg"]


@pytest.mark.fidelity("documented", "getRealtimePhoneNumber: a code only, 2.24.4")
def test_realtime_number_is_a_code_and_nothing_else(logged_in):
    answer = logged_in("getRealtimePhoneNumber", base_library="2.24.4")
    assert list(answer) == ["code", "errMsg"]
    assert logged_in("getRealtimePhoneNumber", base_library="2.24.3") == {
        "errMsg": "getRealtimePhoneNumber:fail jsapi not supported",
        "errno": 100,
    }


@pytest.mark.fidelity("logged", "getPhoneNumber: refusals per platform")
@pytest.mark.parametrize(
    ("consent", "platform", "reason", "errno"),
    [
        ("deny", "ios", " user deny", 103),
        ("deny", "android", ":user deny", 103),
        ("deny", "devtools", " user deny", 103),
        ("cancel", "ios", " user cancel", 104),
        ("cancel", "android", ":user cancel", 104),
        ("cancel", "devtools", " user cancel", 104),
    ],
)
@pytest.mark.parametrize("api", ["getPhoneNumber", "getRealtimePhoneNumber"])
def test_refused_sheet_appears_again_at_the_next_tap(
    logged_in, api, consent, platform, reason, errno
):
    answer = logged_in(api, consent=consent, platform=platform)
    assert answer == {"errMsg": f"{api}:fail{reason}", "errno": errno}
    assert logged_in(api, platform=platform)["errMsg"] == f"{api}:ok"


@pytest.mark.fidelity("documented", "getPhoneNumber: certified, not personal")
@pytest.mark.parametrize("app", [{"personal": True}, {"certified": False}], ids=str)
@pytest.mark.parametrize("consent", ["allow", "deny"])
def test_phone_number_is_for_certified_companies(app, consent):
    answer = Play(**app).wx("getPhoneNumber", consent=consent)
    assert answer == {"errMsg": "getPhoneNumber:fail no permission"}


@pytest.mark.fidelity("logged", "getPhoneNumber: no number bound")
def test_person_without_a_number_gives_up(play):
    play.wechat.world.change_user("alice", {"phone": None})
    answer = play.wx("getPhoneNumber")
    assert answer == {"errMsg": "getPhoneNumber:fail user cancel bind"}


def test_refused_sheet_hands_out_no_code(play):
    play.wx("getPhoneNumber", consent="deny")
    assert play.wechat.world.sessions(DEFAULT_APPID, "alice")["codes"] == []


@pytest.mark.fidelity("documented", "session_key: login inside the callback")
def test_login_after_the_tap_makes_the_number_unreadable_under_the_strict_policy():
    play = Play("strict")
    play.session_key()
    answer = play.wx("getPhoneNumber")
    late = play.session_key()
    assert not reads(answer, late)
    answer = play.wx("getPhoneNumber")
    assert play.wx("checkSession")["errMsg"] == "checkSession:ok"
    assert opened(answer, late).startswith(b'{"phoneNumber":')


# -- all of it ------------------------------------------------------------------------


@pytest.mark.fidelity("documented", "errno only on failure")
@pytest.mark.parametrize(
    ("api", "body"),
    [
        ("login", {}),
        ("checkSession", {}),
        ("getSetting", {}),
        ("openSetting", {}),
        ("authorize", {"scope": "scope.record"}),
        ("getUserInfo", {}),
        ("getUserProfile", {"desc": "x"}),
        ("getPhoneNumber", {}),
        ("getRealtimePhoneNumber", {}),
    ],
)
def test_success_has_no_errno(logged_in, api, body):
    answer = logged_in(api, **body)
    assert answer["errMsg"] == f"{api}:ok"
    assert "errno" not in answer


def test_two_worlds_with_one_seed_answer_alike():
    def story(play):
        play.login()
        calls = ("getUserInfo", "getPhoneNumber", "login", "getRealtimePhoneNumber")
        answers = [play.wx(api) for api in calls for _ in range(3)]
        return answers, play.token(), play.stable_token(), play.session_key()

    assert story(Play()) == story(Play())


def test_world_tells_the_same_story_after_a_reset():
    play = Play()
    before = [play.wx("login"), play.wx("getUserInfo"), play.session_key()]
    play.wechat.world.reset()
    assert [play.wx("login"), play.wx("getUserInfo"), play.session_key()] == before


def test_thousands_of_logins_are_bounded_and_the_newest_work(play):
    codes = [play.login() for _ in range(1100)]
    shown = play.wechat.world.sessions(DEFAULT_APPID, "alice")
    assert len(shown["codes"]) == 1000
    assert errcode(play.exchange, codes[0]) == 40029
    assert play.exchange(codes[-1]).user == "alice"
