"""Who calls a wx function, and with what."""

import pytest

from mockwx.domain import control
from mockwx.domain.base_library import NEWEST
from mockwx.domain.control import ControlError
from mockwx.domain.handset import Handset
from mockwx.domain.handset import split_call


APPID = "wx6d6f636b77780001"
ARGUMENTS = {"desc": control.text}


def test_call_that_says_nothing_comes_from_alice_on_a_new_phone():
    handset, arguments = split_call({}, {}, default_appid=APPID)
    assert handset == Handset(APPID, "alice", "phone", NEWEST, "ios", "allow")
    assert arguments == {}


def test_call_is_split_into_handset_and_arguments():
    body = {
        "appid": "wx0123456789abcdef",
        "user": "小明",
        "device": "tablet",
        "base_library": "2.10.4",
        "platform": "android",
        "consent": "deny",
        "page": "pages/pay/index",
        "desc": "x",
    }
    handset, arguments = split_call(body, ARGUMENTS, default_appid=APPID)
    assert handset == Handset(
        "wx0123456789abcdef",
        "小明",
        "tablet",
        "2.10.4",
        "android",
        "deny",
        page="pages/pay/index",
    )
    assert arguments == {"desc": "x"}


def test_page_may_be_128_characters_long():
    handset, _ = split_call({"page": "页" * 128}, {}, default_appid=APPID)

    assert handset.page == "页" * 128


def test_call_may_come_out_of_a_project_without_an_appid():
    assert split_call({"appid": ""}, {}, default_appid=APPID)[0].appid == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"appid": "wx123"}, "appid"),
        ({"appid": None}, "appid"),
        ({"user": "a/b"}, "user"),
        ({"user": ""}, "user"),
        ({"user": 7}, "user"),
        ({"user": "\ud800"}, "user"),
        ({"device": " "}, "device"),
        ({"base_library": "new"}, "base_library"),
        ({"platform": "symbian"}, "platform"),
        ({"consent": True}, "consent"),
        ({"privacy": "allow"}, "privacy"),
        ({"network": "wifi"}, "network"),
        ({"wording": "rude"}, "wording"),
        ({"page": "/pages/pay/index"}, "page"),
        ({"page": "pages/pay/index?a=1"}, "page"),
        ({"page": "pages/`pay`"}, "page"),
        ({"page": "p" * 129}, "page"),
        ({"page": ""}, "page"),
        ({"desc": 5}, "desc"),
        ({"dsec": "x"}, "dsec"),
    ],
    ids=ascii,
)
def test_wrong_field_is_refused_by_name(body, field):
    with pytest.raises(ControlError) as refused:
        split_call(body, ARGUMENTS, default_appid=APPID)
    assert refused.value.field == field
    assert refused.value.status == 400
