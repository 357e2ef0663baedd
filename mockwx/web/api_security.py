"""Signed and encrypted calls: opened before the view, sealed after it."""

import json
from dataclasses import replace

from mockwx.domain.api_security import APPID_HEADER
from mockwx.domain.api_security import SIGNATURE_HEADER
from mockwx.domain.api_security import TIMESTAMP_HEADER
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.domain.open_data import to_json
from mockwx.web.call import Answer
from mockwx.web.call import Call
from mockwx.web.call import Reply


# What both sides sign, whatever name the mock is called by.
HOST = "https://api.weixin.qq.com"

HEADERS = {
    f"HTTP_{name.upper().replace('-', '_')}": name
    for name in (APPID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER)
}
"""Where WSGI keeps the headers of a signed call."""


def is_signed(call: Call) -> bool:
    """Say whether a call is signed, or has to be."""
    if not call.interface.signable:
        return False
    return SIGNATURE_HEADER in call.headers or call.wechat.api_security.guards(
        call.mini_program.appid
    )


def opened(call: Call) -> bytes:
    """Check and decrypt the body; what is wrong with it stands in the journal."""
    # Few apps sign, and every start would pay for the ciphers.
    from mockwx.crypto.api_signature import ApiCallError

    try:
        fields = call.wechat.api_security.open_call(
            HOST + call.interface.path,
            call.mini_program.appid,
            headers=call.headers,
            body=call.body,
        )
    except ApiCallError as error:
        call.note = error.reason
        raise WeChatError(ErrCode[error.refusal.name]) from None
    return to_json(fields).encode()


def answered(answer: Answer, call: Call, body: bytes) -> Reply:
    """Let the opened body be answered; the journal keeps the one that came."""
    wire, call.body = call.body, body
    try:
        return answer(call)
    finally:
        call.body = wire


def sealed(call: Call, reply: Reply) -> Reply:
    """Encrypt and sign an answer, an error's too."""
    made = call.wechat.api_security.seal_answer(
        HOST + call.interface.path, call.mini_program.appid, json.loads(reply.body)
    )
    headers = (*reply.headers, *made.headers.items())
    return replace(reply, body=made.body.encode(), headers=headers)
