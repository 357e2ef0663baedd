"""Subscribe messages: sendMessage.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
"""

from mockwx.domain.subscribe_message import CHINESE
from mockwx.domain.subscribe_message import FORMAL
from mockwx.services.subscribe_message import Sending
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import fields
from mockwx.web.params import parse_body
from mockwx.web.params import text


def send_message(call: Call) -> Payload:
    """Send a message to a person who agreed to get it."""
    body = parse_body(call.body)
    call.user = call.wechat.subscribe_message.send_message(
        call.mini_program,
        Sending(
            touser=text(body, "touser"),
            template_id=text(body, "template_id"),
            page=text(body, "page"),
            data=fields(body, "data"),
            miniprogram_state=text(body, "miniprogram_state") or FORMAL,
            lang=text(body, "lang") or CHINESE,
        ),
    )
    return {}
