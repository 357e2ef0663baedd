"""The phone's door over HTTP: the exact object that success or fail gets."""

import json

import pytest

from mockwx.config import DEFAULT_APPID
from tests.wechat import Control
from tests.wechat import Phone


def configured(control: Control, **changes: object) -> None:
    """Change the default mini program."""
    shown = control.patch(f"mini_programs/{DEFAULT_APPID}", **changes)
    assert {name: shown[name] for name in changes} == changes


@pytest.mark.fidelity("documented", "wx calls: errno and text of failures")
@pytest.mark.parametrize(
    ("api", "body", "rules", "answer"),
    [
        (
            "login",
            {"network": "slow", "timeout": 1},
            {},
            {"errMsg": "login:fail time out", "errno": 5},
        ),
        (
            "login",
            {"network": "offline"},
            {},
            {"errMsg": "login:fail cgi failed for network issues", "errno": 108},
        ),
        (
            "login",
            {"appid": "", "platform": "devtools"},
            {},
            {"errMsg": "login:fail 系统错误，错误码：41002,appid missing"},
        ),
        (
            "login",
            {"platform": "devtools"},
            {"developers": ["bob"]},
            {
                "errMsg": "login:fail 登录用户不是该小程序的开发者, "
                f"[20231115 06:13:20][{DEFAULT_APPID}]"
            },
        ),
        (
            "getPhoneNumber",
            {},
            {"phone_quota": 0},
            {"errMsg": "getPhoneNumber:fail appid no enough quota", "errno": 1400001},
        ),
        (
            "getPhoneNumber",
            {"consent": "deny", "platform": "android"},
            {},
            {"errMsg": "getPhoneNumber:fail:user deny", "errno": 103},
        ),
        (
            "chooseAvatar",
            {"consent": "cancel"},
            {},
            {"errMsg": "chooseAvatar:fail cancel"},
        ),
        ("chooseAvatar", {"review": "reject"}, {}, {}),
        (
            "createUserInfoButton",
            {"consent": "deny"},
            {"mini_game": True},
            {"errMsg": "getUserInfo:fail auth deny", "errno": 103},
        ),
        (
            "canIUse",
            {"schema": "button.open-type.getPhoneNumber"},
            {},
            {"result": True, "errMsg": "canIUse:ok"},
        ),
        ("openData", {}, {}, {"value": "微信用户", "errMsg": "openData:ok"}),
        ("deleteMiniProgram", {}, {}, {"errMsg": "deleteMiniProgram:ok"}),
    ],
)
def test_door_answers_what_the_callback_gets(
    phone: Phone,
    control: Control,
    api: str,
    body: dict[str, object],
    rules: dict[str, object],
    answer: dict[str, object],
) -> None:
    configured(control, **rules)
    response = control.http.post(f"/_mockwx/api/wx/{api}", json=body)
    assert response.status_code == 200
    assert json.loads(response.data) == answer


@pytest.mark.fidelity("documented", "privacy: from the popup to the number")
def test_privacy_agreement_stands_before_the_number(
    phone: Phone, control: Control
) -> None:
    privacy = {
        "contract_name": "《隐私》",
        "declared": ["getPhoneNumber"],
        "declared_at": None,
        "banned": [],
        "use_privacy_check": False,
        "newer_errno": False,
    }
    configured(control, privacy=privacy)
    phone.login()
    assert phone.wx("getPrivacySetting") == {
        "needAuthorization": True,
        "privacyContractName": "《隐私》",
        "errMsg": "getPrivacySetting:ok",
    }
    refused = phone.wx("getPhoneNumber", privacy="disagree")
    assert refused == {
        "errMsg": "getPhoneNumber:fail privacy permission is not authorized",
        "errno": 104,
    }
    assert phone.wx("getPhoneNumber") == refused
    control.post("clock/advance", seconds=10)
    assert phone.wx("getPhoneNumber")["errMsg"] == "getPhoneNumber:ok"
    undeclared = phone.wx("chooseAvatar")
    assert undeclared == {
        "errMsg": "chooseAvatar:fail "
        "api scope is not declared in the privacy agreement",
        "errno": 112,
    }


def test_call_rate_is_kept_where_the_app_wants_it(
    phone: Phone, control: Control
) -> None:
    configured(control, call_rate={"per_second": 1, "page_views": None})
    phone.login()
    assert phone.wx("login") == {
        "errMsg": "login:fail meet server frequency limit",
        "errno": 1003,
    }


def test_person_may_be_held_by_risk_control(phone: Phone, control: Control) -> None:
    shown = control.patch("users/alice", blocked_calls=["login"], phone_verified=False)
    assert (shown["blocked_calls"], shown["phone_verified"]) == (["login"], False)
    assert phone.wx("login")["errno"] == 1402101
    assert "needs to be verified" in phone.wx("getPhoneNumber")["errMsg"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"privacy": True}, "privacy"),
        ({"call_rate": {"per_second": "4"}}, "per_second"),
        ({"phone_quota": -1}, "phone_quota"),
        ({"mini_game": 1}, "mini_game"),
        ({"developers": "alice"}, "developers"),
    ],
    ids=str,
)
def test_wrong_rule_of_an_app_is_refused_by_name(
    control: Control, body: dict[str, object], field: str
) -> None:
    answer = control.patch(f"mini_programs/{DEFAULT_APPID}", **body)
    assert answer["error"]["field"] == field


def test_project_without_an_appid_is_for_devtools(phone: Phone) -> None:
    answer = phone.wx("login", appid="")
    assert answer["error"]["field"] == "appid"
    assert "devtools" in answer["error"]["message"]
