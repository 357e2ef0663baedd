"""Phone number: getPhoneNumber.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/
"""

from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.open_data import sealed_phone
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import parse_body
from mockwx.web.params import text


def get_phone_number(call: Call) -> Payload:
    """Answer the phone number that a person shared by a phone code."""
    body = parse_body(call.body)
    if "code" not in body and any(name.strip() == "code" for name in body):
        # Logged of a key with a blank behind it, as careless templates write it.
        raise WeChatError(ErrCode.DATA_FORMAT, hint=True)
    answer = call.wechat.phone_number.get_phone_number(
        call.mini_program, code=text(body, "code"), openid=text(body, "openid")
    )
    call.user = answer.user
    return {"phone_info": sealed_phone(answer.phone, answer.watermark)}
