"""开放数据 open data: sealed with the session key, signed, and remembered.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from mockwx.directory import owner_of
from mockwx.domain import base_library
from mockwx.domain import phone_words
from mockwx.domain.open_data import to_json
from mockwx.domain.payload import SealedPayload
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.session import LOGIN
from mockwx.domain.session import SessionKey
from mockwx.domain.session import new_key
from mockwx.domain.variant import CURRENT
from mockwx.domain.variant import OTHER_USER
from mockwx.domain.variant import PREVIOUS
from mockwx.domain.variant import Variant
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap


# Open data without a login state: the text is inferred.
NO_LOGIN_STATE = phone_words.SESSION_TIME_OUT

OTHERS = ("bob", "carol")
"""Whose key seals when a fault wants another person's."""

_NOT_SIGNED: Mapping[str, object] = MappingProxyType({})


def sealing_key(desk: Desk, tap: Tap) -> SessionKey | None:
    """Return the key that seals: the live one, unless a variant says otherwise."""
    key = desk.live_key(tap)
    if key is None or tap.variant.key == CURRENT:
        return key
    if tap.variant.key == OTHER_USER:
        return replace(_key_of_somebody_else(desk, tap), number=0)
    past = desk.sessions.history(tap.owner)[:-1]
    if tap.variant.key == PREVIOUS and past:
        return past[-1]
    return replace(key, number=0, session_key=desk.entropy.session_key())


def login_state(desk: Desk, tap: Tap) -> SessionKey:
    """Return the key that seals; before a login there is none."""
    key = sealing_key(desk, tap)
    if key is None:
        raise WxFailError(NO_LOGIN_STATE)
    return key


def sealed(
    desk: Desk,
    tap: Tap,
    key: SessionKey,
    plain: Mapping[str, object],
    *,
    signed: Mapping[str, object] = _NOT_SIGNED,
) -> Answer:
    """Seal the plaintext, remember it, and add it to what was signed."""
    # The ciphers come with the first payload: a login needs none.
    from mockwx.crypto.open_data import seal

    iv = desk.entropy.iv()
    plaintext = to_json(tap.variant.plain(plain))
    payload = SealedPayload(
        api=tap.api,
        appid=tap.mini_program.appid,
        user=tap.name,
        produced_at=tap.now,
        key_number=key.number,
        iv=base64.b64encode(iv).decode(),
        encrypted_data=seal(plaintext.encode(), session_key=key.session_key, iv=iv),
        plaintext=plaintext,
        raw_data=str(signed.get("rawData", "")),
        signature=str(signed.get("signature", "")),
        page=tap.handset.page,
    )
    desk.payloads.append(tap.owner, payload)
    answer = {
        **signed,
        "encryptedData": _damaged(tap.variant, payload, key.session_key),
        "iv": payload.iv,
    }
    if tap.mini_program.cloud and tap.era.has(base_library.CLOUD_ID):
        answer["cloudID"] = desk.entropy.cloud_id()
    return tap.variant.answer(answer)


def _damaged(variant: Variant, payload: SealedPayload, session_key: str) -> str:
    if variant.damage is None:
        return payload.encrypted_data
    from mockwx.crypto.open_data import peek

    key, iv = base64.b64decode(session_key), base64.b64decode(payload.iv)
    sealed = base64.b64decode(payload.encrypted_data)
    damaged = variant.damage(sealed, partial(peek, key=key, iv=iv))
    return base64.b64encode(damaged).decode()


def _key_of_somebody_else(desk: Desk, tap: Tap) -> SessionKey:
    """Return the key of another person, who logs in if they have none."""
    other = next(name for name in OTHERS if name != tap.name)
    fresh = desk.entropy.session_key()
    policy = tap.mini_program.policy
    return desk.sessions.change(
        owner_of(tap.mini_program.appid, other),
        lambda current: (
            current
            or new_key(None, tap.now, session_key=fresh, cause=LOGIN, policy=policy)
        ),
    )
