"""Every word of a step does something, and what it does exists."""

from pathlib import Path

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.runner import run
from simulator.scenario.actions import ACTIONS
from simulator.scenario.loader import load_scenario
from simulator.scenario.turn import Stage
from simulator.scenario.turn import Turn
from tests.unit.simulator.fakes import ANSWERS
from tests.unit.simulator.fakes import FakeBackend
from tests.unit.simulator.fakes import FakeWeChat


ARGUMENTS: dict[str, dict[str, object]] = {
    "wx.authorize": {"scope": "scope.werun"},
    "wx.getUserInfo": {"withCredentials": True, "lang": "en"},
    "wx.getUserProfile": {"desc": "为了测试"},
    "wx.getShareInfo": {"shareTicket": "t"},
    "wx.authPrivateMessage": {"shareTicket": "t"},
    "wx.requestSubscribeMessage": {"tmplIds": ["t"]},
    "wx.canIUse": {"schema": "login"},
    "component.openData": {"type": "userNickName"},
    "device.privacy": {"answer": "disagree"},
    "device.network": {"state": "slow"},
    "wx.setStorage": {"key": "k", "data": 1},
    "wx.getStorage": {"key": "k"},
    "wx.removeStorage": {"key": "k"},
    "wx.request": {
        "url": "https://backend.example/",
        "dataType": "text",
        "enableHttp2": True,
    },
    "device.relaunch": {"scene": 1047, "query": {"a": "b"}},
    "device.open": {"page": "pages/pay/index"},
    "device.wait": {"ms": 0},
    "device.answers": {"authorize": "deny"},
    "clock.advance": {"seconds": 1},
    "mini_program.patch": {"policy": "calm"},
    "user.patch": {"nickName": "小红"},
}


@pytest.mark.parametrize("word", ACTIONS)
def test_word_can_be_played(word: str) -> None:
    wechat = FakeWeChat(ANSWERS)
    device = Device(wechat, FakeBackend())
    device.wx.set_storage_sync("k", 1)
    turn = Turn(Stage(wechat, FakeBackend()), device, {})

    assert ACTIONS[word].play(turn, ARGUMENTS.get(word, {})).ok


STORY = """
name: a page of the client side
device: {person: bob, platform: android, privacy: disagree}
steps:
  - mini_program.patch: {privacy: {contract_name: 《隐私》}, mini_game: true}
  - wx.login:
  - wx.getPrivacySetting:
    expect: {needAuthorization: true, privacyContractName: 《隐私》}
  - button.getPhoneNumber:
    expect:
      fail:
        errMsg: "getPhoneNumber:fail privacy permission is not authorized"
        errno: 104
  - button.getPhoneNumber: {agreePrivacy: true}
  - button.chooseAvatar:
    expect: {avatarUrl: {matches: "wxfile://tmp_"}}
  - button.chooseAvatar:
    answer: cancel
    expect: {fail: {errMsg: "chooseAvatar:fail cancel"}}
  - button.chooseAvatar: {review: reject}
    expect: {avatarUrl: {absent: true}}
  - input.nickname: {value: 小明}
    expect: {value: 小明, pass: true}
  - component.openData: {type: userNickName}
    expect: {value: 微信用户}
  - button.createUserInfoButton:
    answer: deny
    expect: {fail: {errMsg: "getUserInfo:fail:auth denied"}}
  - wx.getWeRunData:
    expect: {iv: {present: true}}
  - wx.canIUse: {schema: button.open-type.chooseAvatar}
    expect: {result: true}
  - wx.getAccountInfoSync:
    expect: {miniProgram.envVersion: develop}
  - wx.setStorage: {key: secret, data: T, encrypt: true}
  - wx.getStorage: {key: secret, encrypt: true}
    expect: {data: T}
  - device.network: {state: slow}
  - wx.login: {timeout: 100}
    expect: {fail: {errMsg: "login:fail time out", errno: 5}}
  - device.network: {state: online}
  - wx.requestSubscribeMessage: {tmplIds: [one]}
    tap: false
    expect: fail
  - device.delete_mini_program:
  - wx.getPrivacySetting:
    expect: {needAuthorization: true}
"""


def test_story_of_the_client_side_is_played_on_a_real_mock(tmp_path: Path) -> None:
    file = tmp_path / "client.scenario.yaml"
    file.write_text(STORY, encoding="utf-8")

    events = list(run(load_scenario(file), Stage(local_mock())))

    assert [each for each in events if isinstance(each, StepFailed)] == []
    assert sum(isinstance(each, StepPassed) for each in events) == 22


def test_phone_of_a_story_checks_domains_and_words_failures(tmp_path: Path) -> None:
    file = tmp_path / "old.scenario.yaml"
    story = """
    name: an old phone
    device: {wording: colon, check_domains: ["https://listed.example"]}
    steps:
      - wx.checkSession:
        expect:
          fail: {errMsg: "checkSession:fail:session time out, need relogin"}
      - wx.request: {url: "https://other.example/"}
        expect:
          fail: {errMsg: "request:fail url not in domain list", errno: 600002}
      - device.hide:
      - wx.request: {url: "https://listed.example/"}
        expect:
          fail: {errMsg: "request:fail interrupted", errno: 600003}
    """
    file.write_text(story, encoding="utf-8")

    events = list(run(load_scenario(file), Stage(local_mock(), FakeBackend())))

    assert [each for each in events if isinstance(each, StepFailed)] == []


def test_paths_of_the_control_api_take_their_names_quoted() -> None:
    wechat = FakeWeChat()
    turn = Turn(Stage(wechat), Device(wechat, user="a b"), {})

    ACTIONS["user.patch"].play(turn, {"blocked": True})
    ACTIONS["user.patch"].play(turn, {"user": "bob", "blocked": True})

    assert wechat.controls == [
        ("PATCH", "users/a%20b", {"blocked": True}),
        ("PATCH", "users/bob", {"blocked": True}),
    ]
