"""The journal's entry of one call: raw facts, cut to a bound."""

from mockwx.domain.exchange import Exchange
from mockwx.web.call import Call
from mockwx.web.call import Reply


# The journal's memory is bounded by its length times this, not by max_body.
RECORDED_BYTES = 16_384


def append_exchange(call: Call, reply: Reply, *, at_ms: int, duration_us: int) -> None:
    """Append what was asked and answered; nothing is parsed or masked until read."""

    def make(number: int) -> Exchange:
        return Exchange(
            number=number,
            rid=call.rid,
            at_ms=at_ms,
            duration_us=duration_us,
            method=call.method,
            path=call.interface.path[:RECORDED_BYTES],
            query=call.query_string[:RECORDED_BYTES],
            request_body=call.body[:RECORDED_BYTES],
            status=reply.status,
            response_body=reply.body[:RECORDED_BYTES],
            response_type=reply.content_type,
            client_ip=call.client_ip,
            appid=call.appid,
            user=call.user,
            errcode=reply.errcode,
            fault=call.fault,
        )

    call.wechat.journal.append(make)
