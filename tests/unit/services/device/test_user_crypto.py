"""getLatestUserKey of wx.getUserCryptoManager()."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.unit.services.play import NOON
from tests.unit.services.play import OTHER_APPID


HOUR = 3600


@pytest.mark.fidelity("documented", "getLatestUserKey: encryptKey, iv, version")
def test_key_has_the_documented_fields_and_shapes(wx):
    key = wx("getLatestUserKey")

    assert list(key) == ["encryptKey", "iv", "version", "expireTime", "errMsg"]
    assert key["errMsg"] == "getLatestUserKey:ok"
    assert len(base64.b64decode(key["encryptKey"], validate=True)) == 16
    assert re.fullmatch("[0-9a-f]{16}", key["iv"])
    assert (key["version"], key["expireTime"]) == (1, NOON + HOUR)


@pytest.mark.fidelity("documented", "getuserencryptkey: a key lives an hour")
def test_key_stays_for_an_hour_and_is_then_followed_by_the_next(play):
    first = play.wx("getLatestUserKey")
    play.advance(HOUR - 1)
    assert play.wx("getLatestUserKey") == first

    play.advance(1)

    second = play.wx("getLatestUserKey")
    assert second["version"] == 2
    assert second["encryptKey"] != first["encryptKey"]
    assert second["expireTime"] == NOON + 2 * HOUR


def test_each_person_in_each_app_has_keys_of_their_own(wx):
    keys = [
        wx("getLatestUserKey"),
        wx("getLatestUserKey", user="bob"),
        wx("getLatestUserKey", appid=OTHER_APPID),
    ]
    assert len({key["encryptKey"] for key in keys}) == 3
    assert [key["version"] for key in keys] == [1, 1, 1]


@pytest.mark.fidelity("documented", "getLatestUserKey: since 2.17.3")
def test_key_is_known_since_2_17_3(wx):
    assert wx("getLatestUserKey", base_library="2.17.3")["version"] == 1
    answer = wx("getLatestUserKey", base_library="2.17.2")
    assert answer["errMsg"] == "getLatestUserKey:fail jsapi not supported"


def test_forty_calls_at_once_get_one_key(wx):
    with ThreadPoolExecutor(40) as pool:
        keys = list(pool.map(lambda _: wx("getLatestUserKey")["iv"], range(40)))
    assert len(set(keys)) == 1


def test_forty_calls_at_once_after_an_hour_get_one_new_key(play):
    play.wx("getLatestUserKey")
    play.advance(HOUR)
    with ThreadPoolExecutor(40) as pool:
        keys = list(
            pool.map(lambda _: play.wx("getLatestUserKey")["version"], range(40))
        )
    assert keys == [2] * 40
