"""People by other roads: checkEncryptedData, getPluginOpenPId, getPaidUnionid and
getUserEncryptKey.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from mockwx.clock import Clock
from mockwx.directory import Directory
from mockwx.directory import owner_of
from mockwx.domain.codes import PLUGIN_CODE
from mockwx.domain.codes import Code
from mockwx.domain.encrypted_msg import HASH
from mockwx.domain.encrypted_msg import EncryptedMsg
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.payment import Payment
from mockwx.domain.quota import MINUTE
from mockwx.domain.quota import PLUGIN_OPENPID_PER_MINUTE
from mockwx.domain.user_key import UserKey
from mockwx.domain.user_key import UserKeys
from mockwx.store.ledger import Ledger
from mockwx.store.quotas import Quotas
from mockwx.store.sessions import Sessions
from mockwx.store.tables import Table
from mockwx.store.tables import Trail


# Errors of getuserencryptkey carry the list too: an empty one was logged beside 87009.
NO_KEYS: Mapping[str, object] = MappingProxyType({"key_info_list": []})


class CheckSessionKey(Protocol):
    """The check of a login state's signature, as /wxa/checksession makes it."""

    def __call__(
        self, mini_program: MiniProgram, *, openid: str, signature: str, sig_method: str
    ) -> str:
        """Return whose signature it is; raises 40097, 87008, 40003 and 87009."""
        ...


@dataclass(frozen=True, slots=True)
class OpenpidAnswer:
    """A person's id in a plugin."""

    openpid: str
    user: str


@dataclass(frozen=True, slots=True)
class UnionidAnswer:
    """Who paid."""

    unionid: str
    user: str


@dataclass(frozen=True, slots=True)
class UserKeysAnswer:
    """A person's last keys, newest first, and the moment of the answer."""

    keys: tuple[UserKey, ...]
    user: str
    now: int


@dataclass(frozen=True)
class UserInfo:
    """The server's questions about people, beside login and phone number."""

    directory: Directory
    sessions: Sessions
    codes: Ledger[Code]
    encrypted_msgs: Ledger[EncryptedMsg]
    payments: Trail[Payment]
    user_keys: Table[UserKeys]
    quotas: Quotas
    check_session_key: CheckSessionKey
    clock: Clock

    def check_encrypted_data(
        self, mini_program: MiniProgram, *, encrypted_msg_hash: str
    ) -> EncryptedMsg:
        """Say that WeChat sealed this phone number for the app in the last three days.

        Raises WeChatError 40097 (no lower-case SHA-256) and 1 (everything unknown).
        """
        if not HASH.fullmatch(encrypted_msg_hash):
            raise WeChatError(ErrCode.INVALID_ARGS, hint=True)
        known = self.encrypted_msgs.get(encrypted_msg_hash)
        if known is None or not known.known_to(mini_program.appid, self.clock.now()):
            raise WeChatError(ErrCode.DATA_NOT_EXIST)
        return known

    def get_plugin_openpid(
        self, mini_program: MiniProgram, *, code: str
    ) -> OpenpidAnswer:
        """Exchange a plugin code, once.

        Raises WeChatError 1001 (no code), 1007 (unknown, used, expired, or a login
        code), 1005 (another app's code) and 1003, in this order; which of them goes
        with which mistake is logged for login codes only.
        """
        if not code:
            raise WeChatError(ErrCode.INVALID_REQUEST)
        known, now = self.codes.get(code), self.clock.now()
        if known is None or known.kind != PLUGIN_CODE or known.used_at is not None:
            raise WeChatError(ErrCode.OPENPID_NOT_EXIST)
        if known.expired(now):
            raise WeChatError(ErrCode.OPENPID_NOT_EXIST)
        if known.appid != mini_program.appid:
            raise WeChatError(ErrCode.PLUGIN_MISMATCH)
        owner = owner_of(known.appid, known.user)
        if self.quotas.count("openpid", owner, now, MINUTE) > PLUGIN_OPENPID_PER_MINUTE:
            raise WeChatError(ErrCode.SERVER_FREQUENCY)
        if not self.codes.swap(code, known, known.used(now, mini_program.appid)):
            # Somebody else was faster, and only use ever changes a code.
            raise WeChatError(ErrCode.OPENPID_NOT_EXIST)
        openpid = self.directory.openpid(known.appid, known.user, known.plugin)
        return OpenpidAnswer(openpid, known.user)

    def get_paid_unionid(
        self,
        mini_program: MiniProgram,
        *,
        openid: str,
        transaction_id: str,
        mch_id: str,
        out_trade_no: str,
    ) -> UnionidAnswer:
        """Tell the unionid of a person who paid in the last five minutes.

        Raises WeChatError 40003, 89002 (not bound to an Open Platform account) and
        89300 (no such payment of theirs, or too long ago), in this order.
        """
        user = self.directory.whose(openid, mini_program.appid)
        if user is None:
            raise WeChatError(ErrCode.INVALID_OPENID, hint=True)
        unionid = self.directory.unionid(mini_program, user)
        if unionid is None:
            raise WeChatError(ErrCode.OPEN_NOT_EXISTS)
        now = self.clock.now()
        paid = any(
            payment.recent(now)
            and payment.answers_to(transaction_id, mch_id, out_trade_no)
            for payment in self.payments.all(owner_of(mini_program.appid, user))
        )
        if not paid:
            raise WeChatError(ErrCode.INVALID_TRADE)
        return UnionidAnswer(unionid, user)

    def get_user_encrypt_key(
        self,
        mini_program: MiniProgram,
        *,
        openid: str,
        signature: str,
        sig_method: str,
    ) -> UserKeysAnswer:
        """Return the last keys that the person's phone was given.

        None of them before the phone asked for one: that this makes no key is inferred.
        Raises WeChatError 40097, 87008, 40003, 87007 (no live login state) and 87009.
        """
        try:
            user = self.check_session_key(
                mini_program, openid=openid, signature=signature, sig_method=sig_method
            )
        except WeChatError as refused:
            raise self._without_keys(mini_program, openid, refused) from None
        kept = self.user_keys.get(owner_of(mini_program.appid, user)) or UserKeys()
        return UserKeysAnswer(kept.keys, user, self.clock.now())

    def _without_keys(
        self, mini_program: MiniProgram, openid: str, refused: WeChatError
    ) -> WeChatError:
        """Say it as this interface does, which tells a lost key from a wrong one."""
        user = self.directory.whose(openid, mini_program.appid)
        if refused.errcode is ErrCode.INVALID_SIGNATURE and user is not None:
            key = self.sessions.current(owner_of(mini_program.appid, user))
            if key is None or not key.live(self.clock.now()):
                return WeChatError(ErrCode.SESSION_KEY_GONE, extra=NO_KEYS)
        return WeChatError(
            refused.errcode, refused.errmsg, hint=refused.hint, extra=NO_KEYS
        )
