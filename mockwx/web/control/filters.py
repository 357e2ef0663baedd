"""Which exchanges a control call is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request

from mockwx.domain import control
from mockwx.domain.exchange import ACT
from mockwx.domain.exchange import KINDS
from mockwx.domain.exchange import SERVER
from mockwx.domain.exchange import Exchange
from mockwx.web.control.question import query_number


FILTERS = ("path", "appid", "user", "errcode", "code", "since", "kind")

ANY_KIND = "any"


@dataclass(frozen=True, slots=True)
class Filter:
    """None and 0 leave a side open; calls to WeChat are meant unless it says more."""

    path: str | None = None
    appid: str | None = None
    user: str | None = None
    errcode: int | None = None
    code: str | None = None
    since: int = 0
    kind: str = SERVER

    def matches(self, exchange: Exchange) -> bool:
        """Tell whether the exchange is meant."""
        return (
            exchange.number > self.since
            and (exchange.kind == self.kind or self._any_but_act(exchange))
            and self.path in (None, exchange.path)
            and self.appid in (None, exchange.appid)
            and self.user in (None, exchange.user)
            and self.errcode in (None, exchange.errcode)
            and (self.code is None or exchange.asks_about(self.code))
        )

    def _any_but_act(self, exchange: Exchange) -> bool:
        return self.kind == ANY_KIND and exchange.kind != ACT


# A blank one would be found in every call.
_read_code = control.matching(re.compile(r"[\s\S]+"), "a code", "一个 code")
_read_kind = control.one_of(*KINDS, ANY_KIND)

_FIELDS: dict[str, control.Reader] = {
    "path": control.text,
    "appid": control.text,
    "user": control.text,
    "errcode": control.whole(at_least=-1000),
    "code": _read_code,
    "since": control.whole(),
    "kind": _read_kind,
}


def read_filter() -> Filter:
    """Read a filter from the query."""
    since = query_number("since") or 0
    code = request.args.get("code")
    if since < 0:
        control.refuse("since", "the number of an exchange", "交互记录的编号")
    return Filter(
        path=request.args.get("path"),
        appid=request.args.get("appid"),
        user=request.args.get("user"),
        errcode=query_number("errcode"),
        code=None if code is None else _read_code("code", code),
        since=since,
        kind=_read_kind("kind", request.args.get("kind", SERVER)),
    )


@control.reads(control.object_schema(_FIELDS))
def filter_from_fields(field: str, value: object) -> Filter:
    """Read a filter from an object in a body."""
    if not isinstance(value, dict):
        control.refuse(field, "an object", "对象")
    read = control.read_fields(value, _FIELDS)
    return Filter(**read)  # type: ignore[arg-type]  # read by _FIELDS
