"""What WeChat remembers: every key, code and payload ever issued, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from mockwx.domain.codes import Code
from mockwx.domain.payload import SealedPayload
from mockwx.domain.session import SessionKey


@dataclass(frozen=True, slots=True)
class Owner:
    """A person in a mini program, and all that was issued to them, oldest first."""

    appid: str
    user: str
    openid: str
    bound: bool = False
    """Whether the app belongs to an Open Platform account, so that a unionid exists."""
    keys: tuple[SessionKey, ...] = ()
    codes: tuple[Code, ...] = ()
    payloads: tuple[SealedPayload, ...] = ()

    def key(self, number: int) -> SessionKey | None:
        """Return the key of this number."""
        return next((each for each in self.keys if each.number == number), None)

    def after(self, key: SessionKey) -> SessionKey | None:
        """Return the key that replaced this one."""
        return self.key(key.number + 1)


@dataclass(frozen=True, slots=True)
class CodeExchange:
    """A backend's attempt to use a code, as the journal has it."""

    number: int
    at: int
    path: str
    code: str
    errcode: int | None
    session_key: str = ""
    """What WeChat answered; the policy may make it another than the code's own."""


@dataclass(frozen=True, slots=True)
class Memory:
    """How much is remembered of each person in each app; the oldest falls out."""

    most: int
    days: int


@dataclass(frozen=True, slots=True)
class History:
    """The records of a world; empty where there is none to ask."""

    owners: tuple[Owner, ...] = ()
    exchanges: tuple[CodeExchange, ...] = ()
    """Oldest first."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """AppSecrets and access_tokens, and what each is called."""
    memory: Memory | None = None

    def __bool__(self) -> bool:
        """Say whether anything is remembered at all."""
        return bool(self.owners)


NOTHING = History()


@dataclass(frozen=True, slots=True)
class Held:
    """A recorded key and whose it is."""

    owner: Owner
    key: SessionKey


@dataclass(frozen=True, slots=True)
class Made:
    """A recorded payload and whose it is."""

    owner: Owner
    payload: SealedPayload


@dataclass(frozen=True, slots=True)
class Issued:
    """A recorded code and whose it is."""

    owner: Owner
    code: Code


class Archive:
    """The history, indexed by the texts that cross the wire."""

    def __init__(self, history: History) -> None:
        self.history = history
        owners = history.owners
        self.keys = {key.session_key: Held(o, key) for o in owners for key in o.keys}
        self.made = [Made(o, made) for o in owners for made in o.payloads]
        self.by_data = {each.payload.encrypted_data: each for each in self.made}
        self.by_iv = {each.payload.iv: each for each in self.made}
        self.codes = {code.code: Issued(o, code) for o in owners for code in o.codes}
        self.by_openid = {each.openid: each for each in owners}
        self.appids = {each.appid for each in owners}
        self.uses = {
            each.code: each for each in reversed(history.exchanges) if each.errcode == 0
        }

    def like(self, text: str) -> Made | None:
        """Return the payload this is a part or a damaged copy of."""
        stem = text.rstrip("=")
        if len(stem) < _SHORTEST:
            return None
        for each in self.made:
            if _is_part(each.payload.encrypted_data, text):
                return each
        return next((each for each in self.made if _similar(each, text)), None)

    def signed(self, signature: str | None, raw_data: str | None) -> Made | None:
        """Return the signed payload of this signature, or of this rawData."""
        signed = [each for each in self.made if each.payload.signature]
        for each in reversed(signed):
            if signature is not None and each.payload.signature == signature:
                return each
        for each in reversed(signed):
            if raw_data is not None and each.payload.raw_data == raw_data:
                return each
        return None

    def key_like(self, text: str) -> Held | None:
        """Return the key this is the beginning of, or equal to but for its case."""
        stem = text.rstrip("=")
        if len(stem) < _SHORTEST:
            return None
        folded = stem.lower()
        for key, held in self.keys.items():
            if key.startswith(stem) or key.rstrip("=").lower() == folded:
                return held
        return None

    def last_failure(self, owner: Owner | None, code: str | None) -> Failure | None:
        """Return the newest refused exchange of this code, or of a code of theirs."""
        for each in reversed(self.history.exchanges):
            if not each.errcode or (code is not None and each.code != code):
                continue
            issued = self.codes.get(each.code)
            if code is None and issued is None:
                continue
            if issued and owner and _whose(issued.owner) != _whose(owner):
                continue
            return Failure(each, issued)
        return None

    def key_given(self, code: Code) -> str:
        """Return the key a code was answered with."""
        use = self.uses.get(code.code)
        return use.session_key if use and use.session_key else code.session_key

    def used_order(self, code: Code) -> tuple[int, int]:
        """Return when a code was used: by the clock, and by the journal's number."""
        use = self.uses.get(code.code)
        return (use.at, use.number) if use else (code.used_at or 0, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A refused exchange, and the code it was about, if it was issued here."""

    exchange: CodeExchange
    issued: Issued | None


_SHORTEST = 8
"""Fewer characters than this are nobody's beginning."""

_SAMPLES = 64


def _whose(owner: Owner) -> tuple[str, str]:
    return owner.appid, owner.user


def _is_part(recorded: str, text: str) -> bool:
    stem = text.rstrip("=")
    if recorded.startswith(stem) or (len(stem) >= _SAMPLES and stem in recorded):
        return True
    # Re-encoded after the cut: the last character carries other bits.
    return text != stem and recorded.startswith(stem[:-1])


def _similar(made: Made, text: str) -> bool:
    """Say whether half of the places hold the same character; chance gives 1 in 64."""
    recorded = made.payload.encrypted_data
    length = min(len(recorded), len(text))
    if length < _SAMPLES:
        return False
    step = max(1, length // _SAMPLES)
    places = range(0, length, step)
    same = sum(recorded[i] == text[i] for i in places)
    return same * 2 >= len(places)
