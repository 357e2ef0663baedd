"""Mini program codes: getUnlimitedQRCode, getQRCode, createQRCode.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/qr-code/
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace

from mockwx import qr_image
from mockwx.clock import Clock
from mockwx.domain import qr_code
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.qr_code import Look
from mockwx.domain.qr_code import Target
from mockwx.domain.quota import MINUTE
from mockwx.qr_image import Picture
from mockwx.store.base import Store
from mockwx.store.quotas import Quotas


@dataclass(frozen=True, slots=True)
class LimitedPicture:
    """A picture, and how many of its kind the app has used up."""

    picture: Picture
    number_used: int


@dataclass(frozen=True)
class QrCodes:
    """Draws codes, and counts those that are limited."""

    store: Store
    quotas: Quotas
    clock: Clock

    def get_unlimited_qrcode(
        self,
        mini_program: MiniProgram,
        *,
        scene: str,
        page: str,
        check_path: bool,
        env_version: str,
        look: Look,
    ) -> Picture:
        """Draw a code for a scene of at most 32 characters.

        Raises WeChatError 45009 (more than 5000 in a minute), 40169, 40129, 85096,
        41030 and 40097, in this order.
        """
        now, appid = self.clock.now(), mini_program.appid
        drawn = self.quotas.count("getwxacodeunlimit", appid, now, MINUTE)
        if drawn > qr_code.UNLIMITED_PER_MINUTE:
            # The number is from an older edition of the page; today's names none.
            raise WeChatError(ErrCode.DAILY_QUOTA)
        qr_code.check_scene(scene)
        qr_code.check_page(page)
        if check_path and not mini_program.has_page(page):
            raise WeChatError(ErrCode.INVALID_PAGE, hint=True)
        qr_code.check_env_version(env_version)
        qr_code.check_look(look)
        target = qr_code.unlimited_target(
            appid, scene=scene, page=page, env_version=env_version
        )
        return qr_image.draw(target.text, look)

    def get_qrcode(
        self, mini_program: MiniProgram, *, path: str, env_version: str, look: Look
    ) -> LimitedPicture:
        """Draw one of the 100 000 codes of an app, for a path with its query.

        Raises WeChatError 40159, 85096, 40097 and 45029, in this order.
        """
        qr_code.check_path(path, at_most=qr_code.PATH_MAX)
        qr_code.check_env_version(env_version)
        qr_code.check_look(look)
        used = self._use_one(mini_program)
        target = Target(mini_program.appid, path, env_version)
        return LimitedPicture(qr_image.draw(target.text, look), used)

    def create_qrcode(
        self, mini_program: MiniProgram, *, path: str, width: int
    ) -> LimitedPicture:
        """Draw one of the 100 000 codes of an app in its older form.

        Raises WeChatError 40159, 85096 and 45029, in this order.
        """
        qr_code.check_path(path, at_most=qr_code.QRCODE_PATH_MAX)
        used = self._use_one(mini_program)
        look = replace(Look(), width=qr_code.fitting_width(width))
        target = Target(mini_program.appid, path)
        return LimitedPicture(qr_image.draw(target.text, look), used)

    def _use_one(self, mini_program: MiniProgram) -> int:
        used = self.store.incr("limited_codes", mini_program.appid)
        if used > qr_code.LIMITED_CODES:
            raise WeChatError(ErrCode.QRCODE_COUNT)
        return used
