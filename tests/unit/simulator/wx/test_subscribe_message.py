"""wx.requestSubscribeMessage."""

import pytest

from simulator.adapters.mockwx_local import local_mock
from simulator.device import Device
from simulator.wx import WxError


TEMPLATES = ["a" * 43, "b" * 43]


def test_person_answers_for_each_template() -> None:
    with Device(local_mock()).tap() as wx:
        result = wx.request_subscribe_message(
            tmpl_ids=TEMPLATES, answers={TEMPLATES[1]: "reject"}
        )

    assert result.answers == {TEMPLATES[0]: "accept", TEMPLATES[1]: "reject"}
    assert result.err_msg == "requestSubscribeMessage:ok"


def test_answers_that_are_kept_stand_in_the_settings() -> None:
    device = Device(local_mock())
    with device.tap() as wx:
        wx.request_subscribe_message(tmpl_ids=TEMPLATES[:1], keep=True)
        setting = wx.get_setting(with_subscriptions=True)

    assert setting.subscriptions_setting == {
        "mainSwitch": True,
        "itemSettings": {TEMPLATES[0]: "accept"},
    }


def test_request_needs_a_tap() -> None:
    with pytest.raises(WxError, match="can only be invoked by user TAP gesture"):
        Device(local_mock()).wx.request_subscribe_message(tmpl_ids=TEMPLATES)
