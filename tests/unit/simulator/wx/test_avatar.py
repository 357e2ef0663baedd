"""The button chooseAvatar and the nickname input."""

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.wx import WxError


@pytest.fixture
def device() -> Device:
    return Device(local_mock())


def test_chosen_picture_lies_on_the_phone(device: Device) -> None:
    with device.tap() as wx:
        chosen = wx.choose_avatar()

    assert chosen is not None
    assert chosen.avatar_url.startswith("wxfile://tmp_")
    assert chosen.err_msg == "chooseAvatar:ok"


def test_choice_may_be_cancelled(device: Device) -> None:
    with device.tap() as wx, pytest.raises(WxError) as caught:
        wx.choose_avatar(consent="cancel")

    assert caught.value.answer == {"errMsg": "chooseAvatar:fail cancel"}


def test_rejected_picture_calls_nobody_back(device: Device) -> None:
    with device.tap() as wx:
        assert wx.choose_avatar(review="reject") is None


def test_choice_needs_a_tap(device: Device) -> None:
    with pytest.raises(WxError, match="can only be invoked by user TAP gesture"):
        device.wx.choose_avatar()


def test_nickname_is_offered_or_typed(device: Device) -> None:
    offered = device.wx.nickname_input()
    typed = device.wx.nickname_input(value="小明")
    rejected = device.wx.nickname_input(value="小明", review="reject")

    assert offered.value
    assert (typed.value, typed.passed, typed.timed_out) == ("小明", True, False)
    assert (rejected.value, rejected.passed) == ("", False)


def test_old_library_checks_no_name() -> None:
    device = Device(local_mock(), base_library="2.24.3")

    result = device.wx.nickname_input(value="小明", review="reject")

    assert (result.value, result.passed, result.timed_out) == ("小明", None, None)
