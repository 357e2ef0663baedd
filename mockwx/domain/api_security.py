"""The keys of the signed and encrypted server API: the app's, and WeChat's for it.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/getting_started/api_signature.html
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field


# Spelled as in the guide's samples; HTTP ignores the case, some clients do not.
APPID_HEADER = "Wechatmp-Appid"
TIMESTAMP_HEADER = "Wechatmp-TimeStamp"
SIGNATURE_HEADER = "Wechatmp-Signature"
SERIAL_HEADER = "Wechatmp-Serial"
DEPRECATED_SIGNATURE_HEADER = "Wechatmp-Signature-Deprecated"
DEPRECATED_SERIAL_HEADER = "Wechatmp-Serial-Deprecated"


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """What a developer registers in the console; empty: not registered."""

    symmetric_sn: str = ""
    symmetric_key: str = field(default="", repr=False)
    """32 bytes in Base64: bodies are encrypted with it, both ways."""
    asymmetric_sn: str = ""
    public_key: str = ""
    """In PEM: the developer's signatures are checked with it."""


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """What WeChat signs its answers to one app with."""

    serial: str
    """The console's number of the certificate, not the one inside it."""
    private_key: str = field(repr=False)
    certificate: str

    def as_json(self) -> dict[str, object]:
        """Show what the console shows of it."""
        return {"serial": self.serial, "certificate": self.certificate}


@dataclass(frozen=True, slots=True)
class PlatformKeys:
    """The key that signs, and while certificates change the one that signed before."""

    current: PlatformKey
    deprecated: PlatformKey | None = None

    def rolled_over(self, successor: PlatformKey) -> PlatformKeys:
        """Return them with a new key in front."""
        return PlatformKeys(successor, self.current)

    def as_json(self) -> dict[str, object]:
        """Show what the console shows of them."""
        old = self.deprecated
        return {
            "platform": self.current.as_json(),
            "platform_deprecated": old.as_json() if old else None,
        }
