"""The journal: list, get, clear, and wait for what is yet to come."""

import re
from dataclasses import dataclass

from flask import Blueprint
from flask import Response
from flask import request

from mockwx.domain import control
from mockwx.domain.control import ControlError
from mockwx.domain.exchange import Exchange
from mockwx.web.context import current_waiting_room
from mockwx.web.context import current_wechat
from mockwx.web.control.question import query_flag
from mockwx.web.control.question import query_number
from mockwx.web.control.question import takes
from mockwx.web.control.reply import DONE
from mockwx.web.control.reply import error_reply
from mockwx.web.control.reply import reply
from mockwx.web.waiting import LONGEST_WAIT


blueprint = Blueprint("exchanges", __name__, url_prefix="/exchanges")

DEFAULT_WAIT = "10"

_FILTERS = ("path", "appid", "user", "errcode", "since")
_SECONDS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges are meant; None and 0 leave that side open."""

    path: str | None
    appid: str | None
    user: str | None
    errcode: int | None
    since: int

    def matches(self, exchange: Exchange) -> bool:
        """Tell whether the exchange is meant."""
        return (
            exchange.number > self.since
            and self.path in (None, exchange.path)
            and self.appid in (None, exchange.appid)
            and self.user in (None, exchange.user)
            and self.errcode in (None, exchange.errcode)
        )


@blueprint.get("")
@takes(*_FILTERS, "reveal")
def list_exchanges() -> Response:
    """List the exchanges that match, oldest first."""
    wanted = _read_filter()
    kept = current_wechat().journal.tail(wanted.since)
    return _reply([each for each in kept if wanted.matches(each)])


@blueprint.delete("")
def clear_exchanges() -> Response:
    """Forget every exchange; numbers go on."""
    current_wechat().journal.clear()
    return reply(DONE)


@blueprint.get("/wait")
@takes(*_FILTERS, "reveal", "timeout", "count")
def wait_for_exchanges() -> Response:
    """Answer as soon as `count` exchanges match, whether old or yet to come."""
    wanted, count, seconds = _read_filter(), _read_count(), _read_timeout()
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
    return _reply(found)


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
    return reply(found.as_json(reveal=query_flag("reveal")))


def _reply(found: list[Exchange]) -> Response:
    reveal = query_flag("reveal")
    return reply({"exchanges": [each.as_json(reveal=reveal) for each in found]})


def _read_filter() -> Filter:
    since = query_number("since") or 0
    if since < 0:
        control.refuse("since", "the number of an exchange", "交互记录的编号")
    return Filter(
        path=request.args.get("path"),
        appid=request.args.get("appid"),
        user=request.args.get("user"),
        errcode=query_number("errcode"),
        since=since,
    )


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
