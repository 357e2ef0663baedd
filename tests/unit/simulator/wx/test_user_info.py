"""wx.getUserInfo and wx.getUserProfile."""

from collections.abc import Mapping

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.wx import WxError
from tests.unit.simulator.fakes import FakeWeChat


SEALED = {"signature": "s", "encryptedData": "e", "iv": "i"}


def answer(api: str, **more: object) -> dict[str, object]:
    info = {"nickName": "小红"}
    return {"errMsg": f"{api}:ok", "userInfo": info, "rawData": "r", **more}


def test_user_info_comes_sealed_or_not() -> None:
    wechat = FakeWeChat({"getUserInfo": answer("getUserInfo", **SEALED)})
    device = Device(wechat)
    sealed = device.wx.get_user_info(with_credentials=True, lang="zh_CN")

    wechat.answers["getUserInfo"] = answer("getUserInfo")
    plain = device.wx.get_user_info(with_credentials=False)

    assert sealed.user_info == plain.user_info == {"nickName": "小红"}
    assert (sealed.raw_data, sealed.signature) == ("r", "s")
    assert (sealed.encrypted_data, sealed.iv) == ("e", "i")
    assert (plain.encrypted_data, plain.iv, plain.signature) == (None, None, None)
    first, second = (arguments for _, arguments in wechat.calls)
    assert (first["withCredentials"], first["lang"]) == (True, "zh_CN")
    assert second["withCredentials"] is False
    assert "lang" not in second


@pytest.mark.parametrize("desc", ["用于完善会员资料", None])
def test_profile_passes_desc_on_if_there_is_one(desc: str | None) -> None:
    wechat = FakeWeChat({"getUserProfile": answer("getUserProfile", **SEALED)})

    with Device(wechat).tap() as wx:
        assert wx.get_user_profile(desc=desc).signature == "s"

    assert wechat.calls[0][1].get("desc") == desc


def test_button_of_a_mini_game_tells_its_handler_too() -> None:
    wechat = local_mock()
    wechat.control("PATCH", "mini_programs/wx6d6f636b77780001", {"mini_game": True})
    device = Device(wechat)
    device.wx.login()
    told: list[Mapping[str, object]] = []
    button = device.wx.create_user_info_button(lang="zh_CN")
    button.on_tap(told.append)

    with pytest.raises(WxError, match="getUserInfo:fail auth deny"):
        button.tap(consent="deny")
    with device.tap() as wx:
        wx.open_setting(auth_setting={"scope.userInfo": True})
    result = button.tap()

    assert [each["errMsg"] for each in told] == [
        "getUserInfo:fail auth deny",
        "getUserInfo:ok",
    ]
    assert result.user_info["nickName"] != "微信用户"
    assert result.encrypted_data
