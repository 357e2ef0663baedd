"""Stories of logins that end in a failed decryption, and the same ones that do not.

Every story plays in a whole mock, journal included, with people, keys and times drawn
from a seed; it ends with the question a developer would put to the doctor.
"""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from mockwx import Settings
from mockwx import create_app
from mockwx.config import DEFAULT_APPID
from mockwx.crypto.open_data import seal
from mockwx.diagnosis.question import Question
from mockwx.wechat import WeChat
from tests.wechat import DeveloperServer
from tests.wechat import Phone


NOON = 1_700_020_800
OTHER_APPID = "wx00000000000000b2"
OTHER_SECRET = "b2" * 16
SIGNED = ("getUserInfo", "getUserProfile")
APIS = (*SIGNED, "getPhoneNumber", "getWeRunData")
OLD_LIBRARY = "2.26.2"
"""Old enough for people to have names, new enough for profiles to be sealed."""


class Scene:
    """One mock, some people in two mini programs, and a clock in hand."""

    def __init__(self, seed: int, *, step: int | None = None) -> None:
        self.rng = random.Random(seed)
        self.step = step
        self.app = create_app(Settings(seed=seed, freeze=NOON))
        self.wechat: WeChat = self.app.extensions["mockwx"].default
        world = self.wechat.world
        world.change_mini_program(DEFAULT_APPID, {"policy": "strict"})
        world.add_mini_program(
            {"appid": OTHER_APPID, "secret": OTHER_SECRET, "policy": "strict"}
        )
        self.server, self.phone = DeveloperServer(self.app), Phone(self.app)
        self._people = 0

    def person(self) -> str:
        """Introduce somebody with a name that ASCII has not."""
        self._people += 1
        name = f"person{self._people}"
        nick_name = "".join(self.rng.choices('王小明李é😀+&"/ abc', k=6)) + "雪"
        self.wechat.world.add_user({"name": name, "nickName": nick_name})
        return name

    def wait(self, *steps: int) -> None:
        """Let time pass, by one of these numbers of seconds."""
        step = self.rng.choice(steps) if self.step is None else self.step
        self.wechat.clock.advance(step)

    def login(self, user: str, appid: str = DEFAULT_APPID) -> str:
        """Log in; return the code."""
        self.wait(1, 7, 60)
        return self.phone.login(user=user, appid=appid)

    def exchange(self, code: str, appid: str = DEFAULT_APPID) -> str:
        """Exchange a code; return the key, empty if WeChat refuses."""
        # Two logins may overlap, and no code lives longer than five minutes.
        self.wait(1, 7, 60)
        secret = {} if appid == DEFAULT_APPID else {"secret": OTHER_SECRET}
        answer = self.server.code2session(code, appid=appid, **secret)
        return str(answer.get_json(force=True).get("session_key", ""))

    def key(self, user: str, appid: str = DEFAULT_APPID) -> str:
        """Log in and return the key the backend gets."""
        return self.exchange(self.login(user, appid), appid)

    def payload(self, user: str, *, signed: bool = False) -> dict[str, Any]:
        """Let a person show something of theirs."""
        self.wait(1, 7, 60, 4000)
        api = self.rng.choice(SIGNED if signed else APIS)
        desc = {"desc": "for tests", "tap": True} if api == "getUserProfile" else {}
        button = {"button": True} if api == "getUserInfo" else {}
        answer = self.phone.wx(
            api, user=user, base_library=OLD_LIBRARY, **desc, **button
        )
        assert "encryptedData" in answer, answer
        return answer

    def question(self, session_key: str, answer: dict[str, Any]) -> Question:
        """Ask what a backend would ask that holds a key and got a payload."""
        return Question(
            session_key=session_key,
            iv=answer["iv"],
            encrypted_data=answer["encryptedData"],
            raw_data=answer.get("rawData"),
            signature=answer.get("signature"),
            appid=DEFAULT_APPID,
        )

    def random_key(self) -> str:
        """Return a key as WeChat writes them, which it never issued."""
        return base64.b64encode(self.rng.randbytes(16)).decode()


@dataclass(frozen=True)
class Told:
    """A story's end: the question, and what the doctor must find."""

    question: Question
    causes: frozenset[str] = field(default_factory=frozenset)


Story = Callable[..., Told]


def all_is_right(scene: Scene, *, signed: bool = False) -> Told:
    """A login, a payload, nothing else."""
    user = scene.person()
    for _ in range(scene.rng.randrange(3)):
        scene.key(user)
    key = scene.key(user)
    return Told(scene.question(key, scene.payload(user, signed=signed)))


def login_after_payload(scene: Scene, *, signed: bool = False) -> Told:
    """The page logs in within the callback of the button."""
    user = scene.person()
    scene.key(user)
    answer = scene.payload(user, signed=signed)
    for _ in range(scene.rng.randrange(2)):
        scene.login(user)
    return _told(scene, scene.key(user), answer, "login_after_payload")


def login_race(scene: Scene, *, signed: bool = False) -> Told:
    """Two pages log in at once, and the older code is exchanged last."""
    user = scene.person()
    older, newer = scene.login(user), scene.login(user)
    scene.exchange(newer)
    key = scene.exchange(older)
    return _told(scene, key, scene.payload(user, signed=signed), "login_race")


def stale_key(scene: Scene, *, signed: bool = False) -> Told:
    """The backend does not store the key of the newer login, or never gets it."""
    user = scene.person()
    key = scene.key(user)
    if scene.rng.random() < 0.5:
        scene.key(user)
    else:
        scene.login(user)
    return _told(scene, key, scene.payload(user, signed=signed), "stale_key")


def other_persons_key(scene: Scene, *, signed: bool = False) -> Told:
    """One cache for everybody."""
    user, other = scene.person(), scene.person()
    scene.key(user)
    key = scene.key(other)
    return _told(scene, key, scene.payload(user, signed=signed), "other_persons_key")


def wrong_app(scene: Scene, *, signed: bool = False) -> Told:
    """The backend of one app is configured as another."""
    user = scene.person()
    scene.key(user)
    key = scene.key(user, OTHER_APPID)
    return _told(scene, key, scene.payload(user, signed=signed), "wrong_app")


def unknown_key(scene: Scene, *, signed: bool = False) -> Told:
    """A key of another environment."""
    user = scene.person()
    scene.key(user)
    answer = scene.payload(user, signed=signed)
    return _told(scene, scene.random_key(), answer, "unknown_key")


def own_token_as_key(scene: Scene, *, signed: bool = False) -> Told:
    """The backend's session token where the key should be."""
    user, rng = scene.person(), scene.rng
    scene.key(user)
    octets = rng.randbytes(20)
    token = rng.choice(
        (
            str(uuid.UUID(bytes=octets[:16], version=4)),
            octets[:16].hex(),
            octets.hex(),
            "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0." + octets.hex(),
            f"session:{rng.randrange(10**9)}",
        )
    )
    answer = scene.payload(user, signed=signed)
    return _told(scene, token, answer, "own_token_as_key")


def code_used_twice(scene: Scene, *, signed: bool = False) -> Told:
    """Two requests with one code, and the error of the second taken for a session."""
    user = scene.person()
    code = scene.login(user)
    scene.exchange(code)
    assert scene.exchange(code) == ""
    nothing = scene.rng.choice(("", "undefined", "null", "None", "[object Object]"))
    answer = scene.payload(user, signed=signed)
    return _told(scene, nothing, answer, "code_used_twice")


def wrong_code_kind(scene: Scene, *, signed: bool = False) -> Told:
    """The code of the phone button sent to jscode2session."""
    user = scene.person()
    scene.key(user)
    answer = scene.payload(user, signed=signed)
    tapped = scene.phone.wx("getPhoneNumber", user=user)
    assert scene.exchange(tapped["code"]) == ""
    return _told(scene, "undefined", answer, "wrong_code_kind")


def unknown_payload(scene: Scene, *, signed: bool = False) -> Told:
    """Data from the real WeChat, say, and a key from here."""
    user = scene.person()
    key, iv = scene.key(user), scene.rng.randbytes(16)
    data = seal(b'{"a":1}' * 20, session_key=scene.random_key(), iv=iv)
    answer = {"iv": base64.b64encode(iv).decode(), "encryptedData": data}
    return _told(scene, key, answer, "unknown_payload")


def _told(scene: Scene, key: str, answer: dict[str, Any], cause: str) -> Told:
    return Told(scene.question(key, answer), frozenset({cause}))


STORIES: dict[str, Story] = {
    each.__name__: each
    for each in (
        all_is_right,
        login_after_payload,
        login_race,
        stale_key,
        other_persons_key,
        wrong_app,
        unknown_key,
        own_token_as_key,
        code_used_twice,
        wrong_code_kind,
        unknown_payload,
    )
}
