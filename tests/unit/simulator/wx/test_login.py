"""wx.login and wx.checkSession."""

import pytest

from simulator.device import Device
from simulator.wx import WxError
from tests.unit.simulator.fakes import FakeWeChat


def test_login_gives_a_code() -> None:
    wechat = FakeWeChat({"login": {"errMsg": "login:ok", "code": "0abc"}})

    result = Device(wechat).wx.login(timeout=3000)

    assert (result.code, result.err_msg) == ("0abc", "login:ok")
    assert wechat.calls[0][1]["timeout"] == 3000


def test_check_session_says_ok_or_fails() -> None:
    wechat = FakeWeChat()
    device = Device(wechat)
    assert device.wx.check_session().err_msg == "checkSession:ok"

    fail = "checkSession:fail session time out, need relogin"
    wechat.answers["checkSession"] = {"errMsg": fail}

    with pytest.raises(WxError) as caught:
        device.wx.check_session()
    assert caught.value.err_msg == fail
    assert caught.value.errno is None
