"""The content check: msgSecCheck, in its old and its new version.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html
"""

from collections.abc import Callable
from collections.abc import Mapping

from mockwx.services.sec_check import Text
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import parse_body
from mockwx.web.params import text
from mockwx.web.params import whole


Body = Mapping[str, object]


def msg_sec_check(call: Call) -> Payload:
    """Answer whether a text may be shown, in the version asked for."""
    body = parse_body(call.body)
    return _VERSIONS.get(whole(body, "version", default=1), _version_2)(call, body)


def _version_1(call: Call, body: Body) -> Payload:
    call.wechat.sec_check.msg_sec_check_v1(
        call.mini_program, Text(text(body, "content"))
    )
    return {}


def _version_2(call: Call, body: Body) -> Payload:
    others = tuple(text(body, name) for name in ("title", "nickname", "signature"))
    answer = call.wechat.sec_check.msg_sec_check(
        call.mini_program,
        Text(text(body, "content"), others),
        openid=text(body, "openid"),
        scene=whole(body, "scene"),
    )
    call.user = answer.user
    return {
        "result": answer.verdict.as_json(),
        "detail": answer.verdict.details(),
        "trace_id": answer.trace_id,
    }


_VERSIONS: Mapping[int, Callable[[Call, Body], Payload]] = {
    1: _version_1,
    2: _version_2,
}
