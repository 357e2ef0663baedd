"""One person, one phone, one mini program."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from simulator.ports import DEFAULT_APPID
from simulator.ports import Backend
from simulator.ports import Consent
from simulator.ports import JsonObject
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SimulatorError
from simulator.ports import WeChat
from simulator.wx import Wx
from simulator.wx.host import Launch


_SYSTEMS = {
    "ios": "iPhone; CPU iPhone OS 17_5 like Mac OS X",
    "android": "Linux; Android 14; Pixel 8",
    "devtools": "Macintosh; Intel Mac OS X 10_15_7",
}


@dataclass(slots=True)
class Device:
    """A phone: what is stored on it outlives relaunches of the mini program.

    ``answers`` is what the person says when asked, by wx call; others are allowed.
    """

    wechat: WeChat
    backend: Backend | None = None
    user: str = "alice"
    appid: str | None = None
    name: str = "phone"
    base_library: str | None = None
    platform: str = "ios"
    version: str = ""
    answers: dict[str, Consent] = field(default_factory=dict)
    check_domains: tuple[str, ...] | None = None
    launch: Launch = field(default_factory=Launch)
    storage: dict[str, str] = field(default_factory=dict)
    tapping: bool = field(default=False, init=False)

    @property
    def wx(self) -> Wx:
        """The wx object of the page that is open."""
        return Wx(self)

    @property
    def mini_program_id(self) -> str:
        """The appid, also if it is the default one."""
        return self.appid or DEFAULT_APPID

    @property
    def page_version(self) -> str:
        """The version as the Referer names it: 0 for what is not released."""
        unreleased = "devtools" if self.platform == "devtools" else "0"
        return self.version or unreleased

    @property
    def user_agent(self) -> str:
        """What wx.request says it is."""
        system = _SYSTEMS.get(self.platform, _SYSTEMS["ios"])
        return (
            f"Mozilla/5.0 ({system}) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            f"Mobile/15E148 MicroMessenger/8.0.50(0x18003237) NetType/WIFI "
            f"Language/zh_CN MiniProgramEnv/{self.platform}"
        )

    @contextlib.contextmanager
    def tap(self) -> Iterator[Wx]:
        """Touch the screen: some calls are allowed only while it lasts."""
        self.tapping = True
        try:
            yield self.wx
        finally:
            self.tapping = False

    def answer(self, **answers: Consent) -> None:
        """Decide what the person says from now on: ``answer(getUserInfo="deny")``."""
        self.answers.update(answers)

    def relaunch(
        self, *, scene: int = 1001, query: Mapping[str, str] | None = None
    ) -> Launch:
        """Close the mini program and open it again, perhaps by a QR code."""
        self.launch = Launch(scene=scene, query=dict(query or {}))
        return self.launch

    def delete_mini_program(self) -> None:
        """Remove it from the phone, and with it everything it stored."""
        self.storage.clear()
        self.launch = Launch()

    def call(
        self, api: str, arguments: Mapping[str, object], consent: Consent | None
    ) -> JsonObject:
        """Call WeChat as this person on this phone."""
        who: dict[str, object] = {
            "appid": self.appid,
            "user": self.user,
            "device": self.name,
            "base_library": self.base_library,
            "platform": self.platform,
            "consent": consent or self.answers.get(api),
        }
        known = {key: value for key, value in who.items() if value is not None}
        return self.wechat.call(api, {**known, **arguments})

    def send(self, request: Request) -> Response:
        """Send a request from this phone."""
        if self.backend is None:
            raise SimulatorError(
                "This device has no backend: give it one with "
                "Device(..., backend=connect_backend(URL)).",
                "这台设备没有后端：请用 Device(..., backend=connect_backend(URL))。",
            )
        return self.backend.send(request)
