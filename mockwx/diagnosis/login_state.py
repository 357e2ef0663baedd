"""Examines the signature of checksession and resetusersessionkey."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from mockwx.crypto.signature import sign_login_state
from mockwx.diagnosis.finding import LIKELY
from mockwx.diagnosis.finding import PROVED
from mockwx.diagnosis.finding import Finding
from mockwx.diagnosis.finding import Place
from mockwx.diagnosis.history import Archive
from mockwx.diagnosis.history import Held
from mockwx.diagnosis.texts import decoded
from mockwx.diagnosis.words import birthplace
from mockwx.diagnosis.words import replacement
from mockwx.diagnosis.words import tell
from mockwx.diagnosis.words import time_of


_SHA1 = re.compile(r"[0-9a-f]{40}")


def examine(
    signature: bytes,
    *,
    openid: str,
    archive: Archive,
    session_key: str | None = None,
    now: int | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong with a login-state signature; nothing if it is right.

    The signature comes as bytes: some SDKs send those of the digest itself.
    """
    owner = archive.by_openid.get(openid)
    own = [held for held in archive.keys.values() if held.owner is owner]
    others = [held for held in archive.keys.values() if held.owner is not owner]
    given = () if session_key is None else (session_key,)
    for held in (*reversed(own), *others):
        name = _way(signature, held.key.session_key, openid)
        if name is not None:
            if name:
                yield tell(name, PROVED)
            yield from _whose(held, openid, archive, now)
            return
    for key in given:
        name = _way(signature, key, openid)
        if name is not None:
            if name:
                yield tell(name, PROVED)
            return
    yield from _by_shape(signature, archive)


def _by_shape(signature: bytes, archive: Archive) -> Iterator[Finding]:
    text = signature.decode("latin-1").lower()
    if not _SHA1.fullmatch(text):
        yield tell("unknown_key" if archive.keys else "stale_key.guess", LIKELY)
        return
    recorded = any(made.payload.signature == text for made in archive.made)
    yield tell("checksession_signature_sha1", PROVED if recorded else LIKELY)


def _way(signature: bytes, key: str, openid: str) -> str | None:
    """Return how a signature was made with this key; empty if as it should be."""
    right = sign_login_state(key)
    digest = bytes.fromhex(right)
    if signature == right.encode():
        return ""
    if signature == right.upper().encode():
        return "checksession_signature_uppercase"
    if signature in _raw(digest):
        return "checksession_signature_raw_bytes"
    for name, made in _wrong_ways(key, openid):
        if signature.lower() == made.encode():
            return name
    return None


def _raw(digest: bytes) -> Iterable[bytes]:
    """Return what becomes of a digest that is sent as it is."""
    return (
        digest,
        digest.decode(errors="replace").encode(),
        digest.decode("latin-1").encode(),
        base64.b64encode(digest),
        base64.urlsafe_b64encode(digest),
    )


def _wrong_ways(key: str, openid: str) -> Iterator[tuple[str, str]]:
    octets, text = decoded(key), key.encode()
    if octets is not None:
        yield "checksession_signature_decoded_key", _hmac(octets, b"")
        yield "checksession_signature_swapped", _hmac(b"", octets)
    yield "checksession_signature_swapped", _hmac(b"", text)
    yield "checksession_signature_openid", _hmac(text, openid.encode())
    yield "checksession_signature_openid", _hmac(openid.encode(), text)


def _hmac(key: bytes, message: bytes) -> str:
    return hmac.digest(key, message, "sha256").hex()


def _whose(
    held: Held, openid: str, archive: Archive, now: int | None
) -> Iterator[Finding]:
    owner = archive.by_openid.get(openid)
    if owner is None:
        return
    number, after = held.key.number, held.owner.after(held.key)
    if owner.appid != held.owner.appid:
        yield tell("wrong_app", PROVED, theirs=owner.appid, ours=held.owner.appid)
    elif owner.user != held.owner.user:
        yield tell(
            "other_persons_key.alone",
            PROVED,
            held=number,
            key_user=held.owner.user,
            payload_user=owner.user,
        )
    elif after is not None and (now is None or after.created_at <= now):
        yield tell(
            "stale_key.alone",
            PROVED,
            where=birthplace(after),
            held=number,
            **replacement(after),
        )
    elif now is not None and held.key.expires_at <= now:
        yield tell(
            "stale_key.expired",
            PROVED,
            where=Place("expiry", held.key.expires_at),
            held=number,
            expired_at=time_of(held.key.expires_at),
        )


def from_query(query: bytes) -> bytes:
    """Return the signature of a query, byte for byte."""
    for pair in query.split(b"&"):
        name, _, value = pair.partition(b"=")
        if name == b"signature":
            return unquote_to_bytes(value)
    return b""
