"""The phone number buttons."""

import json

import pytest

from mockwx.config import DEFAULT_APPID
from tests.unit.services.play import NOON
from tests.unit.services.play import Play
from tests.unit.services.play import opened
from tests.unit.services.play import reads


RELOGIN = "session time out, need relogin"


@pytest.mark.fidelity("documented", "getPhoneNumber: code and sealed data")
def test_phone_number_comes_as_code_and_sealed(play):
    key = play.session_key()
    answer = play.wx("getPhoneNumber")
    assert list(answer) == ["code", "encryptedData", "iv", "errMsg"]
    plain = json.loads(opened(answer, key))
    assert plain["watermark"] == {"timestamp": NOON, "appid": DEFAULT_APPID}
    phone = play.exchange_phone(answer["code"]).phone
    assert plain["phoneNumber"] == phone.phone_number
    assert len(answer["encryptedData"]) == 216


@pytest.mark.fidelity("documented", "getPhoneNumber: the code needs no login")
def test_phone_code_needs_no_login(wx):
    assert list(wx("getPhoneNumber")) == ["code", "errMsg"]


@pytest.mark.fidelity("documented", "getPhoneNumber: code since 2.21.2")
def test_phone_number_comes_sealed_only_before_there_was_a_code(play):
    refused = play.wx("getPhoneNumber", base_library="2.21.1")
    assert refused == {"errMsg": f"getPhoneNumber:fail {RELOGIN}"}
    play.login()
    answer = play.wx("getPhoneNumber", base_library="2.21.1")
    assert list(answer) == ["encryptedData", "iv", "errMsg"]


@pytest.mark.fidelity("documented", "getRealtimePhoneNumber: a code only, 2.24.4")
def test_realtime_number_is_a_code_and_nothing_else(logged_in):
    answer = logged_in("getRealtimePhoneNumber", base_library="2.24.4")
    assert list(answer) == ["code", "errMsg"]
    assert logged_in("getRealtimePhoneNumber", base_library="2.24.3") == {
        "errMsg": "getRealtimePhoneNumber:fail jsapi not supported",
        "errno": 100,
    }


@pytest.mark.fidelity("logged", "getPhoneNumber: refusals per platform")
@pytest.mark.parametrize(
    ("consent", "platform", "reason", "errno"),
    [
        ("deny", "ios", " user deny", 103),
        ("deny", "android", ":user deny", 103),
        ("deny", "devtools", " user deny", 103),
        ("cancel", "ios", " user cancel", 104),
        ("cancel", "android", ":user cancel", 104),
        ("cancel", "devtools", " user cancel", 104),
    ],
)
@pytest.mark.parametrize("api", ["getPhoneNumber", "getRealtimePhoneNumber"])
def test_refused_sheet_appears_again_at_the_next_tap(
    logged_in, api, consent, platform, reason, errno
):
    answer = logged_in(api, consent=consent, platform=platform)
    assert answer == {"errMsg": f"{api}:fail{reason}", "errno": errno}
    assert logged_in(api, platform=platform)["errMsg"] == f"{api}:ok"


@pytest.mark.fidelity("documented", "getPhoneNumber: certified, not personal")
@pytest.mark.parametrize("app", [{"personal": True}, {"certified": False}], ids=str)
@pytest.mark.parametrize("consent", ["allow", "deny"])
def test_phone_number_is_for_certified_companies(app, consent):
    answer = Play(**app).wx("getPhoneNumber", consent=consent)
    assert answer == {"errMsg": "getPhoneNumber:fail no permission"}


@pytest.mark.fidelity("logged", "getPhoneNumber: no number bound")
def test_person_without_a_number_gives_up(play):
    play.wechat.world.change_user("alice", {"phone": None})
    answer = play.wx("getPhoneNumber")
    assert answer == {"errMsg": "getPhoneNumber:fail user cancel bind"}


def test_refused_sheet_hands_out_no_code(play):
    play.wx("getPhoneNumber", consent="deny")
    assert play.wechat.world.sessions(DEFAULT_APPID, "alice")["codes"] == []


@pytest.mark.fidelity("documented", "session_key: login inside the callback")
def test_login_after_the_tap_makes_the_number_unreadable_under_the_strict_policy():
    play = Play("strict")
    play.session_key()
    answer = play.wx("getPhoneNumber")
    late = play.session_key()
    assert not reads(answer, late)
    answer = play.wx("getPhoneNumber")
    assert play.wx("checkSession")["errMsg"] == "checkSession:ok"
    assert opened(answer, late).startswith(b'{"phoneNumber":')
