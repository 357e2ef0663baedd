"""Pushes, subscribe messages and codes, as wechatpy sees them."""

import base64
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from mockwx.config import DEFAULT_APPID
from mockwx.domain.qr_code import read_text
from tests.control import Mock
from tests.inbox import Inbox
from tests.sdk.conftest import Sdk


pytestmark = [pytest.mark.external, pytest.mark.timeout(120, func_only=True)]

TOKEN = "AAAAA"
KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ012345o"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as inbox:
        yield inbox


def set_up(mock: Mock, inbox: Inbox, push_mode: str) -> None:
    mock.change_mini_program(
        DEFAULT_APPID,
        push_url=inbox.url,
        push_token=TOKEN,
        encoding_aes_key=KEY,
        push_mode=push_mode,
        push_format="xml",
    )
    mock.wait_for_push()


def test_verification_of_the_url_is_genuine(mock: Mock, sdk: Sdk, inbox: Inbox) -> None:
    set_up(mock, inbox, "plain")

    (letter,) = inbox.letters
    sdk("check_push", TOKEN, letter.query)
    error = sdk.refusal("check_push", "BBBBB", letter.query)
    assert error["error"] == "InvalidSignatureException"


@pytest.mark.parametrize("push_mode", ["secure", "compatible"])
def test_sealed_push_opens(mock: Mock, sdk: Sdk, inbox: Inbox, push_mode: str) -> None:
    set_up(mock, inbox, push_mode)
    session = sdk("code2session", mock.login_code())

    mock.revoke("alice", 8)

    mock.wait_for_push(user="alice")
    letter = inbox.letters[-1]
    opened = sdk("open_push", TOKEN, KEY, letter.query, letter.body.decode())
    event = {each.tag: each.text for each in ElementTree.fromstring(opened)}
    assert event["Event"] == "user_authorization_revoke"
    assert event["OpenID"] == letter.query["openid"] == session["openid"]
    assert (event["AppID"], event["RevokeInfo"]) == (DEFAULT_APPID, "8")


def test_push_under_another_token_is_refused(
    mock: Mock, sdk: Sdk, inbox: Inbox
) -> None:
    set_up(mock, inbox, "secure")
    sdk("code2session", mock.login_code())
    mock.revoke("alice", 8)
    mock.wait_for_push(user="alice")
    letter = inbox.letters[-1]

    error = sdk.refusal("open_push", "BBBBB", KEY, letter.query, letter.body.decode())

    assert error["error"] == "InvalidSignatureException"


def test_subscribe_message_reaches_the_person_once(mock: Mock, sdk: Sdk) -> None:
    session = sdk("code2session", mock.login_code())
    mock.wx("requestSubscribeMessage", tmplIds=["T"])
    data = {"thing1": {"value": "咖啡"}}

    sdk("send_subscribe_message", session["openid"], "T", data)
    error = sdk.refusal("send_subscribe_message", session["openid"], "T", data)

    assert error["errcode"] == 43101
    assert [(each["user"], each["data"]) for each in mock.outbox()] == [("alice", data)]


def test_code_is_a_picture_that_scans(mock: Mock, sdk: Sdk) -> None:
    answer = sdk("get_wxa_code_unlimited", "table-42")

    picture = Image.open(BytesIO(base64.b64decode(answer["picture"])))
    (found,) = zxingcpp.read_barcodes(picture)
    target = read_text(found.text)
    assert answer["content_type"] == "image/jpeg"
    assert target is not None
    assert target.scene == "table-42"


def test_error_in_the_place_of_a_picture_is_noticed(mock: Mock, sdk: Sdk) -> None:
    error = sdk.refusal("get_wxa_code_unlimited", "x" * 33)

    assert error["errcode"] == 40169
