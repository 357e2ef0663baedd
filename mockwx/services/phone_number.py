"""The phone number behind a phone code: getPhoneNumber of the server.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/
"""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.domain.codes import PHONE_CODE
from mockwx.domain.codes import Code
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MINI_PROGRAM
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.open_data import Watermark
from mockwx.domain.user import Phone
from mockwx.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class PhoneAnswer:
    """The number, and when its owner gave it."""

    phone: Phone
    watermark: Watermark
    user: str


@dataclass(frozen=True)
class PhoneNumber:
    """The server's half of the phone button."""

    directory: Directory
    codes: Ledger[Code]
    clock: Clock

    def get_phone_number(
        self, mini_program: MiniProgram, *, code: str, openid: str = ""
    ) -> PhoneAnswer:
        """Exchange a phone code, once; this interface never answers 40163.

        Raises WeChatError 48001 (the token of an account that is no mini program),
        40029 (unknown, used, expired, a login code), 40013 (another app's code) and
        40003 (`openid` given, and the code is another person's; that number is
        inferred).
        """
        if mini_program.kind != MINI_PROGRAM:
            raise WeChatError(ErrCode.API_UNAUTHORIZED)
        while True:
            now = self.clock.now()
            known = self._unused(code, now)
            if known.appid != mini_program.appid:
                raise WeChatError(ErrCode.INVALID_APPID, hint=True)
            if openid and openid != self.directory.openid_of(known.appid, known.user):
                raise WeChatError(ErrCode.INVALID_OPENID, hint=True)
            phone = self.directory.user(known.user).phone
            if phone is None:
                # The person gave the number up after the tap.
                raise WeChatError(ErrCode.INVALID_CODE, hint=True)
            if self.codes.swap(code, known, known.used(now, mini_program.appid)):
                watermark = Watermark(known.issued_at, mini_program.appid)
                return PhoneAnswer(phone, watermark, known.user)

    def _unused(self, code: str, now: int) -> Code:
        known = self.codes.get(code)
        if known is None or known.kind != PHONE_CODE or known.used_at is not None:
            raise WeChatError(ErrCode.INVALID_CODE, hint=True)
        if known.expired(now):
            raise WeChatError(ErrCode.INVALID_CODE, hint=True)
        return known
