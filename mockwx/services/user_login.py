"""Login of mini programs: code2Session, checkSessionKey, ResetUserSessionKey.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/
"""

from __future__ import annotations

from dataclasses import dataclass

from mockwx.clock import Clock
from mockwx.crypto.signature import same_signature
from mockwx.crypto.signature import sign_login_state
from mockwx.directory import Directory
from mockwx.directory import owner_of
from mockwx.domain.codes import LOGIN_CODE
from mockwx.domain.codes import Code
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.mini_program import verify_credentials
from mockwx.domain.quota import CODE2SESSION_PER_MINUTE
from mockwx.domain.quota import MINUTE
from mockwx.domain.quota import RESET_SESSION_KEY_PER_MINUTE
from mockwx.domain.session import SessionKey
from mockwx.entropy import Entropy
from mockwx.frozen import made_fast
from mockwx.frozen import maker
from mockwx.store.ledger import Ledger
from mockwx.store.quotas import Quotas
from mockwx.store.sessions import Sessions


SIG_METHOD = "hmac_sha256"


@made_fast
@dataclass(frozen=True, slots=True)
class LoginAnswer:
    """Whose session it is, and its key; `unionid` is None when the app is not bound."""

    session_key: str
    openid: str
    unionid: str | None
    user: str


_make_answer = maker(LoginAnswer)


@dataclass(frozen=True)
class UserLogin:
    """The server's half of the login."""

    directory: Directory
    sessions: Sessions
    codes: Ledger[Code]
    quotas: Quotas
    clock: Clock
    entropy: Entropy

    def code2session(
        self, *, appid: str, secret: str, js_code: str, grant_type: str, ip: str
    ) -> LoginAnswer:
        """Exchange a login code for the session key it was made with.

        Raises WeChatError 41002, 40013, 41004, 40125, 40243, 40164, 40002, 41008,
        40029, 40163, 40226 and 45011, in this order.
        """
        mini_program = verify_credentials(
            self.directory.mini_programs.get(appid), appid=appid, secret=secret, ip=ip
        )
        return self.exchange(mini_program, js_code=js_code, grant_type=grant_type)

    def exchange(
        self, mini_program: MiniProgram, *, js_code: str, grant_type: str
    ) -> LoginAnswer:
        """Exchange a login code in the name of an app whose right to do so is known.

        Raises WeChatError 40002, 41008, 40029, 40163, 40226 and 45011, in this order.
        """
        if grant_type != "authorization_code":
            raise WeChatError(ErrCode.INVALID_GRANT_TYPE)
        if not js_code:
            raise WeChatError(ErrCode.MISSING_CODE)
        code = self._spend(js_code, mini_program.appid)
        current = self.sessions.current(owner_of(code.appid, code.user))
        session_key = code.session_key
        if current is not None and mini_program.policy.exchange_returns == "current":
            session_key = current.session_key
        openid, unionid = self._ids(code.user, mini_program, current)
        return _make_answer(session_key, openid, unionid, code.user)

    def check_session_key(
        self,
        mini_program: MiniProgram,
        *,
        openid: str,
        signature: str,
        sig_method: str,
    ) -> str:
        """Accept the signature of the one valid key; return whose it is.

        Raises WeChatError 40097, 87008, 40003 and 87009, in this order.
        """
        user = self._signer(mini_program, openid, signature, sig_method)
        current = self._live(mini_program, user)
        if current is None or not _signed_with(current, signature):
            raise WeChatError(ErrCode.INVALID_SIGNATURE)
        return user

    def reset_user_session_key(
        self,
        mini_program: MiniProgram,
        *,
        openid: str,
        signature: str,
        sig_method: str,
    ) -> LoginAnswer:
        """Replace the key at once; the new one dies when the old one would have.

        Raises WeChatError 45011, 40097, 87008, 40003, 87007 and 87009.
        """
        now = self.clock.now()
        if self.quotas.count("reset", mini_program.appid, now, MINUTE) > (
            RESET_SESSION_KEY_PER_MINUTE
        ):
            raise WeChatError(ErrCode.MINUTE_QUOTA)
        user = self._signer(mini_program, openid, signature, sig_method)
        session_key = self.entropy.session_key()

        def successor(current: SessionKey | None) -> SessionKey:
            if current is None or not current.live(now):
                raise WeChatError(ErrCode.SESSION_KEY_GONE)
            if not _signed_with(current, signature):
                raise WeChatError(ErrCode.INVALID_SIGNATURE)
            return current.reset(now, session_key)

        changed = self.sessions.change(owner_of(mini_program.appid, user), successor)
        return LoginAnswer(changed.session_key, openid, None, user)

    def _spend(self, js_code: str, appid: str) -> Code:
        """Take the code for this app, exactly once."""
        while True:
            now = self.clock.now()
            code = self._unused(js_code, now)
            if code.appid == appid:
                self._admit(code, now)
            spent = code.used(now, appid)
            if not self.codes.swap(js_code, code, spent):
                continue
            if code.appid != appid:
                # The foreign app gets 40029, and yet the code is burnt.
                raise WeChatError(ErrCode.INVALID_CODE)
            return spent

    def _unused(self, js_code: str, now: int) -> Code:
        code = self.codes.get(js_code)
        if code is None or code.kind != LOGIN_CODE:
            raise WeChatError(ErrCode.INVALID_CODE)
        if code.used_at is not None:
            raise WeChatError(ErrCode.CODE_BEEN_USED)
        if code.expired(now):
            raise WeChatError(ErrCode.INVALID_CODE)
        return code

    def _admit(self, code: Code, now: int) -> None:
        """Refuse a risky or too busy person.

        That the code stays unused is inferred: 45011 says "retry next minute".
        """
        if self.directory.is_blocked(code.user):
            raise WeChatError(ErrCode.CODE_BLOCKED)
        owner = owner_of(code.appid, code.user)
        if self.codes.added(owner) <= CODE2SESSION_PER_MINUTE:
            # Whoever was given so few codes cannot have exchanged more.
            return
        if self.quotas.count(
            "code2session",
            owner,
            now,
            MINUTE,
            uncounted=lambda since: self._exchanged(owner, since),
        ) > (CODE2SESSION_PER_MINUTE):
            raise WeChatError(ErrCode.MINUTE_QUOTA)

    def _exchanged(self, owner: str, since: int) -> int:
        """Return how many login codes a person's own app exchanged from then on."""
        return sum(
            code.kind == LOGIN_CODE
            and code.used_by == code.appid
            and code.used_at is not None
            and code.used_at >= since
            for code in self.codes.of(owner)
        )

    def _ids(
        self, user: str, mini_program: MiniProgram, current: SessionKey | None
    ) -> tuple[str, str | None]:
        """Return the openid and unionid that the login left, or derive them."""
        if current is None or not current.openid:
            openid = self.directory.openid_of(mini_program.appid, user)
            return openid, self.directory.unionid(mini_program, user)
        if current.open_platform != mini_program.open_platform:
            # The app was bound to another account, or unbound, since that login.
            return current.openid, self.directory.unionid(mini_program, user)
        return current.openid, current.unionid

    def _signer(
        self, mini_program: MiniProgram, openid: str, signature: str, sig_method: str
    ) -> str:
        if not openid or not signature:
            raise WeChatError(ErrCode.INVALID_ARGS, hint=True)
        if sig_method != SIG_METHOD:
            raise WeChatError(ErrCode.INVALID_SIG_METHOD)
        user = self.directory.whose(openid, mini_program.appid)
        if user is None:
            raise WeChatError(ErrCode.INVALID_OPENID, hint=True)
        return user

    def _live(self, mini_program: MiniProgram, user: str) -> SessionKey | None:
        current = self.sessions.current(owner_of(mini_program.appid, user))
        return current if current and current.live(self.clock.now()) else None


def _signed_with(key: SessionKey, signature: str) -> bool:
    return same_signature(sign_login_state(key.session_key), signature)
