"""A backend with the most reported bug of all: it wants a fresh code with the data.

Its page calls wx.login in the callback of the phone button and sends the code together
with encryptedData and iv. The login may replace the session_key the data were sealed
with, and then this backend holds a key that cannot open them.
"""

import base64
import json
import os
from urllib.parse import urlencode
from urllib.request import urlopen

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from flask import Flask
from flask import request


def code2session(api: str, appid: str, secret: str, code: str) -> dict:
    query = {"appid": appid, "secret": secret, "js_code": code}
    query["grant_type"] = "authorization_code"
    with urlopen(f"{api}/sns/jscode2session?{urlencode(query)}", timeout=5) as answer:
        return json.load(answer)


def decrypt(encrypted_data: str, iv: str, session_key: str) -> dict:
    key, vector = base64.b64decode(session_key), base64.b64decode(iv)
    opener, unpad = Cipher(AES(key), CBC(vector)).decryptor(), PKCS7(128).unpadder()
    padded = opener.update(base64.b64decode(encrypted_data)) + opener.finalize()
    return json.loads(unpad.update(padded) + unpad.finalize())


def create_app(wechat_api: str = "", appid: str = "", secret: str = "") -> Flask:
    api = wechat_api or os.environ.get("WECHAT_API", "https://api.weixin.qq.com")
    appid = appid or os.environ.get("WECHAT_APPID", "")
    secret = secret or os.environ.get("WECHAT_SECRET", "")
    app = Flask(__name__)

    @app.post("/phone")
    def phone():
        sent = request.json
        session = code2session(api, appid, secret, sent["code"])
        try:
            key = session["session_key"]
            plain = decrypt(sent["encryptedData"], sent["iv"], key)
        except (ValueError, KeyError) as error:
            return {"error": "decrypt failed", "reason": str(error)}, 400
        return {"phone": plain["phoneNumber"]}

    return app


app = create_app()
