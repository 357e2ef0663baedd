"""Ids of people and chats, derived: the same seed and names give the same for ever."""

import binascii
import hashlib
from functools import lru_cache

from mockwx import marks


_KINDS = (b"openid", b"unionid", b"openpid", b"open_gid", b"group_oid")
# Copied for each id: to set one up takes longer than to use it.
_HASHES = {
    kind: hashlib.blake2b(digest_size=21, person=b"mockwx." + kind) for kind in _KINDS
}
_URL_SAFE = bytes.maketrans(b"+/", b"-_")

_KEPT = 4_096
"""How many ids are kept, so that the calls of one login do not derive them again and
again. With more, whoever is forgotten for a newcomer is in no cache any more."""


def derive_openid(
    seed: int, user: str, appid: str, *, world: int = marks.DEFAULT_WORLD
) -> str:
    """Return the id of this person in this mini program; it carries its world."""
    return _kept(b"openid", seed, user, appid, world)


def derive_unionid(
    seed: int, user: str, open_platform: str, *, world: int = marks.DEFAULT_WORLD
) -> str:
    """Return the id of this person in all apps of one Open Platform account.

    No call asks by it, but a backend may know its users by it, in each world others.
    """
    return _kept(b"unionid", seed, user, open_platform, world)


def derive_openpid(
    seed: int, user: str, appid: str, plugin: str, *, world: int = marks.DEFAULT_WORLD
) -> str:
    """Return the id of this person in one plugin of one mini program."""
    derived = _derive(b"openpid", seed, user, f"{appid}/{plugin}")
    return _carrying("G" + derived[1:], world)


def derive_open_gid(
    seed: int, chat: str, appid: str, *, world: int = marks.DEFAULT_WORLD
) -> str:
    """Return the id of a chat in this mini program."""
    derived = _derive(b"open_gid", seed, chat, appid)
    return _carrying("tG" + derived[2:], world)


def derive_group_openid(
    seed: int, user: str, chat: str, appid: str, *, world: int = marks.DEFAULT_WORLD
) -> str:
    """Return the id of this person in one chat, as this mini program sees it."""
    derived = _derive(b"group_oid", seed, user, f"{appid}/{chat}")
    return _carrying(derived, world)


@lru_cache(maxsize=_KEPT)
def _kept(kind: bytes, seed: int, user: str, scope: str, world: int) -> str:
    return _carrying(_derive(kind, seed, user, scope), world)


def _carrying(derived: str, world: int) -> str:
    """Put the world in the place of the last characters."""
    return marks.marked(derived[: -marks.URL_SAFE.length], world, marks.URL_SAFE)


def _derive(kind: bytes, seed: int, user: str, scope: str) -> str:
    # No part can contain the separator, so no two triples make the same message.
    digest = _HASHES[kind].copy()
    digest.update(f"{seed}\0{user}\0{scope}".encode())
    # 21 bytes fill 28 characters; "o" takes the place of the last.
    text = binascii.b2a_base64(digest.digest(), newline=False).translate(_URL_SAFE)
    return "o" + text.decode()[:27]
