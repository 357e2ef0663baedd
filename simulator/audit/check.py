"""A probe's facts with what plays it, and the pages of WeChat's that probes name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.audit.bench import Bench
from simulator.audit.model import Probe
from simulator.audit.verdicts import Verdict


_GUIDE = "https://developers.weixin.qq.com/miniprogram/dev/framework"
_SERVER = "https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc"

LOGIN_PAGE = f"{_GUIDE}/open-ability/login.html"
SIGNATURE_PAGE = f"{_GUIDE}/open-ability/signature.html"
PHONE_PAGE = f"{_GUIDE}/open-ability/getPhoneNumber.html"
UNIONID_PAGE = f"{_GUIDE}/open-ability/union-id.html"
AUTHORIZE_PAGE = f"{_GUIDE}/open-ability/authorize.html"
SECURITY_PAGE = f"{_GUIDE}/security.html"
NETWORK_PAGE = f"{_GUIDE}/ability/network.html"
PROFILE_PAGE = f"{_GUIDE}/open-ability/userProfile.html"
CODE2SESSION_PAGE = f"{_SERVER}/user-login/code2Session.html"
TOKEN_PAGE = f"{_SERVER}/mp-access-token/getAccessToken.html"
NUMBER_PAGE = f"{_SERVER}/user-info/phone-number/getPhoneNumber.html"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the registry."""

    probe: Probe
    play: Callable[[Bench], Verdict]
