"""One person, one phone, one mini program."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from simulator.ports import DEFAULT_APPID
from simulator.ports import Backend
from simulator.ports import Consent
from simulator.ports import JsonObject
from simulator.ports import Network
from simulator.ports import Privacy
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SimulatorError
from simulator.ports import WeChat
from simulator.wx import Wx
from simulator.wx.host import Launch
from simulator.wx.host import PrivacyHandler
from simulator.wx.host import PrivacyPrompt
from simulator.wx.request import MAX_TASKS


CLICK_NEEDED = "click action before resolve is needed"
"""What a private call says if the page agrees for a person who did not."""

_SYSTEMS = {
    "ios": "iPhone; CPU iPhone OS 17_5 like Mac OS X",
    "android": "Linux; Android 14; Pixel 8",
    "devtools": "Macintosh; Intel Mac OS X 10_15_7",
}


_OPENED = Launch()


class Permits:
    """Permits for as many requests as may be under way at the same time."""

    __slots__ = ("_free",)

    def __init__(self) -> None:
        # Appending to and popping from a list needs no lock.
        self._free = [None] * MAX_TASKS

    def acquire(self) -> bool:
        """Take one; say whether there was one left."""
        try:
            self._free.pop()
        except IndexError:
            return False
        return True

    def release(self) -> None:
        """Give one back."""
        self._free.append(None)


class Tap:
    """A finger on the screen, for as long as the ``with`` block lasts."""

    __slots__ = ("_touches", "_wx")

    def __init__(self, wx: Wx, touches: set[int]) -> None:
        self._wx = wx
        # By thread: a tap here is none of what goes on meanwhile elsewhere.
        self._touches = touches

    def __enter__(self) -> Wx:
        self._touches.add(threading.get_ident())
        return self._wx

    def __exit__(self, *_: object) -> None:
        self._touches.discard(threading.get_ident())


@dataclass(slots=True)
class Device:
    """A phone: what is stored on it outlives relaunches of the mini program.

    ``answers`` is what the person says when asked, by wx call; others are allowed.
    ``privacy`` is what they say to the privacy agreement where WeChat itself asks;
    ``network`` and ``wording`` are those of the mock's wx calls (online by default).
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
    privacy: Privacy | None = None
    network: Network | None = None
    wording: str | None = None
    check_domains: tuple[str, ...] | None = None
    launch: Launch = _OPENED
    storage: dict[str, str] = field(default_factory=dict)
    page: str = field(default="", init=False)
    _touches: set[int] = field(default_factory=set, init=False, repr=False)
    hidden: bool = field(default=False, init=False)
    privacy_prompt: PrivacyPrompt = field(default_factory=PrivacyPrompt, init=False)
    tasks: Permits = field(default_factory=Permits, init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin on the page the mini program was opened on."""
        self.page = self.launch.path

    @property
    def wx(self) -> Wx:
        """The wx object of the page that is open."""
        return Wx(self)

    @property
    def tapping(self) -> bool:
        """Whether the screen is touched."""
        return threading.get_ident() in self._touches

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

    def tap(self) -> Tap:
        """Touch the screen: some calls are allowed only while it lasts."""
        return Tap(self.wx, self._touches)

    def answer(self, **answers: Consent) -> None:
        """Decide what the person says from now on: ``answer(getUserInfo="deny")``."""
        self.answers.update(answers)

    def relaunch(
        self, *, scene: int = 1001, query: Mapping[str, str] | None = None
    ) -> Launch:
        """Close the mini program and open it again, perhaps by a QR code."""
        self.launch = Launch(scene=scene, query=dict(query or {}))
        self.page = self.launch.path
        self.hidden = False
        self.privacy_prompt = PrivacyPrompt()
        return self.launch

    def open(self, page: str) -> None:
        """Go to another page of the mini program: ``open("pages/pay/index")``."""
        self.page = page

    def hide(self) -> None:
        """Leave the mini program in the background for more than five seconds."""
        self.hidden = True

    def show(self) -> None:
        """Come back to it."""
        self.hidden = False

    def delete_mini_program(self) -> None:
        """Remove it from the phone, and with it all it stored and was allowed."""
        self.wx.delete_mini_program()
        self.storage.clear()
        self.relaunch()

    def call(
        self, api: str, arguments: Mapping[str, object], consent: Consent | None
    ) -> JsonObject:
        """Call WeChat as this person on this phone.

        Where the page asks about privacy itself, it is tried first whether that is
        needed: an agreement that nobody clicked on changes nothing.
        """
        handler = self.privacy_prompt.handler
        if handler is None or "privacy" in arguments:
            return self._call(api, arguments, consent)
        tried = self._call(api, {**arguments, "privacy": "unclicked"}, consent)
        if not str(tried.get("errMsg", "")).endswith(CLICK_NEEDED):
            return tried
        said = self._ask_about_privacy(handler, api)
        return self._call(api, {**arguments, "privacy": said}, consent)

    def _ask_about_privacy(self, handler: PrivacyHandler, api: str) -> str:
        said: list[str] = []
        clicked = self.privacy_prompt.clicked
        clicked.clear()

        def resolve(event: str, *, button_id: str | None = None) -> None:
            if event == "agree":
                said.append("agree" if button_id in clicked else "unclicked")
            elif event == "disagree":
                said.append("disagree")
            elif event != "exposureAuthorization":
                raise SimulatorError(
                    f"resolve does not know {event!r}: say 'agree', 'disagree' or "
                    "'exposureAuthorization'.",
                    f"resolve 不认识 {event!r}：请用 'agree'、'disagree' 或 "
                    "'exposureAuthorization'。",
                )

        # The popup is the page's own: only its buttons may be touched meanwhile.
        self.privacy_prompt.handler = None
        try:
            handler(resolve, api)
        finally:
            self.privacy_prompt.handler = handler
        if not said:
            raise SimulatorError(
                f"The page never resolved what {api} waits for: let the handler of "
                "on_need_privacy_authorization call resolve('agree', button_id=...) "
                "or resolve('disagree').",
                f"{api} 一直在等待：请在 on_need_privacy_authorization 的回调中调用 "
                "resolve('agree', button_id=...) 或 resolve('disagree')。",
            )
        return said[0]

    def _call(
        self, api: str, arguments: Mapping[str, object], consent: Consent | None
    ) -> JsonObject:
        who: dict[str, object] = {
            "appid": self.appid,
            "user": self.user,
            "device": self.name,
            "base_library": self.base_library,
            "platform": self.platform,
            "consent": consent or self.answers.get(api),
            "privacy": self.privacy,
            "network": self.network,
            "wording": self.wording,
            "page": self.page,
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
