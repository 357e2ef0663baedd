"""A mock in this process: the same answers without a port and with one."""

from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from simulator.adapters.mockwx_http import MockWx
from simulator.adapters.mockwx_local import local_mock
from simulator.adapters.mockwx_local import running_mock
from simulator.device import Device
from simulator.ports import RefusedError
from simulator.wx import WxError


@pytest.fixture(params=["without a port", "with a port"])
def mock(request: pytest.FixtureRequest) -> Iterator[MockWx]:
    if request.param == "without a port":
        yield local_mock()
        return
    with running_mock() as running:
        yield running


def test_phone_logs_in(mock: MockWx) -> None:
    device = Device(mock)

    with pytest.raises(WxError, match="checkSession:fail"):
        device.wx.check_session()
    assert len(device.wx.login().code) == 32
    assert device.wx.check_session().err_msg == "checkSession:ok"


def test_control_api_answers(mock: MockWx) -> None:
    before = mock.control("GET", "clock")["now"]

    mock.control("POST", "clock/advance", {"seconds": 600})

    assert mock.control("GET", "clock")["now"] - before >= 600
    assert mock.control("GET", "exchanges", {"since": 0}) == {"exchanges": []}


def test_wrong_question_is_refused(mock: MockWx) -> None:
    with pytest.raises(RefusedError) as caught:
        mock.call("login", {"no_such_argument": 1})

    assert "no_such_argument" in caught.value.message


def test_local_mocks_do_not_know_each_other() -> None:
    one, other = local_mock(), local_mock()
    Device(one).wx.login()

    with pytest.raises(WxError):
        Device(other).wx.check_session()


def test_running_mock_answers_a_backend() -> None:
    with running_mock() as mock, urlopen(f"{mock.url}/_mockwx/api/health") as answer:
        assert answer.status == 200
