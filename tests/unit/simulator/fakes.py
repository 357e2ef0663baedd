"""A WeChat and a backend that only remember what they were asked."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from simulator.ports import JsonObject
from simulator.ports import Request
from simulator.ports import Response
from simulator.ports import SendError


# Whatever a wx call's success gets: one object with the fields of them all.
_FIELDS: JsonObject = {
    "code": "c",
    "userInfo": {},
    "rawData": "{}",
    "authSetting": {},
    "encryptedData": "e",
    "iv": "i",
    "valid": True,
    "encryptKey": "k",
    "version": 1,
    "expireTime": 1,
    "needAuthorization": False,
    "privacyContractName": "《隐私》",
    "avatarUrl": "wxfile://tmp_1.jpg",
    "value": "微信用户",
    "result": True,
    "miniProgram": {},
    "SDKVersion": "3.0.0",
    "platform": "ios",
}
_APIS = (
    "login",
    "pluginLogin",
    "getUserInfo",
    "getUserProfile",
    "createUserInfoButton",
    "getSetting",
    "openSetting",
    "getPhoneNumber",
    "getRealtimePhoneNumber",
    "getWeRunData",
    "getShareInfo",
    "getGroupEnterInfo",
    "authPrivateMessage",
    "getLatestUserKey",
    "getPrivacySetting",
    "chooseAvatar",
    "nicknameReview",
    "openData",
    "canIUse",
    "getAccountInfoSync",
    "getSystemInfo",
)
ANSWERS = {api: {**_FIELDS, "errMsg": f"{api}:ok"} for api in _APIS}


@dataclass
class FakeWeChat:
    """Answers ``ok`` to every wx call, or what the test says."""

    answers: dict[str, JsonObject] = field(default_factory=dict)
    exchanges: list[JsonObject] = field(default_factory=list)
    calls: list[tuple[str, JsonObject]] = field(default_factory=list)
    controls: list[tuple[str, str, JsonObject]] = field(default_factory=list)
    refusal: Exception | None = None
    worlds: list[str] = field(default_factory=list)

    def in_world(self, name: str) -> FakeWeChat:
        self.worlds.append(name)
        return self

    def call(self, api: str, arguments: Mapping[str, object]) -> JsonObject:
        self.calls.append((api, dict(arguments)))
        return self.answers.get(api, {"errMsg": f"{api}:ok"})

    def control(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> JsonObject:
        self.controls.append((method, path, dict(body or {})))
        if path == "exchanges":
            since = (body or {}).get("since", 0)
            later = [each for each in self.exchanges if each["number"] > since]
            return {"exchanges": later}
        if self.refusal is not None:
            raise self.refusal
        return {"status": "ok"}


@dataclass
class FakeBackend:
    """Answers with what the test queued, else with an empty JSON object."""

    base_url: str = "https://backend.example"
    responses: list[Response | SendError] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    on_request: Callable[[], None] = lambda: None

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        self.on_request()
        if not self.responses:
            return Response(200, (("Content-Type", "application/json"),), b"{}")
        response = self.responses.pop(0)
        if isinstance(response, SendError):
            raise response
        return response


def exchange(
    number: int, path: str = "/sns/jscode2session", errcode: int = 0
) -> JsonObject:
    return {
        "number": number,
        "rid": f"00000000-00000000-{number:08x}",
        "errcode": errcode,
        "request": {
            "method": "GET",
            "path": path,
            "query": "appid=wx1&secret=0123456789abcdef",
            "body": "",
        },
        "response": {
            "status": 200,
            "body": '{"session_key":"HyVFkGl5F5OQWJZZaNzBBg=="}',
        },
    }
