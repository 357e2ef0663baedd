"""A world on a bench: the verbs of phone and backend, and the clock in hand."""

from collections.abc import Callable
from typing import Any

import pytest

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from mockwx.config import Settings
from mockwx.crypto.open_data import UnsealError
from mockwx.crypto.open_data import unseal
from mockwx.crypto.signature import sign_login_state
from mockwx.domain.access_token import AccessToken
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.session import SessionKey
from mockwx.services.access_token import TokenAnswer
from mockwx.services.phone_number import PhoneAnswer
from mockwx.services.user_login import LoginAnswer
from mockwx.store.base import Store
from mockwx.wechat import WeChat


NOON = 1_700_020_800
"""When every play begins: 2023-11-15 12:00 in China."""

OTHER_APPID = "wx00000000000000b2"
OTHER_SECRET = "b2" * 16


class Play:
    """One world with its clock stopped at noon."""

    def __init__(
        self, policy: object = "docs", *, store: Store | None = None, **app: object
    ) -> None:
        """Make a world; `policy` and `app` change the default mini program."""
        self.wechat = WeChat(Settings(seed=1, freeze=NOON), store=store)
        changes = {"policy": policy, **app}
        self.wechat.world.change_mini_program(DEFAULT_APPID, changes)
        self.wechat.world.add_mini_program(
            {"appid": OTHER_APPID, "secret": OTHER_SECRET}
        )

    def wx(self, api: str, **body: object) -> dict[str, Any]:
        """Do something on a phone."""
        return self.wechat.device.answer(api, body)

    def login(self, **body: object) -> str:
        """Return a fresh code."""
        return str(self.wx("login", **body)["code"])

    def exchange(self, js_code: str, **question: str) -> LoginAnswer:
        """Exchange a code as the default mini program's backend."""
        asked = {
            "appid": DEFAULT_APPID,
            "secret": DEFAULT_SECRET,
            "grant_type": "authorization_code",
            "ip": "127.0.0.1",
            **question,
        }
        return self.wechat.user_login.code2session(js_code=js_code, **asked)

    def session_key(self, **body: object) -> str:
        """Log in and return the key the backend gets."""
        return self.exchange(self.login(**body)).session_key

    def exchange_phone(
        self, code: str, appid: str = DEFAULT_APPID, openid: str = ""
    ) -> PhoneAnswer:
        """Exchange a phone code."""
        app = self.wechat.world.mini_program(appid)
        return self.wechat.phone_number.get_phone_number(app, code=code, openid=openid)

    def token(self, **question: str) -> TokenAnswer:
        """Fetch a plain access token."""
        asked = _token_question(question)
        return self.wechat.access_token.get_access_token(**asked)

    def stable_token(self, *, force: bool = False, **question: str) -> TokenAnswer:
        """Fetch the stable access token."""
        asked = _token_question(question)
        return self.wechat.access_token.get_stable_access_token(
            force_refresh=force, **asked
        )

    def tokens_of(self, kind: str) -> list[AccessToken]:
        """Return every token of a kind, oldest first."""
        return self.wechat.access_token.tokens.of(f"{DEFAULT_APPID}/{kind}")

    def check_key(self, session_key: str, user: str = "alice") -> str:
        """Ask checksession about a key."""
        app = self.wechat.world.mini_program(DEFAULT_APPID)
        return self.wechat.user_login.check_session_key(
            app,
            openid=self.openid(user),
            signature=sign_login_state(session_key),
            sig_method="hmac_sha256",
        )

    def reset_key(self, session_key: str, user: str = "alice") -> LoginAnswer:
        """Replace a key."""
        app = self.wechat.world.mini_program(DEFAULT_APPID)
        return self.wechat.user_login.reset_user_session_key(
            app,
            openid=self.openid(user),
            signature=sign_login_state(session_key),
            sig_method="hmac_sha256",
        )

    def openid(self, user: str = "alice", appid: str = DEFAULT_APPID) -> str:
        """Return a person's openid."""
        return self.wechat.directory.openid(self.wechat.world.mini_program(appid), user)

    def advance(self, seconds: int) -> None:
        """Move time on."""
        self.wechat.clock.advance(seconds)

    def history(self, user: str = "alice") -> list[SessionKey]:
        """Return every key of a person, oldest first."""
        return self.wechat.world.keys.history(f"{DEFAULT_APPID}/{user}")


def errcode(call: Callable[..., object], *args: object, **kwargs: Any) -> ErrCode:
    """Return the errcode a call ends with."""
    with pytest.raises(WeChatError) as refused:
        call(*args, **kwargs)
    return refused.value.errcode


def hinted(call: Callable[..., object], *args: object, **kwargs: Any) -> bool:
    """Say whether the error a call ends with is about a parameter."""
    with pytest.raises(WeChatError) as refused:
        call(*args, **kwargs)
    return refused.value.hint


def attempt(call: Callable[..., object], *args: object, **kwargs: Any) -> object:
    """Return what a call answers, or the errcode it ends with."""
    try:
        return call(*args, **kwargs)
    except WeChatError as refused:
        return refused.errcode


def reads(answer: dict[str, Any], session_key: str) -> bool:
    """Say whether a backend with this key can read the sealed data.

    One wrong key in 256 leaves padding that looks right, and rubbish before it.
    """
    try:
        return b'"watermark":{"timestamp":' in opened(answer, session_key)
    except UnsealError:
        return False


def opened(answer: dict[str, Any], session_key: str) -> bytes:
    """Open the sealed data of an answer."""
    return unseal(answer["encryptedData"], session_key=session_key, iv=answer["iv"])


def _token_question(changes: dict[str, str]) -> dict[str, str]:
    return {
        "grant_type": "client_credential",
        "appid": DEFAULT_APPID,
        "secret": DEFAULT_SECRET,
        "ip": "127.0.0.1",
        **changes,
    }
