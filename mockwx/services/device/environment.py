"""基础 base: wx.canIUse, wx.getAccountInfoSync, wx.getSystemInfoSync, <open-data>.

Answered by the phone itself: nothing here asks WeChat's servers.
https://developers.weixin.qq.com/miniprogram/dev/api/base/wx.canIUse.html
"""

from __future__ import annotations

from mockwx.domain.capabilities import can_use
from mockwx.domain.open_data_component import rendered
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap


RELEASE = "release"
ENV_VERSIONS = ("develop", "trial", RELEASE)

# The WeChat app and the phones of our people; any would do.
WECHAT_VERSION = "8.0.50"
_IPHONE = {
    "brand": "iPhone",
    "model": "iPhone 15",
    "pixelRatio": 3,
    "screenWidth": 393,
    "screenHeight": 852,
    "windowWidth": 393,
    "windowHeight": 749,
    "statusBarHeight": 59,
    "system": "iOS 17.5",
}
_PIXEL = {
    "brand": "google",
    "model": "Pixel 8",
    "pixelRatio": 2.625,
    "screenWidth": 412,
    "screenHeight": 915,
    "windowWidth": 412,
    "windowHeight": 827,
    "statusBarHeight": 40,
    "system": "Android 14",
}
_PHONES = {
    "ios": _IPHONE,
    "android": _PIXEL,
    "devtools": {**_IPHONE, "brand": "devtools"},
}


def can_i_use(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Say whether the phone knows an API or a component (wx.canIUse)."""
    return {"result": can_use(str(arguments.get("schema", "")), tap.era)}


def get_account_info(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Say which mini program this is (wx.getAccountInfoSync)."""
    env_version = str(arguments.get("envVersion", RELEASE))
    version = str(arguments.get("version", "1.0.0"))
    return {
        "miniProgram": {
            "appId": tap.mini_program.appid,
            "envVersion": env_version,
            "version": version if env_version == RELEASE else "",
        }
    }


def get_system_info(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Say what phone this is (wx.getSystemInfo, wx.getSystemInfoSync)."""
    platform = tap.handset.platform
    return {
        **_PHONES[platform],
        "language": tap.user.language,
        "version": WECHAT_VERSION,
        "SDKVersion": tap.handset.base_library,
        "platform": platform,
    }


def open_data(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Render <open-data type="...">: the text, or the address of the picture."""
    kind = str(arguments.get("type", "userNickName"))
    lang = str(arguments.get("lang", "en"))
    return {"value": rendered(kind, tap.user, lang, tap.era)}
