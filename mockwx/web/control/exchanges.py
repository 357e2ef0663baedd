"""The journal: list, get, clear, and wait for what is yet to come."""

import re
from collections.abc import Sequence
from operator import eq
from operator import ge
from operator import le
from typing import cast

from flask import Blueprint
from flask import Response
from flask import request

from mockwx.config import DEFAULT_APPID
from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.domain.exchange import BACKEND
from mockwx.domain.exchange import Exchange
from mockwx.domain.findings import retry_loops
from mockwx.web.context import current_waiting_room
from mockwx.web.context import current_wechat
from mockwx.web.control.filters import FILTERS
from mockwx.web.control.filters import Filter
from mockwx.web.control.filters import filter_from_fields
from mockwx.web.control.filters import read_filter
from mockwx.web.control.question import query_flag
from mockwx.web.control.question import query_number
from mockwx.web.control.question import read_fields
from mockwx.web.control.question import takes
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import error_reply
from mockwx.web.control.reply import reply
from mockwx.web.control.showing import shown
from mockwx.web.recording import RECORDED_BYTES
from mockwx.web.waiting import LONGEST_WAIT


blueprint = Blueprint("exchanges", __name__, url_prefix="/exchanges")

DEFAULT_WAIT = "10"

_SECONDS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")


_TOLD: control.Spec = {
    "method": control.text,
    "path": control.text,
    "query": control.text,
    "request_body": control.text,
    "status": control.whole(at_least=100, at_most=599),
    "response_body": control.text,
    "content_type": control.text,
    "duration_ms": control.whole(),
    "appid": control.text,
    "user": control.text,
}

_EXPECTED: control.Spec = {
    "match": filter_from_fields,
    "count": control.whole(),
    "at_least": control.whole(),
    "at_most": control.whole(),
    "order": control.list_of(filter_from_fields),
}


@blueprint.get("")
@takes(*FILTERS, "reveal")
def list_exchanges() -> Response:
    """List the exchanges that match, oldest first."""
    wanted = read_filter()
    kept = current_wechat().journal.tail(wanted.since)
    found = [each for each in kept if wanted.matches(each)]
    return _reply(found, reveal=query_flag("reveal"))


@blueprint.delete("")
@takes(*FILTERS)
def clear_exchanges() -> Response:
    """Forget every exchange, or those that match; numbers go on."""
    journal = current_wechat().journal
    if not request.args:
        journal.clear()
        return reply(DONE)
    wanted = read_filter()
    kept = journal.tail(wanted.since)
    journal.discard([each.number for each in kept if wanted.matches(each)])
    return reply(DONE)


@blueprint.get("/wait")
@takes(*FILTERS, "reveal", "timeout", "count")
def wait_for_exchanges() -> Response:
    """Answer as soon as `count` exchanges match, whether old or yet to come."""
    wanted, count, seconds = read_filter(), _read_count(), _read_timeout()
    reveal = query_flag("reveal")
    room = current_waiting_room()
    if not room.take_seat():
        return error_reply(
            429,
            "too_many_waiters",
            "too many callers wait at once; try again when one of them is done.",
            "同时等待的调用过多；请等其中一个结束后重试。",
        )
    try:
        found = room.collect(
            current_wechat().journal,
            wanted.matches,
            since=wanted.since,
            count=count,
            seconds=seconds,
        )
    finally:
        room.leave_seat()
    if len(found) < count:
        raise ControlError(
            "timeout",
            f"{len(found)} of {count} exchanges came within {seconds:g} s.",
            f"{seconds:g} 秒内只出现了 {len(found)} 次交互，期望 {count} 次。",
        )
    return _reply(found, reveal=reveal)


@blueprint.post("")
@takes(fields=_TOLD, required=("method", "path", "status"))
def add_backend_exchange() -> Response:
    """Add what a phone asked of the backend under test, told by who plays the phone.

    With it the journal holds a login from tap to answer.
    """
    told = read_fields()
    wechat = current_wechat()
    at_ms = wechat.clock.now_ms()

    def make(number: int) -> Exchange:
        return Exchange(
            number=number,
            rid="",
            at_ms=at_ms,
            duration_us=cast("int", told.get("duration_ms", 0)) * 1000,
            method=_recorded(told["method"]),
            path=_recorded(told["path"]),
            query=_recorded(told.get("query", "")).encode(),
            request_body=_recorded(told.get("request_body", "")).encode(),
            status=cast("int", told["status"]),
            response_body=_recorded(told.get("response_body", "")).encode(),
            response_type=_recorded(told.get("content_type", "")),
            client_ip="",
            appid=_recorded(told.get("appid", DEFAULT_APPID)),
            user=_recorded(told.get("user", "")),
            errcode=None,
            kind=BACKEND,
        )

    added, watch = wechat.journal.append(make), wechat.doctor.watching()
    return reply(shown(added, watch, reveal=False), 201)


@blueprint.post("/verify")
@takes(fields=_EXPECTED)
def verify_exchanges() -> Response:
    """Say whether the journal holds what a test expects: how many, in which order."""
    asked = read_fields()
    journal = current_wechat().journal
    if "order" in asked:
        wanted = cast("tuple[Filter, ...]", asked["order"])
        return _reply_verdict(*_in_order(journal.tail(), wanted))
    match = cast("Filter", asked.get("match", Filter()))
    found = sum(match.matches(each) for each in journal.tail(match.since))
    expected = {
        name: asked[name] for name in ("count", "at_least", "at_most") if name in asked
    } or {"at_least": 1}
    ok = all(_HOLDS[name](found, cast("int", n)) for name, n in expected.items())
    return _reply_verdict(ok, found)


@blueprint.get("/findings")
def list_findings() -> Response:
    """List what the journal as a whole shows: retry loops."""
    found = retry_loops(current_wechat().journal.tail())
    return reply({"findings": [each.as_json() for each in found]})


@blueprint.get("/<rid>")
@takes("reveal")
def show_exchange(rid: str) -> Response:
    """Show the exchange of a rid."""
    found = current_wechat().journal.get(rid)
    if found is None:
        raise ControlError(
            "not_found",
            f"no exchange with the rid {rid!r} is kept.",
            f"没有 rid 为 {rid!r} 的交互记录。",
            field="rid",
        )
    watch = current_wechat().doctor.watching()
    return reply(shown(found, watch, reveal=query_flag("reveal")))


def _recorded(told: object) -> str:
    """Cut what was told as the journal cuts what it saw, between two characters."""
    return str(told).encode()[:RECORDED_BYTES].decode(errors="ignore")


def _in_order(
    exchanges: Sequence[Exchange], wanted: tuple[Filter, ...]
) -> tuple[bool, int]:
    """Find the wanted ones one after another; return whether all, and how many."""
    place = 0
    for exchange in exchanges:
        if place < len(wanted) and wanted[place].matches(exchange):
            place += 1
    return place == len(wanted), place


def _reply_verdict(ok: bool, found: int) -> Response:
    return reply({"ok": ok, "found": found})


_HOLDS = {"count": eq, "at_least": ge, "at_most": le}


def _reply(found: list[Exchange], *, reveal: bool) -> Response:
    watch = current_wechat().doctor.watching()
    return reply({"exchanges": [shown(each, watch, reveal=reveal) for each in found]})


def _read_count() -> int:
    count = query_number("count")
    if count is None:
        return 1
    return control.whole(at_least=1, at_most=1000)("count", count)


def _read_timeout() -> float:
    text = request.args.get("timeout", DEFAULT_WAIT)
    if not _SECONDS.fullmatch(text) or float(text) > LONGEST_WAIT:
        longest = f"{LONGEST_WAIT:g}"
        control.refuse(
            "timeout", f"seconds from 0 to {longest}", f" 0 到 {longest} 之间的秒数"
        )
    return float(text)
