"""Reads a recorded exchange as a question: what a backend was given and had."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Sequence
from urllib.parse import parse_qsl

from mockwx.diagnosis.history import Archive
from mockwx.diagnosis.history import CodeExchange
from mockwx.diagnosis.history import Issued
from mockwx.diagnosis.history import Owner
from mockwx.diagnosis.question import Question
from mockwx.diagnosis.texts import repairs
from mockwx.domain.exchange import SERVER
from mockwx.domain.exchange import Exchange
from mockwx.domain.payload import SealedPayload


CODE_PATHS = {
    "/sns/jscode2session": "js_code",
    "/sns/component/jscode2session": "js_code",
    "/wxa/business/getuserphonenumber": "code",
    "/sns/oauth2/access_token": "code",
    "/wxa/getpluginopenpid": "code",
}
LOGIN_PATHS = ("/sns/jscode2session", "/sns/component/jscode2session")
SIGNED_PATHS = ("/wxa/checksession", "/wxa/resetusersessionkey")

INVALID_SIGNATURE = 87009

# Spellings seen in backends, lower case and without their marks.
_NAMES = {
    "encrypteddata": "encrypted_data",
    "encrypdata": "encrypted_data",
    "encrypted": "encrypted_data",
    "iv": "iv",
    "code": "code",
    "jscode": "code",
    "logincode": "code",
    "rawdata": "raw_data",
    "signature": "signature",
}

_FAILED_WORDS = ("success", "ok")
_CODE_WORDS = ("errcode", "errno", "code", "status", "err", "error")
_FINE = (0, 200, "0", "200", "", None, False, "ok", "success", "OK", "SUCCESS")

_SIGNATURE = re.compile(r"[0-9a-fA-F]{40}")
_SHORTEST_PAYLOAD = 64


def code_exchange(exchange: Exchange) -> CodeExchange | None:
    """Return the attempt to use a code that an exchange with WeChat was."""
    name = CODE_PATHS.get(exchange.path)
    if exchange.kind != SERVER or name is None:
        return None
    for key, value in _values(exchange.query, exchange.request_body):
        if key == name:
            at = exchange.at_ms // 1000
            return CodeExchange(
                number=exchange.number,
                at=at,
                path=exchange.path,
                code=value,
                errcode=exchange.errcode,
                session_key=_session_key(exchange),
            )
    return None


def _session_key(exchange: Exchange) -> str:
    answer = _parsed(exchange.response_body)
    key = answer.get("session_key") if isinstance(answer, dict) else None
    return key if isinstance(key, str) else ""


def failed(exchange: Exchange) -> bool:
    """Say whether a backend's answer admits that something went wrong."""
    if exchange.status >= 400:
        return True
    answer = _parsed(exchange.response_body)
    if not isinstance(answer, dict):
        return False
    for name, value in answer.items():
        word = str(name).lower()
        if word in _FAILED_WORDS and value is False:
            return True
        if word in _CODE_WORDS and not _fine(value):
            return True
    return False


def _fine(value: object) -> bool:
    return isinstance(value, (dict, list)) or value in _FINE


def told(exchange: Exchange, archive: Archive) -> Question | None:
    """Return what a phone gave a backend: by the names of values, then by value."""
    found: dict[str, str] = {}
    in_query = {value for _, value in _values(exchange.query, b"")}
    in_query |= {value for _, value in _values(_query_of(exchange.path), b"")}
    pairs = [
        *_values(_query_of(exchange.path), b""),
        *_values(exchange.query, exchange.request_body),
    ]
    for name, value in pairs:
        field = _NAMES.get(re.sub("[^a-z]", "", name.lower()))
        field = (
            field if field and _plausible(field, value) else _by_value(value, archive)
        )
        if field is not None and field not in found:
            found[field] = value
    if not _is_of_wechat(found.get("code"), archive):
        # Other things are called codes too.
        found.pop("code", None)
    if not found.keys() & {"encrypted_data", "code", "signature"}:
        return None
    return Question(
        iv=found.get("iv"),
        encrypted_data=found.get("encrypted_data"),
        raw_data=found.get("raw_data"),
        signature=found.get("signature"),
        code=found.get("code"),
        appid=exchange.appid or None,
        error=_text(exchange.response_body) or None,
        query=found.get("encrypted_data") in in_query,
    )


def _is_of_wechat(code: str | None, archive: Archive) -> bool:
    """Say whether a code was issued here, or at least tried with WeChat."""
    tried = any(each.code == code for each in archive.history.exchanges)
    return tried or code in archive.codes


def keys_given(owner: Owner, attempts: Sequence[CodeExchange]) -> list[str]:
    """Return the keys a backend was given for a person, the latest first."""
    codes = {each.code: each.session_key for each in owner.codes}
    found = [
        each.session_key or codes[each.code]
        for each in reversed(attempts)
        if each.errcode == 0 and each.path in LOGIN_PATHS and each.code in codes
    ]
    return list(dict.fromkeys(found))


def openid_of(exchange: Exchange) -> str:
    """Return the openid an exchange with WeChat names."""
    pairs = _values(exchange.query, exchange.request_body)
    return next((value for name, value in pairs if name == "openid"), "")


def owner_of(exchange: Exchange, question: Question, archive: Archive) -> Owner | None:
    """Return who held the phone: as the exchange says, or as the payload does."""
    for owner in archive.history.owners:
        if (owner.appid, owner.user) == (exchange.appid, exchange.user):
            return owner
    for each in repairs(question.encrypted_data or ""):
        if each.text in archive.by_data:
            return archive.by_data[each.text].owner
    return None


CALLBACK_WINDOW = 10
"""A login so many seconds after a payload is one in the tap's callback."""


def left_closed(issued: Issued) -> SealedPayload | None:
    """Return the payload that the key of an exchanged code cannot open, if any.

    It was made before the code, with a key that had to go for the code's own.
    """
    code = issued.code
    before = [
        made
        for made in issued.owner.payloads
        if 0 < made.key_number < code.key_number and made.produced_at <= code.issued_at
    ]
    return before[-1] if before else None


def in_callback(made: SealedPayload, issued: Issued) -> bool:
    """Say whether the login followed so soon that it was part of the same tap."""
    return issued.code.issued_at - made.produced_at <= CALLBACK_WINDOW


def ever_had(
    number: int, attempt: CodeExchange, issued: Issued, attempts: Sequence[CodeExchange]
) -> bool:
    """Say whether the backend was given the key of this number before an exchange."""
    codes = {each.code: each.key_number for each in issued.owner.codes}
    return any(
        each.errcode == 0
        and each.number < attempt.number
        and codes.get(each.code) == number
        for each in attempts
    )


def _plausible(field: str, value: str) -> bool:
    """Say whether a value may be what its name says: `code` names many things."""
    return field != "code" or len(value) >= 16


def _by_value(value: str, archive: Archive) -> str | None:
    """Return which field a value is, as far as it shows by itself."""
    for each in repairs(value)[:4] if len(value) < 100_000 else ():
        if each.text in archive.codes:
            return "code"
        if each.text in archive.by_iv:
            return "iv"
        if each.text in archive.by_data:
            return "encrypted_data"
    if value.startswith("{") and '"nickName"' in value:
        return "raw_data"
    if len(value) >= _SHORTEST_PAYLOAD and archive.like(value):
        return "encrypted_data"
    return "signature" if _SIGNATURE.fullmatch(value) else None


def _query_of(path: str) -> bytes:
    return path.partition("?")[2].encode()


def _values(query: bytes, body: bytes) -> Iterator[tuple[str, str]]:
    """Yield every name and text of a request, however deep."""
    yield from parse_qsl(_text(query), keep_blank_values=True)
    parsed = _parsed(body)
    if parsed is not None:
        yield from _leaves(parsed)
    elif body:
        yield from parse_qsl(_text(body), keep_blank_values=True)


def _leaves(value: object) -> Iterator[tuple[str, str]]:
    """Yield each text with the name it stands under, in order, however deep it lies."""
    waiting = [("", value)]
    while waiting:
        name, each = waiting.pop()
        if isinstance(each, dict):
            waiting += [(str(key), inner) for key, inner in reversed(each.items())]
        elif isinstance(each, list):
            waiting += [(name, inner) for inner in reversed(each)]
        elif isinstance(each, str):
            yield name, each


def _parsed(body: bytes) -> object | None:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None


def _text(octets: bytes) -> str:
    return octets.decode(errors="replace")
