"""Do with wechatpy what a backend does, one call per line of standard input.

Runs inside an environment that holds wechatpy. The command line gives the address of
the WeChat API, the appid and the secret. A question is {"call": ..., "arguments":
[...]}; the answer is {"result": ...} or {"error": ..., "errcode": ..., "errmsg": ...}.
"""

import base64
import json
import sys

from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.client.api import WeChatWxa
from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto import WeChatWxaCrypto
from wechatpy.utils import check_signature
from wechatpy.utils import check_wxa_signature


WECHAT = "https://api.weixin.qq.com/"


class Redirection(HTTPAdapter):
    """Carry requests for WeChat elsewhere: the token's URL is no attribute."""

    def __init__(self, url):
        super().__init__()
        self.url = url

    def send(self, request, **options):
        request.url = request.url.replace(WECHAT, self.url, 1)
        return super().send(request, **options)


class Backend:
    """The calls a test may ask for."""

    def __init__(self, url, appid, secret):
        WeChatClient.API_BASE_URL = f"{url}cgi-bin/"
        WeChatWxa.API_BASE_URL = url
        self.client = WeChatClient(appid, secret, timeout=10)
        self.client._http.mount(WECHAT, Redirection(url))

    def code2session(self, js_code):
        return self.client.wxa.code_to_session(js_code)

    def access_token(self):
        return self.client.access_token

    def get_phone_number(self, code):
        if hasattr(self.client.wxa, "get_phone_number"):
            return self.client.wxa.get_phone_number(code)
        # 1.8 has no name for this interface, but the call underneath is the same.
        return self.client.post(
            "wxa/business/getuserphonenumber",
            api_base_url=WeChatWxa.API_BASE_URL,
            data={"code": code},
        )

    def decrypt(self, session_key, iv, encrypted_data):
        crypto = WeChatWxaCrypto(session_key, iv, self.client.appid)
        return crypto.decrypt_message(encrypted_data)

    def check_signature(self, session_key, raw_data, signature):
        check_wxa_signature(session_key, raw_data, signature)

    def send_subscribe_message(self, openid, template_id, data):
        return self.client.wxa.send_subscribe_message(openid, template_id, data)

    def get_wxa_code_unlimited(self, scene):
        response = self.client.wxa.get_wxa_code_unlimited(scene)
        return {
            "content_type": response.headers["Content-Type"],
            "picture": base64.b64encode(response.content).decode(),
        }

    def check_push(self, token, query):
        check_signature(token, query["signature"], query["timestamp"], query["nonce"])

    def open_push(self, token, encoding_aes_key, query, body):
        crypto = WeChatCrypto(token, encoding_aes_key, self.client.appid)
        return crypto.decrypt_message(
            body, query["msg_signature"], query["timestamp"], query["nonce"]
        )


def answer(backend, question):
    try:
        result = getattr(backend, question["call"])(*question["arguments"])
    except Exception as error:
        return {
            "error": type(error).__name__,
            "errcode": getattr(error, "errcode", None),
            "errmsg": getattr(error, "errmsg", None) or str(error),
        }
    return {"result": result}


def main():
    backend = Backend(*sys.argv[1:])
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(backend, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
