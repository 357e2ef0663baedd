"""Examines the session_key: whose it is, since when, and whether it fits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from mockwx.diagnosis.case import Case
from mockwx.diagnosis.case import KeyText
from mockwx.diagnosis.finding import LIKELY
from mockwx.diagnosis.finding import POSSIBLE
from mockwx.diagnosis.finding import PROVED
from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.finding import Place
from mockwx.diagnosis.finding import Said
from mockwx.diagnosis.history import Archive
from mockwx.diagnosis.history import CodeExchange
from mockwx.diagnosis.history import Held
from mockwx.diagnosis.history import Made
from mockwx.diagnosis.history import Owner
from mockwx.diagnosis.memory import told_of_memory
from mockwx.diagnosis.sealed import damage
from mockwx.diagnosis.texts import BASE64
from mockwx.diagnosis.texts import is_block
from mockwx.diagnosis.texts import repairs
from mockwx.diagnosis.words import birthplace
from mockwx.diagnosis.words import from_page
from mockwx.diagnosis.words import moment
from mockwx.diagnosis.words import place_of
from mockwx.diagnosis.words import replaced_by
from mockwx.diagnosis.words import replacement
from mockwx.diagnosis.words import tell
from mockwx.diagnosis.words import time_of
from mockwx.diagnosis.words import time_on
from mockwx.domain.codes import LOGIN_CODE
from mockwx.domain.codes import PHONE_CODE
from mockwx.domain.codes import PLUGIN_CODE
from mockwx.domain.codes import WEB_CODE
from mockwx.domain.errors import ErrCode
from mockwx.domain.session import LOGIN
from mockwx.domain.session import SessionKey


_OF_ACCOUNT = (
    ErrCode.INVALID_APPID,
    ErrCode.INVALID_APPSECRET,
    ErrCode.APPID_MISSING,
    ErrCode.APPSECRET_MISSING,
)
NO_KEY = ("", "null", "undefined", "none", "nil", "false", "nan", "[object object]")
"""What programs make of a session_key that is not in the answer."""

KEY_LENGTH = 24

_TOKENS = (
    ("UUID", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("JWT", re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")),
    ("MD5", re.compile(r"[0-9a-fA-F]{32}")),
    ("SHA-1", re.compile(r"[0-9a-fA-F]{40}")),
    ("SHA-256", re.compile(r"[0-9a-fA-F]{64}")),
)

_EXPECTED_BY = {
    "/sns/jscode2session": LOGIN_CODE,
    "/wxa/business/getuserphonenumber": PHONE_CODE,
    "/sns/oauth2/access_token": WEB_CODE,
    "/wxa/getpluginopenpid": PLUGIN_CODE,
    "/sns/component/jscode2session": LOGIN_CODE,
}


def examine(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with the key, or with the code that should have given it."""
    key = case.key
    if key is None:
        yield from refused_code(case)
    elif key.text.strip().lower() in NO_KEY:
        yield _no_key(case)
    elif key.sure:
        yield from _changes_of(case, key)
        if key.held is not None:
            yield from _beside_payload(case, key.held)
    else:
        yield from _stranger(case, key)
    yield from _fault_of_ours(case)


def _changes_of(case: Case, key: KeyText) -> Iterator[Finding]:
    given = case.question.session_key or ""
    for name in key.damages:
        yield damage(name, "session_key", given, PROVED)
    if key.mangled is not None:
        yield tell("mangled_key", PROVED, how_en=key.mangled.en, how_zh=key.mangled.zh)


# -- a recorded key -------------------------------------------------------------------


def _beside_payload(case: Case, held: Held) -> Iterator[Finding]:
    """Compare a recorded key with the one the payload was sealed with."""
    if case.made is None:
        yield from _alone(case, held)
        return
    sealer = case.sealer
    if sealer is None or (sealer.key == held.key and sealer.owner is held.owner):
        return
    if held.owner.appid != sealer.owner.appid:
        yield _of_other_app(held, sealer.owner)
    elif held.owner.user != sealer.owner.user:
        yield _of_other_person(held, sealer.owner.user, case.made)
    elif held.key.number > sealer.key.number:
        yield _too_new(case, case.made, held.key, sealer.key)
    else:
        yield _too_old(case, case.made, held.key, sealer.key)


def _of_other_app(held: Held, sealer: Owner) -> Finding:
    return tell(
        "wrong_app",
        PROVED,
        Said(
            f"key {held.key.number} was issued to {held.owner.user} in "
            f"{held.owner.appid}",
            f"key {held.key.number} 是在 {held.owner.appid} 中发给 "
            f"{held.owner.user} 的",
        ),
        theirs=sealer.appid,
        ours=held.owner.appid,
    )


def _of_other_person(held: Held, payload_user: str, made: Made) -> Finding:
    return tell(
        "other_persons_key",
        PROVED,
        _birth_of(held.key),
        where=place_of(made.payload),
        held=held.key.number,
        key_user=held.owner.user,
        payload_user=payload_user,
    )


def _too_new(case: Case, made: Made, held: SessionKey, sealed: SessionKey) -> Finding:
    """The key was replaced between the sealing and the exchange."""
    payload = made.payload
    if case.recorded and held.created_at < payload.produced_at:
        # It was there before the payload: only a fault seals with a dead key.
        return tell(
            "stale_key.sealed",
            PROVED,
            _birth_of(held),
            where=place_of(made.payload),
            **_facts(made, held, sealed),
        )
    next_key = made.owner.after(sealed) or held
    by_login = next_key.cause == LOGIN
    name = "login_after_payload" if by_login else "key_replaced_after_payload"
    if case.question.signature is not None and case.question.encrypted_data is None:
        name = "signature_stale_key"
    facts = _facts(made, held, sealed) | replacement(next_key)
    return tell(
        name,
        PROVED,
        _sealing_of(made),
        _birth_of(next_key),
        where=birthplace(next_key),
        **facts,
    )


def _too_old(case: Case, made: Made, held: SessionKey, sealed: SessionKey) -> Finding:
    """The backend kept a key that was replaced before the sealing."""
    next_key = made.owner.after(held) or sealed
    facts = _facts(made, held, sealed) | replacement(next_key)
    race = _race(case.archive, made.owner, held)
    name = "login_race" if race else "stale_key"
    if case.question.signature is not None and case.question.encrypted_data is None:
        name, race = "signature_stale_key", {}
    return tell(
        name,
        PROVED,
        _sealing_of(made),
        _birth_of(next_key),
        where=birthplace(next_key),
        **facts,
        **race,
    )


def _race(archive: Archive, owner: Owner, held: SessionKey) -> dict[str, object]:
    """Find a newer code that was exchanged before one of this key."""
    used = [
        each for each in owner.codes if each.used_at is not None and each.key_number
    ]
    older = [each for each in used if each.key_number == held.number]
    newer = [each for each in used if each.key_number > held.number]
    late = max(older, key=archive.used_order, default=None)
    early = min(newer, key=archive.used_order, default=None)
    if late is None or early is None:
        return {}
    if archive.used_order(early) > archive.used_order(late):
        return {}
    return {
        "older_at": time_on(late.issued_at, late.page),
        "newer_at": time_on(early.issued_at, early.page),
        "newer": early.key_number,
    }


def _alone(case: Case, held: Held) -> Iterator[Finding]:
    """Judge a key that nothing was sealed with, as far as one can."""
    question = case.question
    openid, appid = question.openid, question.appid
    if appid is not None and appid != held.owner.appid:
        yield tell("wrong_app", PROVED, theirs=appid, ours=held.owner.appid)
        return
    if openid is not None and openid != held.owner.openid:
        other = case.archive.by_openid.get(openid)
        if other is not None:
            yield tell(
                "other_persons_key.alone",
                PROVED,
                held=held.key.number,
                key_user=held.owner.user,
                payload_user=other.user,
            )
            return
    after = held.owner.after(held.key)
    if after is not None and question.encrypted_data is None:
        yield tell(
            "stale_key.alone",
            PROVED,
            _birth_of(after),
            where=birthplace(after),
            held=held.key.number,
            **replacement(after),
        )


# -- no key, or none of ours ----------------------------------------------------------


def _no_key(case: Case) -> Finding:
    """Say why there is no key: which exchange failed."""
    found = next(refused_code(case, certain=True), None)
    return found or tell("code_used_twice.guess", LIKELY)


def refused_code(case: Case, *, certain: bool = False) -> Iterator[Finding]:
    """Yield why the code gave no key, as the journal tells it."""
    code = case.question.code
    if code is None and not certain:
        return
    openid = case.question.openid
    owner = case.archive.by_openid.get(openid) if openid else None
    owner = owner or (case.made.owner if case.made else None)
    failure = case.archive.last_failure(owner, code)
    if code is not None and not case.offline and code not in case.archive.codes:
        yield tell("unknown_code", PROVED, *told_of_memory(case.archive))
        return
    if failure is None:
        return
    exchange, issued = failure.exchange, failure.issued
    where = Place(exchange.path, exchange.at)
    shown = _entry_of(exchange)
    expected = _EXPECTED_BY.get(exchange.path)
    if issued and expected and issued.code.kind != expected:
        yield tell(
            "wrong_code_kind",
            PROVED,
            shown,
            where=where,
            kind=issued.code.kind,
            path=exchange.path,
            at=time_of(exchange.at),
        )
    elif exchange.errcode == 40163:
        yield tell(
            "code_used_twice", PROVED, shown, where=where, at=time_of(exchange.at)
        )
    else:
        by_stranger = exchange.errcode in _OF_ACCOUNT
        yield tell(
            "code_refused.account" if by_stranger else "code_refused",
            PROVED,
            shown,
            where=where,
            at=time_of(exchange.at),
            errcode=exchange.errcode,
        )


def _stranger(case: Case, key: KeyText) -> Iterator[Finding]:
    """Judge a text that is no key we know, nor was one."""
    text, certainty = key.text, LIKELY if case.offline else PROVED
    foreign = _foreign(case, text)
    if foreign is not None:
        yield tell("swapped_arguments.foreign", PROVED, what=foreign)
        return
    shape = _token_shape(text, case.archive)
    if shape is not None:
        yield tell("own_token_as_key", certainty, shape=shape)
        return
    best = next((each for each in repairs(text) if is_block(each.text)), None)
    if best is not None and len(best.text) == KEY_LENGTH:
        for name in best.damages:
            yield damage(name, "session_key", text, certainty)
        yield from _well_formed_stranger(case)
    elif case.offline and BASE64.fullmatch(text) and len(text) < KEY_LENGTH:
        yield _cut(text, LIKELY)
        yield tell("own_token_as_key", POSSIBLE, shape="token")
    else:
        yield tell("own_token_as_key", certainty, shape="token")


def _well_formed_stranger(case: Case) -> Iterator[Finding]:
    """A key as WeChat writes them: unknown here, or nothing is known at all."""
    if not case.offline:
        known = _known_keys(case.archive)
        yield tell("unknown_key", PROVED, known, *told_of_memory(case.archive))


def _cut(text: str, certainty: str) -> Finding:
    return tell(
        "mangled_key",
        certainty,
        how_en=f"{len(text)} of its {KEY_LENGTH} characters are left",
        how_zh=f"{KEY_LENGTH} 个字符只剩 {len(text)} 个",
    )


def _foreign(case: Case, text: str) -> str | None:
    """Name another thing of WeChat's that was passed as the key."""
    archive = case.archive
    if text in archive.codes:
        return "code"
    if text in archive.by_openid or text == case.question.openid:
        return "openid"
    if text in archive.appids or re.fullmatch(r"wx[0-9a-f]{16}", text):
        return "appid"
    return archive.history.secrets.get(text)


def _token_shape(text: str, archive: Archive) -> str | None:
    """Name what a text that is no key looks like, or is the hash of."""
    for name, pattern in _TOKENS:
        if not pattern.fullmatch(text):
            continue
        if any(text.lower() in _digests(key) for key in archive.keys):
            return f"{name}(session_key)"
        return name
    return None


def _digests(key: str) -> tuple[str, ...]:
    octets = key.encode()
    return tuple(
        hashlib.new(name, octets, usedforsecurity=False).hexdigest()
        for name in ("md5", "sha1", "sha256")
    )


def _fault_of_ours(case: Case) -> Iterator[Finding]:
    """Say when no key that exists can open the payload: a fault sealed it."""
    if not case.recorded or case.made is None or case.key is None:
        return
    payload = case.made.payload
    if case.sealer is None and payload.key_number == 0:
        yield tell(
            "unknown_key.sealed",
            PROVED,
            where=place_of(payload),
            api=payload.api,
            made_at=time_of(payload.produced_at),
        )


def _entry_of(exchange: CodeExchange) -> Said:
    return Said(
        f"exchange {exchange.number} of the journal, at {moment(exchange.at)}: "
        f"{exchange.path} answered {exchange.errcode}",
        f"交互记录第 {exchange.number} 条（{moment(exchange.at)}）："
        f"{exchange.path} 返回 {exchange.errcode}",
    )


def _known_keys(archive: Archive) -> Said:
    people = len(archive.history.owners)
    return Said(
        f"{len(archive.keys)} keys were issued to {people} people here, and not this "
        f"one",
        f"这里曾向 {people} 人签发过 {len(archive.keys)} 个密钥，其中没有这一个",
    )


def _facts(made: Made, held: SessionKey, sealed: SessionKey) -> dict[str, object]:
    return {
        "api": made.payload.api,
        "made_at": time_of(made.payload.produced_at),
        "held": held.number,
        "sealed": sealed.number,
    }


def _sealing_of(made: Made) -> Said:
    payload, origin = made.payload, from_page(made.payload.page)
    return Said(
        f"{payload.api} sealed the payload for {payload.user} at "
        f"{moment(payload.produced_at)}{origin.en}",
        f"{payload.api} 于 {moment(payload.produced_at)} 为 {payload.user} 加密了数据"
        f"{_beside(origin)}",
    )


def _birth_of(key: SessionKey) -> Said:
    origin = from_page(key.page)
    return Said(
        f"key {key.number} was issued at {moment(key.created_at)} by "
        f"{replaced_by(key)}{origin.en}",
        f"key {key.number} 由 {replaced_by(key)} 于 {moment(key.created_at)} 签发"
        f"{_beside(origin)}",
    )


def _beside(origin: Said) -> str:
    """Add an origin to a Chinese sentence."""
    return f"，{origin.zh}" if origin.zh else ""
