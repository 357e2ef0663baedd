"""The privacy agreement, asked for by WeChat or by the page itself."""

from collections.abc import Iterator

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.ports import SimulatorError
from simulator.wx import WxError
from simulator.wx.host import Resolve
from tests.unit.simulator.fakes import FakeWeChat


REFUSED = "privacy permission is not authorized"


@pytest.fixture
def device() -> Iterator[Device]:
    """A phone with a mini program that has an agreement."""
    wechat = local_mock()
    wechat.control(
        "PATCH",
        "mini_programs/wx6d6f636b77780001",
        {"privacy": {"contract_name": "《隐私》"}},
    )
    device = Device(wechat)
    device.wx.login()
    return device


def phone_number(device: Device) -> str | None:
    with device.tap() as wx:
        return wx.get_phone_number().code


def test_setting_says_what_is_to_be_agreed_to(device: Device) -> None:
    before = device.wx.get_privacy_setting()
    assert (before.need_authorization, before.privacy_contract_name) == (
        True,
        "《隐私》",
    )
    assert device.wx.open_privacy_contract().err_msg == "openPrivacyContract:ok"
    assert device.wx.require_privacy_authorize().err_msg == "requirePrivacyAuthorize:ok"
    assert not device.wx.get_privacy_setting().need_authorization


def test_person_may_refuse_what_wechat_asks(device: Device) -> None:
    device.privacy = "disagree"

    with pytest.raises(WxError, match=f"getPhoneNumber:fail {REFUSED}") as caught:
        phone_number(device)

    assert caught.value.errno == 104


def test_page_that_asks_itself_is_told_for_what(device: Device) -> None:
    asked: list[str] = []

    def popup(resolve: Resolve, referrer: str) -> None:
        asked.append(referrer)
        resolve("exposureAuthorization")
        with device.tap() as wx:
            wx.agree_privacy_authorization("yes")
        resolve("agree", button_id="yes")

    device.wx.on_need_privacy_authorization(popup)

    assert phone_number(device)
    assert phone_number(device)
    assert asked == ["getPhoneNumber"]


def test_page_that_agrees_for_the_person_is_found_out(device: Device) -> None:
    device.wx.on_need_privacy_authorization(
        lambda resolve, referrer: resolve("agree", button_id="yes")
    )

    with pytest.raises(WxError, match="click action before resolve is needed"):
        device.wx.require_privacy_authorize()

    assert device.wx.get_privacy_setting().need_authorization


def test_refusal_in_the_popup_of_the_page_fails_the_call(device: Device) -> None:
    asked: list[str] = []

    def popup(resolve: Resolve, referrer: str) -> None:
        asked.append(referrer)
        resolve("disagree")

    device.wx.on_need_privacy_authorization(popup)

    for _ in range(2):
        with pytest.raises(WxError, match=REFUSED):
            phone_number(device)
    assert asked == ["getPhoneNumber"]


def test_popup_that_never_resolves_is_pointed_out(device: Device) -> None:
    device.wx.on_need_privacy_authorization(lambda resolve, referrer: None)

    with pytest.raises(SimulatorError, match="call resolve"):
        phone_number(device)


def test_popup_that_resolves_with_another_word_is_pointed_out(device: Device) -> None:
    device.wx.on_need_privacy_authorization(lambda resolve, referrer: resolve("accept"))

    with pytest.raises(SimulatorError, match="'accept'"):
        phone_number(device)


def test_tap_on_a_combined_button_agrees_at_once(device: Device) -> None:
    device.privacy = "disagree"

    with device.tap() as wx:
        assert wx.get_phone_number(agree_privacy=True).code

    assert not device.wx.get_privacy_setting().need_authorization


def test_agree_button_needs_a_tap(device: Device) -> None:
    with pytest.raises(WxError, match="can only be invoked by user TAP gesture"):
        device.wx.agree_privacy_authorization()


def test_relaunched_page_asks_no_more_by_itself() -> None:
    wechat = FakeWeChat()
    device = Device(wechat)
    device.wx.on_need_privacy_authorization(lambda resolve, referrer: None)

    device.relaunch()
    device.wx.require_privacy_authorize()

    assert [api for api, _ in wechat.calls] == ["requirePrivacyAuthorize"]


def test_call_that_is_not_private_goes_once(device: Device) -> None:
    device.wx.on_need_privacy_authorization(lambda resolve, referrer: None)

    assert device.wx.check_session().err_msg == "checkSession:ok"
