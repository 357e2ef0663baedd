"""A third-party platform: how long its tokens and codes live, and who let it in.

https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace


COMPONENT_TOKEN_TTL = 7200
PRE_AUTH_CODE_TTL = 1800
AUTHORIZATION_CODE_TTL = 3600

# What an app grants a platform: managing the account, developing, and so on. Which
# permissions these are is inferred; a login depends on none of them.
_PERMISSIONS = (17, 18)


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """What a platform gets when an app lets it in: an hour, one use."""

    code: str
    appid: str
    component_appid: str
    issued_at: int
    used: bool = False

    @property
    def expires_at(self) -> int:
        """The moment from which the code is no longer accepted."""
        return self.issued_at + AUTHORIZATION_CODE_TTL

    def as_json(self) -> dict[str, object]:
        """Shape the code for the control API."""
        return {
            "appid": self.appid,
            "component_appid": self.component_appid,
            "authorization_code": self.code,
            "expires_in": AUTHORIZATION_CODE_TTL,
        }

    def spent(self) -> AuthorizationCode:
        """Return the code as used."""
        return replace(self, used=True)


def func_info() -> list[dict[str, object]]:
    """List the permissions of an authorisation as WeChat nests them."""
    return [{"funcscope_category": {"id": number}} for number in _PERMISSIONS]
