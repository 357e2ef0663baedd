"""A whole world as JSON, and back: to report a bug, or to go on where it ended."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from types import UnionType
from typing import NoReturn
from typing import TypeVar
from typing import get_args

from mockwx.domain.access_token import AccessToken
from mockwx.domain.access_token import ForcedRefreshes
from mockwx.domain.api_security import ApiKeys
from mockwx.domain.api_security import PlatformKeys
from mockwx.domain.codes import Code
from mockwx.domain.component import AuthorizationCode
from mockwx.domain.consent import Consent
from mockwx.domain.control import ControlError
from mockwx.domain.control import unknown_field
from mockwx.domain.encrypted_msg import EncryptedMsg
from mockwx.domain.fault import Fault
from mockwx.domain.mini_program import MiniProgram
from mockwx.domain.payload import SealedPayload
from mockwx.domain.payment import Payment
from mockwx.domain.quota import Window
from mockwx.domain.session import SessionKey
from mockwx.domain.subscribe_message import Message
from mockwx.domain.subscribe_message import Subscriptions
from mockwx.domain.user import User
from mockwx.domain.user_key import UserKeys
from mockwx.domain.web_oauth import WebGrant
from mockwx.store.records import RecordError
from mockwx.store.records import by_name
from mockwx.store.records import from_record
from mockwx.store.records import to_record
from mockwx.wechat import WeChat


VERSION = 2
_PARTS = ("version", "world", "clock", "entropy", "tables")

KEPT = by_name(
    AccessToken,
    ApiKeys,
    AuthorizationCode,
    Code,
    Consent,
    EncryptedMsg,
    Fault,
    ForcedRefreshes,
    Message,
    MiniProgram,
    Payment,
    PlatformKeys,
    SealedPayload,
    SessionKey,
    Subscriptions,
    User,
    UserKeys,
    WebGrant,
    Window,
)
"""Every type a store keeps; a test holds this list against the tables."""

Read = TypeVar("Read")
Row = tuple[str, str, object]
Kinds = Mapping[str, "type | UnionType"]


def _trail(name: str, kind: type) -> Kinds:
    return {name: kind, f"{name}.count": int}


def _ledger(name: str, kind: type) -> Kinds:
    return {name: kind, **_trail(f"{name}_of", str)}


TABLES: Kinds = {
    "api_keys": ApiKeys,
    "authorizer_refresh_tokens": str,
    "consents": Consent,
    "device_logins": int,
    "fault_numbers": int,
    "faults": Fault,
    "forced_refreshes": ForcedRefreshes,
    "latest_access_tokens": AccessToken,
    "limited_codes": int,
    "mini_programs": MiniProgram,
    "openids": str,
    "outbox": Message,
    "outbox_numbers": int,
    "platform_keys": PlatformKeys,
    "quotas": Window,
    "session_keys": SessionKey,
    "subscriptions": Subscriptions,
    "user_keys": UserKeys,
    "users": User | str,
    "verified_push_urls": str,
    "visits": int,
    **_ledger("access_tokens", AccessToken),
    **_ledger("authorization_codes", AuthorizationCode),
    **_ledger("codes", Code),
    **_ledger("component_access_tokens", AccessToken),
    **_ledger("encrypted_msgs", EncryptedMsg),
    **_ledger("web_access_tokens", str),
    **_ledger("web_grants", WebGrant),
    **_trail("past_session_keys", SessionKey),
    **_trail("payloads", SealedPayload),
    **_trail("payments", Payment),
}
"""What each table of a store holds; a test holds this list against the tables."""


def take(wechat: WeChat) -> dict[str, object]:
    """Return a world's state; the journal is not part of it, its secrets are."""
    tables = {
        name: {key: to_record(value) for key, value in sorted(wechat.store.scan(name))}
        for name in sorted(wechat.store.tables())
    }
    return {
        "version": VERSION,
        "world": wechat.entropy.world,
        "clock": wechat.clock.state(),
        "entropy": wechat.entropy.state(),
        "tables": tables,
    }


def restore(wechat: WeChat, snapshot: Mapping[str, object]) -> None:
    """Put a world back where a snapshot was taken; all of it is read before any is.

    Raises ControlError for what is no snapshot, and then changes nothing.
    """
    for name in snapshot:
        if name not in _PARTS:
            raise unknown_field(name, _PARTS)
    if snapshot.get("version") != VERSION:
        _refuse("version", f"expected version {VERSION}.", f"version 应为 {VERSION}。")
    if snapshot.get("world") != wechat.entropy.world:
        _refuse(
            "world",
            "it was taken in another world, which its codes name.",
            "它取自另一个 world，其中的 code 属于那个 world。",
        )
    rows = _checked_rows(snapshot.get("tables"))
    clock = _checked("clock", snapshot, wechat.clock.checked_state)
    entropy = _checked("entropy", snapshot, wechat.entropy.checked_state)
    wechat.store.clear()
    for table, key, value in rows:
        wechat.store.put(table, key, value)
    wechat.clock.restore(clock)
    wechat.entropy.restore(entropy)


def _checked_rows(tables: object) -> list[Row]:
    try:
        return list(_rows(tables))
    except RecordError as error:
        _refuse("tables", str(error))
    except RecursionError:
        _refuse("tables", "a record is nested too deeply.", "有记录嵌套过深。")


def _checked(
    part: str, snapshot: Mapping[str, object], read: Callable[[object], Read]
) -> Read:
    try:
        return read(snapshot.get(part))
    except ValueError as error:
        _refuse(part, str(error))


def _rows(tables: object) -> Iterator[Row]:
    if not isinstance(tables, Mapping):
        raise RecordError("tables: expected an object of tables.")
    for table, rows in tables.items():
        if table not in TABLES:
            raise RecordError(f"no table {table!r} is kept here.")
        if not isinstance(rows, Mapping):
            raise RecordError(f"{table}: expected an object of records.")
        for key, record in rows.items():
            value = from_record(record, KEPT, at=f"{table}.{key}")
            kinds = get_args(TABLES[table]) or (TABLES[table],)
            if type(value) not in kinds:
                raise RecordError(f"{table}.{key}: not a {kinds[0].__name__}.")
            yield str(table), str(key), value


def _refuse(field: str, message: str, message_zh: str = "") -> NoReturn:
    told = message_zh or f"{field} 有误；请原样使用 GET 返回的内容。"
    raise ControlError(
        "unprocessable",
        f"this is no snapshot of mockwx: {message}",
        f"这不是 mockwx 的快照：{told}",
        field=field,
    )
