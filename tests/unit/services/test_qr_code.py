"""Mini program codes: what is counted, and for how long."""

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.domain.qr_code import UNLIMITED_PER_MINUTE
from mockwx.domain.qr_code import Look
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play
from tests.unit.services.play import errcode


@pytest.fixture
def play():
    return Play()


def unlimited(play, scene="1", appid=DEFAULT_APPID):
    return play.wechat.qr_code.get_unlimited_qrcode(
        play.wechat.world.mini_program(appid),
        scene=scene,
        page="",
        check_path=True,
        env_version="release",
        look=Look(),
    )


def limited(play, path="p", appid=DEFAULT_APPID):
    return play.wechat.qr_code.create_qrcode(
        play.wechat.world.mini_program(appid), path=path, width=280
    )


@pytest.mark.fidelity("documented", "getwxacodeunlimit: 5000 in a minute")
def test_five_thousand_unlimited_codes_in_a_minute(play):
    quotas, now = play.wechat.qr_code.quotas, play.wechat.clock.now()
    for _ in range(UNLIMITED_PER_MINUTE - 1):
        quotas.count("getwxacodeunlimit", DEFAULT_APPID, now, 60)

    assert unlimited(play).octets
    assert errcode(unlimited, play) == 45009
    assert unlimited(play, appid=OTHER_APPID).octets
    play.advance(60)
    assert unlimited(play).octets


def test_code_that_is_not_drawn_is_not_counted(play):
    assert errcode(limited, play, path="") == 40159
    assert limited(play).number_used == 1


def test_each_app_has_codes_of_its_own(play):
    assert limited(play).number_used == 1
    assert limited(play, appid=OTHER_APPID).number_used == 1
    assert limited(play).number_used == 2
