"""People by other roads: checkEncryptedData, getPluginOpenPId, getPaidUnionid and
getUserEncryptKey.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/
"""

from mockwx.domain.errors import ErrCode
from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import either
from mockwx.web.params import parse_body
from mockwx.web.params import text
from mockwx.web.reply import SUCCESS


def check_encrypted_data(call: Call) -> Payload:
    """Answer whether WeChat sealed a phone number that has this hash."""
    body = parse_body(call.body)
    found = call.wechat.user_info.check_encrypted_data(
        call.mini_program, encrypted_msg_hash=text(body, "encrypted_msg_hash")
    )
    call.user = found.user
    call.note = f"encrypted_msg_hash is that of {found.hash_of} of encryptedData"
    # "vaild" is WeChat's own spelling.
    return {"vaild": True, "create_time": found.created_at}


def get_plugin_openpid(call: Call) -> Payload:
    """Answer who a plugin code belongs to."""
    body = parse_body(call.body, malformed=ErrCode.INVALID_JSON)
    answer = call.wechat.user_info.get_plugin_openpid(
        call.mini_program, code=text(body, "code")
    )
    call.user = answer.user
    return {"openpid": answer.openpid}


def get_paid_unionid(call: Call) -> Payload:
    """Answer the unionid of a person who has just paid."""
    names = ("openid", "transaction_id", "mch_id", "out_trade_no")
    answer = call.wechat.user_info.get_paid_unionid(
        call.mini_program, **{name: call.query.get(name, "") for name in names}
    )
    call.user = answer.user
    return {"unionid": answer.unionid, **SUCCESS}


def get_user_encrypt_key(call: Call) -> Payload:
    """Answer the last keys of a person's encrypted channel."""
    answer = call.wechat.user_info.get_user_encrypt_key(
        call.mini_program,
        **either(call.query, call.body, "openid", "signature", "sig_method"),
    )
    call.user = answer.user
    return {"key_info_list": [key.as_json(answer.now) for key in answer.keys]}
