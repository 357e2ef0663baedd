"""Login on web pages: the page a person answers, and the tokens that follow.

https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
"""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.directory import owner_of
from mockwx.domain.access_token import check_shape
from mockwx.domain.codes import WEB_CODE
from mockwx.domain.codes import Code
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.handset import DEFAULT_USER
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.mini_program import verify_secret
from mockwx.domain.quota import MINUTE
from mockwx.domain.web_oauth import ALLOW
from mockwx.domain.web_oauth import DENY_ON_OLD_CLIENT
from mockwx.domain.web_oauth import PAGES_PER_MINUTE
from mockwx.domain.web_oauth import SNSAPI_LOGIN
from mockwx.domain.web_oauth import SNSAPI_USERINFO
from mockwx.domain.web_oauth import WEB_TOKEN_TTL
from mockwx.domain.web_oauth import WEB_TOKENS_PER_MINUTE
from mockwx.domain.web_oauth import Question
from mockwx.domain.web_oauth import WebGrant
from mockwx.domain.web_oauth import sns_user_info
from mockwx.domain.web_oauth import subject
from mockwx.domain.web_oauth import virtual_user
from mockwx.entropy import Entropy
from mockwx.store.ledger import Ledger
from mockwx.store.quotas import Quotas


@dataclass(frozen=True, slots=True)
class Redirect:
    """The page leads on to the app, or back to it."""

    location: str
    user: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The page asks: who are you, and may this app know you?"""

    app: MiniProgram
    people: tuple[str, ...]
    consents: tuple[str, ...]
    """What can be answered."""
    user: str = DEFAULT_USER
    """Who is meant unless another is picked."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The person refused, and the page leads nowhere."""

    app: MiniProgram
    user: str


Outcome = Redirect | Asked | Refused


@dataclass(frozen=True, slots=True)
class GrantAnswer:
    """A web access_token and what it stands for; `unionid` None means absent."""

    access_token: str
    expires_in: int
    refresh_token: str
    openid: str
    scope: str
    snapshot: bool
    unionid: str | None
    user: str


@dataclass(frozen=True, slots=True)
class UserInfoAnswer:
    """What an app may know of a person, and who that is."""

    shown: dict[str, object]
    appid: str
    user: str


@dataclass(frozen=True)
class WebOAuth:
    """The pages of open.weixin.qq.com, and the interfaces under /sns."""

    directory: Directory
    codes: Ledger[Code]
    grants: Ledger[WebGrant]
    tokens: Ledger[str]
    """The refresh_token of each access_token."""
    quotas: Quotas
    clock: Clock
    entropy: Entropy

    def answer(self, question: Question, *, user: str, consent: str) -> Outcome:
        """Answer a page; an empty `consent` asks the person unless nobody need ask.

        Raises WeChatError 10012, 10011, 10010, 10013, 40013, 10016 (or 10005), 10015,
        10004, 10005, 10003, 10009 and 10006, in this order.
        """
        app = question.check(self.directory.mini_programs.get(question.appid))
        if not consent:
            if not question.silent(app):
                return Asked(app, self._people(), question.channel.consents)
            consent = ALLOW
        name = user or DEFAULT_USER
        self.directory.mention(name)
        self._admit(app, name)
        if consent == ALLOW:
            return Redirect(question.back(self._issue(question, app, name)), name)
        if question.channel.refusal_leads_back or consent == DENY_ON_OLD_CLIENT:
            return Redirect(question.back(None), name)
        return Refused(app, name)

    def get_access_token(
        self, *, appid: str, secret: str, code: str, grant_type: str
    ) -> GrantAnswer:
        """Exchange a web code for the app's token of this person.

        Raises WeChatError 41002, 40013, 41004, 40125, 40243 and those of `exchange`.
        No log shows an IP whitelist in force here.
        """
        app = verify_secret(
            self.directory.mini_programs.get(appid), appid=appid, secret=secret
        )
        return self.exchange(app, code=code, grant_type=grant_type)

    def exchange(self, app: MiniProgram, *, code: str, grant_type: str) -> GrantAnswer:
        """Exchange a web code in the name of an app whose right to do so is known.

        Raises WeChatError 45011, 40002, 41008, 40029, 40163 and 50002, in this order.
        """
        now = self.clock.now()
        if self.quotas.count("web_token", app.appid, now, MINUTE) > (
            WEB_TOKENS_PER_MINUTE
        ):
            raise WeChatError(ErrCode.MINUTE_QUOTA)
        if grant_type != "authorization_code":
            raise WeChatError(ErrCode.INVALID_GRANT_TYPE)
        if not code:
            raise WeChatError(ErrCode.MISSING_CODE)
        spent = self._spend(code, app.appid)
        grant = WebGrant(
            refresh_token=self.entropy.web_refresh_token(),
            access_token=self.entropy.web_access_token(),
            appid=spent.appid,
            user=spent.user,
            scope=spent.scope,
            snapshot=spent.snapshot,
            granted_at=now,
            expires_at=now + WEB_TOKEN_TTL,
        )
        self.grants.add(_owner(grant), grant.refresh_token, grant)
        self.tokens.add(_owner(grant), grant.access_token, grant.refresh_token)
        return self._told(app, grant)

    def refresh_token(
        self, *, appid: str, grant_type: str, refresh_token: str
    ) -> GrantAnswer:
        """Prolong a living token, or replace a dead one; it takes no secret.

        Raises WeChatError 41002, 40013, 40002, 41003, 40030 and 42002, in this order.
        """
        if not appid:
            raise WeChatError(ErrCode.APPID_MISSING)
        app = self.directory.app(appid)
        if grant_type != "refresh_token":
            raise WeChatError(ErrCode.INVALID_GRANT_TYPE)
        if not refresh_token:
            raise WeChatError(ErrCode.REFRESH_TOKEN_MISSING)
        return self._told(app, self._renew(app, refresh_token))

    def user_info(self, *, access_token: str, openid: str, lang: str) -> UserInfoAnswer:
        """Return what the app may know of the person.

        Raises WeChatError 41001, 40014, 40001, 42001, 41009, 40003 and 48001.
        """
        app, grant = self._authorized(access_token, openid)
        if not grant.allows(SNSAPI_USERINFO, SNSAPI_LOGIN):
            raise WeChatError(ErrCode.API_UNAUTHORIZED)
        user = self.directory.user(grant.user)
        seen = virtual_user(user) if grant.snapshot else user
        shown = {
            "openid": openid,
            **sns_user_info(seen, lang or "zh_CN", now=self.clock.now()),
        }
        unionid = self._unionid(app, grant)
        if unionid is not None:
            shown["unionid"] = unionid
        return UserInfoAnswer(shown, grant.appid, grant.user)

    def check(self, *, access_token: str, openid: str) -> WebGrant:
        """Return the grant of a token that lives and is this person's.

        Raises WeChatError 41001, 40014, 40001, 42001, 41009 and 40003, in this order.
        """
        _, grant = self._authorized(access_token, openid)
        return grant

    # -- the page -----------------------------------------------------------------

    def _people(self) -> tuple[str, ...]:
        """Name those one may be: everybody known, and who is always there."""
        known = {name for name, _ in self.directory.users.items()}
        return tuple(sorted(known | {DEFAULT_USER}))

    def _admit(self, app: MiniProgram, user: str) -> None:
        owner = owner_of(app.appid, user)
        if self.quotas.count("page", owner, self.clock.now(), MINUTE) > (
            PAGES_PER_MINUTE
        ):
            raise WeChatError(ErrCode.PAGE_TOO_FREQUENT)
        if app.followers is not None and user not in app.followers:
            raise WeChatError(ErrCode.FOLLOW_TEST_ACCOUNT)

    def _issue(self, question: Question, app: MiniProgram, user: str) -> str:
        code = Code(
            code=self.entropy.web_code(),
            kind=WEB_CODE,
            appid=app.appid,
            user=user,
            issued_at=self.clock.now(),
            lifetime=question.channel.code_ttl,
            scope=question.scope,
            snapshot=question.snapshot(app),
        )
        self.codes.add(owner_of(app.appid, user), code.code, code)
        return code.code

    # -- codes and tokens ---------------------------------------------------------

    def _spend(self, text: str, appid: str) -> Code:
        """Take the code for this app, exactly once.

        An expired code is 40029, as it is for mini programs: nobody ever saw 42003.
        That a foreign app burns a code, and what a blocked person gets, is inferred.
        """
        while True:
            now = self.clock.now()
            code = self.codes.get(text)
            if code is None or code.kind != WEB_CODE:
                raise WeChatError(ErrCode.INVALID_CODE)
            if code.used_at is not None:
                raise WeChatError(ErrCode.CODE_BEEN_USED)
            if code.expired(now):
                raise WeChatError(ErrCode.INVALID_CODE)
            if code.appid == appid and self.directory.is_blocked(code.user):
                raise WeChatError(ErrCode.USER_LIMITED)
            spent = code.used(now, appid)
            if not self.codes.swap(text, code, spent):
                continue
            if code.appid != appid:
                raise WeChatError(ErrCode.INVALID_CODE)
            return spent

    def _renew(self, app: MiniProgram, refresh_token: str) -> WebGrant:
        now = self.clock.now()
        while True:
            grant = self.grants.get(refresh_token)
            if grant is None or grant.appid != app.appid:
                raise WeChatError(ErrCode.INVALID_REFRESH_TOKEN)
            if not grant.renewable(now):
                raise WeChatError(ErrCode.REFRESH_TOKEN_EXPIRED)
            alive = grant.live(now)
            token = grant.access_token if alive else self.entropy.web_access_token()
            renewed = grant.renewed(token, now)
            if self.grants.swap(refresh_token, grant, renewed):
                if not alive:
                    self.tokens.add(_owner(grant), token, refresh_token)
                return renewed

    def _authorized(
        self, access_token: str, openid: str
    ) -> tuple[MiniProgram, WebGrant]:
        check_shape(access_token)
        grant = self.grants.get(self.tokens.get(access_token) or "")
        app = self.directory.mini_programs.get(grant.appid) if grant else None
        if grant is None or app is None:
            raise WeChatError(ErrCode.INVALID_CREDENTIAL)
        if grant.access_token != access_token or not grant.live(self.clock.now()):
            raise WeChatError(ErrCode.ACCESS_TOKEN_EXPIRED)
        if not openid:
            raise WeChatError(ErrCode.MISSING_OPENID)
        if openid != self._openid(app, grant):
            raise WeChatError(ErrCode.INVALID_OPENID)
        return app, grant

    def _told(self, app: MiniProgram, grant: WebGrant) -> GrantAnswer:
        return GrantAnswer(
            access_token=grant.access_token,
            expires_in=WEB_TOKEN_TTL,
            refresh_token=grant.refresh_token,
            openid=self._openid(app, grant),
            scope=grant.scope,
            snapshot=grant.snapshot,
            unionid=self._unionid(app, grant),
            user=grant.user,
        )

    def _openid(self, app: MiniProgram, grant: WebGrant) -> str:
        if grant.snapshot:
            # Nobody's openid: it is not remembered as anybody's.
            return self.directory.openid_of(
                app.appid, subject(grant.user, snapshot=True)
            )
        return self.directory.openid(app, grant.user)

    def _unionid(self, app: MiniProgram, grant: WebGrant) -> str | None:
        if not grant.allows(SNSAPI_USERINFO, SNSAPI_LOGIN):
            return None
        return self.directory.unionid(app, subject(grant.user, snapshot=grant.snapshot))


def _owner(grant: WebGrant) -> str:
    return owner_of(grant.appid, grant.user)
