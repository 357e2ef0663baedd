"""Links into a mini program: generateScheme, generateUrlLink.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/qrcode-link/url-scheme/
"""

from collections.abc import Mapping

from mockwx.domain.url_link import RELEASE
from mockwx.domain.url_link import Destination
from mockwx.domain.url_link import Expiry
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import fields
from mockwx.web.params import flag
from mockwx.web.params import parse_body
from mockwx.web.params import text
from mockwx.web.params import whole


def generate_scheme(call: Call) -> Payload:
    """Answer a link that opens WeChat by itself."""
    body = parse_body(call.body)
    link = call.wechat.url_link.generate_scheme(
        call.mini_program,
        _destination(fields(body, "jump_wxa")),
        expiry=_expiry(body),
    )
    return {"openlink": link}


def generate_url_link(call: Call) -> Payload:
    """Answer a link for messages and mails, which opens WeChat by a page."""
    body = parse_body(call.body)
    link = call.wechat.url_link.generate_url_link(
        call.mini_program,
        _destination(body),
        expiry=_expiry(body),
        to_cloud=bool(fields(body, "cloud_base")),
    )
    return {"url_link": link}


def _destination(body: Mapping[str, object]) -> Destination:
    return Destination(
        path=text(body, "path"),
        query=text(body, "query"),
        env_version=text(body, "env_version") or RELEASE,
    )


def _expiry(body: Mapping[str, object]) -> Expiry:
    return Expiry(
        is_expire=flag(body, "is_expire"),
        expire_type=whole(body, "expire_type"),
        expire_time=whole(body, "expire_time"),
        expire_interval=whole(body, "expire_interval"),
    )
