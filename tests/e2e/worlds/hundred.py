"""A hundred tests as a user would write them: one mock, one backend, own worlds.

`tests/e2e/test_hundred_worlds.py` runs this file by pytest-xdist; it says by two
variables where mock and backend are. Everybody is called alice here.
"""

import os
from dataclasses import dataclass

import pytest

from simulator import Device
from simulator import connect_backend
from simulator import connect_wechat
from simulator.ports import WeChat
from simulator.wx.request import RequestResult


WORLDS = range(100)
NEW_YEAR = 1_767_225_600
DAY = 86_400

LOGIN, PHONE = "/sns/jscode2session", "/wxa/business/getuserphonenumber"
# Each world has weather of its own: none of these is answered for another reason here.
WEATHER = (40226, 45011, 40013, 40125, 50002)
# The last but one in which a profile shows the person, and a phone number has a code.
BASE_LIBRARY = "2.26.0"


@dataclass(frozen=True)
class Own:
    """What is different in each of the worlds."""

    number: int

    @property
    def name(self) -> str:
        return f"hundred/{self.number}"

    @property
    def nick_name(self) -> str:
        return f"{self.number} 号"

    @property
    def phone_number(self) -> str:
        return f"1206660{self.number:04d}"

    @property
    def noon(self) -> int:
        return NEW_YEAR + self.number * DAY

    @property
    def errcode(self) -> int:
        return WEATHER[self.number % len(WEATHER)]

    @property
    def wait(self) -> int:
        """A code lives for 300 seconds: every other world waits too long."""
        return 299 if self.number % 2 else 301


@pytest.fixture(params=WORLDS, ids=str)
def own(request: pytest.FixtureRequest) -> Own:
    return Own(request.param)


@pytest.fixture
def world(own: Own) -> WeChat:
    return connect_wechat(os.environ["HUNDRED_MOCK"]).in_world(own.name)


@pytest.fixture
def phone(world: WeChat) -> Device:
    backend = connect_backend(os.environ["HUNDRED_BACKEND"])
    return Device(world, backend, base_library=BASE_LIBRARY)


def post(phone: Device, path: str, token: str = "", **data: object) -> RequestResult:
    url = os.environ["HUNDRED_BACKEND"] + path
    header = {"Authorization": f"Bearer {token}"}
    return phone.wx.request(url, data=data, method="POST", header=header)


def test_nobody_sees_another_world(own: Own, world: WeChat, phone: Device) -> None:
    person = {"nickName": own.nick_name, "phone": own.phone_number}
    world.control("PATCH", "users/alice", person)
    world.control("POST", "clock/freeze", {"at": own.noon})
    weather = {"match": {"path": LOGIN}, "effect": {"errcode": own.errcode}}
    world.control("POST", "faults", weather)

    code = phone.wx.login().code
    refused = post(phone, "/login", code=code)
    token = post(phone, "/login", code=code).data["token"]
    with phone.tap() as wx:
        profile = wx.get_user_profile(desc="登记").answer
        number = wx.get_phone_number()
    sent = ("rawData", "signature", "encryptedData", "iv")
    known = post(phone, "/user-info", token, **{each: profile[each] for each in sent})
    phoned = post(phone, "/phone/code", token, code=number.code)
    late = phone.wx.login().code
    world.control("POST", "clock/advance", {"seconds": own.wait})
    tried = post(phone, "/login", code=late)

    in_time = own.wait < 300
    assert refused.data["errcode"] == own.errcode
    assert known.data["nickName"] == own.nick_name
    assert phoned.data["phone"] == own.phone_number
    assert tried.status_code == (200 if in_time else 401)
    journal = world.control("GET", "exchanges")["exchanges"]
    assert [(each["request"]["path"], each["errcode"]) for each in journal] == [
        (LOGIN, own.errcode),
        (LOGIN, 0),
        (PHONE, 0),
        (LOGIN, 0 if in_time else 40029),
    ]
    # A rid begins with the time in hex: the world's own.
    times = [int(each["rid"][:8], 16) for each in journal]
    assert times == [own.noon] * 3 + [own.noon + own.wait]
