"""The phone buttons."""

from simulator.device import Device
from tests.unit.simulator.fakes import FakeWeChat


def test_button_gives_code_and_sealed_number() -> None:
    sealed = {"code": "c", "encryptedData": "e", "iv": "i"}
    wechat = FakeWeChat({"getPhoneNumber": {"errMsg": "getPhoneNumber:ok", **sealed}})

    with Device(wechat).tap() as wx:
        result = wx.get_phone_number(consent="allow")

    assert (result.code, result.encrypted_data, result.iv) == ("c", "e", "i")
    assert wechat.calls[0][1]["consent"] == "allow"


def test_realtime_button_gives_a_code_alone() -> None:
    fine = {"errMsg": "getRealtimePhoneNumber:ok", "code": "c"}

    with Device(FakeWeChat({"getRealtimePhoneNumber": fine})).tap() as wx:
        result = wx.get_realtime_phone_number()

    assert (result.code, result.encrypted_data, result.iv) == ("c", None, None)
