"""What the WeChat app does on a person's phone: the wx calls, seen from WeChat.

Every verb answers exactly the object that `success` or `fail` gets.
https://developers.weixin.qq.com/miniprogram/dev/api/open-api/
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from types import MappingProxyType

from mockwx.clock import Clock
from mockwx.crypto.open_data import seal
from mockwx.crypto.signature import sign_raw_data
from mockwx.directory import Directory
from mockwx.directory import owner_of
from mockwx.domain import base_library
from mockwx.domain import control
from mockwx.domain import phone_words
from mockwx.domain.base_library import Era
from mockwx.domain.codes import LOGIN_CODE
from mockwx.domain.codes import PHONE_CODE
from mockwx.domain.codes import Code
from mockwx.domain.consent import ALLOW
from mockwx.domain.consent import ASKED_SCOPES
from mockwx.domain.consent import CANCEL
from mockwx.domain.consent import SCOPES
from mockwx.domain.consent import USER_INFO
from mockwx.domain.consent import Consent
from mockwx.domain.handset import Handset
from mockwx.domain.handset import split_call
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.open_data import UserInfo
from mockwx.domain.open_data import Watermark
from mockwx.domain.open_data import anonymous_user_info
from mockwx.domain.open_data import sealed_phone
from mockwx.domain.open_data import sealed_user_info
from mockwx.domain.open_data import sealed_user_profile
from mockwx.domain.open_data import to_json
from mockwx.domain.open_data import user_info
from mockwx.domain.payload import SealedPayload
from mockwx.domain.phone_words import WxFailError
from mockwx.domain.session import LOGIN
from mockwx.domain.session import DeviceLogin
from mockwx.domain.session import SessionKey
from mockwx.domain.session import new_key
from mockwx.domain.session import replaced_by_login
from mockwx.domain.user import Phone
from mockwx.domain.user import User
from mockwx.domain.variant import CURRENT
from mockwx.domain.variant import OTHER_USER
from mockwx.domain.variant import PREVIOUS
from mockwx.domain.variant import TRUE
from mockwx.domain.variant import VARIANTS
from mockwx.domain.variant import Variant
from mockwx.entropy import Entropy
from mockwx.store.ledger import Ledger
from mockwx.store.sessions import Sessions
from mockwx.store.tables import Table
from mockwx.store.tables import Trail


Answer = dict[str, object]

# getUserInfo(withCredentials) without a login state: the text is inferred.
NO_LOGIN_STATE = phone_words.SESSION_TIME_OUT

DESC_MAX = 30

OTHERS = ("bob", "carol")
"""Whose key seals when a fault wants another person's."""

_NOT_SIGNED: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tap:
    """One wx call as it reaches WeChat: where from, by whom, in which app."""

    api: str
    handset: Handset
    mini_program: MiniProgram
    user: User
    era: Era
    now: int
    variant: Variant = TRUE

    @property
    def owner(self) -> str:
        """The key of this person's records in this app."""
        return owner_of(self.mini_program.appid, self.user.name)

    @property
    def watermark(self) -> Watermark:
        """The mark of a payload made by this tap."""
        return Watermark(self.now, self.mini_program.appid)


@dataclass(frozen=True)
class Device:
    """Answers wx calls."""

    directory: Directory
    sessions: Sessions
    codes: Ledger[Code]
    payloads: Trail[SealedPayload]
    consents: Table[Consent]
    clock: Clock
    entropy: Entropy
    default_appid: str

    def answer(
        self, api: str, body: Mapping[str, object], *, variant: str | None = None
    ) -> Answer:
        """Play a wx call; the answer is what `success` or `fail` gets.

        A `variant` makes its payload wrong in a named way (domain.variant). Raises
        ControlError for an unknown call, field or mini program.
        """
        call = CALLS.get(api)
        if call is None:
            raise control.ControlError(
                "not_found",
                f"no wx call {api!r}; known: {', '.join(CALLS)}.",
                f"没有 wx 接口 {api!r}；可用：{'、'.join(CALLS)}。",
                field="api",
            )
        handset, arguments = split_call(
            body, call.arguments, default_appid=self.default_appid
        )
        tap = self._tap(api, handset, VARIANTS[variant] if variant else TRUE)
        try:
            answer = call.verb(self, tap, arguments)
        except WxFailError as failure:
            return phone_words.fail(
                api, failure.reason, platform=handset.platform, era=tap.era
            )
        return {**answer, "errMsg": phone_words.ok(api)}

    def login(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        """Hand out a code; it may replace the session key (wx.login)."""
        session_key = self.entropy.session_key()
        policy = tap.mini_program.policy

        def after_login(current: SessionKey | None) -> SessionKey:
            if current is None or replaced_by_login(current, tap.now, policy):
                return new_key(
                    current,
                    tap.now,
                    session_key=session_key,
                    cause=LOGIN,
                    policy=policy,
                )
            return current.extended(tap.now, policy)

        key = self.sessions.change(tap.owner, after_login)
        self.sessions.remember_login(
            tap.owner, tap.handset.device, DeviceLogin(key.login_number, tap.now)
        )
        self.directory.openid(tap.mini_program, tap.user.name)
        code = Code(
            code=self.entropy.login_code(),
            kind=LOGIN_CODE,
            appid=tap.mini_program.appid,
            user=tap.user.name,
            issued_at=tap.now,
            key_number=key.number,
            session_key=key.session_key,
        )
        self.codes.add(tap.owner, code.code, code)
        return {"code": code.code}

    def check_session(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        """Speak of the key of this phone's latest login (wx.checkSession)."""
        login = self.sessions.device_login(tap.owner, tap.handset.device)
        key = self._live_key(tap)
        if login is None or key is None or key.login_number != login.login_number:
            raise WxFailError(phone_words.SESSION_TIME_OUT)
        return {}

    def get_setting(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        """List the scopes asked for so far (wx.getSetting)."""
        self._live_key(tap)
        return self._settings(tap, arguments)

    def open_setting(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        """Let the person change the switches (wx.openSetting).

        `authSetting` says what they set; without it, the answer `allow` switches all
        scopes asked for on, `deny` off, and `cancel` leaves the page as it was.
        """
        if tap.era.has(base_library.OPEN_SETTING_BY_TAP) and not _tapped(arguments):
            raise WxFailError(phone_words.NOT_A_TAP)
        switches = arguments.get("authSetting")
        if isinstance(switches, Mapping):
            self._change_consent(tap, lambda consent: consent.switched(switches))
        elif tap.handset.consent != CANCEL:
            allowed = tap.handset.consent == ALLOW
            self._change_consent(
                tap,
                lambda consent: consent.switched(dict.fromkeys(consent.asked, allowed)),
            )
        return self._settings(tap, arguments)

    def authorize(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        """Ask for a scope unless it was answered before (wx.authorize)."""
        scope = arguments.get("scope")
        if not isinstance(scope, str) or scope not in SCOPES:
            raise WxFailError(phone_words.INVALID_SCOPE)
        if scope == USER_INFO and tap.era.has(base_library.USER_INFO_ANONYMOUS):
            # Silent success: there is nothing personal left to ask for.
            self._allow(tap, scope)
        elif scope == USER_INFO and tap.era.has(base_library.USER_INFO_BY_BUTTON):
            if not self._consent(tap).answered(scope):
                raise WxFailError(phone_words.AUTH_DENY)
        else:
            self._ask(tap, scope)
        return {}

    def get_user_info(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        """Give the profile, anonymous since 2021 (wx.getUserInfo and its button)."""
        if tap.era.has(base_library.USER_INFO_ANONYMOUS):
            self._allow(tap, USER_INFO)
            info = anonymous_user_info(is_demote=False)
        else:
            self._ask_for_user_info(tap, button=bool(arguments.get("button")))
            info = self._seen(tap, arguments)
        if not arguments.get("withCredentials", True):
            return _unsigned(info)
        key = self._sealing_key(tap)
        if key is None:
            raise WxFailError(NO_LOGIN_STATE)
        plain = sealed_user_info(
            info,
            tap.watermark,
            openid=self.directory.openid(tap.mini_program, tap.user.name),
            unionid=self.directory.unionid(tap.mini_program, tap.user.name),
        )
        return self._sealed(tap, key, plain, signed=_signed(info, key))

    def get_user_profile(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        """Ask for the profile, every time (wx.getUserProfile)."""
        if not tap.era.has(base_library.GET_USER_PROFILE):
            raise WxFailError(phone_words.NOT_SUPPORTED)
        if not _tapped(arguments):
            raise WxFailError(phone_words.NOT_A_TAP)
        desc = str(arguments.get("desc", ""))
        if not 0 < _js_length(desc) <= DESC_MAX:
            raise WxFailError(phone_words.DESC_LENGTH)
        if tap.handset.consent != ALLOW:
            raise WxFailError(phone_words.AUTH_DENY)
        if tap.era.has(base_library.PROFILE_ANONYMOUS):
            info = anonymous_user_info(is_demote=True)
        else:
            info = self._seen(tap, arguments)
        key = self._sealing_key(tap)
        if key is None:
            # No page says that it fails without a login: nothing is signed (inferred).
            return _unsigned(info)
        signed = _signed(info, key)
        if not tap.era.has(base_library.PROFILE_SEALED):
            return signed
        return self._sealed(
            tap, key, sealed_user_profile(info, tap.watermark), signed=signed
        )

    def get_phone_number(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        """Ask for the phone number (the button getPhoneNumber).

        The code needs no login; the sealed number comes with it if there is one.
        """
        phone = self._ask_for_phone(tap)
        key = self._sealing_key(tap)
        answer: Answer = {}
        if tap.era.has(base_library.PHONE_CODE):
            answer["code"] = self._phone_code(tap)
        elif key is None:
            raise WxFailError(NO_LOGIN_STATE)
        if key is not None:
            answer |= self._sealed(tap, key, sealed_phone(phone, tap.watermark))
        return answer

    def get_realtime_phone_number(
        self, tap: Tap, arguments: Mapping[str, object]
    ) -> Answer:
        """Ask for the number, verified now: a code and nothing else."""
        if not tap.era.has(base_library.REALTIME_PHONE_NUMBER):
            raise WxFailError(phone_words.NOT_SUPPORTED)
        self._ask_for_phone(tap)
        self._live_key(tap)
        return {"code": self._phone_code(tap)}

    # -- the person ---------------------------------------------------------------

    def _tap(self, api: str, handset: Handset, variant: Variant) -> Tap:
        mini_program = self.directory.mini_programs.get(handset.appid)
        if mini_program is None:
            raise control.ControlError(
                "not_found",
                f"no mini program {handset.appid!r}; add it with "
                "POST /_mockwx/api/mini_programs.",
                f"没有小程序 {handset.appid!r}；"
                "请用 POST /_mockwx/api/mini_programs 添加。",
                field="appid",
            )
        era = Era(
            base_library.parse_version(handset.base_library), mini_program.released_at
        )
        user = self.directory.user(handset.user)
        return Tap(api, handset, mini_program, user, era, self.clock.now(), variant)

    def _consent(self, tap: Tap) -> Consent:
        return self.consents.get(tap.owner) or Consent()

    def _change_consent(
        self, tap: Tap, change: Callable[[Consent], Consent]
    ) -> Consent:
        """Replace the answers by what `change` makes of them; return the new ones."""
        while True:
            kept = self.consents.get(tap.owner)
            old = kept or Consent()
            new = change(old)
            if new == old:
                return old
            if kept is None:
                won = self.consents.add(tap.owner, new)
            else:
                won = self.consents.swap(tap.owner, kept, new)
            if won:
                return new

    def _allow(self, tap: Tap, scope: str) -> None:
        self._change_consent(
            tap, lambda consent: consent.with_answer(scope, allowed=True)
        )

    def _ask(self, tap: Tap, scope: str) -> None:
        """Ask unless there is an answer; a denial is never asked again."""
        answer = tap.handset.consent

        def asked(consent: Consent) -> Consent:
            if answer == CANCEL or consent.answered(scope) is not None:
                return consent
            return consent.with_answer(scope, allowed=answer == ALLOW)

        if not self._change_consent(tap, asked).answered(scope):
            raise WxFailError(phone_words.AUTH_DENY)

    def _ask_for_user_info(self, tap: Tap, *, button: bool) -> None:
        answered = self._consent(tap).answered(USER_INFO)
        by_button = tap.era.has(base_library.USER_INFO_BY_BUTTON)
        if answered is None and by_button and not button:
            raise WxFailError(phone_words.SCOPE_UNAUTHORIZED)
        self._ask(tap, USER_INFO)

    def _ask_for_phone(self, tap: Tap) -> Phone:
        """Show the sheet, which appears at every tap."""
        if tap.mini_program.personal or not tap.mini_program.certified:
            raise WxFailError(phone_words.NO_PERMISSION)
        if tap.handset.consent == CANCEL:
            raise WxFailError(phone_words.USER_CANCEL)
        if tap.handset.consent != ALLOW:
            raise WxFailError(phone_words.USER_DENY)
        if tap.user.phone is None:
            # WeChat asks to bind a number first, and the person gives up.
            raise WxFailError(phone_words.USER_CANCEL_BIND)
        return tap.user.phone

    def _settings(self, tap: Tap, arguments: Mapping[str, object]) -> Answer:
        answer: Answer = {"authSetting": self._consent(tap).auth_setting()}
        if arguments.get("withSubscriptions") and tap.era.has(
            base_library.WITH_SUBSCRIPTIONS
        ):
            answer["subscriptionsSetting"] = {"mainSwitch": True}
        return answer

    # -- the data -----------------------------------------------------------------

    def _live_key(self, tap: Tap) -> SessionKey | None:
        """Return the key that seals now; every use of it keeps it alive."""
        policy = tap.mini_program.policy
        return self.sessions.keep_alive(tap.owner, tap.now, policy)

    def _sealing_key(self, tap: Tap) -> SessionKey | None:
        """Return the key that seals: the live one, unless a variant says otherwise."""
        key = self._live_key(tap)
        if key is None or tap.variant.key == CURRENT:
            return key
        if tap.variant.key == OTHER_USER:
            return self._key_of_somebody_else(tap)
        past = self.sessions.history(tap.owner)[:-1]
        if tap.variant.key == PREVIOUS and past:
            return past[-1]
        return replace(key, number=0, session_key=self.entropy.session_key())

    def _key_of_somebody_else(self, tap: Tap) -> SessionKey:
        """Return the key of another person, who logs in if they have none."""
        other = next(name for name in OTHERS if name != tap.user.name)
        fresh = self.entropy.session_key()
        policy = tap.mini_program.policy
        return self.sessions.change(
            owner_of(tap.mini_program.appid, other),
            lambda current: (
                current
                or new_key(None, tap.now, session_key=fresh, cause=LOGIN, policy=policy)
            ),
        )

    def _seen(self, tap: Tap, arguments: Mapping[str, object]) -> UserInfo:
        return user_info(
            tap.user,
            str(arguments.get("lang", "en")),
            region_withdrawn=tap.era.has(base_library.REGION_WITHDRAWN),
        )

    def _sealed(
        self,
        tap: Tap,
        key: SessionKey,
        plain: Mapping[str, object],
        *,
        signed: Mapping[str, object] = _NOT_SIGNED,
    ) -> Answer:
        """Seal the plaintext, remember it, and add it to what was signed."""
        iv = self.entropy.iv()
        plaintext = to_json(tap.variant.plain(plain))
        payload = SealedPayload(
            api=tap.api,
            appid=tap.mini_program.appid,
            user=tap.user.name,
            produced_at=tap.now,
            key_number=key.number,
            iv=base64.b64encode(iv).decode(),
            encrypted_data=seal(plaintext.encode(), session_key=key.session_key, iv=iv),
            plaintext=plaintext,
            raw_data=str(signed.get("rawData", "")),
            signature=str(signed.get("signature", "")),
        )
        self.payloads.append(tap.owner, payload)
        answer = {
            **signed,
            "encryptedData": payload.encrypted_data,
            "iv": payload.iv,
        }
        if tap.mini_program.cloud and tap.era.has(base_library.CLOUD_ID):
            answer["cloudID"] = self.entropy.cloud_id()
        return tap.variant.answer(answer)

    def _phone_code(self, tap: Tap) -> str:
        code = Code(
            code=self.entropy.phone_code(),
            kind=PHONE_CODE,
            appid=tap.mini_program.appid,
            user=tap.user.name,
            issued_at=tap.now,
        )
        self.codes.add(tap.owner, code.code, code)
        return code.code


@dataclass(frozen=True, slots=True)
class Call:
    """A wx call: the verb behind it and the arguments it takes."""

    verb: Callable[[Device, Tap, Mapping[str, object]], Answer]
    arguments: Mapping[str, control.Reader]


def _unsigned(info: UserInfo) -> Answer:
    return {"userInfo": info.as_json(), "rawData": to_json(info.as_json())}


def _signed(info: UserInfo, key: SessionKey) -> Answer:
    answer = _unsigned(info)
    signature = sign_raw_data(str(answer["rawData"]), key.session_key)
    return {**answer, "signature": signature}


def _tapped(arguments: Mapping[str, object]) -> bool:
    """Say whether the call came out of a tap; the door assumes it did."""
    return bool(arguments.get("tap", True))


def _js_length(text: str) -> int:
    """Count as JavaScript does: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _read_switches(field: str, value: object) -> dict[str, bool]:
    if not isinstance(value, dict):
        control.refuse(field, "an object of scopes", "授权范围的对象")
    return {
        control.one_of(*ASKED_SCOPES)(field, scope): control.flag(
            f"{field}.{scope}", allowed
        )
        for scope, allowed in value.items()
    }


CALLS: dict[str, Call] = {
    "login": Call(Device.login, {"timeout": control.whole()}),
    "checkSession": Call(Device.check_session, {}),
    "getSetting": Call(Device.get_setting, {"withSubscriptions": control.flag}),
    "authorize": Call(Device.authorize, {"scope": control.text}),
    "openSetting": Call(
        Device.open_setting,
        {
            "withSubscriptions": control.flag,
            "authSetting": _read_switches,
            "tap": control.flag,
        },
    ),
    "getUserInfo": Call(
        Device.get_user_info,
        {
            "withCredentials": control.flag,
            "lang": control.text,
            "button": control.flag,
        },
    ),
    "getUserProfile": Call(
        Device.get_user_profile,
        {"desc": control.text, "lang": control.text, "tap": control.flag},
    ),
    "getPhoneNumber": Call(Device.get_phone_number, {}),
    "getRealtimePhoneNumber": Call(Device.get_realtime_phone_number, {}),
}
