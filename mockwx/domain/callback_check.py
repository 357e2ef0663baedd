"""What callback/check finds: simulated, and the same for the same URL for ever."""

from __future__ import annotations

import hashlib
import ipaddress
from urllib.parse import urlsplit

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError


LOOPBACK = "127.0.0.1"

DNS = "dns"
PING = "ping"
ALL = "all"
ACTIONS = (DNS, PING, ALL)

DEFAULT_OPERATOR = "DEFAULT"
OPERATORS = ("CHINANET", "UNICOM", "CAP")


def check_callback(url: str | None, action: str, operator: str) -> dict[str, object]:
    """Return what WeChat sees of the developer's server.

    Raises WeChatError 40201, 40202 and 40203, in this order (which is inferred).
    """
    host = urlsplit(url or "").hostname
    if not host:
        raise WeChatError(ErrCode.CALLBACK_URL_MISSING)
    if action not in ACTIONS:
        raise WeChatError(ErrCode.INVALID_ACTION, hint=True)
    if operator not in (*OPERATORS, DEFAULT_OPERATOR):
        raise WeChatError(ErrCode.INVALID_CHECK_OPERATOR, hint=True)
    ip = _address(host)
    # DEFAULT lets WeChat choose the operator by the address.
    seen_by = OPERATORS[_dice(ip)[0] % 3] if operator == DEFAULT_OPERATOR else operator
    found: dict[str, object] = {
        DNS: [{"ip": ip, "real_operator": seen_by}],
        PING: [
            {
                "ip": ip,
                "from_operator": seen_by,
                "package_loss": "0%",
                "time": _round_trip(ip, seen_by),
            }
        ],
    }
    return found if action == ALL else {action: found[action]}


def _address(host: str) -> str:
    """Resolve a host without a network: a name nobody owns gets a documentation one."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return LOOPBACK if host == "localhost" else f"203.0.113.{_dice(host)[0]}"


def _round_trip(ip: str, operator: str) -> str:
    dice = _dice(f"{ip}/{operator}")
    return f"{1 + dice[0] % 60}.{int.from_bytes(dice[1:3], 'big') % 1000:03}ms"


def _dice(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest()
