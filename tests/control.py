"""A running mock, as verbs: what the phone does, where time goes, what was asked."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler
from urllib.request import Request
from urllib.request import build_opener


_DIRECT = build_opener(ProxyHandler({}))


class Mock:
    """The mock at an address, driven through its control API."""

    def __init__(self, url: str) -> None:
        """Take the address as the mock printed it."""
        self.url = url.rstrip("/")

    def wx(self, api: str, **arguments: object) -> dict[str, Any]:
        """Do something on a person's phone; return what success or fail gets."""
        return self._send("POST", f"/_mockwx/api/wx/{api}", arguments)

    def login_code(self, **arguments: object) -> str:
        """Return a fresh code of wx.login."""
        return str(self.wx("login", **arguments)["code"])

    def advance(self, seconds: int) -> None:
        """Move the mock's time on; nobody waits."""
        self._send("POST", "/_mockwx/api/clock/advance", {"seconds": seconds})

    def add_mini_program(self, **settings: object) -> dict[str, Any]:
        """Register one more mini program."""
        return self._send("POST", "/_mockwx/api/mini_programs", settings)

    def change_mini_program(self, appid: str, **settings: object) -> dict[str, Any]:
        """Change some settings of a mini program."""
        return self._send("PATCH", f"/_mockwx/api/mini_programs/{appid}", settings)

    def revoke(self, user: str, revoke_info: int) -> dict[str, Any]:
        """Let a person take something back from the default mini program."""
        path = f"/_mockwx/api/users/{user}/revoke"
        return self._send("POST", path, {"revoke_info": revoke_info})

    def wait_for_push(self, **wanted: str) -> dict[str, Any]:
        """Wait until WeChat pushed something; return that exchange."""
        query = urlencode({"kind": "push", **wanted})
        found = self._send("GET", f"/_mockwx/api/exchanges/wait?{query}")
        return dict(found["exchanges"][0])

    def outbox(self) -> list[dict[str, Any]]:
        """Return the subscribe messages that people got."""
        return list(self._send("GET", "/_mockwx/api/outbox")["messages"])

    def add_user(self, **person: object) -> dict[str, Any]:
        """Introduce a person."""
        return self._send("POST", "/_mockwx/api/users", person)

    def arm(self, match: Mapping[str, str], **effect: object) -> dict[str, Any]:
        """Arm a fault that strikes once."""
        return self._send(
            "POST", "/_mockwx/api/faults", {"match": dict(match), "effect": effect}
        )

    def arm_for_good(self, match: Mapping[str, str], **effect: object) -> None:
        """Arm a fault that never goes away by itself."""
        fault = {"match": dict(match), "effect": effect, "times": None}
        self._send("POST", "/_mockwx/api/faults", fault)

    def retry_loops(self) -> list[dict[str, Any]]:
        """Return the calls that the journal names as repeated without success."""
        return list(self._send("GET", "/_mockwx/api/exchanges/findings")["findings"])

    def reset(self) -> None:
        """Bring the world back to its start."""
        self._send("POST", "/_mockwx/api/reset", {})

    def tell_backend(
        self,
        method: str,
        path: str,
        sent: Mapping[str, object],
        status: int,
        answered: Mapping[str, object],
    ) -> None:
        """Tell the journal what alice's phone asked of the backend under test."""
        told = {
            "method": method,
            "path": path,
            "request_body": json.dumps(sent),
            "status": status,
            "response_body": json.dumps(answered),
            "content_type": "application/json",
            "user": "alice",
        }
        self._send("POST", "/_mockwx/api/exchanges", told)

    def exchange(self, path: str) -> dict[str, Any]:
        """Return the only exchange of a path, of whatever kind."""
        query = urlencode({"path": path, "kind": "any"})
        journal = self._send("GET", f"/_mockwx/api/exchanges?{query}")
        (found,) = journal["exchanges"]
        return dict(found)

    def errcodes(self, path: str) -> list[int]:
        """Return what each call to a path was answered with, oldest first."""
        journal = self._send(
            "GET", f"/_mockwx/api/exchanges?{urlencode({'path': path})}"
        )
        return [exchange["errcode"] for exchange in journal["exchanges"]]

    def paths(self) -> list[str]:
        """Return the path of each call that WeChat received, oldest first."""
        journal = self._send("GET", "/_mockwx/api/exchanges")
        return [exchange["request"]["path"] for exchange in journal["exchanges"]]

    def ask(self, path: str, **query: str) -> dict[str, Any]:
        """Call one of WeChat's own GET interfaces, as some other server would."""
        return self._send("GET", f"{path}?{urlencode(query)}")

    def _send(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        request = Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with _DIRECT.open(request, timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
        return answer
