"""What the calls of a backend file are for, read from their names and templates.

A call is known by what it asks of the phone: a code, sealed data, a signature. Where
that is not enough the file says it itself, in its section ``audit``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from typing import TypeAlias

from simulator.expressions import look_ups
from simulator.mapping import ROOTS
from simulator.mapping import AuditHints
from simulator.mapping import BackendFile
from simulator.mapping import Call


Payload: TypeAlias = Literal["user", "phone"]

WHOLE = "whole"
"""The meaning of an argument that is a wx call's answer as it came."""

CODE, PHONE_CODE = "code", "phoneCode"
SEALED, IV = "encryptedData", "iv"
RAW_DATA, SIGNATURE = "rawData", "signature"
OPENID, UNIONID = "openid", "unionid"
PHONE = "phoneNumber"

FROM_A_BUTTON = frozenset(
    {SEALED, RAW_DATA, SIGNATURE, PHONE_CODE, "nickName", "avatarUrl", "userInfo"}
)
"""What a page has only after the person tapped a button."""

_OF_A_WHOLE = frozenset({SEALED, IV, RAW_DATA, SIGNATURE})
# The first that fits is it; names are compared without case and punctuation.
_MEANINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"(zip|post|country|area|captcha|sms|verif\w*|invit\w*|qr|promo)\w*code", ""),
        (r"\w*encrypt(ed)?(data)?|encdata", SEALED),
        (r"(\w*(phone|user|profile|data|wx))?iv", IV),
        (r"\w*rawdata", RAW_DATA),
        (r"\w*signature|sign", SIGNATURE),
        (r"\w*(phone|mobile|tel)\w*code", PHONE_CODE),
        (r"\w*code", CODE),
        (r"\w*openid", OPENID),
        (r"\w*unionid", UNIONID),
        (r"\w*(phone|mobile)(number|no)?", PHONE),
        (r"nickname|username", "nickName"),
        (r"avatar(url)?|headimgurl", "avatarUrl"),
        (r"gender|sex", "gender"),
        (r"userinfo", "userInfo"),
        (r"profile|detail|edetail|wxprofile", WHOLE),
        (r"scene", "scene"),
    )
)
_PHONE_WORDS = re.compile(r"phone|mobile|(?<![a-z])tel(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Slots:
    """What a call takes: arguments by name with their meaning."""

    call: Call
    roots: Mapping[str, str]
    """Each argument and what it means; a blank is unknown to the audit."""
    takes: frozenset[str]
    """Every meaning the templates reach, inside of wholes too."""
    needs: frozenset[str]
    """The unknown arguments that cannot be left out."""
    kind: Payload | None = None
    """Which data are sealed for it, if that was found out by trying."""

    @property
    def payload(self) -> Payload:
        """Say which data are sealed for it: a phone number or a profile."""
        if self.kind is not None:
            return self.kind
        call = self.call
        rules = (*call.judgement.success, *call.judgement.failure)
        kept = (str(each.path) for each in call.keep.values())
        told = (call.name, call.path, *self.roots, *(str(r.path) for r in rules), *kept)
        return "phone" if any(map(_PHONE_WORDS.search, told)) else "user"

    @property
    def wants(self) -> frozenset[str]:
        """List the stored values that its template cannot do without."""
        call = self.call
        templates = (call.path, call.query, call.header, call.cookie, call.body)
        return frozenset(
            str(path.parts[1])
            for path, optional in look_ups(templates)
            if path.parts[0] == "storage" and len(path.parts) > 1 and not optional
        )

    def scope(self, values: Mapping[str, object]) -> dict[str, object]:
        """Give each argument its value; what nobody knows is not there."""
        found = {root: values.get(means) for root, means in self.roots.items()}
        return {root: value for root, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Roles:
    """The calls that probes play with; None or nothing where there is none."""

    login: Slots | None = None
    whoami: Slots | None = None
    logout: Slots | None = None
    phone_code: Slots | None = None
    sealed: tuple[Slots, ...] = ()
    """Every call that takes encryptedData."""
    signed: tuple[Slots, ...] = ()
    """Every call that takes rawData and signature."""
    guarded: tuple[Slots, ...] = ()
    """Every call that the login state travels with and that needs no code."""
    binding: tuple[Slots, ...] = ()
    """Every call that gives somebody who just came what their login state lacks."""
    state: frozenset[str] = frozenset()
    """The stored values that the login state consists of."""

    def settled(self, before: Slots, after: Slots) -> Roles:
        """Return the same with a call known better."""
        return Roles(
            login=after if self.login is before else self.login,
            whoami=self.whoami,
            logout=self.logout,
            phone_code=self.phone_code,
            sealed=tuple(after if s is before else s for s in self.sealed),
            signed=tuple(after if s is before else s for s in self.signed),
            guarded=tuple(after if s is before else s for s in self.guarded),
            binding=self.binding,
            state=self.state,
        )


def roles_of(file: BackendFile) -> Roles:
    """Read what each call of a backend is for."""
    hints = file.audit
    known = {name: slots_of(call, hints) for name, call in file.calls.items()}
    usable = [slots for slots in known.values() if not slots.needs]
    login = known.get(hints.login or "") or _login(usable)
    others = [slots for slots in usable if slots is not login]
    state = _state_of(file)
    sealed = tuple(slots for slots in usable if SEALED in slots.takes)
    return Roles(
        login=login,
        whoami=known.get(hints.whoami or "") or _whoami(others),
        logout=known.get(hints.logout or "")
        or _named(others, r"(log|sign)_?-?(out|off)"),
        phone_code=next((s for s in others if PHONE_CODE in s.takes), None),
        sealed=sealed,
        signed=tuple(s for s in usable if {RAW_DATA, SIGNATURE} <= s.takes),
        guarded=tuple(s for s in others if CODE not in s.takes and s.call.send)
        if state
        else (),
        binding=tuple(s for s in others if state & s.call.keep.keys() and s.wants),
        state=state,
    )


def slots_of(call: Call, hints: AuditHints) -> Slots:
    """Read the arguments of a call."""
    roots: dict[str, str] = {}
    takes: set[str] = set()
    needs: set[str] = set()
    for root, leaf, optional in _arguments(call):
        means = _told(root, hints) or meaning(leaf)
        if root == leaf:
            roots[root] = means
        else:
            roots[root] = WHOLE
        takes |= _OF_A_WHOLE if means == WHOLE else {means}
        if not means and not optional:
            needs.add(root)
    slots = Slots(call, roots, frozenset(takes - {""}), frozenset(needs))
    return _with_phone_code(slots)


def meaning(name: str) -> str:
    """Say what an argument of this name is; a blank if that is unknown."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    for pattern, means in _MEANINGS:
        if pattern.fullmatch(plain):
            return means
    return ""


def _arguments(call: Call) -> Iterator[tuple[str, str, bool]]:
    """List each look-up of a call: its argument, its last name, whether optional."""
    templates = (call.path, call.query, call.header, call.cookie, call.body)
    for path, optional in look_ups(templates):
        root = str(path.parts[0])
        if root not in ROOTS:
            names = [part for part in path.parts if isinstance(part, str)]
            yield root, names[-1], optional


def _told(root: str, hints: AuditHints) -> str:
    return f"hint:{root}" if root in hints.values else ""


def _with_phone_code(slots: Slots) -> Slots:
    """Read the only code of a call about phones as the code of the phone button."""
    alone = CODE in slots.takes and not {SEALED, PHONE_CODE} & slots.takes
    if not alone or not _PHONE_WORDS.search(slots.call.name):
        return slots
    roots = {
        root: PHONE_CODE if means == CODE else means
        for root, means in slots.roots.items()
    }
    return Slots(slots.call, roots, slots.takes - {CODE} | {PHONE_CODE}, slots.needs)


def _login(usable: Iterable[Slots]) -> Slots | None:
    """Find the call that a code goes to: the plainest one that keeps something."""
    found = [slots for slots in usable if CODE in slots.takes]
    found.sort(key=_how_little_like_a_login)
    return found[0] if found else None


def _how_little_like_a_login(slots: Slots) -> tuple[bool, bool, bool, int]:
    name = slots.call.name.lower()
    return (
        name not in ("login", "log_in", "signin", "sign_in"),
        not slots.call.keep,
        not re.search(r"login|sign_?in|auth|session", name),
        len(slots.takes),
    )


def _whoami(others: Iterable[Slots]) -> Slots | None:
    plain = [slots for slots in others if slots.call.send and not slots.takes]
    reads = [slots for slots in plain if slots.call.method == "GET"]
    names = (
        r"who_?am_?i|me|my\w*|(get_?)?(current_?)?user(_?info)?|profile|account|info"
    )
    return _named(plain, names) or next(iter(reads), None)


def _named(slots: Iterable[Slots], pattern: str) -> Slots | None:
    named = (s for s in slots if re.fullmatch(pattern, s.call.name, re.IGNORECASE))
    return next(named, None)


def _state_of(file: BackendFile) -> frozenset[str]:
    """List the stored values that travel with calls."""
    state = file.state
    sent = (state.header, state.cookie, state.query, state.body)
    return frozenset(
        str(path.parts[1])
        for path, _ in look_ups(sent)
        if path.parts[0] == "storage" and len(path.parts) > 1
    )
