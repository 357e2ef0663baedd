"""The journal's entry of one call: raw facts, cut to a bound."""

from mockwx.domain.exchange import ACT
from mockwx.domain.exchange import PHONE
from mockwx.domain.exchange import SERVER
from mockwx.domain.exchange import Exchange
from mockwx.domain.exchange import make_exchange
from mockwx.secrecy.lookout import LOOKOUT
from mockwx.web.call import Call
from mockwx.web.call import Reply
from mockwx.wechat import WeChat


# The journal's memory is bounded by its length times this, not by max_body.
RECORDED_BYTES = 16_384
_LOOKED_AT = RECORDED_BYTES + 4_096


def append_exchange(call: Call, reply: Reply, *, duration_us: int) -> None:
    """Append what was asked and answered; nothing is parsed or masked until read."""

    def make(number: int) -> Exchange:
        # By place, in the order of the fields: by name it takes twice as long.
        return make_exchange(
            number,
            call.rid,
            call.at_ms,
            duration_us,
            call.method,
            call.interface.path[:RECORDED_BYTES],
            call.query_string[:RECORDED_BYTES],
            call.body[:RECORDED_BYTES],
            reply.status,
            reply.body[:RECORDED_BYTES],
            reply.content_type,
            call.client_ip,
            call.appid,
            call.user,
            reply.errcode,
            call.fault,
            SERVER,
            call.note,
        )

    exchange = call.wechat.journal.append(make)
    if call.worlds.listener is not None:
        call.worlds.tell(exchange)


def keep_secrets_out(call: Call) -> None:
    """Cut real secrets out of what the journal will hold of a call, and warn of them.

    WeChat's answer is what it would be: a mock does not know them.
    """
    where = f"{call.method} {call.interface.path}"
    # What is recorded, and what would stand across its end.
    wire = call.query_string[:_LOOKED_AT], call.body[:_LOOKED_AT]
    safe = tuple(LOOKOUT.cover_bytes(each, where) for each in wire)
    if safe != wire:
        call.query_string, call.body = safe
        call.note = call.note or "a real secret came with this call, and is masked"


def append_phone_step(
    wechat: WeChat, *, api: str, body: bytes, answer: bytes, appid: str, user: str
) -> None:
    """Append what somebody did on a phone; it has no rid, for no server sees it."""
    at_ms = wechat.clock.now_ms()

    def make(number: int) -> Exchange:
        # By place: see above.
        return make_exchange(
            number,
            "",
            at_ms,
            0,
            "",
            api,
            b"",
            body[:RECORDED_BYTES],
            200,
            answer[:RECORDED_BYTES],
            "application/json",
            "",
            appid,
            user,
            None,
            "",
            PHONE,
        )

    wechat.journal.append(make)


def append_act(
    wechat: WeChat, *, method: str, path: str, body: bytes, answer: bytes
) -> None:
    """Append how somebody turned the mock itself: a recording plays it again."""
    at_ms = wechat.clock.now_ms()
    body = LOOKOUT.cover_bytes(body[:_LOOKED_AT], f"{method} {path}")

    def make(number: int) -> Exchange:
        return Exchange(
            number=number,
            rid="",
            at_ms=at_ms,
            duration_us=0,
            method=method,
            path=path,
            query=b"",
            request_body=body[:RECORDED_BYTES],
            status=200,
            response_body=answer[:RECORDED_BYTES],
            response_type="application/json",
            client_ip="",
            appid="",
            user="",
            errcode=None,
            kind=ACT,
        )

    wechat.journal.append(make)
