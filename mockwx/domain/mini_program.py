"""A mini program, or an app of another kind, as its console knows it.

Apps of all kinds share appid, secret and state; what only one kind has is marked.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import fields

from mockwx.domain import control
from mockwx.domain.api_quota import QUOTAS
from mockwx.domain.call_rate import CallRate
from mockwx.domain.call_rate import read_call_rate
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.privacy import Privacy
from mockwx.domain.privacy import read_privacy
from mockwx.domain.push import FORMATS
from mockwx.domain.push import JSON
from mockwx.domain.push import MODES
from mockwx.domain.push import PLAIN
from mockwx.domain.push import read_encoding_aes_key
from mockwx.domain.push import read_push_url
from mockwx.domain.session import POLICIES
from mockwx.domain.session import Policy
from mockwx.secrecy.lookout import LOOKOUT
from mockwx.secrecy.looks import PUSH_KEY
from mockwx.secrecy.looks import kept
from mockwx.secrecy.looks import shown


MINI_PROGRAM = "mini_program"
OFFICIAL_ACCOUNT = "official_account"
WEBSITE = "website"
THIRD_PARTY_PLATFORM = "third_party_platform"
KINDS = (MINI_PROGRAM, OFFICIAL_ACCOUNT, WEBSITE, THIRD_PARTY_PLATFORM)

APPID = re.compile(r"wx[0-9a-f]{16}")
SECRET = re.compile(r"[0-9a-f]{32}|sha256:[0-9a-f]{64}")
OPEN_PLATFORM = "mockwx"
"""The Open Platform account of the default mini program: it yields a unionid."""
PUSH_TOKEN = "mockwx"
ENCODING_AES_KEY = "mockwxmockwxmockwxmockwxmockwxmockwxmockwxA"


@dataclass(frozen=True, slots=True)
class MiniProgram:
    """One mini program; the fields are also those of the control API."""

    appid: str
    secret: str = field(repr=False)
    """Of a real one, pasted by mistake, only the digest: `sha256:…`."""
    name: str = ""
    open_platform: str | None = OPEN_PLATFORM
    certified: bool = True
    personal: bool = False
    cloud: bool = False
    """Cloud development is on: open data come with a cloudID too."""
    policy: Policy = POLICIES["docs"]
    released_at: int | None = None
    """When its version was published (epoch seconds); None: today's rules apply."""
    ip_whitelist: tuple[str, ...] = ()
    secret_frozen: bool = False
    punished: bool = False
    frozen: bool = False
    kind: str = MINI_PROGRAM
    """What the appid stands for; a mini program may log people in on web pages too."""
    redirect_domain: str | None = None
    """Where the login on web pages may lead; None: anywhere."""
    followers: tuple[str, ...] | None = None
    """Of a test account: who follows it and so may log in on its pages."""
    snapshot_mode: bool = False
    """Pages of an official account see a virtual person until a tap (since 2022)."""
    authorized_to: tuple[str, ...] = ()
    """The third-party platforms that may act for the app."""
    verify_ticket: str | None = field(default=None, repr=False)
    """Of a third-party platform: its only valid ticket; None: any will do."""
    published: bool = True
    """Whether there is a released version at all."""
    pages: tuple[str, ...] | None = None
    """The pages of the released version; None: any page is there."""
    templates: tuple[str, ...] | None = None
    """The ids of its subscribe-message templates; None: any id is one."""
    push_url: str | None = None
    """Where messages are pushed; None: nowhere."""
    push_token: str = field(default=PUSH_TOKEN, repr=False)
    encoding_aes_key: str = field(default=ENCODING_AES_KEY, repr=False)
    push_mode: str = PLAIN
    push_format: str = JSON
    mini_game: bool = False
    """A mini game: its players' profiles were never withdrawn."""
    developers: tuple[str, ...] | None = None
    """Who may log in to it in DevTools; None: everybody."""
    phone_quota: int | None = None
    """How many phone numbers are still paid for; None: always enough."""
    denial_ttl: int | None = None
    """Seconds after which a denied scope is asked for again; None: never."""
    call_rate: CallRate | None = None
    """How often a person may call; None: as often as a fast test wants."""
    privacy: Privacy | None = None
    """Its privacy agreement; None: nothing has to be agreed to."""
    daily_limits: tuple[tuple[str, int], ...] = ()
    """Paths that the app may call less (or more) often a day than apps usually may."""

    @property
    def original_id(self) -> str:
        """Return the account's name in messages; the appid decides it."""
        digest = hashlib.blake2b(self.appid.encode(), digest_size=6)
        return f"gh_{digest.hexdigest()}"

    def own_limit(self, path: str) -> int | None:
        """Return how often a day it may call a path, if it differs from the usual."""
        return dict(self.daily_limits).get(path) if self.daily_limits else None

    def has_page(self, page: str) -> bool:
        """Say whether the released version has this page; no page is the home page."""
        if not self.published:
            return False
        return not page or self.pages is None or page in self.pages

    def as_json(self) -> dict[str, object]:
        """Shape the mini program for the control API."""
        return {
            field.name: _as_json(getattr(self, field.name)) for field in fields(self)
        } | {
            "daily_limits": dict(self.daily_limits),
            "encoding_aes_key": shown(PUSH_KEY, self.encoding_aes_key),
        }


def verify_credentials(
    mini_program: MiniProgram | None, *, appid: str, secret: str, ip: str
) -> MiniProgram:
    """Check appid, secret and caller in WeChat's order; return the mini program.

    A plausible appid that does not exist wins over everything else, then the secret;
    that the address and the account's state come after both is inferred.
    """
    known = verify_secret(mini_program, appid=appid, secret=secret)
    if known.ip_whitelist and ip not in known.ip_whitelist:
        raise WeChatError(ErrCode.INVALID_IP, not_in_whitelist(ip))
    return known


def verify_secret(
    mini_program: MiniProgram | None, *, appid: str, secret: str
) -> MiniProgram:
    """Check appid and secret in WeChat's order; return the app."""
    if not appid:
        raise WeChatError(ErrCode.APPID_MISSING)
    if mini_program is None:
        raise WeChatError(ErrCode.INVALID_APPID)
    if not secret:
        raise WeChatError(ErrCode.APPSECRET_MISSING)
    if not LOOKOUT.same(secret, mini_program.secret):
        raise WeChatError(ErrCode.INVALID_APPSECRET)
    if mini_program.secret_frozen:
        raise WeChatError(ErrCode.SECRET_FROZEN)
    return mini_program


def not_in_whitelist(ip: str) -> str:
    """Word 40164, which names the caller in both forms of address."""
    return f"invalid ip {ip} ipv6 {_ipv6(ip)}, not in whitelist"


def _ipv6(ip: str) -> str:
    """Show an address as 40164 does, which maps IPv4 into IPv6."""
    return ip if ":" in ip else f"::ffff:{ip}"


@control.reads({"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]})
def _read_address(field: str, value: object) -> str:
    """Read an IP address; spell it as the server will see it."""
    try:
        return str(ipaddress.ip_address(control.text(field, value)))
    except ValueError:
        control.refuse(
            field, "an IP address such as '203.0.113.7'", " IP 地址，如 '203.0.113.7'"
        )


def _as_json(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Policy):
        return policy_as_json(value)
    return value.as_json() if isinstance(value, (CallRate, Privacy)) else value


def policy_as_json(policy: Policy) -> object:
    """Show a policy by its name, or in full once a field of it was changed."""
    if POLICIES.get(policy.name) == policy:
        return policy.name
    return {field.name: getattr(policy, field.name) for field in fields(policy)}


_POLICY_FIELDS: dict[str, control.Reader] = {
    "name": control.one_of(*POLICIES),
    "rotate_min_interval": control.optional(control.whole()),
    "session_ttl": control.whole(at_least=1),
    "extend_on_activity": control.flag,
    "exchange_returns": control.one_of("snapshot", "current"),
}


@control.reads(
    {"anyOf": [control.one_of(*POLICIES).schema, control.object_schema(_POLICY_FIELDS)]}
)
def read_policy(field: str, value: object) -> Policy:
    """Read a policy's name, or an object that changes single fields of a named one."""
    if isinstance(value, str):
        return POLICIES[control.one_of(*POLICIES)(field, value)]
    if not isinstance(value, Mapping):
        names = ", ".join(POLICIES)
        control.refuse(
            field, f"one of: {names}; or an object", f"其中之一：{names}；或对象"
        )
    changes = control.read_fields(value, _POLICY_FIELDS)
    base = POLICIES[str(changes.pop("name", "docs"))]
    merged = {item.name: getattr(base, item.name) for item in fields(base)}
    return Policy(**{**merged, **changes})


_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")

_match_domain = control.matching(
    _DOMAIN,
    "a domain without scheme and port, such as 'www.example.com'",
    "不带协议和端口的域名，如 'www.example.com'",
)


@control.reads(_match_domain.schema)
def _read_domain(field: str, value: object) -> str:
    """Read a domain as the console takes it: no scheme, no port, no path."""
    return _match_domain(field, value).lower()


@control.reads(
    {
        "type": "object",
        "propertyNames": {"enum": list(QUOTAS)},
        "additionalProperties": control.whole().schema,
    }
)
def _read_limits(field: str, value: object) -> tuple[tuple[str, int], ...]:
    """Read how often a day each path may be called."""
    if not isinstance(value, dict):
        control.refuse(field, "an object of paths and numbers", "路径与次数的对象")
    known, whole = control.one_of(*QUOTAS), control.whole()
    return tuple(
        (known(field, path), whole(f"{field}.{path}", most))
        for path, most in value.items()
    )


_PUSH_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_PAGE = re.compile(r"[^/?\s][^?\s]{0,1023}")

_read_page = control.matching(
    _PAGE,
    "a page without leading '/' and query, such as 'pages/index/index'",
    "不带开头“/”和参数的页面，如 'pages/index/index'",
)

_match_secret = control.matching(
    SECRET, "32 lower-case hex digits", "32 位小写十六进制"
)


@control.reads(_match_secret.schema)
def _read_secret(field: str, value: object) -> str:
    """Read a secret; of a real one, pasted by mistake, only the digest is kept."""
    return kept(_match_secret(field, value))


read_appid = control.matching(
    APPID, "'wx' and 16 lower-case hex digits", "“wx”加 16 位小写十六进制"
)

FIELDS: dict[str, control.Reader] = {
    "appid": read_appid,
    "secret": _read_secret,
    "name": control.text,
    "open_platform": control.optional(control.text),
    "certified": control.flag,
    "personal": control.flag,
    "cloud": control.flag,
    "policy": read_policy,
    "released_at": control.optional(control.whole()),
    "ip_whitelist": control.list_of(_read_address),
    "secret_frozen": control.flag,
    "punished": control.flag,
    "frozen": control.flag,
    "kind": control.one_of(*KINDS),
    "redirect_domain": control.optional(_read_domain),
    "followers": control.optional(control.list_of(control.text)),
    "snapshot_mode": control.flag,
    "authorized_to": control.list_of(read_appid),
    "verify_ticket": control.optional(control.text),
    "published": control.flag,
    "pages": control.optional(control.list_of(_read_page)),
    "templates": control.optional(control.list_of(control.text)),
    "push_url": control.optional(read_push_url),
    "push_token": control.matching(
        _PUSH_TOKEN, "3 to 32 letters and digits", " 3 到 32 位字母和数字"
    ),
    "encoding_aes_key": read_encoding_aes_key,
    "push_mode": control.one_of(*MODES),
    "push_format": control.one_of(*FORMATS),
    "mini_game": control.flag,
    "developers": control.optional(control.list_of(control.text)),
    "phone_quota": control.optional(control.whole()),
    "denial_ttl": control.optional(control.whole()),
    "call_rate": control.optional(read_call_rate),
    "privacy": control.optional(read_privacy),
    "daily_limits": _read_limits,
}
