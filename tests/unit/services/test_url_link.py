"""URL Scheme and URL Link: how many an app may make."""

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.domain.quota import DAY
from mockwx.domain.quota import Window
from mockwx.domain.quota import window_start
from mockwx.domain.url_link import PER_DAY
from mockwx.domain.url_link import Destination
from mockwx.domain.url_link import Expiry
from tests.unit.services.play import OTHER_APPID
from tests.unit.services.play import Play
from tests.unit.services.play import errcode


HOME = Destination("", "", "release")
FOREVER = Expiry(is_expire=False, expire_type=0, expire_time=0, expire_interval=0)


@pytest.fixture
def play():
    return Play()


def scheme(play, appid=DEFAULT_APPID):
    app = play.wechat.world.mini_program(appid)
    return play.wechat.url_link.generate_scheme(app, HOME, expiry=FOREVER)


def link(play, appid=DEFAULT_APPID):
    app = play.wechat.world.mini_program(appid)
    return play.wechat.url_link.generate_url_link(
        app, HOME, expiry=FOREVER, to_cloud=False
    )


@pytest.mark.fidelity("documented", "generatescheme: 500 000 in a day")
@pytest.mark.parametrize(
    ("make", "interface"), [(scheme, "generatescheme"), (link, "generate_urllink")]
)
def test_half_a_million_links_in_a_day(play, make, interface):
    day = window_start(play.wechat.clock.now(), DAY)
    used_up = f"{interface}/{DAY}/{DEFAULT_APPID}"
    play.wechat.store.put("quotas", used_up, Window(day, PER_DAY))

    assert errcode(make, play) == 44993
    assert make(play, OTHER_APPID)
    play.advance(DAY)
    assert make(play)
