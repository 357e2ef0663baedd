"""wx.getWeRunData."""

import json

import pytest

from mockwx.config import DEFAULT_APPID
from tests.unit.services.play import NOON
from tests.unit.services.play import opened


MIDNIGHT = NOON - 12 * 3600
DAY = 86_400
DENIED = "getWeRunData:fail auth deny"


@pytest.mark.fidelity("documented", "getWeRunData: thirty days and today")
def test_steps_of_thirty_days_and_today_come_sealed(play):
    play.wechat.world.change_user("alice", {"steps": 12_345})
    key = play.session_key()

    answer = play.wx("getWeRunData")

    assert list(answer) == ["encryptedData", "iv", "errMsg"]
    assert answer["errMsg"] == "getWeRunData:ok"
    plain = json.loads(opened(answer, key))
    assert list(plain) == ["stepInfoList", "watermark"]
    steps = plain["stepInfoList"]
    assert [list(day) for day in steps] == [["timestamp", "step"]] * 31
    assert [day["timestamp"] for day in steps] == [
        MIDNIGHT - ago * DAY for ago in range(30, -1, -1)
    ]
    assert {day["step"] for day in steps} == {12_345}
    assert plain["watermark"] == {"timestamp": NOON, "appid": DEFAULT_APPID}


@pytest.mark.fidelity("documented", "getWeRunData: scope.werun is asked for once")
def test_scope_is_asked_for_and_remembered(logged_in):
    assert logged_in("getWeRunData")["errMsg"] == "getWeRunData:ok"
    assert logged_in("getSetting")["authSetting"]["scope.werun"] is True
    assert logged_in("getWeRunData", consent="deny")["errMsg"] == "getWeRunData:ok"


@pytest.mark.fidelity("logged", "getWeRunData: auth deny with err_code -12006")
def test_denial_carries_the_old_number_and_is_not_asked_again(logged_in):
    denied = {"errMsg": DENIED, "errno": 103, "err_code": -12006}

    assert logged_in("getWeRunData", consent="deny") == denied
    assert logged_in("getWeRunData", consent="allow") == denied


@pytest.mark.fidelity("logged", "getWeRunData: the denial on Android")
def test_denial_is_spelled_as_the_platform_does(logged_in):
    answer = logged_in("getWeRunData", consent="deny", platform="android")
    assert answer["errMsg"] == "getWeRunData:fail:auth denied"


@pytest.mark.fidelity("logged", "getWeRunData: cancel")
def test_popup_that_is_closed_is_a_cancel_and_no_answer(logged_in):
    closed = logged_in("getWeRunData", consent="cancel")

    assert closed["errMsg"] == "getWeRunData:fail cancel"
    assert "scope.werun" not in logged_in("getSetting")["authSetting"]
    assert logged_in("getWeRunData", consent="allow")["errMsg"] == "getWeRunData:ok"


def test_closing_is_no_matter_once_there_is_an_answer(logged_in):
    logged_in("getWeRunData")
    assert logged_in("getWeRunData", consent="cancel")["errMsg"] == "getWeRunData:ok"


@pytest.mark.fidelity("documented", "getWeRunData: needs a login")
def test_steps_need_a_login(wx):
    answer = wx("getWeRunData")
    assert answer["errMsg"] == "getWeRunData:fail session time out, need relogin"
