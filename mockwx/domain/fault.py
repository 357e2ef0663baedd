"""Bad weather on purpose: which call it strikes, what goes wrong, and how often."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields
from dataclasses import replace

from mockwx.domain import control
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import lookup
from mockwx.domain.variant import VARIANTS


LONGEST_DELAY_MS = 120_000

TRANSPORTS = ("reset", "truncate", "drip", "hang")
BODIES = ("malformed_json", "html", "empty", "wrong_content_type")
SESSION_ACTS = ("rotate", "expire")

PHONE_PREFIX = "wx."
"""A path of this form is a call of the phone's door: `wx.getUserInfo`."""

SEALING = frozenset(
    PHONE_PREFIX + api
    for api in (
        "authPrivateMessage",
        "createUserInfoButton",
        "getGroupEnterInfo",
        "getPhoneNumber",
        "getShareInfo",
        "getUserInfo",
        "getUserProfile",
        "getWeRunData",
    )
)
"""The calls whose answer holds a payload."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which calls are meant; None leaves that side open."""

    path: str | None = None
    appid: str | None = None
    user: str | None = None

    def covers(self, *, path: str, appid: str, user: str) -> bool:
        """Say whether a call is meant."""
        return (
            self.path in (None, path)
            and self.appid in (None, appid)
            and self.user in (None, user)
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """What goes wrong; a delay and one more thing may come together."""

    errcode: ErrCode | None = None
    errmsg: str | None = None
    """Other words for the errcode than the mock's, where nobody knows WeChat's."""
    http_status: int | None = None
    body: str | None = None
    """With `http_status` the text to answer; alone how the true answer is spoilt."""
    delay_ms: int = 0
    transport: str | None = None
    session: str | None = None
    payload: str | None = None

    def can_strike(self, path: str) -> bool:
        """Say whether this can go wrong in such a call at all."""
        if self.payload is not None:
            return path in SEALING
        anywhere = Effect(delay_ms=self.delay_ms, session=self.session)
        return self == anywhere or not path.startswith(PHONE_PREFIX)

    def can_happen_to(self, *, path: str, user: str) -> bool:
        """Say whether this can happen to such a call of this person, if anybody's."""
        return self.can_strike(path) and (self.session is None or bool(user))


@dataclass(frozen=True, slots=True)
class Fault:
    """An armed fault, with the count of what it met and struck so far."""

    id: str
    match: Match
    effect: Effect
    times: int | None = 1
    """How many strikes are left in all; None: until it is disarmed."""
    after: int = 0
    probability: float = 1.0
    seed: int = 1
    met: int = 0
    struck: int = 0

    def means(self, *, path: str, appid: str, user: str) -> bool:
        """Say whether a call is meant, and is one to which the effect can happen."""
        return self.match.covers(
            path=path, appid=appid, user=user
        ) and self.effect.can_happen_to(path=path, user=user)

    @property
    def spent(self) -> bool:
        """Say whether it has struck as often as it was told to."""
        return self.times is not None and self.struck >= self.times

    def met_once_more(self) -> tuple[Fault, bool]:
        """Return the fault after one more matching call, and whether it strikes."""
        met = replace(self, met=self.met + 1)
        if self.spent or self.met < self.after or not self._chance():
            return met, False
        return replace(met, struck=self.struck + 1), True

    def _chance(self) -> bool:
        """Throw the dice for this call: the same seed throws the same again."""
        if self.probability >= 1.0:
            return True
        throw = hashlib.blake2b(f"{self.seed}:{self.met}".encode(), digest_size=8)
        return int.from_bytes(throw.digest(), "big") / 2**64 < self.probability

    def as_json(self) -> dict[str, object]:
        """Shape the fault for the control API."""
        return {
            "id": self.id,
            "match": _present(self.match),
            "effect": _present(self.effect),
            "times": self.times,
            "after": self.after,
            "probability": self.probability,
            "seed": self.seed,
            "met": self.met,
            "struck": self.struck,
        }


def read_fault(fault_id: str, body: Mapping[str, object]) -> Fault:
    """Read a fault as the control API takes it; raises ControlError."""
    read = control.read_fields(body, FIELDS, required=REQUIRED)
    fault = Fault(**{"match": Match(), **read, "id": fault_id})  # type: ignore[arg-type]  # read by FIELDS
    path = fault.match.path
    if path is not None and not fault.effect.can_strike(path):
        control.refuse(
            "effect",
            f"one that can strike {path}: calls of the phone take delay_ms, session "
            "and, where their answer is sealed, payload; WeChat's interfaces take all "
            "but payload",
            f"能作用于 {path} 的效果：手机端的调用可用 delay_ms、session，"
            "返回加密数据的还可用 payload；微信的接口可用除 payload 以外的效果",
        )
    return fault


def _present(part: Match | Effect) -> dict[str, object]:
    values = {field.name: getattr(part, field.name) for field in fields(part)}
    return {name: value for name, value in values.items() if value not in (None, 0)}


def _object(field: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        control.refuse(field, "an object", "对象")
    return value


_MATCH_FIELDS: control.Spec = {
    "path": control.text,
    "appid": control.text,
    "user": control.text,
}


@control.reads(control.object_schema(_MATCH_FIELDS))
def _read_match(field: str, value: object) -> Match:
    read = control.read_fields(_object(field, value), _MATCH_FIELDS)
    return Match(**read)  # type: ignore[arg-type]  # three texts


@control.reads({"enum": [int(code) for code in ErrCode if code is not ErrCode.OK]})
def _read_errcode(field: str, value: object) -> ErrCode:
    number = control.whole(at_least=-1000)(field, value)
    known = lookup(number)
    if known is None or known is ErrCode.OK:
        control.refuse(
            field,
            "an errcode of WeChat's (`mockwx errcodes` lists them)",
            "微信的错误码（可用 `mockwx errcodes` 查看）",
        )
    return known


@control.reads({"type": "number", "minimum": 0, "maximum": 1})
def _read_probability(field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        control.refuse(field, "a number from 0 to 1", " 0 到 1 之间的数")
    if not 0 <= value <= 1:
        control.refuse(field, "a number from 0 to 1", " 0 到 1 之间的数")
    return float(value)


_read_spoilt_body = control.one_of(*BODIES)

_EFFECT_FIELDS: control.Spec = {
    "errcode": _read_errcode,
    "errmsg": control.text,
    "http_status": control.whole(at_least=200, at_most=599),
    "body": control.text,
    "delay_ms": control.whole(at_most=LONGEST_DELAY_MS),
    "transport": control.one_of(*TRANSPORTS),
    "session": control.one_of(*SESSION_ACTS),
    "payload": control.one_of(*VARIANTS),
}

_EFFECT_KINDS = (
    ("errcode", "errmsg"),
    ("http_status", "body"),
    ("transport",),
    ("body",),
    ("session",),
    ("payload",),
    ("delay_ms",),
)
"""What may stand together, beside a delay; the first of each must be there."""
_FITTING = frozenset(
    frozenset(names[:count])
    for names in _EFFECT_KINDS
    for count in range(len(names) + 1)
)


def _effect_schema(names: tuple[str, ...]) -> control.Schema:
    spec = {name: _EFFECT_FIELDS[name] for name in (*names, "delay_ms")}
    if names == ("body",):
        spec["body"] = _read_spoilt_body
    return control.object_schema(spec, required=names[:1])


@control.reads({"oneOf": [_effect_schema(names) for names in _EFFECT_KINDS]})
def _read_effect(field: str, value: object) -> Effect:
    read = control.read_fields(_object(field, value), _EFFECT_FIELDS)
    if not read or frozenset(read) - {"delay_ms"} not in _FITTING:
        control.refuse(
            field,
            "one effect (errcode with errmsg, http_status with body, transport, body, "
            "session, payload), with delay_ms or without",
            "一种效果（errcode 加 errmsg、http_status 加 body、transport、body、"
            "session、payload 之一），可另加 delay_ms",
        )
    if "http_status" not in read and read.get("body") not in (None, *BODIES):
        _read_spoilt_body(f"{field}.body", read["body"])
    return Effect(**read)  # type: ignore[arg-type]  # read by _EFFECT_FIELDS


FIELDS: control.Spec = {
    "match": _read_match,
    "effect": _read_effect,
    "times": control.optional(control.whole(at_least=1)),
    "after": control.whole(),
    "probability": _read_probability,
    "seed": control.whole(),
}
REQUIRED = ("effect",)
