"""A handset with WeChat on it, as a wx call names it: who holds it, how new it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mockwx.domain import base_library
from mockwx.domain import consent
from mockwx.domain import control
from mockwx.domain import privacy
from mockwx.domain.mini_program import read_appid
from mockwx.domain.phone_words import NETWORKS
from mockwx.domain.phone_words import PLATFORMS
from mockwx.domain.phone_words import WORDINGS
from mockwx.domain.user import USER_NAME
from mockwx.frozen import made_fast
from mockwx.frozen import maker


DEFAULT_USER = "alice"
DEFAULT_DEVICE = "phone"

read_user = control.matching(
    USER_NAME,
    "1 to 64 characters without '/' or control characters",
    " 1 到 64 个字符，不含“/”和控制字符",
)

ONLINE = "online"

# Sentences quote a page in backticks; a query would be none of its path.
_PAGE = re.compile(
    r"[^\x00-\x20\x7f/?#`\ud800-\udfff][^\x00-\x20\x7f?#`\ud800-\udfff]{0,127}"
)

_read_page = control.matching(
    _PAGE,
    "a page path of at most 128 characters without leading '/', query or backtick, "
    "such as 'pages/pay/index'",
    "不带开头“/”、参数和反引号的页面路径，最多 128 个字符，如 'pages/pay/index'",
)


@control.reads({"anyOf": [{"const": ""}, read_appid.schema]})
def _read_appid_or_none(field: str, value: object) -> object:
    """Read an appid; an empty one is a project in DevTools that has none."""
    return value if value == "" else read_appid(field, value)


FIELDS: dict[str, control.Reader] = {
    "appid": _read_appid_or_none,
    "user": read_user,
    "device": read_user,
    "base_library": base_library.read_version,
    "platform": control.one_of(*PLATFORMS),
    "consent": control.one_of(*consent.ANSWERS),
    "privacy": control.one_of(*privacy.ANSWERS),
    "network": control.one_of(ONLINE, *NETWORKS),
    "wording": control.one_of(*WORDINGS),
    "page": _read_page,
}


@made_fast
@dataclass(frozen=True, slots=True)
class Handset:
    """Everything about the caller of a wx function but its arguments."""

    appid: str
    user: str = DEFAULT_USER
    device: str = DEFAULT_DEVICE
    base_library: str = base_library.NEWEST
    platform: str = "ios"
    consent: str = consent.ALLOW
    """What the person answers if they are asked now."""
    privacy: str = privacy.AGREE
    """What they answer if the privacy agreement is put before them."""
    network: str = ONLINE
    wording: str = "usual"
    """Which of the spellings seen of a failure this phone has."""
    page: str = ""
    """The page that is open, where the caller says so."""


_make_handset = maker(Handset)


def split_call(
    body: Mapping[str, object],
    arguments: Mapping[str, control.Reader],
    *,
    default_appid: str,
) -> tuple[Handset, dict[str, object]]:
    """Split a call of the phone's door into the handset and the wx arguments."""
    handset: dict[str, object] = {"appid": default_appid}
    rest: dict[str, object] = {}
    for name in body:
        if name not in FIELDS and name not in arguments:
            raise control.unknown_field(name, [*FIELDS, *arguments])
    for name, value in body.items():
        if name in FIELDS:
            handset[name] = FIELDS[name].read(name, value)
        else:
            rest[name] = arguments[name].read(name, value)
    return _make_handset(**handset), rest  # type: ignore[arg-type]  # read above
