"""Sealed data: steps, groups, private messages; the key of the encrypted channel."""

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.wx import WxError


@pytest.fixture
def device() -> Device:
    device = Device(local_mock())
    device.wx.login()
    device.wechat.control("PATCH", "users/alice", {"groups": ["family"]})
    return device


def test_steps_come_sealed_to_whom_they_are_allowed(device: Device) -> None:
    result = device.wx.get_we_run_data()
    assert result.encrypted_data
    assert result.iv

    with pytest.raises(WxError) as caught:
        Device(device.wechat, user="bob").wx.get_we_run_data(consent="deny")
    assert caught.value.err_msg == "getWeRunData:fail auth deny"
    assert caught.value.answer["err_code"] == -12006


def test_group_of_a_shared_card_comes_sealed(device: Device) -> None:
    device.base_library = "2.17.2"

    assert device.wx.get_share_info(share_ticket="t", group="family").encrypted_data


def test_chat_the_mini_program_was_opened_from_comes_sealed(device: Device) -> None:
    assert device.wx.get_group_enter_info(need_group_open_id=True).encrypted_data

    with pytest.raises(WxError) as caught:
        device.wx.get_group_enter_info(group="strangers")
    assert caught.value.errno == 65206


def test_private_message_is_for_its_recipient(device: Device) -> None:
    mine = device.wx.auth_private_message(share_ticket="t")
    other = device.wx.auth_private_message(share_ticket="t", recipient=False)

    assert mine.valid
    assert mine.encrypted_data
    assert (other.valid, other.encrypted_data) == (False, None)


def test_latest_user_key_stays_for_its_hour(device: Device) -> None:
    keeper = device.wx.get_user_crypto_manager()

    first, second = keeper.get_latest_user_key(), keeper.get_latest_user_key()

    assert first == second
    assert (first.version, len(first.iv)) == (1, 16)


def test_plugin_gets_a_code_of_its_own(device: Device) -> None:
    assert device.wx.plugin_login().code != device.wx.login().code
