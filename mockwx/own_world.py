"""One world of a running mock as Python verbs, for a test that has it for itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.error import URLError
from urllib.parse import quote
from urllib.parse import urlencode
from urllib.request import ProxyHandler
from urllib.request import Request
from urllib.request import build_opener

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.domain.refusal import RefusalError


Json = dict[str, Any]

SHARED = "default"
"""The world of whatever carries no other: a backend's access_token, above all."""

_SILENT_SECONDS = 10.0
# A proxy knows nothing of a mock on this machine.
_DIRECT = build_opener(ProxyHandler({}))


class OwnWorld:
    """People, clock, faults and journal of one world; nobody else's are touched."""

    appid = DEFAULT_APPID
    secret = DEFAULT_SECRET

    def __init__(self, url: str, name: str, *, token: str | None = None) -> None:
        """Take the mock's address; the world begins when it is first spoken of."""
        self.url = url.rstrip("/")
        self.world = name
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        self.headers: Mapping[str, str] = {"X-Mockwx-World": name, **bearer}
        self.clock = Clock(self)
        self.faults = Faults(self)
        self.people = People(self)
        self.mini_programs = MiniPrograms(self)
        self.sessions = Sessions(self)
        self.journal = Journal(self)
        self.touched_shared = False
        self._token = token

    def __repr__(self) -> str:
        return f"<world {self.world} of the mock at {self.url}>"

    @property
    def shared(self) -> OwnWorld:
        """The world of what carries no other, such as calls of /cgi-bin/token."""
        self.touched_shared = True
        return OwnWorld(self.url, SHARED, token=self._token)

    def reset(self) -> None:
        """Begin anew: nobody logged in, no fault armed, nothing in the journal."""
        self.control("POST", "reset", world=self.world)

    def wx(self, api: str, /, **arguments: object) -> Json:
        """Call a wx API on a person's phone; return what success or fail gets."""
        return self.control("POST", f"wx/{api}", **arguments)

    def control(self, method: str, path: str, /, **fields: object) -> Json:
        """Call the control API in this world; raises RefusalError if it says no."""
        url, body = f"{self.url}/_mockwx/api/{path}", None
        if method in ("GET", "DELETE"):
            url += f"?{urlencode(fields)}" if fields else ""
        else:
            body = json.dumps(fields).encode()
        headers = {**self.headers, "Content-Type": "application/json"}
        question = Request(url, body, headers, method=method)
        try:
            with _DIRECT.open(question, timeout=_patience(fields)) as response:
                return _read(response.read())
        except HTTPError as error:
            with error:
                raise _refusal(_read(error.read()), error.code) from None
        except URLError as error:
            raise RefusalError(
                f"No mock answers at {self.url} ({error.reason}).",
                f"{self.url} 没有 mock 应答（{error.reason}）。",
            ) from None


class _Part:
    """A chapter of what can be asked of a world."""

    def __init__(self, world: OwnWorld) -> None:
        self._world = world


class Clock(_Part):
    """The time of this world."""

    @property
    def now(self) -> int:
        """Return the second it is."""
        return int(self._world.control("GET", "clock")["now"])

    def advance(self, seconds: int) -> None:
        """Move time on; nobody waits."""
        self._world.control("POST", "clock/advance", seconds=seconds)

    def freeze(self, at: int | None = None) -> None:
        """Stop time, now or at a given second."""
        self._world.control("POST", "clock/freeze", at=at)

    def resume(self) -> None:
        """Let time run on."""
        self._world.control("POST", "clock/resume")


class Faults(_Part):
    """Bad weather: ``arm("/sns/jscode2session", errcode=45011)``."""

    def arm(
        self,
        path: str | None = None,
        *,
        user: str | None = None,
        appid: str | None = None,
        times: int | None = 1,
        after: int = 0,
        **effect: object,
    ) -> str:
        """Arm a fault and return its id; times=None strikes until it is disarmed."""
        where = {"path": path, "user": user, "appid": appid}
        match = {name: value for name, value in where.items() if value is not None}
        armed = self._world.control(
            "POST", "faults", match=match, effect=effect, times=times, after=after
        )
        return str(armed["id"])

    def disarm(self, fault: str | None = None) -> None:
        """Disarm one fault, or all of them."""
        path = "faults" if fault is None else f"faults/{quote(fault, safe='')}"
        self._world.control("DELETE", path)

    def list(self) -> list[Json]:
        """Return what is armed, and how often each struck."""
        return list(self._world.control("GET", "faults")["faults"])


class People(_Part):
    """Who lives in this world: everybody you name, made up until you change them."""

    def show(self, name: str) -> Json:
        """Return a person."""
        return self._world.control("GET", f"users/{quote(name, safe='')}")

    def change(self, name: str, **changes: object) -> Json:
        """Change a person: ``change("alice", nickName="小明", steps=9000)``."""
        path = f"users/{quote(name, safe='')}"
        return self._world.control("PATCH", path, **changes)


class MiniPrograms(_Part):
    """The apps of this world; the default one is there already."""

    def add(self, **settings: object) -> Json:
        """Add an app; ids that are not given are drawn."""
        return self._world.control("POST", "mini_programs", **settings)

    def change(self, appid: str = DEFAULT_APPID, **changes: object) -> Json:
        """Change settings of an app: ``change(policy="strict")``."""
        return self._world.control("PATCH", f"mini_programs/{appid}", **changes)


class Sessions(_Part):
    """The session_keys of a person in an app."""

    def show(self, user: str = "alice", appid: str = DEFAULT_APPID) -> Json:
        """Return every key, code and payload of a person, in full."""
        return self._world.control("GET", "sessions", user=user, appid=appid, reveal=1)

    def rotate(self, user: str = "alice", appid: str = DEFAULT_APPID) -> None:
        """Replace the key, as a login on another phone would."""
        self._world.control("POST", "sessions/rotate", user=user, appid=appid)

    def expire(self, user: str = "alice", appid: str = DEFAULT_APPID) -> None:
        """End the life of the key now."""
        self._world.control("POST", "sessions/expire", user=user, appid=appid)


class Journal(_Part):
    """What WeChat was asked in this world, and what else happened."""

    def exchanges(self, path: str | None = None, **filters: object) -> list[Json]:
        """Return the calls to WeChat, oldest first; ``kind="any"`` for all there is."""
        found = self._world.control("GET", "exchanges", **_given(path, filters))
        return list(found["exchanges"])

    def wait(
        self, path: str | None = None, *, timeout: float = 5.0, **filters: object
    ) -> list[Json]:
        """Wait until such a call comes; raises RefusalError if none does."""
        asked = {"timeout": timeout, **_given(path, filters)}
        return list(self._world.control("GET", "exchanges/wait", **asked)["exchanges"])

    def findings(self) -> list[Json]:
        """Return what the journal as a whole shows: retry loops."""
        return list(self._world.control("GET", "exchanges/findings")["findings"])

    def clear(self) -> None:
        """Forget what was asked."""
        self._world.control("DELETE", "exchanges")


def story(exchanges: list[Json]) -> list[str]:
    """Tell exchanges in lines for people, each with the doctor's word on it."""
    lines: list[str] = []
    for each in exchanges:
        asked, came = each["request"], each["response"]
        errcode = each["errcode"]
        outcome = f"HTTP {came['status']}"
        if errcode is not None:
            outcome = f"errcode {errcode}" if errcode else "ok"
        who = f" by {each['user']}" if each["user"] else ""
        call = f"{asked['method']} {asked['path']}".strip()
        lines.append(f"{each['kind']:<8} {call}{who} → {outcome}")
        if each["kind"] == "phone" or errcode != 0:
            lines.append(f"         {came['body'][:_SHOWN]}")
        for finding in (each.get("diagnosis") or {}).get("findings", []):
            lines.append(f"         {finding['cause']}: {finding['message']['en']}")
            lines.append(f"         → {finding['cure']['en']}")
    return lines


_SHOWN = 200


def _given(path: str | None, filters: Mapping[str, object]) -> dict[str, object]:
    return dict(filters) if path is None else {"path": path, **filters}


def _patience(fields: Mapping[str, object]) -> float:
    asked = fields.get("timeout", 0)
    return _SILENT_SECONDS + (asked if isinstance(asked, (int, float)) else 0)


def _read(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _refusal(answer: Json, status: int) -> RefusalError:
    error = answer.get("error") or {"message": f"The mock answered {status}."}
    return RefusalError(str(error["message"]), str(error.get("message_zh", "")))
