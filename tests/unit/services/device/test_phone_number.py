"""The phone number buttons."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.domain.handset import Handset
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.variant import TRUE
from mockwx.services.device.phone_number import get_phone_number
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


@pytest.mark.fidelity("documented", "getPhoneNumber: paid, errno 1400001")
@pytest.mark.parametrize("api", ["getPhoneNumber", "getRealtimePhoneNumber"])
def test_number_that_is_not_paid_for_is_not_given(api):
    play = Play(phone_quota=1)
    assert play.wx(api, consent="deny")["errno"] == 103
    assert play.wx(api)["errMsg"] == f"{api}:ok"
    unpaid = {"errMsg": f"{api}:fail appid no enough quota", "errno": 1400001}
    assert play.wx(api) == unpaid
    assert play.wx(api, consent="deny") == unpaid
    play.wechat.world.change_mini_program(DEFAULT_APPID, {"phone_quota": 2})
    assert play.wx(api)["errMsg"] == f"{api}:ok"
    assert play.wechat.world.mini_program(DEFAULT_APPID).phone_quota == 1


@pytest.mark.fidelity("documented", "getPhoneNumber: free before 2023-08-28")
def test_numbers_were_free_before_they_were_sold():
    play = Play(phone_quota=0)
    play.wechat.clock.freeze(1_693_151_999)
    assert play.wx("getPhoneNumber")["errMsg"] == "getPhoneNumber:ok"
    play.advance(1)
    assert play.wx("getPhoneNumber")["errno"] == 1400001


def test_number_that_cannot_be_sealed_costs_nothing():
    play = Play(phone_quota=1)
    assert "fail" in play.wx("getPhoneNumber", base_library="2.21.1")["errMsg"]
    assert play.wechat.world.mini_program(DEFAULT_APPID).phone_quota == 1


def test_last_number_is_sold_once():
    play = Play(phone_quota=10)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: play.wx("getPhoneNumber"), range(40)))
    assert sum(answer["errMsg"] == "getPhoneNumber:ok" for answer in answers) == 10
    assert play.wechat.world.mini_program(DEFAULT_APPID).phone_quota == 0


@pytest.mark.parametrize(
    ("meanwhile", "sold"),
    [({"phone_quota": 0}, False), ({"phone_quota": None}, True), (None, False)],
    ids=["sold out", "without end", "app removed"],
)
def test_quota_is_what_it_is_when_the_person_agrees(meanwhile, sold):
    play = Play(phone_quota=1)
    device, world = play.wechat.device, play.wechat.world
    tap = device.tap("getPhoneNumber", Handset(DEFAULT_APPID), TRUE)
    if meanwhile is None:
        world.remove_mini_program(DEFAULT_APPID)
    else:
        world.change_mini_program(DEFAULT_APPID, meanwhile)
    if sold:
        assert "code" in get_phone_number(device, tap, {})
        assert world.mini_program(DEFAULT_APPID).phone_quota is None
        return
    with pytest.raises(WxFailError, match="appid no enough quota"):
        get_phone_number(device, tap, {})


@pytest.mark.fidelity("documented", "client errno registry: 1421102")
@pytest.mark.parametrize("api", ["getPhoneNumber", "getRealtimePhoneNumber"])
def test_person_risk_control_holds_gives_no_number(play, api):
    play.wechat.world.change_user("alice", {"blocked_calls": [api]})
    assert play.wx(api) == {
        "errMsg": f"{api}:fail user getPhoneNumber is blocked",
        "errno": 1421102,
    }


@pytest.mark.fidelity("logged", "getPhoneNumber: the number needs verification")
def test_number_may_have_to_be_verified_first(play):
    play.wechat.world.change_user("alice", {"phone_verified": False})
    assert play.wx("getPhoneNumber") == {
        "errMsg": "getPhoneNumber:fail Error: The mobile phone user bound needs to be "
        "verified. Please complete the SMS verification step on the client"
    }


@pytest.mark.fidelity("inferred", "getPhoneNumber: interface taken away, errno 102")
def test_punished_app_has_no_permission():
    assert Play(punished=True).wx("getPhoneNumber") == {
        "errMsg": "getPhoneNumber:fail operateWXData:fail jsapi has no permission",
        "errno": 102,
    }


@pytest.mark.fidelity("logged", "getPhoneNumber: the spellings of a closed sheet")
@pytest.mark.parametrize(
    ("consent", "wording", "reason"),
    [
        ("cancel", "usual", " user cancel"),
        ("cancel", "colon", ":user cancel"),
        ("cancel", "canceled", " user canceled"),
        ("deny", "colon", ":user deny"),
        ("deny", "usual", " user deny"),
    ],
)
def test_closed_sheet_is_worded_in_each_way_seen(wx, consent, wording, reason):
    answer = wx("getPhoneNumber", consent=consent, wording=wording)
    assert answer["errMsg"] == f"getPhoneNumber:fail{reason}"
