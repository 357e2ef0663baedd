"""WeChat played by mockwx: its wx door and its control API, over any transport."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Mapping
from json import encoder
from urllib.parse import urlencode

from simulator.ports import Backend
from simulator.ports import JsonObject
from simulator.ports import RefusedError
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError
from simulator.ports import UnreachableError


_API = "/_mockwx/api/"


def _encoder() -> Callable[[object], str]:
    """Return what json.dumps does; CPython's own encoder, made once for all calls."""
    slow = json.JSONEncoder()
    make = encoder.c_make_encoder  # type: ignore[attr-defined]  # CPython has it
    if make is None:
        return slow.encode
    write = make(
        None,
        slow.default,
        encoder.encode_basestring_ascii,
        None,
        ": ",
        ", ",
        False,
        False,
        True,
    )
    return lambda value: "".join(write(value, 0))


_encode = _encoder()
# json.loads first guesses how bytes are encoded.
_decode = json.JSONDecoder().decode


class MockWx:
    """The WeChat port over mockwx; a backend adapter carries the bytes."""

    def __init__(
        self, transport: Backend, *, token: str | None = None, world: str | None = None
    ) -> None:
        self._transport = transport
        self._token = token
        bearer = (("Authorization", f"Bearer {token}"),) if token else ()
        place = (("X-Mockwx-World", world),) if world else ()
        self._headers = (("Content-Type", "application/json"), *bearer, *place)
        self._door = f"{transport.base_url}{_API}"

    def in_world(self, name: str) -> MockWx:
        """Return the same mock, working in another of its worlds."""
        return MockWx(self._transport, token=self._token, world=name)

    @property
    def url(self) -> str:
        """Where the mock answers."""
        return self._transport.base_url

    def call(self, api: str, arguments: Mapping[str, object]) -> JsonObject:
        """Call a wx API on somebody's phone."""
        return self.control("POST", f"wx/{api}", arguments)

    def control(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> JsonObject:
        """Call the control API."""
        response = self._send(method, path, body)
        answer = self._read(response)
        if response.status >= 400:
            raise _refusal(answer, response.status)
        return answer

    def _send(
        self, method: str, path: str, body: Mapping[str, object] | None
    ) -> Response:
        url, content = self._door + path, b""
        if method not in ("GET", "DELETE"):
            content = _encode(body or {}).encode()
        elif body:
            url += f"?{urlencode(body)}"
        request = Request(method, url, self._headers, content)
        try:
            return self._transport.send(request)
        except SendError as error:
            raise UnreachableError(
                f"No mock answers at {self.url} ({error.detail}): "
                "start `mockwx serve`, or give its address with --mock.",
                f"{self.url} 没有 mock 应答：请先运行 `mockwx serve`，"
                "或用 --mock 指定地址。",
            ) from error

    def _read(self, response: Response) -> JsonObject:
        try:
            answer = _decode(response.body.decode()) if response.body else {}
        except ValueError:
            answer = None
        if isinstance(answer, list):
            return {"items": answer}
        if not isinstance(answer, dict):
            raise UnreachableError(
                f"What answers at {self.url} is not mockwx: check --mock.",
                f"{self.url} 上应答的不是 mockwx：请检查 --mock。",
            )
        return answer


def _refusal(answer: JsonObject, status: int) -> RefusedError:
    error = answer.get("error")
    if not isinstance(error, dict):
        return RefusedError(f"The mock answered {status}.", status=status)
    field = f" (field {error['field']})" if error.get("field") else ""
    text = f"{error.get('message', f'The mock answered {status}.')}{field}"
    return RefusedError(text, str(error.get("message_zh") or ""), status=status)
