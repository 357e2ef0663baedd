"""加密 crypto: getLatestUserKey of wx.getUserCryptoManager().

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/user-encryptkey.html
"""

from __future__ import annotations

from mockwx.domain import base_library
from mockwx.domain import phone_words
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.user_key import UserKey
from mockwx.domain.user_key import UserKeys
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap


def get_latest_user_key(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Give the key of the encrypted channel, a new one after an hour.

    That it needs no login, and that expireTime is a moment in seconds, are inferred.
    """
    if not tap.era.has(base_library.LATEST_USER_KEY):
        raise WxFailError(phone_words.NOT_SUPPORTED)
    key = _latest(desk, tap)
    return {
        "encryptKey": key.encrypt_key,
        "iv": key.iv,
        "version": key.version,
        "expireTime": key.expires_at,
    }


def _latest(desk: Desk, tap: Tap) -> UserKey:
    def renewed(kept: UserKeys | None) -> UserKeys:
        if kept is not None and kept.live(tap.now):
            return kept
        return (kept or UserKeys()).with_new(
            tap.now,
            encrypt_key=desk.entropy.encrypt_key(),
            iv=desk.entropy.encrypt_key_iv(),
        )

    _, changed = desk.user_keys.change(tap.owner, renewed)
    return changed.keys[0]
