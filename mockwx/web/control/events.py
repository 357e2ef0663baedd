"""The journal live, and the story of one login."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Blueprint
from flask import Response
from flask import request

from mockwx.domain.control import ControlError
from mockwx.domain.exchange import ACT
from mockwx.domain.exchange import Exchange
from mockwx.domain.open_data import to_json
from mockwx.services.diagnosis import Watch
from mockwx.store.base import Journal
from mockwx.store.base import StoreError
from mockwx.web.context import current_waiting_room
from mockwx.web.context import current_wechat
from mockwx.web.control.complaints import complain
from mockwx.web.control.filters import FILTERS
from mockwx.web.control.filters import Filter
from mockwx.web.control.filters import read_filter
from mockwx.web.control.question import query_flag
from mockwx.web.control.question import takes
from mockwx.web.control.reply import error_reply
from mockwx.web.control.reply import reply
from mockwx.web.control.showing import shown
from mockwx.web.waiting import WaitingRoom
from mockwx.wechat import WeChat


blueprint = Blueprint("events", __name__)

# A comment line this often, so that both ends notice when the other is gone.
HEARTBEAT_SECONDS = 10.0

_NUMBER = re.compile(r"[0-9]{1,15}")


@blueprint.get("/events")
@takes(*FILTERS, "reveal")
def stream_events() -> Response:
    """Stream the exchanges that match as they come, as server-sent events.

    `since` (or Last-Event-ID, which a browser sends by itself) says where to go on;
    without it the stream begins now.
    """
    wanted, reveal, room = read_filter(), query_flag("reveal"), current_waiting_room()
    wechat = current_wechat()
    start = _start(wechat.journal)
    # Nothing may fail from here on: the seat is given back when the response closes.
    if not room.take_seat():
        return error_reply(
            429,
            "too_many_waiters",
            "too many callers wait at once; try again when one of them is done.",
            "同时等待的调用过多；请等其中一个结束后重试。",
        )
    chunks = _while_kept(_events(wechat, room, wanted, start, reveal=reveal))
    response = Response(chunks, mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(room.leave_seat)
    return response


@blueprint.get("/trace")
@takes("code", "openid", "reveal")
def trace_login() -> Response:
    """Tell one login from tap to answer: every exchange its code or openid crossed."""
    asked = [request.args[name] for name in ("code", "openid") if name in request.args]
    if len(asked) != 1 or not asked[0]:
        raise ControlError(
            "bad_request",
            "say which login: code=… or openid=… (one of them).",
            "请指明登录：code=… 或 openid=…（二者之一）。",
            field="code",
        )
    wechat = current_wechat()
    appid, user = wechat.faults.owner_of(asked)
    ids = {asked[0].encode()}
    mini_program = wechat.directory.mini_programs.get(appid)
    if mini_program is not None and user:
        ids.add(wechat.directory.openid_of(appid, user).encode())
    found = [
        each
        for each in wechat.journal.tail()
        if each.kind != ACT and any(each.mentions(text) for text in ids)
    ]
    reveal, watch = query_flag("reveal"), wechat.doctor.watching()
    return reply(
        {
            "appid": appid,
            "user": user,
            "steps": [shown(each, watch, reveal=reveal) for each in found],
        }
    )


def _start(journal: Journal) -> int:
    if "since" in request.args:
        return 0
    last = request.headers.get("Last-Event-ID", "")
    if _NUMBER.fullmatch(last):
        return int(last)
    kept = journal.tail()
    return kept[-1].number if kept else 0


def _events(
    wechat: WeChat, room: WaitingRoom, wanted: Filter, since: int, *, reveal: bool
) -> Iterator[bytes]:
    journal = wechat.journal
    since = max(since, wanted.since)
    # The first bytes make the server send the headers: the listener knows it is on.
    yield b": mockwx\n\n"
    while not room.closed:
        kept = journal.tail(since)
        for exchange in kept:
            since = exchange.number
            if wanted.matches(exchange):
                yield _event(exchange, wechat.doctor.watching(), reveal=reveal)
        if not kept and not room.wait_for(journal, since, HEARTBEAT_SECONDS):
            yield b":\n\n"


def _while_kept(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """End the stream when the store is out of reach: the listener comes back later."""
    try:
        yield from chunks
    except StoreError as error:
        complain(error)


def _event(exchange: Exchange, watch: Watch, *, reveal: bool) -> bytes:
    told = to_json(shown(exchange, watch, reveal=reveal))
    return f"id: {exchange.number}\nevent: exchange\ndata: {told}\n\n".encode()
