"""Pushes and their answers: WeChat's shapes, in JSON and in XML."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.domain.control import ControlError
from mockwx.domain.open_data import to_json
from mockwx.domain.push import EVENTS
from mockwx.domain.push import USER_AUTHORIZATION_CANCELLATION
from mockwx.domain.push import USER_AUTHORIZATION_REVOKE
from mockwx.domain.push import USER_INFO_MODIFIED
from mockwx.domain.push import PushEvent
from mockwx.domain.push import RevokeInfo
from mockwx.domain.push import compatible_fields
from mockwx.domain.push import read_push_url
from mockwx.domain.push import secure_fields
from mockwx.domain.push import to_xml


documented = pytest.mark.fidelity("documented", "push: fields of the events")
inferred = pytest.mark.fidelity("inferred", "push: fields of the events")

REVOKE = PushEvent(
    event=USER_AUTHORIZATION_REVOKE,
    to_user_name="gh_0123456789ab",
    from_user_name="oPushServicePushServicePush0",
    create_time=1700000000,
    openid="oPersonPersonPersonPersonPe0",
    appid="wx0123456789abcdef",
    revoke_info=RevokeInfo.PHONE_NUMBER,
)

xml_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]))


@documented
def test_revocation_is_json_in_the_order_of_the_sample():
    assert to_json(REVOKE.as_fields()) == (
        '{"ToUserName":"gh_0123456789ab",'
        '"FromUserName":"oPushServicePushServicePush0",'
        '"CreateTime":1700000000,"MsgType":"event",'
        '"Event":"user_authorization_revoke",'
        '"OpenID":"oPersonPersonPersonPersonPe0",'
        '"AppID":"wx0123456789abcdef","RevokeInfo":"8"}'
    )


@documented
def test_revocation_is_xml_with_text_in_cdata_and_a_bare_time():
    assert to_xml(REVOKE.as_fields()) == (
        "<xml>\n"
        "<ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>\n"
        "<FromUserName><![CDATA[oPushServicePushServicePush0]]></FromUserName>\n"
        "<CreateTime>1700000000</CreateTime>\n"
        "<MsgType><![CDATA[event]]></MsgType>\n"
        "<Event><![CDATA[user_authorization_revoke]]></Event>\n"
        "<OpenID><![CDATA[oPersonPersonPersonPersonPe0]]></OpenID>\n"
        "<AppID><![CDATA[wx0123456789abcdef]]></AppID>\n"
        "<RevokeInfo><![CDATA[8]]></RevokeInfo>\n"
        "</xml>"
    )


@documented
def test_revocation_from_a_plugin_ends_with_the_plugin():
    event = replace(REVOKE, unionid="union", plugin_id="wxplugin", openpid="openpid")

    assert list(event.as_fields().items())[5:] == [
        ("OpenID", "oPersonPersonPersonPersonPe0"),
        ("UnionID", "union"),
        ("AppID", "wx0123456789abcdef"),
        ("RevokeInfo", "8"),
        ("PluginID", "wxplugin"),
        ("OpenPID", "openpid"),
    ]


@inferred
@pytest.mark.parametrize("name", [USER_INFO_MODIFIED, USER_AUTHORIZATION_CANCELLATION])
def test_other_events_take_nothing_back(name):
    fields = replace(REVOKE, event=name, revoke_info=None).as_fields()

    assert fields["Event"] == name
    assert list(fields) == [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Event",
        "OpenID",
        "AppID",
    ]


@documented
def test_there_are_three_events():
    assert EVENTS == (
        "user_info_modified",
        "user_authorization_revoke",
        "user_authorization_cancellation",
    )


@documented
def test_numbers_of_what_is_taken_back_are_those_of_the_page():
    assert {int(row): row.zh for row in RevokeInfo} == {
        1: "车牌号",
        2: "地址",
        3: "发票信息",
        4: "蓝牙",
        5: "麦克风",
        6: "昵称和头像",
        7: "摄像头",
        8: "手机号",
        12: "微信运动步数",
        13: "位置信息",
        14: "选中的图片或视频",
        15: "选中的文件",
        16: "邮箱地址",
        18: "选择的位置信息",
        19: "昵称输入键盘中选择的微信昵称",
        20: "获取用户头像组件中选择的微信头像",
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"event": "subscribe"}, "there is no event 'subscribe': use one of user_info"),
        ({"revoke_info": None}, "revoke_info goes with user_authorization_revoke"),
        ({"event": USER_INFO_MODIFIED}, "revoke_info goes with user_authorization_rev"),
        ({"plugin_id": "wxplugin"}, "plugin_id and openpid go together"),
        ({"openpid": "openpid"}, "plugin_id and openpid go together"),
    ],
    ids=["unknown", "nothing revoked", "revoked by another", "no openpid", "no plugin"],
)
def test_event_that_makes_no_sense_is_refused(changes, reason):
    with pytest.raises(ValueError, match=f"^{reason}"):
        replace(REVOKE, **changes)


@documented
def test_secure_mode_shows_only_whom_the_push_is_for():
    assert secure_fields(REVOKE.as_fields(), "c2VhbGVk") == {
        "ToUserName": "gh_0123456789ab",
        "Encrypt": "c2VhbGVk",
    }


@documented
def test_compatible_mode_shows_both_forms():
    fields = compatible_fields(REVOKE.as_fields(), "c2VhbGVk")

    assert list(fields)[-1] == "Encrypt"
    assert fields == {**REVOKE.as_fields(), "Encrypt": "c2VhbGVk"}


@given(st.dictionaries(st.sampled_from("ABC"), xml_texts | st.integers()))
def test_xml_gives_back_every_text(fields):
    read = ElementTree.fromstring(to_xml(fields))

    assert {child.tag: child.text or "" for child in read} == {
        # XML itself turns every line end into \n.
        name: str(value).replace("\r\n", "\n").replace("\r", "\n")
        for name, value in fields.items()
    }


@pytest.mark.parametrize(
    "text", ["]]>", "]]>]]>", "]]", "a]]>b", "<&>", "<![CDATA[x]]>"]
)
def test_text_never_ends_its_own_cdata(text):
    assert ElementTree.fromstring(to_xml({"A": text})).findtext("A") == text


@pytest.mark.parametrize(
    "character", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe"], ids=ascii
)
def test_character_that_xml_cannot_hold_is_refused(character):
    with pytest.raises(ValueError, match=r"^XML cannot hold the character .*JSON$"):
        to_xml({"A": f"a{character}"})


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/wechat", "https://example.com", "http://[::1]/?a=b"]
)
def test_push_goes_to_any_http_address(url):
    assert read_push_url("push_url", url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.com/",
        "//example.com/",
        "http://",
        "http://a:99999/",
        "http://a:0/",
        "http://a/b c",
        "http://a/\n",
        "http://[::1/",
        "file:///etc/passwd",
        5,
    ],
    ids=repr,
)
def test_push_goes_nowhere_else(url):
    with pytest.raises(ControlError) as refused:
        read_push_url("push_url", url)
    assert refused.value.field == "push_url"
