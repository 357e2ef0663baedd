"""The mock as a database: apps, people, sessions, and back to the start.

What the control API reads and changes; all of it is ours, none of it is WeChat's.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import fields
from dataclasses import replace
from typing import NoReturn

from mockwx.clock import SteppedClock
from mockwx.directory import Directory
from mockwx.directory import owner_of
from mockwx.domain import control
from mockwx.domain.codes import Code
from mockwx.domain.handset import read_user
from mockwx.domain.mini_program import FIELDS as MINI_PROGRAM_FIELDS
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.payload import SealedPayload
from mockwx.domain.payment import DEFAULT_MCH_ID
from mockwx.domain.payment import FIELDS as PAYMENT_FIELDS
from mockwx.domain.payment import Payment
from mockwx.domain.session import ROTATE
from mockwx.domain.session import Policy
from mockwx.domain.session import SessionKey
from mockwx.domain.session import new_key
from mockwx.domain.user import RISKY_CALLS
from mockwx.domain.user import Phone
from mockwx.domain.user import User
from mockwx.entropy import Entropy
from mockwx.secrecy.named import mask
from mockwx.store.ledger import Ledger
from mockwx.store.sessions import Sessions
from mockwx.store.tables import Trail


Json = dict[str, object]

MINI_PROGRAM_CHANGES: control.Spec = {
    name: reader for name, reader in MINI_PROGRAM_FIELDS.items() if name != "appid"
}


@dataclass(frozen=True)
class World:
    """Everything a test may look at or turn."""

    directory: Directory
    keys: Sessions
    codes: Ledger[Code]
    payloads: Trail[SealedPayload]
    payments: Trail[Payment]
    clock: SteppedClock
    entropy: Entropy
    default_policy: Policy
    start: Callable[[], None]
    """Brings back the starting world."""

    def reset(self) -> None:
        """Forget everything that happened."""
        self.start()

    # -- time ---------------------------------------------------------------------

    def clock_state(self) -> Json:
        """Return the world's time, and whether it stands."""
        return {"now": self.clock.now(), "frozen": self.clock.frozen}

    def advance(self, seconds: int) -> Json:
        """Move time on; it works on a frozen clock too."""
        try:
            self.clock.advance(seconds)
        except ValueError as error:
            raise _no_such_time(error, field="seconds") from None
        return self.clock_state()

    def freeze(self, at: int | None = None) -> Json:
        """Stop time, now or at a given second."""
        try:
            self.clock.freeze(at)
        except ValueError as error:
            raise _no_such_time(error, field="at") from None
        return self.clock_state()

    def resume(self) -> Json:
        """Let time run on from where it stands."""
        self.clock.resume()
        return self.clock_state()

    # -- mini programs ------------------------------------------------------------

    def mini_programs(self) -> list[MiniProgram]:
        """Return every mini program, by appid."""
        return [found for _, found in self.directory.mini_programs.items()]

    def mini_program(self, appid: str) -> MiniProgram:
        """Return one mini program."""
        found = self.directory.mini_programs.get(appid)
        if found is None:
            _not_found("mini program", "小程序", appid, field="appid")
        return found

    def add_mini_program(self, body: Mapping[str, object]) -> MiniProgram:
        """Add a mini program; ids that are not given are drawn."""
        read = control.read_fields(body, MINI_PROGRAM_FIELDS)
        drawn = {
            "appid": "wx" + self.entropy.bytes("appid", 8).hex(),
            "secret": self.entropy.app_secret(),
            "policy": self.default_policy,
        }
        added = MiniProgram(**{**drawn, **read})  # type: ignore[arg-type]  # read by FIELDS
        if not self.directory.mini_programs.add(added.appid, added):
            raise control.ControlError(
                "conflict",
                f"mini program {added.appid!r} exists; change it with PATCH.",
                f"小程序 {added.appid!r} 已存在；请用 PATCH 修改。",
                field="appid",
            )
        return added

    def change_mini_program(
        self, appid: str, body: Mapping[str, object]
    ) -> MiniProgram:
        """Change fields of a mini program, all but its appid."""
        changes = control.read_fields(body, MINI_PROGRAM_CHANGES)
        while True:
            known = self.mini_program(appid)
            changed = replace(known, **changes)  # type: ignore[arg-type]  # read by FIELDS
            if self.directory.mini_programs.swap(appid, known, changed):
                return changed

    def remove_mini_program(self, appid: str) -> None:
        """Remove a mini program; its codes and tokens stop working with it."""
        if not self.directory.mini_programs.delete(appid):
            _not_found("mini program", "小程序", appid, field="appid")

    # -- people -------------------------------------------------------------------

    def users(self) -> list[User]:
        """Return everybody who was mentioned so far, by name."""
        return self.directory.everybody()

    def user(self, name: str) -> User:
        """Return a person; one nobody mentioned is shown as they would be made up."""
        return self.directory.seen(read_user("name", name))

    def add_user(self, body: Mapping[str, object]) -> User:
        """Add a person; what is not given is made up from the seed."""
        read = control.read_fields(body, USER_FIELDS, required=USER_REQUIRED)
        added = _changed(self.directory.people.person(str(read["name"])), read)
        if not self.directory.users.add(added.name, added):
            raise control.ControlError(
                "conflict",
                f"user {added.name!r} exists; change it with PATCH.",
                f"用户 {added.name!r} 已存在；请用 PATCH 修改。",
                field="name",
            )
        return added

    def change_user(self, name: str, body: Mapping[str, object]) -> User:
        """Change a person; who was not mentioned before is made up first."""
        changes = control.read_fields(body, USER_CHANGES)
        while True:
            known = self.directory.mention(read_user("name", name))
            changed = _changed(self.directory.whole(known), changes)
            if self.directory.users.swap(name, known, changed):
                return changed

    def remove_user(self, name: str) -> None:
        """Forget what was changed of a person; the next mention makes them up anew."""
        if not self.directory.users.delete(name):
            _not_found("user", "用户", name, field="user")

    def pay(self, body: Mapping[str, object], *, appid: str, user: str) -> Payment:
        """Record a payment made now; appid and user stand in for those not given.

        WeChat Pay itself is no part of the mock: its two numbers are drawn if need be.
        """
        read = {k: str(v) for k, v in control.read_fields(body, PAYMENT_FIELDS).items()}
        transaction_id = read.get("transaction_id") or self.entropy.transaction_id()
        mini_program = self.mini_program(read.get("appid", appid))
        made = Payment(
            appid=mini_program.appid,
            user=self.user(read.get("user", user)).name,
            transaction_id=transaction_id,
            mch_id=read.get("mch_id") or DEFAULT_MCH_ID,
            out_trade_no=read.get("out_trade_no") or f"order-{transaction_id}",
            paid_at=self.clock.now(),
        )
        # Who pays in an app has an openid there.
        self.directory.openid(mini_program, made.user)
        self.payments.append(owner_of(made.appid, made.user), made)
        return made

    # -- sessions -----------------------------------------------------------------

    def sessions(self, appid: str, user: str, *, reveal: bool = False) -> Json:
        """Return every key, code and payload of a person in an app, oldest first."""
        self.mini_program(appid)
        owner = owner_of(appid, self.user(user).name)
        show = _plain if reveal else mask
        now = self.clock.now()
        keys = self.keys.history(owner)
        codes, payloads = self.codes.of(owner), self.payloads.all(owner)
        return {
            "appid": appid,
            "user": user,
            "openid": self.directory.openid_of(appid, user),
            "session_keys": [
                _key_as_json(key, after, show=show, now=now)
                for key, after in zip(keys, [*keys[1:], None], strict=False)
            ],
            "codes": [_code_as_json(code) for code in codes],
            "payloads": [_payload_as_json(made) for made in payloads],
            "fallen_out": {
                "session_keys": keys[-1].number - len(keys) if keys else 0,
                "codes": self.codes.added(owner) - len(codes),
                "payloads": self.payloads.count(owner) - len(payloads),
            },
        }

    def rotate(self, appid: str, user: str) -> Json:
        """Replace the key now, as a login on another phone would."""
        mini_program = self.mini_program(appid)
        now = self.clock.now()
        session_key = self.entropy.session_key()
        self.keys.change(
            owner_of(appid, self.user(user).name),
            lambda current: new_key(
                current,
                now,
                session_key=session_key,
                cause=ROTATE,
                policy=mini_program.policy,
            ),
        )
        return self.sessions(appid, user)

    def disturb(self, act: str, appid: str, user: str) -> None:
        """Let the fault `rotate` or `expire` happen to a session, if there is one."""
        if self.keys.current(owner_of(appid, user)) is None:
            return
        if act == "rotate":
            self.rotate(appid, user)
        else:
            self.expire(appid, user)

    def expire(self, appid: str, user: str) -> Json:
        """End the life of the key now."""
        self.mini_program(appid)
        now = self.clock.now()
        owner = owner_of(appid, self.user(user).name)

        def ended(current: SessionKey | None) -> SessionKey:
            if current is None:
                raise control.ControlError(
                    "not_found",
                    f"{user!r} has no session in {appid!r}; log in first "
                    "(POST /_mockwx/api/wx/login).",
                    f"{user!r} 在 {appid!r} 中没有会话；"
                    "请先登录（POST /_mockwx/api/wx/login）。",
                    field="user",
                )
            return current.expired(now) if current.live(now) else current

        self.keys.change(owner, ended)
        return self.sessions(appid, user)


def _no_such_time(error: ValueError, *, field: str) -> control.ControlError:
    return control.ControlError(
        "bad_request", f"{error}.", "超出时钟可表示的范围。", field=field
    )


@control.reads({"type": "string", "pattern": "^[0-9]{1,20}$"})
def _read_digits(field: str, value: object) -> str:
    found = control.text(field, value)
    if not (found.isascii() and found.isdigit() and len(found) <= 20):
        control.refuse(field, "a string of 1 to 20 digits", " 1 到 20 位数字的字符串")
    return found


_PHONE_FIELDS: control.Spec = {
    "purePhoneNumber": _read_digits,
    "countryCode": _read_digits,
    "phoneNumber": _read_digits,
}
_PHONE_REQUIRED = ("purePhoneNumber",)


@control.reads(
    {
        "anyOf": [
            _read_digits.schema,
            control.object_schema(_PHONE_FIELDS, required=_PHONE_REQUIRED),
        ]
    }
)
def _read_phone(field: str, value: object) -> Phone:
    """Read a number of the mainland, or an object with its country."""
    if isinstance(value, str):
        return Phone.of("86", _read_digits(field, value))
    if not isinstance(value, dict):
        control.refuse(
            field,
            "a number such as '12066600001', or an object with purePhoneNumber and "
            "countryCode",
            "形如 '12066600001' 的号码，或含 purePhoneNumber 与 countryCode 的对象",
        )
    read = control.read_fields(value, _PHONE_FIELDS, required=_PHONE_REQUIRED)
    country = str(read.get("countryCode", "86"))
    phone = Phone.of(country, str(read["purePhoneNumber"]))
    if "phoneNumber" in read:
        phone = replace(phone, phone_number=str(read["phoneNumber"]))
    return phone


# Control API spelling → field of User.
_USER_WORDS = {"nickName": "nick_name", "avatarUrl": "avatar_url"}

USER_FIELDS: dict[str, control.Reader] = {
    "name": read_user,
    "nickName": control.text,
    "avatarUrl": control.text,
    "gender": control.whole(at_most=2),
    "city": control.text,
    "province": control.text,
    "country": control.text,
    "language": control.text,
    "phone": control.optional(_read_phone),
    "steps": control.whole(),
    "groups": control.list_of(read_user),
    "blocked": control.flag,
    "risk_rank": control.whole(at_most=4),
    "blocked_calls": control.list_of(control.one_of(*RISKY_CALLS)),
    "phone_verified": control.flag,
}
USER_REQUIRED = ("name",)
USER_CHANGES: control.Spec = {k: v for k, v in USER_FIELDS.items() if k != "name"}


def _changed(user: User, read: Mapping[str, object]) -> User:
    changes = {_USER_WORDS.get(name, name): value for name, value in read.items()}
    return replace(user, **changes)  # type: ignore[arg-type]  # read by USER_FIELDS


def _key_as_json(
    key: SessionKey,
    after: SessionKey | None,
    *,
    show: Callable[[str], str],
    now: int,
) -> Json:
    return {
        "number": key.number,
        "session_key": show(key.session_key),
        "cause": key.cause,
        "page": key.page,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "superseded_at": key.superseded_at,
        "superseded_by": after.number if after else None,
        "superseded_cause": after.cause if after else None,
        "live": key.live(now),
    }


def _code_as_json(code: Code) -> Json:
    shown = asdict(code)
    del shown["session_key"]
    return {**shown, "expires_at": code.expires_at}


def _payload_as_json(payload: SealedPayload) -> Json:
    return {field.name: getattr(payload, field.name) for field in fields(payload)}


def _plain(secret: str) -> str:
    return secret


def _not_found(what: str, what_zh: str, name: str, *, field: str) -> NoReturn:
    raise control.ControlError(
        "not_found",
        f"no {what} {name!r}; GET lists those that exist.",
        f"没有{what_zh} {name!r}；可用 GET 列出现有的。",
        field=field,
    )
