"""Login on web pages: who may ask for what, how long an answer lives, where it goes.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from urllib.parse import quote
from urllib.parse import urlsplit
from urllib.parse import urlunsplit

from mockwx.domain.base_library import REGION_WITHDRAWN_AT
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MINI_PROGRAM
from mockwx.domain.mini_program import OFFICIAL_ACCOUNT
from mockwx.domain.mini_program import WEBSITE
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.open_data import ANONYMOUS_AVATAR_URL
from mockwx.domain.open_data import ANONYMOUS_NICK_NAME
from mockwx.domain.open_data import user_info
from mockwx.domain.quota import DAY
from mockwx.domain.user import User


SNSAPI_BASE = "snsapi_base"
SNSAPI_USERINFO = "snsapi_userinfo"
SNSAPI_LOGIN = "snsapi_login"

WEB_TOKEN_TTL = 7200
WEB_REFRESH_TOKEN_TTL = 30 * DAY
WEB_TOKENS_PER_MINUTE = 50_000
"""Of one app, at /sns/oauth2/access_token."""
PAGES_PER_MINUTE = 600
"""Logins of one person at one app before page error 10009; the figure is inferred."""

ALLOW = "allow"
DENY = "deny"
DENY_ON_OLD_CLIENT = "deny_on_old_client"
"""An old client leads back from a website's page too, with the state alone."""
CONSENTS = (ALLOW, DENY, DENY_ON_OLD_CLIENT)


_IN_ORDER = ("appid", "redirect_uri", "response_type", "scope", "state")
_STATE = re.compile("[A-Za-z0-9]{0,128}")


@dataclass(frozen=True, slots=True)
class Channel:
    """One of the two pages on which a person lets an app know them."""

    kind: str
    """The kind of app it is for."""
    scopes: frozenset[str]
    code_ttl: int
    refusal_leads_back: bool
    wrong_kind: ErrCode
    """What an app of another kind is answered."""

    @property
    def consents(self) -> tuple[str, ...]:
        """Return what a person can answer; old clients differ where a refusal stays."""
        return CONSENTS[:2] if self.refusal_leads_back else CONSENTS


OFFICIAL_ACCOUNT_PAGE = Channel(
    kind=OFFICIAL_ACCOUNT,
    scopes=frozenset({SNSAPI_BASE, SNSAPI_USERINFO}),
    code_ttl=300,
    refusal_leads_back=True,
    wrong_kind=ErrCode.OPEN_PLATFORM_APPID,
)
WEBSITE_PAGE = Channel(
    kind=WEBSITE,
    scopes=frozenset({SNSAPI_LOGIN}),
    code_ttl=600,
    refusal_leads_back=False,
    # Inferred: an official account simply has no scope there.
    wrong_kind=ErrCode.SCOPE_UNAUTHORIZED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a page is asked for; `state` is None when it was not given at all."""

    channel: Channel
    appid: str
    redirect_uri: str
    scope: str
    state: str | None
    component_appid: str = ""
    force_popup: bool = False
    force_snapshot: bool = False

    @property
    def scopes(self) -> frozenset[str]:
        """Return the single scopes."""
        return frozenset(self.scope.split(","))

    def check(self, app: MiniProgram | None) -> MiniProgram:
        """Return the app that asks; raise what its page would show.

        Each number is documented, their order is inferred; so is that an address which
        is none counts as one outside the domain.
        """
        self._check_presence()
        if app is None:
            raise WeChatError(ErrCode.INVALID_APPID)
        # A mini program may ask on both pages: a convenience of the mock, so that its
        # one default app is enough for every login.
        if app.kind not in (self.channel.kind, MINI_PROGRAM):
            raise WeChatError(self.channel.wrong_kind)
        if self.component_appid and self.component_appid not in app.authorized_to:
            raise WeChatError(ErrCode.PLATFORM_UNAUTHORIZED)
        if app.frozen or app.punished:
            raise WeChatError(ErrCode.ACCOUNT_BANNED)
        if not self.scopes <= self.channel.scopes or not app.certified:
            raise WeChatError(ErrCode.SCOPE_UNAUTHORIZED)
        if not _leads_to(self.redirect_uri, app.redirect_domain):
            raise WeChatError(ErrCode.REDIRECT_URI_MISMATCH)
        return app

    def snapshot(self, app: MiniProgram) -> bool:
        """Say whether the page shows a virtual person, whom nobody asks."""
        wanted = app.snapshot_mode or self.force_snapshot
        official = self.channel.kind == OFFICIAL_ACCOUNT
        return wanted and official and not self.force_popup

    def silent(self, app: MiniProgram) -> bool:
        """Say whether the page leads on without asking the person."""
        if self.force_popup:
            return False
        return self.snapshot(app) or self.scopes == {SNSAPI_BASE}

    def back(self, code: str | None) -> str:
        """Return the address to lead to: with code and state, or the state alone."""
        added = {"code": code, "state": self.state}
        pairs = [
            f"{name}={quote(text, safe='')}" for name, text in added.items() if text
        ]
        parts = urlsplit(self.redirect_uri)
        query = "&".join(filter(None, [parts.query, *pairs]))
        return urlunsplit(parts._replace(query=query))

    def _check_presence(self) -> None:
        required = (
            (self.appid, ErrCode.APPID_EMPTY),
            (self.redirect_uri, ErrCode.REDIRECT_URI_EMPTY),
            (self.scope, ErrCode.SCOPE_EMPTY),
            # The pages call `state` optional, and yet know an error for an empty one.
            ("absent" if self.state is None else self.state, ErrCode.STATE_EMPTY),
        )
        for text, errcode in required:
            if not text:
                raise WeChatError(errcode)


@dataclass(frozen=True, slots=True)
class WebGrant:
    """What one login on a web page is worth: a token, and what renews it."""

    refresh_token: str
    access_token: str
    appid: str
    user: str
    scope: str
    snapshot: bool
    granted_at: int
    expires_at: int

    def live(self, now: int) -> bool:
        """Say whether the access_token works."""
        return now < self.expires_at

    def renewable(self, now: int) -> bool:
        """Say whether the refresh_token works; renewing does not prolong it."""
        return now < self.granted_at + WEB_REFRESH_TOKEN_TTL

    def allows(self, *scopes: str) -> bool:
        """Say whether the person agreed to one of these scopes."""
        return not set(scopes).isdisjoint(self.scope.split(","))

    def renewed(self, access_token: str, now: int) -> WebGrant:
        """Return the grant with this token, good for two hours from now."""
        return replace(self, access_token=access_token, expires_at=now + WEB_TOKEN_TTL)


def minded_by_real_clients(channel: Channel, query: Mapping[str, str]) -> str:
    """Say what WeChat's app minds about a page's address, and a browser does not.

    So the mock leads on all the same. The page of websites is one for browsers.
    """
    if channel is not OFFICIAL_ACCOUNT_PAGE:
        return ""
    if [name for name in query if name in _IN_ORDER] != [
        name for name in _IN_ORDER if name in query
    ]:
        in_order = ", ".join(_IN_ORDER)
        return f"real clients open this address only in this order: {in_order}"
    if not _STATE.fullmatch(query.get("state", "")):
        return "state may be up to 128 letters and digits, WeChat's page says"
    return ""


def subject(user: str, *, snapshot: bool) -> str:
    """Name whose ids a login yields: a virtual person is nobody else."""
    # A slash cannot stand in anybody's name.
    return f"snapshot/{user}" if snapshot else user


def sns_user_info(user: User, lang: str, *, now: int) -> dict[str, object]:
    """Return what /sns/userinfo tells of a person, without their ids."""
    shown = user_info(user, lang, region_withdrawn=now >= REGION_WITHDRAWN_AT)
    return {
        "nickname": shown.nick_name,
        "sex": shown.gender,
        "language": shown.language,
        "province": shown.province,
        "city": shown.city,
        "country": shown.country,
        "headimgurl": shown.avatar_url,
        "privilege": [],
    }


def virtual_user(user: User) -> User:
    """Return the virtual person of a snapshot page."""
    return replace(
        user,
        nick_name=ANONYMOUS_NICK_NAME,
        avatar_url=ANONYMOUS_AVATAR_URL,
        gender=0,
        language="",
        city="",
        province="",
        country="",
    )


def _leads_to(redirect_uri: str, domain: str | None) -> bool:
    """Say whether an address is one of the web, and inside the domain if any."""
    host = _host_of(redirect_uri)
    return bool(host) and domain in (None, host)


def _host_of(address: str) -> str | None:
    """Return the host that a browser would go to; None if there is no going there."""
    if not all(" " < letter not in "\\\x7f" for letter in address):
        return None
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError:
        return None
    return host if parts.scheme in ("http", "https") else None
