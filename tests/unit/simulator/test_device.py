"""A phone: who calls, what it keeps, what needs a tap."""

import threading
from collections.abc import Callable

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.ports import SimulatorError
from simulator.wx import Wx
from simulator.wx import WxError
from tests.unit.simulator.fakes import FakeWeChat


PROFILE = {
    "errMsg": "getUserInfo:ok",
    "userInfo": {"nickName": "小红"},
    "rawData": '{"nickName":"小红"}',
    "signature": "s",
    "encryptedData": "e",
    "iv": "i",
}


def test_wx_call_says_who_and_on_what_phone() -> None:
    wechat = FakeWeChat({"login": {"errMsg": "login:ok", "code": "0abc"}})
    device = Device(
        wechat,
        user="bob",
        appid="wx2222222222222222",
        name="pad",
        base_library="2.27.1",
        platform="android",
    )

    assert device.wx.login(timeout=5).code == "0abc"
    assert wechat.calls == [
        (
            "login",
            {
                "appid": "wx2222222222222222",
                "user": "bob",
                "device": "pad",
                "base_library": "2.27.1",
                "platform": "android",
                "page": "pages/index/index",
                "timeout": 5,
            },
        )
    ]


def test_fail_branch_is_a_wx_error_with_wechats_object() -> None:
    answer = {"errMsg": "getUserInfo:fail auth deny", "errno": 103}
    device = Device(FakeWeChat({"getUserInfo": answer}))

    with pytest.raises(WxError) as caught:
        device.wx.get_user_info()

    error = caught.value
    assert (error.err_msg, error.errno, error.answer) == (answer["errMsg"], 103, answer)


@pytest.mark.parametrize(
    ("api", "call"),
    [
        ("getUserProfile", lambda wx: wx.get_user_profile(desc="为了测试")),
        ("openSetting", lambda wx: wx.open_setting()),
        ("getPhoneNumber", lambda wx: wx.get_phone_number()),
        ("getRealtimePhoneNumber", lambda wx: wx.get_realtime_phone_number()),
        ("getUserInfo", lambda wx: wx.get_user_info(button=True)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_gesture_is_needed_and_ends_with_the_tap(
    api: str, call: Callable[[Wx], object]
) -> None:
    refused = f"{api}:fail can only be invoked by user TAP gesture."
    fine = {**PROFILE, "authSetting": {}, "code": "c", "errMsg": f"{api}:ok"}
    device = Device(FakeWeChat({api: fine}))

    with pytest.raises(WxError) as before:
        call(device.wx)
    with device.tap() as wx:
        call(wx)
    with pytest.raises(WxError) as after:
        call(device.wx)

    assert before.value.err_msg == after.value.err_msg == refused


def test_tap_is_none_for_another_thread() -> None:
    device = Device(FakeWeChat())
    seen: list[bool] = []

    with device.tap():
        elsewhere = threading.Thread(target=lambda: seen.append(device.tapping))
        elsewhere.start()
        elsewhere.join()
        seen.append(device.tapping)

    assert seen == [False, True]


def test_answers_of_the_person_are_sent_as_consent() -> None:
    wechat = FakeWeChat()
    device = Device(wechat)
    device.answer(authorize="deny")

    device.wx.authorize(scope="scope.werun")
    device.wx.authorize(scope="scope.werun", consent="cancel")

    assert [call[1]["consent"] for call in wechat.calls] == ["deny", "cancel"]


def test_deleted_mini_program_has_asked_for_nothing() -> None:
    device = Device(local_mock())
    device.wx.authorize(scope="scope.record")
    device.wx.on_need_privacy_authorization(lambda resolve, referrer: None)

    device.delete_mini_program()

    assert "scope.record" not in device.wx.get_setting().auth_setting
    assert device.privacy_prompt.handler is None


def test_storage_outlives_a_relaunch_and_not_a_deletion() -> None:
    device = Device(FakeWeChat())
    device.wx.set_storage_sync("token", "T")

    device.relaunch(scene=1047, query={"scene": "table-1"})
    assert device.wx.get_storage_sync("token") == "T"
    assert device.wx.get_launch_options_sync().query == {"scene": "table-1"}
    device.delete_mini_program()

    assert device.wx.get_storage_sync("token") == ""
    assert device.wx.get_launch_options_sync().scene == 1001


def test_wx_call_names_the_page_that_is_open() -> None:
    wechat = FakeWeChat()
    device = Device(wechat)

    device.open("pages/pay/index")
    device.wx.check_session()
    device.relaunch()
    device.wx.check_session()

    pages = [arguments["page"] for _, arguments in wechat.calls]
    assert pages == ["pages/pay/index", "pages/index/index"]


def test_a_device_without_backend_says_what_to_do() -> None:
    with pytest.raises(SimulatorError, match=r"connect_backend\(URL\)"):
        Device(FakeWeChat()).wx.request("http://localhost/")
