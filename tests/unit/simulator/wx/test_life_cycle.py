"""wx.getLaunchOptionsSync."""

from simulator.device import Device
from tests.unit.simulator.fakes import FakeWeChat


def test_launch_options_tell_scene_and_query() -> None:
    device = Device(FakeWeChat())
    assert device.wx.get_launch_options_sync().scene == 1001

    device.relaunch(scene=1047, query={"scene": "table-42"})

    options = device.wx.get_launch_options_sync()
    assert (options.scene, options.query) == (1047, {"scene": "table-42"})
    assert options.path == "pages/index/index"
