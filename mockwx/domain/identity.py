"""openid and unionid, derived: the same seed and person give the same ids for ever."""

import base64
import hashlib

from mockwx import marks


def derive_openid(
    seed: int, user: str, appid: str, *, world: int = marks.DEFAULT_WORLD
) -> str:
    """Return the id of this person in this mini program; it carries its world."""
    head = _derive(b"mockwx.openid", seed, user, appid)[: -marks.URL_SAFE.length]
    return marks.marked(head, world, marks.URL_SAFE)


def derive_unionid(seed: int, user: str, open_platform: str) -> str:
    """Return the id of this person in all apps of one Open Platform account."""
    return _derive(b"mockwx.unionid", seed, user, open_platform)


def _derive(kind: bytes, seed: int, user: str, scope: str) -> str:
    # No part can contain the separator, so no two triples make the same message.
    message = f"{seed}\0{user}\0{scope}".encode()
    digest = hashlib.blake2b(message, digest_size=21, person=kind).digest()
    # 21 bytes fill 28 characters; "o" takes the place of the last.
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]
