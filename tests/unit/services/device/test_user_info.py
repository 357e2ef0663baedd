"""wx.getUserInfo and wx.getUserProfile."""

import json

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.crypto.signature import sign_raw_data
from mockwx.domain.open_data import ANONYMOUS_AVATAR_URL
from tests.unit.services.play import NOON
from tests.unit.services.play import Play
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
        "page": "",
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


@pytest.mark.fidelity("documented", "2021-10-20: gender and region withdrawn")
@pytest.mark.parametrize("api", ["getUserInfo", "getUserProfile"])
def test_region_was_there_until_the_day_on_any_library(api):
    play = Play(released_at=1_600_000_000)
    play.wechat.clock.freeze(1_634_659_199)
    play.login()
    asked = {"button": True} if api == "getUserInfo" else {"desc": "x"}

    before = play.wx(api, **asked)["userInfo"]
    play.advance(1)
    after = play.wx(api, **asked)["userInfo"]

    assert (before["gender"] != 0, before["country"]) == (True, "China")
    assert (after["gender"], after["country"]) == (0, "")
    assert before["nickName"] == after["nickName"]


# -- mini games -----------------------------------------------------------------------


@pytest.fixture
def game():
    play = Play(mini_game=True)
    play.session_key()
    return play


@pytest.mark.fidelity("documented", "wx.createUserInfoButton: not withdrawn")
def test_button_of_a_mini_game_gives_the_real_profile(game):
    answer = game.wx("createUserInfoButton")
    assert answer["errMsg"] == "getUserInfo:ok"
    assert answer.keys() == {
        "userInfo",
        "rawData",
        "signature",
        "encryptedData",
        "iv",
        "errMsg",
    }
    user = game.wechat.world.user("alice")
    assert answer["userInfo"]["nickName"] == user.nick_name
    assert answer["userInfo"]["avatarUrl"] == user.avatar_url
    assert "is_demote" not in answer["userInfo"]


def test_button_of_a_mini_game_asks_once(game):
    refused = game.wx("createUserInfoButton", consent="deny")
    assert refused["errMsg"].startswith("getUserInfo:fail")
    assert game.wx("createUserInfoButton") == refused
    game.wx("openSetting")
    assert game.wx("createUserInfoButton")["errMsg"] == "getUserInfo:ok"


def test_button_of_a_mini_game_leaves_the_sealed_half_out_on_request(game):
    answer = game.wx("createUserInfoButton", withCredentials=False)
    assert answer.keys() == {"userInfo", "rawData", "errMsg"}


def test_mini_program_has_no_such_button(logged_in):
    assert logged_in("createUserInfoButton") == {
        "errMsg": "getUserInfo:fail jsapi not supported",
        "errno": 100,
    }


@pytest.mark.fidelity("inferred", "wx.getUserProfile: not in mini games")
def test_mini_game_has_no_profile_call(game):
    assert game.wx("getUserProfile", desc="x") == {
        "errMsg": "getUserProfile:fail jsapi not supported",
        "errno": 100,
    }


def test_mini_game_asks_before_its_direct_call_works(game):
    answer = game.wx("getUserInfo")
    assert answer == {"errMsg": "getUserInfo:fail scope unauthorized"}
    game.wx("createUserInfoButton")
    assert game.wx("getUserInfo")["errMsg"] == "getUserInfo:ok"
