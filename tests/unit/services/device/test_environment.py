"""What the phone knows by itself: protocol C6.4 and C9."""

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.domain.base_library import NEWEST
from mockwx.domain.open_data import ANONYMOUS_AVATAR_URL
from tests.unit.services.play import OTHER_APPID


@pytest.mark.fidelity("documented", "wx.canIUse: a boolean per schema")
@pytest.mark.parametrize(
    ("schema", "base_library", "result"),
    [
        ("getUserProfile", "2.10.4", True),
        ("getUserProfile", "2.10.3", False),
        ("button.open-type.chooseAvatar", NEWEST, True),
        ("getSystemInfoSync.return.nothing", NEWEST, False),
        # The page's own example.
        ("getSystemInfoSync.return.screenWidth", "1.1.0", True),
        ("getSystemInfoSync.return.screenWidth", "1.0.9", False),
    ],
)
def test_phone_knows_what_it_can_do(wx, schema, base_library, result):
    answer = wx("canIUse", schema=schema, base_library=base_library)
    assert answer == {"result": result, "errMsg": "canIUse:ok"}


def test_nothing_asked_for_is_nothing_known(wx):
    assert wx("canIUse")["result"] is False


@pytest.mark.fidelity("documented", "wx.getAccountInfoSync: version of releases only")
@pytest.mark.parametrize(
    ("body", "env_version", "version"),
    [
        ({}, "release", "1.0.0"),
        ({"version": "2.3.4"}, "release", "2.3.4"),
        ({"envVersion": "release", "version": "2.3.4"}, "release", "2.3.4"),
        ({"envVersion": "trial", "version": "2.3.4"}, "trial", ""),
        ({"envVersion": "develop"}, "develop", ""),
    ],
    ids=str,
)
def test_account_is_the_mini_program_and_its_version(wx, body, env_version, version):
    assert wx("getAccountInfoSync", **body) == {
        "miniProgram": {
            "appId": DEFAULT_APPID,
            "envVersion": env_version,
            "version": version,
        },
        "errMsg": "getAccountInfoSync:ok",
    }
    other = wx("getAccountInfoSync", appid=OTHER_APPID)
    assert other["miniProgram"]["appId"] == OTHER_APPID


@pytest.mark.parametrize("platform", ["ios", "android", "devtools"])
@pytest.mark.fidelity("documented", "wx.getSystemInfo: SDKVersion and platform")
def test_system_is_the_phone(play, platform):
    answer = play.wx("getSystemInfo", platform=platform, base_library="2.27.1")
    assert answer["SDKVersion"] == "2.27.1"
    assert answer["platform"] == platform
    assert answer["language"] == play.wechat.world.user("alice").language
    assert answer["errMsg"] == "getSystemInfo:ok"


@pytest.mark.parametrize("platform", ["ios", "android", "devtools"])
def test_phone_knows_all_that_it_says_of_itself(wx, platform):
    told = wx("getSystemInfo", platform=platform).keys() - {"errMsg"}

    schemas = [f"getSystemInfoSync.return.{name}" for name in sorted(told)]

    assert [each for each in schemas if not wx("canIUse", schema=each)["result"]] == []


@pytest.mark.fidelity("documented", "open-data: everybody alike since 2022-02-21")
def test_component_shows_the_person_until_2022(play):
    play.wechat.clock.freeze(1_645_372_799)
    name = play.wx("openData", type="userNickName", base_library="2.20.0")
    assert name["value"] == play.wechat.world.user("alice").nick_name
    play.advance(1)
    assert play.wx("openData") == {"value": "微信用户", "errMsg": "openData:ok"}
    picture = play.wx("openData", type="userAvatarUrl")
    assert picture["value"] == ANONYMOUS_AVATAR_URL
