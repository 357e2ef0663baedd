"""Avatar and nickname as the person fills them in: protocol C6.3."""

import re

import pytest

from tests.unit.services.play import Play


@pytest.mark.fidelity("documented", "chooseAvatar: a temporary path on the phone")
@pytest.mark.parametrize(
    ("platform", "path"),
    [
        ("ios", r"wxfile://tmp_[0-9a-f]{32}\.jpg"),
        ("android", r"wxfile://tmp_[0-9a-f]{32}\.jpg"),
        ("devtools", r"http://tmp/[0-9a-f]{32}\.jpeg"),
    ],
)
def test_picture_lies_on_the_phone(wx, platform, path):
    answer = wx("chooseAvatar", platform=platform)
    assert list(answer) == ["avatarUrl", "errMsg"]
    assert re.fullmatch(path, answer["avatarUrl"])
    assert answer["errMsg"] == "chooseAvatar:ok"
    assert wx("chooseAvatar", platform=platform) != answer


@pytest.mark.fidelity("logged", "chooseAvatar: its failures")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"consent": "cancel"}, "cancel"),
        ({"consent": "deny"}, "cancel"),
        ({"inProgress": True}, "another chooseAvatar is in progress"),
        ({"review": "timeout"}, "timeout"),
    ],
    ids=str,
)
@pytest.mark.parametrize("platform", ["ios", "android", "devtools"])
def test_choice_fails_with_wechats_words(wx, body, reason, platform):
    answer = wx("chooseAvatar", platform=platform, **body)
    assert answer == {"errMsg": f"chooseAvatar:fail {reason}"}


@pytest.mark.fidelity("documented", "chooseAvatar: content check since 2.24.4")
@pytest.mark.parametrize("review", ["reject", "timeout"])
def test_picture_is_checked_since_2_24_4(wx, review):
    checked = wx("chooseAvatar", review=review, base_library="2.24.4")
    assert "avatarUrl" not in checked
    unchecked = wx("chooseAvatar", review=review, base_library="2.24.3")
    assert unchecked["errMsg"] == "chooseAvatar:ok"


def test_rejected_picture_calls_nobody_back(wx):
    assert wx("chooseAvatar", review="reject") == {}


@pytest.mark.fidelity("documented", "chooseAvatar since 2.21.2")
def test_older_library_has_no_chooser(wx):
    refused = {"errMsg": "chooseAvatar:fail jsapi not supported"}
    assert wx("chooseAvatar", base_library="2.21.1") == refused
    assert "avatarUrl" in wx("chooseAvatar", base_library="2.21.2")


@pytest.mark.fidelity("documented", "nickname input: offered, checked, told")
def test_nickname_of_wechat_is_offered(play):
    assert play.wx("nicknameReview") == {
        "value": play.wechat.world.user("alice").nick_name,
        "pass": True,
        "timeout": False,
        "errMsg": "nicknameReview:ok",
    }


@pytest.mark.parametrize(
    ("review", "value", "passes", "timeout"),
    [
        ("pass", "小明", True, False),
        ("reject", "", False, False),
        ("timeout", "小明", False, True),
    ],
)
def test_typed_name_is_checked(wx, review, value, passes, timeout):
    answer = wx("nicknameReview", value="小明", review=review)
    assert answer["value"] == value
    assert (answer["pass"], answer["timeout"]) == (passes, timeout)


@pytest.mark.parametrize(
    ("base_library", "fields", "value"),
    [
        ("2.21.1", ["value", "errMsg"], "小明"),
        ("2.24.3", ["value", "errMsg"], "小明"),
        ("2.24.4", ["value", "errMsg"], ""),
        ("2.29.0", ["value", "errMsg"], ""),
        ("2.29.1", ["value", "pass", "timeout", "errMsg"], ""),
    ],
)
@pytest.mark.fidelity("documented", "nickname input: per library")
def test_input_grows_with_the_library(wx, base_library, fields, value):
    answer = wx(
        "nicknameReview", value="小明", review="reject", base_library=base_library
    )
    assert list(answer) == fields
    assert answer["value"] == value


def test_oldest_library_offers_no_name(wx):
    assert wx("nicknameReview", base_library="2.21.1")["value"] == ""
    assert wx("nicknameReview", base_library="2.21.2")["value"] != ""


@pytest.mark.fidelity("documented", "nickname input: plain without the agreement")
def test_input_is_a_plain_one_for_whom_did_not_agree():
    play = Play(privacy={})
    refused = {"privacy": "disagree", "review": "reject"}
    plain = {"value": "", "errMsg": "nicknameReview:ok"}
    assert play.wx("nicknameReview", **refused) == plain
    typed = play.wx("nicknameReview", value="小明", **refused)
    assert typed == {"value": "小明", "errMsg": "nicknameReview:ok"}
