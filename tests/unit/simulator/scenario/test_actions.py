"""Every word of a step does something, and what it does exists."""

import pytest

from simulator.device import Device
from simulator.scenario.actions import ACTIONS
from simulator.scenario.turn import Stage
from simulator.scenario.turn import Turn
from tests.unit.simulator.fakes import FakeBackend
from tests.unit.simulator.fakes import FakeWeChat


ARGUMENTS: dict[str, dict[str, object]] = {
    "wx.authorize": {"scope": "scope.werun"},
    "wx.getUserInfo": {"withCredentials": True, "lang": "en"},
    "wx.getUserProfile": {"desc": "为了测试"},
    "wx.setStorage": {"key": "k", "data": 1},
    "wx.getStorage": {"key": "k"},
    "wx.removeStorage": {"key": "k"},
    "wx.request": {"url": "https://backend.example/", "dataType": "text"},
    "device.relaunch": {"scene": 1047, "query": {"a": "b"}},
    "device.answers": {"authorize": "deny"},
    "clock.advance": {"seconds": 1},
    "mini_program.patch": {"policy": "calm"},
    "user.patch": {"nickName": "小红"},
}


@pytest.mark.parametrize("word", ACTIONS)
def test_word_can_be_played(word: str) -> None:
    profile = {"userInfo": {}, "rawData": "{}", "authSetting": {}, "code": "c"}
    apis = ("login", "getUserInfo", "getUserProfile", "getSetting", "openSetting")
    wechat = FakeWeChat({api: {**profile, "errMsg": f"{api}:ok"} for api in apis})
    device = Device(wechat, FakeBackend())
    device.wx.set_storage_sync("k", 1)
    turn = Turn(Stage(wechat, FakeBackend()), device, {})

    assert ACTIONS[word].play(turn, ARGUMENTS.get(word, {})).ok


def test_paths_of_the_control_api_take_their_names_quoted() -> None:
    wechat = FakeWeChat()
    turn = Turn(Stage(wechat), Device(wechat, user="a b"), {})

    ACTIONS["user.patch"].play(turn, {"blocked": True})
    ACTIONS["user.patch"].play(turn, {"user": "bob", "blocked": True})

    assert wechat.controls == [
        ("PATCH", "users/a%20b", {"blocked": True}),
        ("PATCH", "users/bob", {"blocked": True}),
    ]
