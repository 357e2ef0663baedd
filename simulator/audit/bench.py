"""Where a probe works: a world of its own, people with phones, backend and journal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Any
from typing import cast

from simulator.audit.leaks import Secrets
from simulator.audit.model import Evidence
from simulator.audit.model import Words
from simulator.audit.reply import Reply
from simulator.audit.reply import not_limited
from simulator.audit.reply import parts_of
from simulator.audit.roles import CODE
from simulator.audit.roles import FROM_A_BUTTON
from simulator.audit.roles import PHONE_CODE
from simulator.audit.roles import SEALED
from simulator.audit.roles import WHOLE
from simulator.audit.roles import Payload
from simulator.audit.roles import Roles
from simulator.audit.roles import Slots
from simulator.audit.verdicts import inconclusive
from simulator.audit.verdicts import not_applicable
from simulator.device import Device
from simulator.mapping import BackendFile
from simulator.mapping import Call
from simulator.ports import Backend
from simulator.ports import JsonObject
from simulator.ports import RefusedError
from simulator.ports import WeChat
from simulator.scenario import journal
from simulator.scenario.journal import Exchange
from simulator.scenario.talks import play_call
from simulator.scenario.turn import Played
from simulator.scenario.turn import Stage
from simulator.scenario.turn import Turn


LOGIN = "/sns/jscode2session"
NUMBER = "/wxa/business/getuserphonenumber"
TOKENS = ("/cgi-bin/token", "/cgi-bin/stable_token")

# Before 2021 the button still gave a real nickname, and an openId with it.
OLD_LIBRARY = "2.10.3"


@dataclass(slots=True)
class Ground:
    """What all probes of an audit share."""

    stage: Stage
    roles: Roles
    appid: str
    mini_program: JsonObject
    secrets: Secrets
    limits: Limits
    pause: float = 0.0
    """Seconds between two calls to the backend."""
    last: int = 0
    """The last exchange of the shared world that was read."""
    leaks: list[tuple[str, Reply]] = field(default_factory=list)
    """Answers that held a secret, with the probe that got them."""
    tracebacks: list[tuple[str, Reply]] = field(default_factory=list)
    """Answers that showed the inside of the program."""

    @property
    def file(self) -> BackendFile:
        """The backend's file."""
        return cast("BackendFile", self.stage.file)

    @property
    def backend(self) -> Backend:
        """The backend."""
        return cast("Backend", self.stage.backend)


@dataclass(frozen=True, slots=True)
class Limits:
    """How slow WeChat is made, and how long a person waits; in seconds."""

    slow: float = 2.0
    slower: float = 5.0
    slowest: float = 30.0
    patience: float = 12.0
    """When nobody waits for a login any more."""
    grace: float = 3.0
    """How much longer a call is waited for, to see how long it takes."""


class Bench:
    """One probe's workplace."""

    def __init__(self, ground: Ground, world: str, probe: str = "") -> None:
        self.ground = ground
        self.roles = ground.roles
        self.limits = ground.limits
        self.world = world
        self.probe = probe
        self.evidence: list[Evidence] = []
        shared = ground.stage.wechat
        self.shared: WeChat = shared
        shared.control("POST", "reset", {"world": world})
        self.wechat: WeChat = shared.in_world(world)
        self._bring_the_app()
        self.stage = replace(ground.stage, wechat=self.wechat, world=world)
        self._last = 0
        self._reading = threading.Lock()
        self.news()  # what came late from another probe is none of this one

    def person(
        self, name: str = "alice", *, appid: str | None = None, device: str = "phone"
    ) -> Person:
        """Give somebody a phone with the mini program on it."""
        phone = Device(
            self.wechat,
            self.ground.backend,
            user=name,
            appid=appid or self.ground.appid,
            name=device,
            base_library=OLD_LIBRARY,
        )
        return Person(self, phone)

    def people(self, count: int) -> list[Person]:
        """Give several people phones."""
        return [self.person(f"person{number}") for number in range(1, count + 1)]

    def login(self) -> Slots:
        """Return the login call; stop if there is none."""
        if self.roles.login is None:
            raise not_applicable(
                "the backend file has no call that takes a login code",
                "后端文件中没有接收登录 code 的调用",
            )
        return self.roles.login

    def whoami(self) -> Slots:
        """Return the call that tells who one is; stop if there is none."""
        if self.roles.whoami is None:
            raise not_applicable(
                "the backend file has no call that tells who is logged in "
                "(a GET such as `whoami`)",
                "后端文件中没有说明当前登录者的调用（例如 GET 的 `whoami`）",
            )
        return self.roles.whoami

    def taking(self, *meanings: str) -> tuple[Slots, ...]:
        """Return the calls that take sealed data and all of these; stop if none do."""
        found = tuple(s for s in self.roles.sealed if set(meanings) <= s.takes)
        if not found:
            named = ", ".join((SEALED, *meanings))
            raise not_applicable(
                f"no call of the backend file takes {named}",
                f"后端文件中没有接收 {named} 的调用",
            )
        return found

    def phone_code(self) -> Slots:
        """Return the call that takes the phone button's code; stop if none does."""
        if self.roles.phone_code is None:
            raise not_applicable(
                "the backend file has no call that takes the phone button's code",
                "后端文件中没有接收手机号按钮 code 的调用",
            )
        return self.roles.phone_code

    def control(self, method: str, path: str, **body: object) -> JsonObject:
        """Act on this probe's world."""
        return self.wechat.control(method, path, body)

    def arm(
        self,
        path: str,
        effect: Mapping[str, object],
        *,
        times: int | None = 1,
        after: int = 0,
    ) -> None:
        """Make bad weather for one of WeChat's interfaces, in this world."""
        fault: dict[str, object] = {"match": {"path": path}, "effect": dict(effect)}
        self.control("POST", "faults", **fault, times=times, after=after)

    def disarm(self) -> None:
        """Make the weather fine again."""
        self.control("DELETE", "faults")

    def policy(self, name: str) -> None:
        """Choose how the app's session_keys live."""
        appid = self.ground.appid
        self.control("PATCH", f"mini_programs/{appid}", policy=name)

    def at_once(self, acts: Iterable[Callable[[], Reply]]) -> list[Reply]:
        """Do several things at the same time."""
        acts = list(acts)
        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(lambda act: act(), acts))

    def note(self, en: str, zh: str, played: Played, asked: Iterable[Exchange]) -> None:
        """Keep a talk as evidence."""
        failure = "" if played.talk is not None else "; ".join(played.reasons)
        self.evidence.append(
            Evidence(Words(en, zh), played.talk, failure, journal.calls(asked))
        )

    def show(self, reply: Reply, en: str, zh: str) -> None:
        """Show a reply once more as the last evidence."""
        calls = journal.calls(reply.asked)
        self.evidence.append(Evidence(Words(en, zh), reply.talk, "", calls))

    def news(self) -> tuple[Exchange, ...]:
        """Read what WeChat was asked since the last look, in the shared world too."""
        found: list[Exchange] = []
        with self._reading:
            found += _since(self.shared, self.ground.last)
            self.ground.last = found[-1]["number"] if found else self.ground.last
            here = _since(self.wechat, self._last)
            self._last = here[-1]["number"] if here else self._last
        for exchange in (*found, *here):
            self.ground.secrets.learn_from(exchange)
        return (*found, *here)

    def _bring_the_app(self) -> None:
        """Let the backend's mini program be in this world too."""
        try:
            self.wechat.control("GET", f"mini_programs/{self.ground.appid}")
        except RefusedError:
            self.wechat.control("POST", "mini_programs", self.ground.mini_program)


@dataclass(slots=True)
class Person:
    """Somebody with a phone, and what they send to the backend."""

    bench: Bench
    device: Device
    _known: bool = field(default=False, init=False)
    """Whether the phone has logged in to WeChat: without that nothing is sealed."""

    @property
    def openid(self) -> str:
        """Who the person is in this mini program."""
        who = {"appid": self.device.mini_program_id, "user": self.device.user}
        known = self.bench.control("GET", "sessions", **who, reveal=1)
        return str(known.get("openid") or "")

    @property
    def session_keys(self) -> list[str]:
        """Every session_key that the person ever had here, the newest last."""
        who = {"appid": self.device.mini_program_id, "user": self.device.user}
        known = self.bench.control("GET", "sessions", **who, reveal=1)
        keys = cast("list[Mapping[str, Any]]", known.get("session_keys", []))
        return [str(each["session_key"]) for each in keys]

    @property
    def storage(self) -> Mapping[str, object]:
        """What the backend gave to the phone to keep."""
        device = self.device
        return {key: device.wx.get_storage_sync(key) for key in device.storage}

    def code(self) -> str:
        """Log in to WeChat; return the code."""
        self._known = True
        return self.device.wx.login().code

    def sealed(self, payload: Payload) -> dict[str, object]:
        """Tap the button for a profile or a phone number; return what it gives."""
        if not self._known:
            self.code()
        # The newest library gives phone codes, an old one real nicknames.
        self.device.base_library = None if payload == "phone" else OLD_LIBRARY
        with self.device.tap() as wx:
            if payload == "phone":
                tapped: Mapping[str, object] = wx.get_phone_number().answer
                return {**tapped, PHONE_CODE: tapped.get("code")}
            return dict(wx.get_user_info(button=True, with_credentials=True).answer)

    def values(self, slots: Slots, **given: object) -> dict[str, object]:
        """Collect what an honest page would give to a call."""
        found: dict[str, object] = {
            f"hint:{name}": value
            for name, value in self.bench.ground.file.audit.values.items()
        }
        found["scene"] = str(self.device.launch.scene)
        if CODE in slots.takes and CODE not in given:
            found[CODE] = self.code()
        if given:
            found |= given
        if slots.takes & FROM_A_BUTTON - given.keys():
            tapped = self.sealed(slots.payload)
            tapped.pop(CODE, None)
            found = {**tapped, **found}
        return _with_whole(found)

    def send(self, slots: Slots, en: str, zh: str, **given: object) -> Reply:
        """Call the backend as an honest page would, but with what is given."""
        return self.ask(slots, self.values(slots, **given), en, zh)

    def ask(
        self, slots: Slots, values: Mapping[str, object], en: str, zh: str
    ) -> Reply:
        """Call the backend with exactly these values."""
        return self.play(slots.call, slots.scope(values), en, zh)

    def play(self, call: Call, scope: Mapping[str, object], en: str, zh: str) -> Reply:
        """Send a call, and write down what came of it."""
        bench, device = self.bench, self.device
        if bench.ground.pause:
            time.sleep(bench.ground.pause)
        facts = {"appid": device.mini_program_id, "person": device.user}
        whole = {**scope, "storage": self.storage, "device": facts}
        turn = Turn(bench.stage, device, whole)
        began = time.perf_counter()
        played = play_call(turn, self._in_time(call), {})
        seconds = time.perf_counter() - began
        asked = bench.news()
        bench.note(en, zh, played, asked)
        leaks = tuple(bench.ground.secrets.leaks(parts_of(played)))
        reply = Reply(
            call,
            played.ok,
            played.answer,
            played.reasons,
            seconds,
            played.talk,
            asked,
            leaks,
        )
        if leaks:
            bench.ground.leaks.append((bench.probe, reply))
        if reply.traceback:
            bench.ground.tracebacks.append((bench.probe, reply))
        return reply

    def _in_time(self, call: Call) -> Call:
        """Let no call take longer than anybody would wait: an audit has an end."""
        limits = self.bench.limits
        longest = (limits.patience + limits.grace) * 1000
        return replace(call, timeout=min(call.timeout or longest, longest))

    def log_in(self, **given: object) -> Reply:
        """Log in to the backend; stop if it refuses an honest login."""
        reply = self._enter(**given)
        self._bind()
        return reply

    def _enter(self, **given: object) -> Reply:
        reply = self.send(
            self.bench.login(), "an honest login", "一次正常的登录", **given
        )
        return _honest(reply, "login", "登录")

    def _bind(self) -> None:
        """Do what a page does for somebody new: give what makes a login state."""
        roles = self.bench.roles
        for slots in roles.binding:
            stored = self.storage.keys()
            lacks = (roles.state & slots.call.keep.keys()) - stored
            if lacks and slots.wants <= stored:
                self.send(slots, "a new person binds", "新用户绑定")

    def who_am_i(self) -> Reply:
        """Ask the backend who one is; stop if it refuses."""
        self._bind()
        reply = self.send(
            self.bench.whoami(), "who the backend says it is", "后端认为这是谁"
        )
        return _honest(reply, "question who one is", "“我是谁”的询问")

    def honestly(self, slots: Slots) -> Reply:
        """Log in if needed and send a call as it should be; stop if it is refused."""
        self.prepare(slots)
        reply = self.send(slots, "the honest call", "正常的调用")
        return _honest(reply, f"call '{slots.call.name}'", f"调用“{slots.call.name}”")

    def prepare(self, slots: Slots) -> None:
        """Log in, unless the call itself is a login."""
        if slots in self.bench.roles.binding:
            self._enter()
        elif CODE not in slots.takes and self.bench.roles.login is not None:
            self.log_in()


def changed(call: Call, **extra: object) -> Call:
    """Return a call that says more than it should: in its body, or in its query."""
    if isinstance(call.body, Mapping):
        return replace(call, body={**call.body, **extra})
    return replace(call, query={**call.query, **extra})


def _since(wechat: WeChat, last: int) -> list[Exchange]:
    found = journal.exchanges(wechat, since=last, reveal=1)["exchanges"]
    return cast("list[Exchange]", found)


def _honest(reply: Reply, en: str, zh: str) -> Reply:
    if reply.accepted:
        return reply
    not_limited(reply)
    why = reply.refusal
    raise inconclusive(
        f"the honest {en} was not accepted ({why.en}): "
        "without it nothing can be compared",
        f"正常的{zh}没有被接受（{why.zh}）：因此无法比较",
    )


def _with_whole(values: dict[str, object]) -> dict[str, object]:
    """Add the wx answer as one object, for pages that send it as it came."""
    user_info = values.get("userInfo")
    flat = dict(user_info) if isinstance(user_info, Mapping) else {}
    plain = {k: v for k, v in values.items() if not k.startswith("hint:")}
    return {**flat, **values, WHOLE: plain}
