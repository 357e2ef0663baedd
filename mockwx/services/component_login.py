"""Third-party platforms: their tokens, the apps that let them in, and their logins.

https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.domain.access_token import AUTHORIZER
from mockwx.domain.access_token import COMPONENT
from mockwx.domain.access_token import TOKEN_TTL
from mockwx.domain.access_token import AccessToken
from mockwx.domain.component import COMPONENT_TOKEN_TTL
from mockwx.domain.component import PRE_AUTH_CODE_TTL
from mockwx.domain.component import AuthorizationCode
from mockwx.domain.control import ControlError
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import THIRD_PARTY_PLATFORM
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.mini_program import verify_secret
from mockwx.entropy import Entropy
from mockwx.store.ledger import Ledger
from mockwx.store.tables import Table


@dataclass(frozen=True, slots=True)
class ComponentTokenAnswer:
    """A platform's own token, or a code that opens its authorisation page."""

    text: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class AuthorizerAnswer:
    """An app in the hands of a platform: its token, and what renews it."""

    appid: str
    access_token: str
    expires_in: int
    refresh_token: str


@dataclass(frozen=True)
class ComponentLogin:
    """What a platform does in its own name and in that of the apps it serves."""

    directory: Directory
    component_tokens: Ledger[AccessToken]
    app_tokens: Ledger[AccessToken]
    authorization_codes: Ledger[AuthorizationCode]
    refresh_tokens: Table[str]
    """By platform and app: the one that renews the app's token."""
    clock: Clock
    entropy: Entropy

    # -- in its own name ----------------------------------------------------------

    def get_component_access_token(
        self, *, component_appid: str, component_appsecret: str, ticket: str, ip: str
    ) -> ComponentTokenAnswer:
        """Issue the platform's token; the ones before it live out their time.

        Raises WeChatError 41018, 40013, 41004, 40125, 40243, 61004 and 61006, in this
        order.
        """
        if not component_appid:
            raise WeChatError(ErrCode.MISSING_COMPONENT_APPID)
        platform = verify_secret(
            self._platform(component_appid),
            appid=component_appid,
            secret=component_appsecret,
        )
        _check_ip(platform, ip, ErrCode.CLIENT_IP_NOT_REGISTERED)
        if not ticket or platform.verify_ticket not in (None, ticket):
            raise WeChatError(ErrCode.COMPONENT_TICKET_INVALID)
        now = self.clock.now()
        token = AccessToken(
            self.entropy.component_access_token(),
            component_appid,
            COMPONENT,
            now,
            now + COMPONENT_TOKEN_TTL,
        )
        self.component_tokens.add(component_appid, token.access_token, token)
        return ComponentTokenAnswer(token.access_token, COMPONENT_TOKEN_TTL)

    def authorize(self, component_access_token: str) -> MiniProgram:
        """Return the platform a token belongs to.

        Raises WeChatError 41001, 40001 and 42001, in this order.
        """
        if not component_access_token:
            raise WeChatError(ErrCode.ACCESS_TOKEN_MISSING)
        known = self.component_tokens.get(component_access_token)
        platform = self._platform(known.appid) if known else None
        if known is None or platform is None:
            raise WeChatError(ErrCode.INVALID_CREDENTIAL)
        known.check(self.clock.now())
        return platform

    def create_pre_auth_code(
        self, platform: MiniProgram, *, component_appid: str, ip: str
    ) -> ComponentTokenAnswer:
        """Draw a code for the page on which an app lets the platform in.

        Raises WeChatError 41018, 40094 and 61004, in this order.
        """
        _check_component(platform, component_appid, ip)
        return ComponentTokenAnswer(self.entropy.pre_auth_code(), PRE_AUTH_CODE_TTL)

    # -- in the name of an app ----------------------------------------------------

    def let_in(self, appid: str, component_appid: str) -> AuthorizationCode:
        """Do what an app's administrator does on the platform's page.

        Raises ControlError if one of the two does not exist.
        """
        if self._platform(component_appid) is None:
            raise ControlError(
                "not_found",
                f"no third-party platform {component_appid!r}; add a mini program of "
                f"kind {THIRD_PARTY_PLATFORM!r} first.",
                f"没有第三方平台 {component_appid!r}；"
                f"请先添加 kind 为 {THIRD_PARTY_PLATFORM!r} 的应用。",
                field="component_appid",
            )
        while True:
            app = self.directory.mini_programs.get(appid)
            if app is None:
                raise ControlError(
                    "not_found",
                    f"no mini program {appid!r}; GET lists those that exist.",
                    f"没有小程序 {appid!r}；可用 GET 列出现有的。",
                    field="appid",
                )
            authorized_to = tuple(dict.fromkeys((*app.authorized_to, component_appid)))
            let_in = replace(app, authorized_to=authorized_to)
            if self.directory.mini_programs.swap(appid, app, let_in):
                break
        code = AuthorizationCode(
            self.entropy.authorization_code(), appid, component_appid, self.clock.now()
        )
        self.authorization_codes.add(component_appid, code.code, code)
        return code

    def query_auth(
        self,
        platform: MiniProgram,
        *,
        component_appid: str,
        authorization_code: str,
        ip: str,
    ) -> AuthorizerAnswer:
        """Exchange an authorisation code, once, for the app's tokens.

        Raises WeChatError 41018, 40094, 61004, 61009, 61010 and 61003, in this order.
        """
        _check_component(platform, component_appid, ip)
        while True:
            code = self.authorization_codes.get(authorization_code)
            if code is None or code.used or code.component_appid != platform.appid:
                raise WeChatError(ErrCode.AUTHORIZATION_CODE_INVALID)
            if self.clock.now() >= code.expires_at:
                # The number of another interface, with the text that fits here.
                raise WeChatError(ErrCode.CODE_IS_EXPIRED)
            app = self._served(code.appid, platform)
            if self.authorization_codes.swap(code.code, code, code.spent()):
                break
        return self._token_of(app, platform, self._refresh_token(app, platform))

    def get_authorizer_access_token(
        self,
        platform: MiniProgram,
        *,
        component_appid: str,
        authorizer_appid: str,
        authorizer_refresh_token: str,
        ip: str,
    ) -> AuthorizerAnswer:
        """Issue an app's token to the platform it let in.

        Raises WeChatError 41018, 40094, 61004, 40013, 61003 and 61023, in this order.
        """
        _check_component(platform, component_appid, ip)
        app = self._served(authorizer_appid, platform)
        known = self.refresh_tokens.get(_pair(app, platform))
        if known is None or known != authorizer_refresh_token:
            raise WeChatError(ErrCode.AUTHORIZER_REFRESH_TOKEN_INVALID)
        return self._token_of(app, platform, known)

    def authorized_app(
        self,
        *,
        appid: str,
        secret: str,
        component_appid: str,
        component_access_token: str,
        issuer: ComponentLogin,
        ip: str,
    ) -> MiniProgram:
        """Return the app in whose name a platform asks under /sns.

        The token may be of another world than the app: `issuer` is where it came from.
        Without component parameters the question falls through to the checks of a
        plain one, which asks for a secret: hence the 41004 of an interface without
        secret. Raises WeChatError 41002, 40013, 41004, 40125, 40243, 40001, 42001,
        40094, 40090 and 61003, in this order.
        """
        app = self.directory.mini_programs.get(appid)
        if not appid or app is None or not (component_appid and component_access_token):
            return verify_secret(app, appid=appid, secret=secret)
        platform = issuer.authorize(component_access_token)
        if platform.appid != component_appid:
            raise WeChatError(ErrCode.INVALID_COMPONENT_CREDENTIAL)
        _check_ip(platform, ip, ErrCode.INVALID_REQUEST_SOURCE)
        return self._served(appid, platform)

    # -- the parts ----------------------------------------------------------------

    def _platform(self, component_appid: str) -> MiniProgram | None:
        found = self.directory.mini_programs.get(component_appid)
        return found if found and found.kind == THIRD_PARTY_PLATFORM else None

    def _served(self, appid: str, platform: MiniProgram) -> MiniProgram:
        app = self.directory.app(appid)
        if platform.appid not in app.authorized_to:
            raise WeChatError(ErrCode.COMPONENT_NOT_AUTHORIZED)
        return app

    def _refresh_token(self, app: MiniProgram, platform: MiniProgram) -> str:
        """Return the pair's refresh token, the same one until the world is reset."""
        pair = _pair(app, platform)
        drawn = self.entropy.authorizer_refresh_token()
        if self.refresh_tokens.add(pair, drawn):
            return drawn
        return self.refresh_tokens.get(pair) or drawn

    def _token_of(
        self, app: MiniProgram, platform: MiniProgram, refresh_token: str
    ) -> AuthorizerAnswer:
        now = self.clock.now()
        token = AccessToken(
            self.entropy.authorizer_access_token(),
            app.appid,
            AUTHORIZER,
            now,
            now + TOKEN_TTL,
            component_appid=platform.appid,
        )
        self.app_tokens.add(_pair(app, platform), token.access_token, token)
        return AuthorizerAnswer(app.appid, token.access_token, TOKEN_TTL, refresh_token)


def _check_component(platform: MiniProgram, component_appid: str, ip: str) -> None:
    """Check that the platform names itself, and asks from where it may."""
    if not component_appid:
        raise WeChatError(ErrCode.MISSING_COMPONENT_APPID)
    if component_appid != platform.appid:
        raise WeChatError(ErrCode.INVALID_COMPONENT_CREDENTIAL)
    _check_ip(platform, ip, ErrCode.CLIENT_IP_NOT_REGISTERED)


def _check_ip(platform: MiniProgram, ip: str, errcode: ErrCode) -> None:
    if platform.ip_whitelist and ip not in platform.ip_whitelist:
        raise WeChatError(errcode)


def _pair(app: MiniProgram, platform: MiniProgram) -> str:
    return f"{platform.appid}/{app.appid}"
