"""手机号 phone number: the buttons getPhoneNumber and getRealtimePhoneNumber.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/getPhoneNumber.html
"""

from __future__ import annotations

from dataclasses import replace

from mockwx.domain import base_library
from mockwx.domain import phone_words
from mockwx.domain.codes import PHONE_CODE
from mockwx.domain.codes import Code
from mockwx.domain.consent import ALLOW
from mockwx.domain.consent import CANCEL
from mockwx.domain.encrypted_msg import OF_BYTES
from mockwx.domain.encrypted_msg import OF_TEXT
from mockwx.domain.encrypted_msg import EncryptedMsg
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.open_data import sealed_phone
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.user import Phone
from mockwx.domain.variant import TRUE
from mockwx.services.device.desk import Answer
from mockwx.services.device.desk import Arguments
from mockwx.services.device.desk import Desk
from mockwx.services.device.desk import Tap
from mockwx.services.device.sealing import NO_LOGIN_STATE
from mockwx.services.device.sealing import sealed
from mockwx.services.device.sealing import sealing_key


def get_phone_number(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Ask for the phone number (the button getPhoneNumber).

    The code needs no login; the sealed number comes with it if there is one.
    """
    phone = _ask(tap)
    key = sealing_key(desk, tap)
    with_code = tap.era.has(base_library.PHONE_CODE)
    if key is None and not with_code:
        raise WxFailError(NO_LOGIN_STATE)
    _pay(desk, tap)
    answer: Answer = {"code": _code(desk, tap)} if with_code else {}
    if key is not None:
        payload = sealed(desk, tap, key, sealed_phone(phone, tap.watermark))
        _remember_hashes(desk, tap, str(payload["encryptedData"]))
        answer |= payload
    return answer


def get_realtime_phone_number(desk: Desk, tap: Tap, arguments: Arguments) -> Answer:
    """Ask for the number, verified now: a code and nothing else."""
    if not tap.era.has(base_library.REALTIME_PHONE_NUMBER):
        raise WxFailError(phone_words.NOT_SUPPORTED)
    _ask(tap)
    _pay(desk, tap)
    desk.live_key(tap)
    return {"code": _code(desk, tap)}


def _ask(tap: Tap) -> Phone:
    """Show the sheet, which appears at every tap."""
    _refuse_app(tap)
    if tap.is_refused:
        raise WxFailError(phone_words.PHONE_BLOCKED)
    if _is_paid(tap) and tap.mini_program.phone_quota == 0:
        raise WxFailError(phone_words.NO_PHONE_QUOTA)
    return _shared(tap)


def _refuse_app(tap: Tap) -> None:
    if tap.mini_program.personal or not tap.mini_program.certified:
        raise WxFailError(phone_words.NO_PERMISSION)
    if tap.mini_program.punished:
        # Seen with apps whose interfaces were taken away; that it is these: inferred.
        raise WxFailError(phone_words.JSAPI_NO_PERMISSION)


def _shared(tap: Tap) -> Phone:
    """Return the number if the person gives it."""
    if tap.handset.consent == CANCEL:
        raise WxFailError(phone_words.USER_CANCEL)
    if tap.handset.consent != ALLOW:
        raise WxFailError(phone_words.USER_DENY)
    if tap.user.phone is None:
        # WeChat asks to bind a number first, and the person gives up.
        raise WxFailError(phone_words.USER_CANCEL_BIND)
    if not tap.user.phone_verified:
        raise WxFailError(phone_words.UNVERIFIED_PHONE)
    return tap.user.phone


def _is_paid(tap: Tap) -> bool:
    quota = tap.mini_program.phone_quota
    return quota is not None and tap.era.has(base_library.PHONE_NUMBER_PAID)


def _pay(desk: Desk, tap: Tap) -> None:
    """Take one from the quota, which others may be emptying at the same time."""
    if not _is_paid(tap):
        return

    def with_one_less(known: MiniProgram | None) -> MiniProgram:
        if known is None or known.phone_quota == 0:
            raise WxFailError(phone_words.NO_PHONE_QUOTA)
        if known.phone_quota is None:
            return known
        return replace(known, phone_quota=known.phone_quota - 1)

    desk.directory.mini_programs.change(tap.mini_program.appid, with_one_less)


def _remember_hashes(desk: Desk, tap: Tap, encrypted_data: str) -> None:
    """Keep what checkencryptedmsg will be asked for: either hash may come."""
    if tap.variant is not TRUE:
        # A fault's payload may never have been WeChat's.
        return
    from mockwx.crypto.open_data import hashes

    appid, user = tap.mini_program.appid, tap.name
    for digest, hash_of in zip(
        hashes(encrypted_data), (OF_TEXT, OF_BYTES), strict=True
    ):
        sealed_now = EncryptedMsg(appid, user, tap.now, hash_of)
        desk.encrypted_msgs.add(tap.owner, digest, sealed_now)


def _code(desk: Desk, tap: Tap) -> str:
    code = Code(
        code=desk.entropy.phone_code(),
        kind=PHONE_CODE,
        appid=tap.mini_program.appid,
        user=tap.name,
        issued_at=tap.now,
        page=tap.handset.page,
    )
    desk.codes.add(tap.owner, code.code, code)
    return code.code
