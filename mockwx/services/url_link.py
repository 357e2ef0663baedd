"""Links into a mini program: generateScheme, generateUrlLink.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/url-scheme/
"""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.domain import url_link
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.quota import DAY
from mockwx.domain.quota import SECOND
from mockwx.domain.url_link import Destination
from mockwx.domain.url_link import Expiry
from mockwx.entropy import Entropy
from mockwx.store.quotas import Quotas


SCHEME = "weixin://dl/business/?t="
LINK = "https://wxaurl.cn/"

# The table gives 40002 a meaning of its own, not its usual text.
NO_GENERATE_PERMISSION = "no generate permission"


@dataclass(frozen=True)
class UrlLinks:
    """Makes links; what they lead to is in the journal."""

    quotas: Quotas
    clock: Clock
    entropy: Entropy

    def generate_scheme(
        self, mini_program: MiniProgram, destination: Destination, *, expiry: Expiry
    ) -> str:
        """Make a `weixin://` link.

        Raises WeChatError 44990, 44993, 85408, 85407, 40002, 85402, 85079, 40165, 40212
        and 85401, in this order (inferred).
        """
        self._check("generatescheme", mini_program)
        url_link.check_destination(mini_program, destination)
        url_link.check_expiry(expiry, now=self.clock.now())
        return SCHEME + self.entropy.link_ticket()

    def generate_url_link(
        self,
        mini_program: MiniProgram,
        destination: Destination,
        *,
        expiry: Expiry,
        to_cloud: bool,
    ) -> str:
        """Make an `https://` link, which may lead to a page in WeChat's cloud.

        Raises what generateScheme raises, and 85088 for a page in the cloud of an app
        that has none (inferred).
        """
        self._check("generate_urllink", mini_program)
        if to_cloud and not mini_program.cloud:
            raise WeChatError(ErrCode.LINK_UNAVAILABLE)
        url_link.check_destination(mini_program, destination)
        url_link.check_expiry(expiry, now=self.clock.now())
        return LINK + self.entropy.link_ticket()

    def _check(self, interface: str, mini_program: MiniProgram) -> None:
        now, appid = self.clock.now(), mini_program.appid
        if self.quotas.count(interface, appid, now, SECOND) > url_link.PER_SECOND:
            raise WeChatError(ErrCode.SECOND_FREQUENCY)
        if self.quotas.count(interface, appid, now, DAY) > url_link.PER_DAY:
            raise WeChatError(ErrCode.DAY_FREQUENCY)
        if mini_program.punished:
            raise WeChatError(ErrCode.APPID_BANNED)
        if mini_program.personal:
            raise WeChatError(ErrCode.NO_SCHEME_PERMISSION)
        if not mini_program.certified:
            raise WeChatError(ErrCode.INVALID_GRANT_TYPE, NO_GENERATE_PERMISSION)
