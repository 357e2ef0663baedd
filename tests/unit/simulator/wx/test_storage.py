"""wx.setStorage and its family."""

import pytest

from simulator.device import Device
from simulator.wx import WxError
from simulator.wx.storage import KEY_LIMIT
from tests.unit.simulator.fakes import FakeWeChat


@pytest.fixture
def device() -> Device:
    return Device(FakeWeChat())


@pytest.mark.parametrize("value", ["T", 1, True, None, {"a": ["微🍉"]}, ""])
def test_what_is_stored_is_read_back(device: Device, value: object) -> None:
    device.wx.set_storage("key", value)

    assert device.wx.get_storage("key").data == value
    assert device.wx.get_storage_sync("key") == value


def test_stored_values_are_copies(device: Device) -> None:
    value = {"list": [1]}
    device.wx.set_storage_sync("key", value)

    value["list"].append(2)

    assert device.wx.get_storage_sync("key") == {"list": [1]}


def test_missing_key_fails_asynchronously_and_is_empty_synchronously(
    device: Device,
) -> None:
    with pytest.raises(WxError, match="getStorage:fail data not found"):
        device.wx.get_storage("key")
    assert device.wx.get_storage_sync("key") == ""


def test_synchronous_clearing_forgets_everything(device: Device) -> None:
    device.wx.set_storage_sync("key", 1)

    device.wx.clear_storage_sync()

    assert device.wx.get_storage_sync("key") == ""


def test_removed_and_cleared_keys_are_gone(device: Device) -> None:
    for key in "abc":
        device.wx.set_storage_sync(key, 1)

    device.wx.remove_storage("a")
    device.wx.remove_storage_sync("b")
    device.wx.remove_storage("never there")
    assert device.wx.get_storage_info().keys == ("c",)
    device.wx.clear_storage()
    assert device.wx.get_storage_info().keys == ()


def test_more_than_a_megabyte_in_a_key_fails(device: Device) -> None:
    device.wx.set_storage("key", "x" * (KEY_LIMIT - 2))

    with pytest.raises(WxError, match="setStorage:fail"):
        device.wx.set_storage("key", "x" * (KEY_LIMIT - 1))
    with pytest.raises(WxError, match="setStorageSync:fail"):
        device.wx.set_storage_sync("key", "微" * (KEY_LIMIT // 2))


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", nested(5000)])
def test_what_is_no_json_is_not_stored(device: Device, value: object) -> None:
    with pytest.raises(WxError, match="setStorage:fail data cannot be stored"):
        device.wx.set_storage("key", value)


def test_more_than_ten_megabytes_in_all_fail(device: Device) -> None:
    for number in range(9):
        device.wx.set_storage_sync(str(number), "x" * (KEY_LIMIT - 2))
    device.wx.set_storage_sync("9", "x" * (KEY_LIMIT - 100))

    with pytest.raises(WxError, match="setStorage:fail"):
        device.wx.set_storage("10", "x" * 200)
    device.wx.set_storage("9", "small")
    device.wx.set_storage("10", "x" * 200)


def test_storage_info_is_told_in_kilobytes(device: Device) -> None:
    device.wx.set_storage_sync("key", "x" * 1500)

    assert device.wx.get_storage_info().answer == {
        "keys": ["key"],
        "currentSize": 2,
        "limitSize": 10240,
        "errMsg": "getStorageInfo:ok",
    }


@pytest.mark.parametrize("value", ["T", 1, True, None, {"a": ["微🍉"]}, "\ud800"])
def test_encrypted_value_is_read_by_whom_asks_for_it(
    device: Device, value: object
) -> None:
    device.wx.set_storage("key", value, encrypt=True)

    assert device.wx.get_storage("key", encrypt=True).data == value
    assert device.wx.get_storage("key").data not in (value, None)
    assert device.wx.get_storage_sync("key") == device.wx.get_storage("key").data


def test_plain_value_cannot_be_decrypted(device: Device) -> None:
    device.wx.set_storage("key", "T")

    with pytest.raises(WxError, match="getStorage:fail decrypt data failed"):
        device.wx.get_storage("key", encrypt=True)
    with pytest.raises(WxError, match="getStorage:fail data not found"):
        device.wx.get_storage("other", encrypt=True)


def test_older_library_ignores_encryption() -> None:
    device = Device(FakeWeChat(), base_library="2.21.2")

    device.wx.set_storage("key", "T", encrypt=True)

    assert device.wx.get_storage_sync("key") == "T"
    assert device.wx.get_storage("key", encrypt=True).data == "T"


def test_encryption_takes_room(device: Device) -> None:
    device.wx.set_storage("key", "x" * int(KEY_LIMIT * 0.7), encrypt=True)

    with pytest.raises(WxError, match="setStorage:fail entry size limit"):
        device.wx.set_storage("key", "x" * int(KEY_LIMIT * 0.72), encrypt=True)
    for number in range(9):
        name = f"more {number}"
        device.wx.set_storage(name, "x" * int(KEY_LIMIT * 0.7), encrypt=True)
    with pytest.raises(WxError, match="setStorage:fail quota exceeded"):
        device.wx.set_storage("last", "x" * int(KEY_LIMIT * 0.2), encrypt=True)


def test_storage_info_is_there_at_once_too(device: Device) -> None:
    device.wx.set_storage_sync("key", 1)

    assert device.wx.get_storage_info_sync() == device.wx.get_storage_info()
