"""wx.canIUse, wx.getAccountInfoSync, wx.getSystemInfoSync, <open-data>."""

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.wx.errors import WxError


def test_phone_knows_what_its_library_can() -> None:
    wechat = local_mock()
    old, new = (
        Device(wechat, base_library=version).wx.can_i_use("getUserProfile").result
        for version in ("2.10.3", "2.10.4")
    )

    assert (old, new) == (False, True)


@pytest.mark.parametrize(
    ("version", "env_version"), [("", "develop"), ("36", "release")]
)
def test_account_is_the_mini_program(version: str, env_version: str) -> None:
    result = Device(local_mock(), version=version).wx.get_account_info_sync()

    assert result.mini_program == {
        "appId": "wx6d6f636b77780001",
        "envVersion": env_version,
        "version": version,
    }


def test_system_is_the_phone() -> None:
    device = Device(local_mock(), platform="android", base_library="2.27.1")

    result = device.wx.get_system_info_sync()

    assert (result.sdk_version, result.platform) == ("2.27.1", "android")


def test_component_shows_everybody_alike() -> None:
    assert Device(local_mock()).wx.open_data("userNickName").value == "微信用户"


def test_phone_without_network_cannot_log_in_but_knows_itself() -> None:
    device = Device(local_mock(), network="offline")

    with pytest.raises(WxError) as caught:
        device.wx.login()

    assert caught.value.errno == 108
    assert device.wx.can_i_use("login").result


def test_wording_of_the_phone_is_passed_on() -> None:
    device = Device(local_mock(), wording="error")

    with pytest.raises(WxError, match="checkSession:fail Error: session time out"):
        device.wx.check_session()
