"""生命周期 life cycle: wx.getLaunchOptionsSync.

https://developers.weixin.qq.com/miniprogram/dev/api/base/app/life-cycle/wx.getLaunchOptionsSync.html
"""

from __future__ import annotations

from simulator.wx.host import Api
from simulator.wx.host import Launch


class LifeCycleApi(Api):
    """wx.getLaunchOptionsSync."""

    __slots__ = ()

    def get_launch_options_sync(self) -> Launch:
        """Tell how the mini program was opened, for example by which QR code."""
        return self._host.launch
