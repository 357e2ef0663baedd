"""wx.canIUse: what a base library can do (protocol C9)."""

import pytest

from mockwx.domain.base_library import Era
from mockwx.domain.base_library import parse_version
from mockwx.domain.capabilities import CAPABILITIES
from mockwx.domain.capabilities import can_use


@pytest.mark.fidelity("inferred", "wx.canIUse: the version each API came with")
@pytest.mark.parametrize(
    ("schema", "before", "since"),
    [
        ("button.open-type.getPhoneNumber", "1.1.9", "1.2.0"),
        ("login.object.timeout", "1.9.89", "1.9.90"),
        ("getSetting.object.withSubscriptions", "2.10.0", "2.10.1"),
        ("getUserProfile", "2.10.3", "2.10.4"),
        ("getUserCryptoManager", "2.17.2", "2.17.3"),
        ("setStorage.object.encrypt", "2.21.2", "2.21.3"),
        ("button.open-type.chooseAvatar", "2.21.1", "2.21.2"),
        ("input.type.nickname", "2.21.1", "2.21.2"),
        ("button.open-type.getRealtimePhoneNumber", "2.24.3", "2.24.4"),
        ("input.bindnicknamereview", "2.29.0", "2.29.1"),
        ("requirePrivacyAuthorize", "2.32.2", "2.32.3"),
        ("button.phone-number-no-quota-toast", "3.0.0", "3.0.1"),
    ],
)
def test_schema_is_known_from_its_library_on(schema, before, since):
    assert not can_use(schema, Era(parse_version(before)))
    assert can_use(schema, Era(parse_version(since)))


@pytest.mark.parametrize(
    "schema", ["", "nothing", "login.object.speed", "Login", "login."]
)
def test_unknown_schema_is_false(schema):
    assert not can_use(schema, Era((99, 0, 0)))


@pytest.mark.parametrize("schema", CAPABILITIES)
def test_what_is_part_of_something_stands_beside_it(schema):
    assert schema.split(".")[0] in CAPABILITIES
