"""wx.getSetting, wx.authorize, wx.openSetting."""

from simulator.device import Device
from tests.unit.simulator.fakes import FakeWeChat


SETTING = {"scope.userInfo": True}


def test_settings_are_read_and_opened() -> None:
    apis = ("getSetting", "openSetting")
    wechat = FakeWeChat(
        {api: {"errMsg": f"{api}:ok", "authSetting": SETTING} for api in apis}
    )
    device = Device(wechat)

    assert device.wx.get_setting(with_subscriptions=True).auth_setting == SETTING
    with device.tap() as wx:
        assert wx.open_setting(consent="deny").auth_setting == SETTING

    read, opened = (arguments for _, arguments in wechat.calls)
    assert read["withSubscriptions"] is True
    assert opened["consent"] == "deny"


def test_authorize_names_its_scope() -> None:
    wechat = FakeWeChat()

    assert Device(wechat).wx.authorize(scope="scope.werun").err_msg == "authorize:ok"
    assert wechat.calls[0][1]["scope"] == "scope.werun"
