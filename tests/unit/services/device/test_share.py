"""wx.getShareInfo, wx.getGroupEnterInfo, wx.authPrivateMessage."""

import json
import re

import pytest

from mockwx.config import DEFAULT_APPID
from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import opened


WATERMARK = {"timestamp": NOON, "appid": DEFAULT_APPID}
OPEN_GID = re.compile(r"tG[A-Za-z0-9_-]{26}")
GROUP_OPENID = re.compile(r"o[A-Za-z0-9_-]{27}")
SHARE = {"shareTicket": "ticket", "base_library": "2.17.2"}


@pytest.fixture
def seen(play):
    """Return what the backend reads in the answer to a call."""
    key = play.session_key()
    return lambda api, **body: json.loads(opened(play.wx(api, **body), key))


@pytest.mark.fidelity("documented", "getShareInfo: openGId")
def test_share_tells_the_group(seen):
    plain = seen("getShareInfo", **SHARE)

    assert list(plain) == ["openGId", "watermark"]
    assert OPEN_GID.fullmatch(plain["openGId"])
    assert plain["watermark"] == WATERMARK


def test_answer_has_the_fields_of_sealed_data(logged_in):
    for api, body in {"getShareInfo": SHARE, "getGroupEnterInfo": {}}.items():
        assert list(logged_in(api, **body)) == ["encryptedData", "iv", "errMsg"]


@pytest.mark.fidelity("documented", "getShareInfo: ends with 2.17.3")
def test_share_info_ended(logged_in):
    answer = logged_in("getShareInfo", shareTicket="x", base_library="2.17.3")
    assert answer["errMsg"] == "getShareInfo:fail jsapi not supported"


@pytest.mark.fidelity("inferred", "shareTicket missing: the usual parameter error")
@pytest.mark.parametrize(
    ("api", "body"),
    [
        ("getShareInfo", {"base_library": "2.17.2"}),
        ("getShareInfo", {"base_library": "2.17.2", "shareTicket": ""}),
        ("authPrivateMessage", {}),
    ],
    ids=["getShareInfo", "empty", "authPrivateMessage"],
)
def test_share_ticket_is_required(logged_in, api, body):
    assert logged_in(api, **body)["errMsg"] == (
        f"{api}:fail parameter error: parameter.shareTicket should be String instead "
        "of Undefined;"
    )


def test_shares_with_a_friend_have_no_group(logged_in):
    answer = logged_in("getShareInfo", **SHARE, friend="bob")
    assert answer["errMsg"] == "getShareInfo:fail wrong scene"


@pytest.mark.fidelity("documented", "getGroupEnterInfo: opengid")
@pytest.mark.parametrize(
    ("base_library", "keys"),
    [
        ("2.10.4", ["opengid", "watermark"]),
        ("3.7.7", ["opengid", "watermark"]),
        ("3.7.8", ["opengid", "group_openid", "chat_type", "watermark"]),
    ],
)
def test_group_is_told_and_since_3_7_8_the_person_too(seen, base_library, keys):
    plain = seen("getGroupEnterInfo", needGroupOpenID=True, base_library=base_library)

    assert list(plain) == keys
    assert OPEN_GID.fullmatch(plain["opengid"])
    assert plain["watermark"] == WATERMARK


def test_person_in_the_group_is_told_only_if_asked_for(seen):
    assert list(seen("getGroupEnterInfo")) == ["opengid", "chat_type", "watermark"]
    plain = seen("getGroupEnterInfo", needGroupOpenID=True)
    assert GROUP_OPENID.fullmatch(plain["group_openid"])
    assert plain["chat_type"] == 3


@pytest.mark.fidelity("documented", "getGroupEnterInfo: single chats if allowed")
def test_single_chat_is_told_if_allowed(seen):
    plain = seen(
        "getGroupEnterInfo", allowSingleChat=True, needGroupOpenID=True, friend="bob"
    )

    assert list(plain) == [
        "open_single_roomid",
        "group_openid",
        "chat_type",
        "watermark",
    ]
    assert plain["chat_type"] == 1


@pytest.mark.fidelity("documented", "getGroupEnterInfo: errno 40097, wrong scene")
@pytest.mark.parametrize(
    "body",
    [{"friend": "bob"}, {"friend": "bob", "allowSingleChat": False}],
    ids=["by default", "said"],
)
def test_single_chat_is_the_wrong_scene_unless_allowed(logged_in, body):
    assert logged_in("getGroupEnterInfo", **body) == {
        "errMsg": "getGroupEnterInfo:fail wrong scene",
        "errno": 40097,
    }


def test_single_chat_is_unknown_before_3_7_8(logged_in):
    answer = logged_in(
        "getGroupEnterInfo", friend="bob", allowSingleChat=True, base_library="3.7.7"
    )
    assert answer["errno"] == 40097


@pytest.mark.fidelity("documented", "getGroupEnterInfo: errno 65206, not in the group")
def test_group_the_person_is_not_in_tells_nothing(logged_in):
    assert logged_in("getGroupEnterInfo", group="work") == {
        "errMsg": "getGroupEnterInfo:fail user not in group",
        "errno": 65206,
    }


def test_person_without_groups_came_from_none(play, logged_in):
    play.wechat.world.change_user("alice", {"groups": []})
    assert logged_in("getGroupEnterInfo")["errno"] == 40097


def test_group_is_known_since_2_10_4(logged_in):
    answer = logged_in("getGroupEnterInfo", base_library="2.10.3")
    assert answer["errMsg"] == "getGroupEnterInfo:fail jsapi not supported"


def test_everybody_sees_the_same_chat_and_another_self(play, seen):
    play.wechat.world.change_user("alice", {"groups": ["family", "work"]})
    bobs_key = play.session_key(user="bob")
    asked = {"needGroupOpenID": True, "allowSingleChat": True}

    ours = seen("getGroupEnterInfo", **asked)
    theirs = json.loads(
        opened(play.wx("getGroupEnterInfo", user="bob", **asked), bobs_key)
    )
    at_work = seen("getGroupEnterInfo", group="work", **asked)
    alone = seen("getGroupEnterInfo", friend="bob", **asked)
    back = json.loads(
        opened(
            play.wx("getGroupEnterInfo", user="bob", friend="alice", **asked), bobs_key
        )
    )

    assert ours["opengid"] == theirs["opengid"] != at_work["opengid"]
    assert alone["open_single_roomid"] == back["open_single_roomid"]
    selves = [each["group_openid"] for each in (ours, theirs, at_work, alone)]
    assert len(set(selves)) == 4


def test_both_calls_name_a_group_alike_and_each_app_its_own_way(play, seen):
    shared = seen("getShareInfo", **SHARE)["openGId"]
    entered = seen("getGroupEnterInfo")["opengid"]
    key = play.exchange(
        play.login(appid=OTHER_APPID), appid=OTHER_APPID, secret="b2" * 16
    ).session_key
    other = json.loads(opened(play.wx("getGroupEnterInfo", appid=OTHER_APPID), key))

    assert shared == entered != other["opengid"]


@pytest.mark.fidelity("documented", "authPrivateMessage: valid and activityId")
@pytest.mark.parametrize(
    ("body", "activity_id"),
    [({}, "ticket"), ({"activityId": "966_x"}, "966_x")],
    ids=["the ticket", "named"],
)
def test_private_message_for_the_person_is_valid(play, body, activity_id):
    key = play.session_key()
    answer = play.wx("authPrivateMessage", shareTicket="ticket", **body)

    assert list(answer) == ["valid", "encryptedData", "iv", "errMsg"]
    assert answer["valid"] is True
    plain = json.loads(opened(answer, key))
    assert plain == {"activityId": activity_id, "watermark": WATERMARK}


def test_private_message_for_somebody_else_is_not_valid(logged_in):
    answer = logged_in("authPrivateMessage", shareTicket="x", recipient=False)
    assert answer == {"valid": False, "errMsg": "authPrivateMessage:ok"}


def test_private_messages_are_known_since_2_13(logged_in):
    answer = logged_in("authPrivateMessage", shareTicket="x", base_library="2.12.99")
    assert answer["errMsg"] == "authPrivateMessage:fail jsapi not supported"


@pytest.mark.parametrize(
    ("api", "body"),
    [
        ("getShareInfo", SHARE),
        ("getGroupEnterInfo", {}),
        ("authPrivateMessage", {"shareTicket": "x"}),
    ],
    ids=["getShareInfo", "getGroupEnterInfo", "authPrivateMessage"],
)
def test_sealing_needs_a_login(wx, api, body):
    assert wx(api, **body)["errMsg"] == f"{api}:fail session time out, need relogin"
