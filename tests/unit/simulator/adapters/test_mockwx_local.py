"""A mock in this process, with and without a port."""

from urllib.request import urlopen

from simulator.adapters.mockwx_local import local_mock
from simulator.adapters.mockwx_local import running_mock
from simulator.device import Device


def test_local_mock_logs_a_phone_in() -> None:
    device = Device(local_mock())

    assert len(device.wx.login().code) == 32
    assert device.wx.check_session().err_msg == "checkSession:ok"


def test_local_mocks_do_not_know_each_other() -> None:
    one, other = local_mock(), local_mock()
    Device(one).wx.login()

    assert one.control("GET", "clock").keys() == other.control("GET", "clock").keys()
    assert (
        Device(other)
        .wechat.call("checkSession", {})["errMsg"]
        .startswith("checkSession:fail")
    )


def test_running_mock_answers_a_backend() -> None:
    with running_mock() as mock, urlopen(f"{mock.url}/_mockwx/api/health") as answer:
        assert answer.status == 200
